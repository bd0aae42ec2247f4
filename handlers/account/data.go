package account

import (
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/profiles"
	"souk/templates/account"
	"souk/web"
	"souk/web/paths"
)

// Export answers with all that is kept of who asks.
func (a *Account) Export(c echo.Context) error {
	e, err := a.profiles.Export(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Download(c, "souk-"+e.Login+"-"+e.At.UTC().Format(time.DateOnly)+".json", "application/json; charset=utf-8", e.Write)
}

// Deleting shows what the account's deletion would mean.
func (a *Account) Deleting(c echo.Context) error {
	v, err := a.deletion(c)
	if err != nil {
		return err
	}
	return web.Page(c, account.DeletePage(v))
}

type deleteInput struct {
	Login string `form:"confirm_name"`
}

// Delete deletes the account for good.
func (a *Account) Delete(c echo.Context) error {
	in, err := web.Bind[deleteInput](c)
	if err != nil {
		return err
	}
	if err := a.profiles.Delete(c.Request().Context(), web.ActorOf(c), in.Login); err != nil {
		v, again := a.deletion(c)
		if again != nil {
			return err
		}
		return web.Form(c, err, func(p models.Problems) templ.Component {
			v.Typed, v.Problems = in.Login, found(p)
			return account.DeletePage(v)
		})
	}
	web.EndSession(c)
	return web.Done(c, paths.Home, "account_deleted")
}

func (a *Account) deletion(c echo.Context) (account.Deletion, error) {
	actor := web.ActorOf(c)
	q, err := a.profiles.Consequences(c.Request().Context(), actor)
	if err != nil {
		return account.Deletion{}, err
	}
	return account.Deletion{Login: actor.Login, SoleOwned: named(q.SoleOwned), Apps: named(q.Apps), LastAdministrator: q.LastAdministrator, Ties: q.Ties,
		Organizations: named(q.Organizations), Repositories: named(q.Repositories), Counts: account.DeletionCounts(q.Counts),
		Days: int(models.LoginRetirement / (24 * time.Hour))}, nil
}

func named(list []profiles.Named) []account.Named {
	all := make([]account.Named, len(list))
	for i, n := range list {
		all[i] = account.Named(n)
	}
	return all
}
