// Package repositories answers for accounts' pages and repositories.
package repositories

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/repos"
	"souk/templates/repositories"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Repositories holds the handlers.
type Repositories struct {
	repos *repos.Service
}

// New makes the handlers.
func New(repos *repos.Service) *Repositories { return &Repositories{repos: repos} }

// page answers for the repository of an address, at a level. An address from
// before a renaming or a transfer, or in other case, leads to the present one.
func (r *Repositories) page(c echo.Context, need models.RepositoryLevel, show func(*repos.Details) error) error {
	web.NoStore(c)
	d, err := r.repos.Find(c.Request().Context(), web.ActorOf(c), c.Param("login"), c.Param("repository"), need)
	if err != nil {
		return err
	}
	return at(c, d, show)
}

func at(c echo.Context, d *repos.Details, show func(*repos.Details) error) error {
	if c.Param("login") == d.Owner.Login && c.Param("repository") == d.Repository.Name || c.Request().Method == http.MethodPost {
		return show(d)
	}
	return moved(c, paths.Repository(d.Owner.Login, d.Repository.Name), 2)
}

// moved leads to what stands in place of the first parts of this address, and
// keeps the others, the query and the language.
func moved(c echo.Context, address string, parts int) error {
	v := web.Requested(c)
	rest := v.Path
	for range parts {
		rest = afterPart(rest)
	}
	// What a browser keeps for good would outlive a name that is used again.
	c.Response().Header().Set("Cache-Control", "no-cache")
	to := url.URL{Path: paths.Localized(v.Lang, address+rest), RawQuery: v.Query}
	return c.Redirect(http.StatusMovedPermanently, to.String())
}

func headOf(d *repos.Details, here string) repositories.Head {
	r := &d.Repository
	return repositories.Head{
		Owner: d.Owner.Login, Name: r.Name, Description: r.Description, Organization: d.Owner.Kind == models.KindOrganization,
		Private: r.Private, Archived: r.ArchivedAt != nil,
		MayDescribe: d.Level >= models.LevelToDescribe, MayManage: d.Level >= models.LevelToManage, Here: here,
	}
}

func offerView(p *repos.Pending) *repositories.Offer {
	if p == nil {
		return nil
	}
	return &repositories.Offer{To: p.To, From: p.From, Until: p.ExpiresAt, MayTake: p.MayTake}
}

func problemsView(problems models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range problems {
		all = append(all, ui.Problem{Field: p.Field, Code: p.Code})
	}
	return all
}

// number reads a number of an address.
func number(c echo.Context, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil {
		return 0, models.ErrNotFound
	}
	return n, nil
}
