package invoices

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	pages "souk/templates/invoices"
	"souk/web"
	"souk/web/paths"
)

type taxInput struct {
	Country string `form:"country"`
	Region  string `form:"region" query:"region"`
	Name    string `form:"name"`
	Percent string `form:"percent"`
	Reverse bool   `form:"reverse"`
	Abroad  bool   `form:"abroad"`
}

// rate is the line that was typed. A percentage that is none is a rate that the verb
// refuses, so that all that is wrong is said at once.
func (in *taxInput) rate() models.TaxRate {
	millionths, err := models.ParsePercent(in.Percent)
	if err != nil {
		millionths = -1
	}
	return models.TaxRate{Country: in.Country, Region: in.Region, Name: in.Name, Millionths: millionths, ReverseCharge: in.Reverse, Abroad: in.Abroad}
}

func (in *taxInput) form(fresh bool) pages.TaxForm {
	return pages.TaxForm{New: fresh, Country: in.Country, Region: in.Region, Name: in.Name, Percent: in.Percent, Reverse: in.Reverse, Abroad: in.Abroad}
}

// Taxes is the table of taxes.
func (h *Invoices) Taxes(c echo.Context) error {
	all, err := h.invoices.Taxes(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	v := pages.Taxes{Zone: web.Zone(c)}
	for _, r := range all {
		v.Lines = append(v.Lines, pages.Tax{Country: r.Country, Region: r.Region, Name: r.Name, Millionths: r.Millionths, Reverse: r.ReverseCharge, Abroad: r.Abroad, Updated: r.UpdatedAt})
	}
	return web.Page(c, pages.TaxesPage(v))
}

// NewTax is the form for a line.
func (h *Invoices) NewTax(c echo.Context) error {
	if err := web.ActorOf(c).MayKeepTaxes(); err != nil {
		return err
	}
	return web.Page(c, pages.TaxPage(pages.TaxForm{New: true}))
}

// AddTax adds a line.
func (h *Invoices) AddTax(c echo.Context) error {
	in, err := web.Bind[taxInput](c)
	if err != nil {
		return err
	}
	err = h.invoices.AddTax(c.Request().Context(), web.ActorOf(c), in.rate())
	if err == nil {
		return web.Done(c, paths.StaffTaxes, "tax_added")
	}
	return taxForm(c, err, in.form(true))
}

func taxForm(c echo.Context, err error, v pages.TaxForm) error {
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.TaxPage(v)
	})
}

// Tax is the form of a line.
func (h *Invoices) Tax(c echo.Context) error {
	in, err := web.Bind[taxInput](c)
	if err != nil {
		return err
	}
	r, err := h.invoices.Tax(c.Request().Context(), web.ActorOf(c), c.Param("country"), in.Region)
	if err != nil {
		return err
	}
	return web.Page(c, pages.TaxPage(pages.TaxForm{Country: r.Country, Region: r.Region, Name: r.Name,
		Percent: pages.Percent(c.Request().Context(), r.Millionths), Reverse: r.ReverseCharge, Abroad: r.Abroad}))
}

// SetTax changes a line.
func (h *Invoices) SetTax(c echo.Context) error {
	in, err := web.Bind[taxInput](c)
	if err != nil {
		return err
	}
	in.Country = c.Param("country")
	err = h.invoices.SetTax(c.Request().Context(), web.ActorOf(c), in.rate())
	if err == nil {
		return web.Done(c, paths.StaffTaxes, "tax_changed")
	}
	return taxForm(c, err, in.form(false))
}

// RemoveTax takes a line out of the table.
func (h *Invoices) RemoveTax(c echo.Context) error {
	in, err := web.Bind[taxInput](c)
	if err != nil {
		return err
	}
	if err := h.invoices.RemoveTax(c.Request().Context(), web.ActorOf(c), c.Param("country"), in.Region); err != nil {
		return err
	}
	return web.Done(c, paths.StaffTaxes, "tax_removed")
}
