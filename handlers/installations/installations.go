// Package installations holds the pages of what is installed on an account, and of the accounts that an integrator's app is installed on.
package installations

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installs"
	pages "souk/templates/installations"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Installations answers for them.
type Installations struct {
	installs *installs.Service
}

// New makes the handlers.
func New(i *installs.Service) *Installations { return &Installations{installs: i} }

// number is the installation that an address names.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

type listInput struct {
	Query string        `query:"q"`
	View  installs.View `query:"view"`
	Page  string        `query:"page"`
}

func (in *listInput) filter() installs.Filter {
	return installs.Filter{Query: in.Query, View: in.View, Page: web.PageNumber(in.Page)}
}

func findView(f *installs.Filter, counts *installs.Counts) pages.Find {
	v := pages.Find{Query: f.Query, View: string(f.View)}
	for _, one := range installs.Views() {
		v.Views = append(v.Views, pages.ViewOption{View: string(one), Count: counts.In(one)})
	}
	return v
}

// pager leads through a list; at is the address of a page of it.
func pager(f *installs.Filter, total int, at func(url.Values) string) ui.PagerProps {
	return ui.PagerOf(f.Page, (total+installs.PerPage-1)/installs.PerPage, func(page int) string {
		q := url.Values{}
		if f.Query != "" {
			q.Set("q", f.Query)
		}
		if f.View != "" {
			q.Set("view", string(f.View))
		}
		if page > 1 {
			q.Set("page", strconv.Itoa(page))
		}
		return at(q)
	})
}

// List lists what is installed on one's own account, or on an organization.
func (h *Installations) List(c echo.Context) error {
	in, err := web.Bind[listInput](c)
	if err != nil {
		return err
	}
	org := c.Param("org")
	l, err := h.installs.List(c.Request().Context(), web.ActorOf(c), org, in.filter())
	if err != nil {
		return err
	}
	v := pages.List{Place: placeView(&l.Account, l.Role), Find: findView(&l.Filter, &l.Counts), Asked: l.Asked, MayRun: l.MayRun, Zone: web.Zone(c),
		Pager: pager(&l.Filter, l.Total, func(q url.Values) string { return paths.InstallationsWith(org, q) })}
	for i := range l.Items {
		v.Items = append(v.Items, itemView(&l.Items[i]))
	}
	return web.Page(c, pages.ListPage(v))
}
