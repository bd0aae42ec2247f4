package repositories

import (
	"net/url"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/repos"
	"souk/templates/repositories"
	"souk/web"
	"souk/web/paths"
)

type accessInput struct {
	Page int `query:"page"`
}

// Access is who may do what with a repository.
func (r *Repositories) Access(c echo.Context) error {
	in, err := web.Bind[accessInput](c)
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		page, err := r.accessPage(c, d, in.Page, collaboratorInput{Level: "read"})
		if err != nil {
			return err
		}
		return web.Page(c, page(nil))
	})
}

type collaboratorInput struct {
	Login string `form:"login"`
	Level string `form:"level"`
}

// AddCollaborator grants a person a level.
func (r *Repositories) AddCollaborator(c echo.Context) error {
	in, err := web.Bind[collaboratorInput](c)
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		ctx, actor := c.Request().Context(), web.ActorOf(c)
		level, err := models.ParseRepositoryLevel(in.Level)
		if err == nil {
			err = r.repos.AddCollaborator(ctx, actor, d.Repository.ID, in.Login, level)
		}
		if err == nil {
			return web.Done(c, settings(d, "access"), "collaborator_added")
		}
		if _, mendable := models.AsProblems(err); !mendable {
			return err
		}
		page, failed := r.accessPage(c, d, 1, in)
		if failed != nil {
			return failed
		}
		return web.Form(c, err, page)
	})
}

// ChangeCollaborator changes a collaborator's level.
func (r *Repositories) ChangeCollaborator(c echo.Context) error {
	in, err := web.Bind[collaboratorInput](c)
	if err != nil {
		return err
	}
	person, err := number(c, "id")
	if err != nil {
		return err
	}
	level, err := models.ParseRepositoryLevel(in.Level)
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		if err := r.repos.ChangeCollaborator(c.Request().Context(), web.ActorOf(c), d.Repository.ID, person, level); err != nil {
			return err
		}
		return web.Done(c, settings(d, "access"), "collaborator_changed")
	})
}

// RemoveCollaborator takes away what a collaborator was granted.
func (r *Repositories) RemoveCollaborator(c echo.Context) error {
	person, err := number(c, "id")
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		actor := web.ActorOf(c)
		if err := r.repos.RemoveCollaborator(c.Request().Context(), actor, d.Repository.ID, person); err != nil {
			return err
		}
		if person == actor.UserID {
			return web.Done(c, paths.SettingsRepositories, "repository_left")
		}
		return web.Done(c, settings(d, "access"), "collaborator_removed")
	})
}

// accessPage reads what the page shows; what it returns shows it with what is
// wrong with the form.
func (r *Repositories) accessPage(c echo.Context, d *repos.Details, page int, in collaboratorInput) (func(models.Problems) templ.Component, error) {
	actor := web.ActorOf(c)
	a, err := r.repos.Access(c.Request().Context(), actor, d, page)
	if err != nil {
		return nil, err
	}
	v := repositories.Access{Head: headOf(d, "access"), Base: d.Base.String(), Members: a.Members, MoreOwners: a.MoreOwners, Total: a.Total,
		Typed: in.Login, Chosen: in.Level}
	if actor.MayOwnOrganization(d.Owner.ID) == nil {
		v.PrivilegesURL = paths.OrgSettings(d.Owner.Login, "member_privileges")
	}
	for _, p := range a.Owners {
		v.Owners = append(v.Owners, repositories.Person{Login: p.Login, Name: p.Name})
	}
	for _, p := range a.Collaborators {
		v.Collaborators = append(v.Collaborators, repositories.Collaborator{Person: repositories.Person{Login: p.Login, Name: p.Name},
			ID: p.ID, Granted: p.Granted.String(), Level: p.Level.String(), Reason: string(p.Reason)})
	}
	v.Pager = pager(a.Page, a.Total, repos.CollaboratorsPerPage, func(n int) string {
		return paged(web.Requested(c).Lang, settings(d, "access"), url.Values{}, n)
	})
	return func(p models.Problems) templ.Component {
		v.Problems = problemsView(p)
		return repositories.AccessPage(v)
	}, nil
}
