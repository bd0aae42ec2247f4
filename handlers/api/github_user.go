package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installtokens"
	"souk/web"
)

// This file answers people, through the tokens that apps have for them and through
// their own, about installations.

// UserInstalls is what they ask; installtokens.Service is one.
type UserInstalls interface {
	Mine(ctx context.Context, actor models.Actor, p installtokens.Page) ([]models.HookInstallation, int, error)
	MyRepositories(ctx context.Context, actor models.Actor, id int64, p installtokens.Page) (*installtokens.MyList, error)
	OfOrganization(ctx context.Context, actor models.Actor, login string, p installtokens.Page) ([]models.HookInstallation, int, error)
	Add(ctx context.Context, actor models.Actor, id, repository int64) error
	Take(ctx context.Context, actor models.Actor, id, repository int64) error
}

// v3InstallationsPage is a page of installations with how many there are.
type v3InstallationsPage struct {
	Total         int                          `json:"total_count"`
	Installations []models.PayloadInstallation `json:"installations"`
}

// v3MyInstallations lists the app's installations that reach something of the user's.
func (a *API) v3MyInstallations(c echo.Context) error {
	return a.v3InstallationsOf(c, a.apps.Users.Mine)
}

// v3OfOrganization lists what is installed on an organization.
func (a *API) v3OfOrganization(c echo.Context) error {
	return a.v3InstallationsOf(c, func(ctx context.Context, actor models.Actor, p installtokens.Page) ([]models.HookInstallation, int, error) {
		return a.apps.Users.OfOrganization(ctx, actor, c.Param("org"), p)
	})
}

func (a *API) v3InstallationsOf(c echo.Context, list func(context.Context, models.Actor, installtokens.Page) ([]models.HookInstallation, int, error)) error {
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	all, total, err := list(c.Request().Context(), web.ActorOf(c), installtokens.Page{Number: p.Number, PerPage: p.PerPage})
	if err != nil {
		return err
	}
	return v3Wrapped(c, v3InstallationsPage{Total: total, Installations: installationsOf(c, all)}, p, total)
}

// v3MyRepositories lists the repositories of an installation that are the user's, too.
func (a *API) v3MyRepositories(c echo.Context) error {
	n, err := id(c)
	if err != nil {
		return err
	}
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	l, err := a.apps.Users.MyRepositories(ctx, web.ActorOf(c), n, installtokens.Page{Number: p.Number, PerPage: p.PerPage})
	if err != nil {
		return err
	}
	out := v3ReachedPage{Total: l.Total, Selection: l.Selection.GitHub(), Repositories: make([]models.PayloadReached, len(l.Items))}
	for i := range l.Items {
		r := &l.Items[i]
		out.Repositories[i] = models.PayloadReached{PayloadRepository: models.PayloadRepositoryOf(&r.HookRepository, base(ctx)), Permissions: models.PayloadRightsOf(r.Level)}
	}
	return v3Wrapped(c, out, p, l.Total)
}

// v3Choose gives an installation a repository, or takes it away.
func v3Choose(f func(ctx context.Context, actor models.Actor, id, repository int64) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		n, err := id(c)
		if err != nil {
			return err
		}
		repository, err := strconv.ParseInt(c.Param("repository"), 10, 64)
		if err != nil {
			return models.ErrNotFound
		}
		if err := f(c.Request().Context(), web.ActorOf(c), n, repository); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
}
