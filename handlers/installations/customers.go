package installations

import (
	"context"
	"net/url"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	"souk/models/installs"
	pages "souk/templates/installations"
	"souk/web"
	"souk/web/paths"
)

// customersInput narrows the list. Those behind have an address of their own.
type customersInput struct {
	listInput
	Behind bool `query:"behind"`
}

func (in *customersInput) filter() installs.Filter {
	f := in.listInput.filter()
	if in.Behind && f.View == installs.ViewAll {
		f.View = installs.ViewBehind
	}
	return f
}

// Customers lists the accounts that an app is installed on.
func (h *Installations) Customers(c echo.Context) error {
	in, err := web.Bind[customersInput](c)
	if err != nil {
		return err
	}
	l, err := h.installs.Customers(c.Request().Context(), web.ActorOf(c), c.Param("slug"), in.filter())
	if err != nil {
		return err
	}
	v := pages.Customers{Frame: frames.App(c, l.Standing, "installations"), Find: findView(&l.Filter, &l.Counts), MayBar: l.MayBar, Zone: web.Zone(c),
		Pager: pager(&l.Filter, l.Total, func(q url.Values) string { return paths.AppInstallationsWith(l.Slug, q) })}
	for i := range l.Items {
		v.Items = append(v.Items, customerView(&l.Items[i]))
	}
	return web.Page(c, pages.CustomersPage(v))
}

type barInput struct {
	Words string `form:"words"`
}

func (h *Installations) barView(c echo.Context) (v pages.Bar, err error) {
	id, err := number(c)
	if err != nil {
		return v, err
	}
	st, i, err := h.installs.Customer(c.Request().Context(), web.ActorOf(c), c.Param("slug"), id)
	if err != nil {
		return v, err
	}
	return pages.Bar{Frame: frames.App(c, st, "installations"), Customer: customerView(i)}, nil
}

// BarPage says what it means that an integrator suspends an installation; Bar does it.
func (h *Installations) BarPage(c echo.Context) error {
	v, err := h.barView(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.BarPage(v))
}

// Bar suspends an installation, with words.
func (h *Installations) Bar(c echo.Context) error {
	in, err := web.Bind[barInput](c)
	if err != nil {
		return err
	}
	err = h.theirs(c, func(ctx context.Context, actor models.Actor, slug string, id int64) error {
		return h.installs.Bar(ctx, actor, slug, id, in.Words)
	}, "installation_barred")
	if _, mendable := models.AsProblems(err); !mendable {
		return err
	}
	v, wrong := h.barView(c)
	if wrong != nil {
		return wrong
	}
	return web.Form(c, err, func(all models.Problems) templ.Component {
		v.Words, v.Problems = in.Words, problems(all)
		return pages.BarPage(v)
	})
}

// Unbar lets an installation work again.
func (h *Installations) Unbar(c echo.Context) error {
	return h.theirs(c, h.installs.Unbar, "installation_unbarred")
}

// RemovePage says what it means that an integrator gives an installation up; Remove
// does it.
func (h *Installations) RemovePage(c echo.Context) error {
	v, err := h.barView(c)
	if err != nil {
		return err
	}
	return web.Page(c, pages.RemovePage(v))
}

// Remove gives an installation up.
func (h *Installations) Remove(c echo.Context) error {
	return h.theirs(c, h.installs.Remove, "installation_removed")
}

func (h *Installations) theirs(c echo.Context, do func(context.Context, models.Actor, string, int64) error, said string) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := do(c.Request().Context(), web.ActorOf(c), c.Param("slug"), id); err != nil {
		return err
	}
	return web.Done(c, paths.AppInstallations(c.Param("slug")), said)
}
