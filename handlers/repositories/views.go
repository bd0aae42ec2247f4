package repositories

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/repos"
	"souk/templates/repositories"
	"souk/web"
	"souk/web/paths"
)

// Repository shows a repository.
func (r *Repositories) Repository(c echo.Context) error {
	return r.page(c, models.LevelToSee, func(d *repos.Details) error {
		return web.Page(c, repositories.RepositoryPage(repositories.Repository{
			Head: headOf(d, ""), OwnerName: d.Owner.DisplayName(), Created: d.Repository.CreatedAt, Updated: d.Repository.UpdatedAt,
			Level: d.Level.String(), Reason: string(d.Reason), MayLeave: d.Granted > models.NoAccess, Offer: offerView(d.Transfer),
		}))
	})
}

// LeaveForm asks before one gives up what one was granted.
func (r *Repositories) LeaveForm(c echo.Context) error {
	d, err := r.repos.Granted(c.Request().Context(), web.ActorOf(c), c.Param("login"), c.Param("repository"))
	if err != nil {
		return err
	}
	return at(c, d, func(d *repos.Details) error { return web.Page(c, repositories.LeavePage(headOf(d, ""))) })
}

// Leave gives up what one was granted.
func (r *Repositories) Leave(c echo.Context) error {
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	d, err := r.repos.Granted(ctx, actor, c.Param("login"), c.Param("repository"))
	if err != nil {
		return err
	}
	if err := r.repos.Leave(ctx, actor, d.Repository.ID); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsRepositories, "repository_left")
}

// TakeForm asks whether an offered repository is taken.
func (r *Repositories) TakeForm(c echo.Context) error {
	d, err := r.offered(c)
	if err != nil {
		return err
	}
	return at(c, d, func(d *repos.Details) error { return web.Page(c, repositories.TakePage(takeView(d, nil))) })
}

// Accept takes an offered repository.
func (r *Repositories) Accept(c echo.Context) error {
	d, err := r.offered(c)
	if err != nil {
		return err
	}
	taken, err := r.repos.AcceptTransfer(c.Request().Context(), web.ActorOf(c), d.Repository.ID)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return repositories.TakePage(takeView(d, p)) })
	}
	return web.Done(c, paths.Repository(taken.Owner.Login, taken.Repository.Name), "repository_taken")
}

// Decline refuses an offered repository.
func (r *Repositories) Decline(c echo.Context) error {
	d, err := r.offered(c)
	if err != nil {
		return err
	}
	if err := r.repos.DeclineTransfer(c.Request().Context(), web.ActorOf(c), d.Repository.ID); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsRepositories, "transfer_declined")
}

func (r *Repositories) offered(c echo.Context) (*repos.Details, error) {
	return r.repos.Offered(c.Request().Context(), web.ActorOf(c), c.Param("login"), c.Param("repository"))
}

func takeView(d *repos.Details, p models.Problems) repositories.Take {
	return repositories.Take{Head: headOf(d, ""), OwnerName: d.Owner.DisplayName(), Offer: *offerView(d.Transfer), Problems: problemsView(p)}
}
