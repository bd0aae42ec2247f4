package ownership

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models/ownership"
	pages "souk/templates/ownership"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

type ledgerInput struct {
	Page int `query:"page"`
}

// Ledger is what an app asked for since when, for everyone.
func (h *Ownership) Ledger(c echo.Context) error {
	in, err := web.Bind[ledgerInput](c)
	if err != nil {
		return err
	}
	lang := web.Requested(c).Lang
	l, err := h.ownership.Ledger(c.Request().Context(), lang, c.Param("slug"), in.Page)
	if err != nil {
		return err
	}
	v := pages.Ledger{Slug: l.Slug, Name: l.Name, LogoURL: frames.Logo(l.LogoHash), AppSlug: l.AppSlug, Public: l.Public, Total: l.Total, Pager: pagerOf(lang, l)}
	for i := range l.Lines {
		one := &l.Lines[i]
		v.Lines = append(v.Lines, pages.Line{At: one.At.In(web.Zone(c)), Imported: one.Imported, First: one.First, Known: one.Known(),
			Change: one.Change, Cause: one.Cause, From: one.From, To: one.To})
	}
	return web.Page(c, pages.LedgerPage(v))
}

// pagerOf links to every page: a ledger has few.
func pagerOf(lang string, l *ownership.Ledger) ui.PagerProps {
	href := func(n int) string {
		address := paths.Localized(lang, paths.ListingPart(l.Slug, "permissions"))
		if n > 1 {
			address += "?page=" + strconv.Itoa(n)
		}
		return address
	}
	var p ui.PagerProps
	last := (l.Total + ownership.LinesPerPage - 1) / ownership.LinesPerPage
	if l.Page > 1 {
		p.Previous = href(l.Page - 1)
	}
	if l.Page < last {
		p.Next = href(l.Page + 1)
	}
	for n := 1; n <= last; n++ {
		p.Links = append(p.Links, ui.PageLink{Page: n, Href: href(n), Current: n == l.Page})
	}
	return p
}
