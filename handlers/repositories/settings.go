package repositories

import (
	"context"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/repos"
	"souk/templates/repositories"
	"souk/web"
	"souk/web/paths"
)

// Settings is what can be changed about a repository.
func (r *Repositories) Settings(c echo.Context) error {
	return r.page(c, models.LevelToDescribe, func(d *repos.Details) error {
		return web.Page(c, settingsPage(d, d.Repository.Name, d.Repository.Description, nil))
	})
}

func settingsPage(d *repos.Details, name, text string, p models.Problems) templ.Component {
	return repositories.SettingsPage(repositories.Settings{
		Head: headOf(d, "settings"), Offer: offerView(d.Transfer), NewName: name, Text: text, Problems: problemsView(p)})
}

type describeInput struct {
	Description string `form:"description"`
}

// Describe changes the description.
func (r *Repositories) Describe(c echo.Context) error {
	in, err := web.Bind[describeInput](c)
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToDescribe, func(d *repos.Details) error {
		err := r.repos.Describe(c.Request().Context(), web.ActorOf(c), d.Repository.ID, in.Description)
		if err != nil {
			return web.Form(c, err, func(p models.Problems) templ.Component { return settingsPage(d, d.Repository.Name, in.Description, p) })
		}
		return web.Done(c, settings(d, ""), "repository_described")
	})
}

type renameInput struct {
	Name string `form:"name"`
}

// Rename changes the name.
func (r *Repositories) Rename(c echo.Context) error {
	in, err := web.Bind[renameInput](c)
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		now, err := r.repos.Rename(c.Request().Context(), web.ActorOf(c), d.Repository.ID, in.Name)
		if err != nil {
			return web.Form(c, err, func(p models.Problems) templ.Component { return settingsPage(d, in.Name, d.Repository.Description, p) })
		}
		return web.Done(c, settings(now, ""), "repository_renamed")
	})
}

// Archive makes a repository read-only.
func (r *Repositories) Archive(c echo.Context) error {
	return r.archive(c, true, "repository_archived")
}

// Unarchive makes it usable again.
func (r *Repositories) Unarchive(c echo.Context) error {
	return r.archive(c, false, "repository_unarchived")
}

func (r *Repositories) archive(c echo.Context, archived bool, code string) error {
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		if err := r.repos.Archive(c.Request().Context(), web.ActorOf(c), d.Repository.ID, archived); err != nil {
			return err
		}
		return web.Done(c, settings(d, ""), code)
	})
}

// confirmInput is a form that asks for the full name.
type confirmInput struct {
	Visibility string `form:"visibility"` // hide or publish
	Account    string `form:"account"`    // transfer: to whom
	Typed      string `form:"confirm_name"`
}

// VisibilityForm asks before a repository is shown or hidden.
func (r *Repositories) VisibilityForm(c echo.Context) error { return r.ask(c, "visibility") }

// TransferForm asks to whom a repository goes.
func (r *Repositories) TransferForm(c echo.Context) error { return r.ask(c, "transfer") }

// DeleteForm asks before a repository is deleted.
func (r *Repositories) DeleteForm(c echo.Context) error { return r.ask(c, "delete") }

func (r *Repositories) ask(c echo.Context, act string) error {
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		if d.Repository.ArchivedAt != nil && act != "delete" {
			return models.ErrRepositoryLocked
		}
		return web.Page(c, confirmPage(d, act, confirmInput{}, nil))
	})
}

func confirmPage(d *repos.Details, act string, in confirmInput, p models.Problems) templ.Component {
	return repositories.ConfirmPage(repositories.Confirm{Head: headOf(d, "settings"), Act: act, To: in.Account, Typed: in.Typed, Problems: problemsView(p)})
}

// confirmed does what asks for the full name; do returns where to go on and
// what to say there.
func (r *Repositories) confirmed(c echo.Context, act string, do func(context.Context, models.Actor, *repos.Details, confirmInput) (address, code string, err error)) error {
	in, err := web.Bind[confirmInput](c)
	if err != nil {
		return err
	}
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		address, code, err := do(c.Request().Context(), web.ActorOf(c), d, in)
		if err != nil {
			return web.Form(c, err, func(p models.Problems) templ.Component { return confirmPage(d, act, in, p) })
		}
		return web.Done(c, address, code)
	})
}

// SetVisibility shows or hides a repository, whichever the page that was
// confirmed spoke of.
func (r *Repositories) SetVisibility(c echo.Context) error {
	return r.confirmed(c, "visibility", func(ctx context.Context, actor models.Actor, d *repos.Details, in confirmInput) (string, string, error) {
		switch in.Visibility {
		case "hide":
			return settings(d, ""), "repository_hidden", r.repos.SetVisibility(ctx, actor, d.Repository.ID, true, in.Typed)
		case "publish":
			return settings(d, ""), "repository_published", r.repos.SetVisibility(ctx, actor, d.Repository.ID, false, in.Typed)
		}
		return "", "", models.ErrUnknownChoice.On("visibility")
	})
}

// Transfer gives a repository to another account, or offers it.
func (r *Repositories) Transfer(c echo.Context) error {
	return r.confirmed(c, "transfer", func(ctx context.Context, actor models.Actor, d *repos.Details, in confirmInput) (string, string, error) {
		now, moved, err := r.repos.Transfer(ctx, actor, d.Repository.ID, in.Account, in.Typed)
		switch {
		case err != nil:
			return "", "", err
		case moved:
			return paths.Repository(now.Owner.Login, now.Repository.Name), "repository_transferred", nil
		}
		return settings(d, ""), "repository_offered", nil
	})
}

// CancelTransfer takes an offer back.
func (r *Repositories) CancelTransfer(c echo.Context) error {
	return r.page(c, models.LevelToManage, func(d *repos.Details) error {
		if err := r.repos.CancelTransfer(c.Request().Context(), web.ActorOf(c), d.Repository.ID); err != nil {
			return err
		}
		return web.Done(c, settings(d, ""), "transfer_cancelled")
	})
}

// Delete deletes a repository.
func (r *Repositories) Delete(c echo.Context) error {
	return r.confirmed(c, "delete", func(ctx context.Context, actor models.Actor, d *repos.Details, in confirmInput) (string, string, error) {
		return paths.SettingsRepositories, "repository_deleted", r.repos.Delete(ctx, actor, d.Repository.ID, in.Typed)
	})
}

func settings(d *repos.Details, page string) string {
	return paths.RepositorySettings(d.Owner.Login, d.Repository.Name, page)
}
