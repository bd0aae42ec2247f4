// Package sales holds the pages of what integrators see of their money: transactions, revenue,
// customers, refunds, coupons, prices; and of what staff does about it.
package sales

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/billing"
	"souk/models/ledger"
	"souk/models/refunds"
	salesverbs "souk/models/sales"
	"souk/templates/desk"
	pages "souk/templates/sales"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Sales answers for them.
type Sales struct {
	sales   *salesverbs.Service
	refunds *refunds.Service
	ledger  *ledger.Service
	billing *billing.Service
}

// New makes the handlers.
func New(s *salesverbs.Service, r *refunds.Service, l *ledger.Service, b *billing.Service) *Sales {
	return &Sales{sales: s, refunds: r, ledger: l, billing: b}
}

// frame is what stands around a page of a listing's desk; menu is the page of the
// menu that it belongs to.
func frame(c echo.Context, d *salesverbs.Desk, menu, page string) pages.Frame {
	return pages.Frame{Listing: desk.Listing{Slug: d.ListingSlug, Name: d.ListingName, State: d.ListingState, LogoURL: paths.Tile(d.ListingLogo), Page: menu},
		Sub: page, MayChange: d.MayChange, Zone: web.Zone(c)}
}

func slug(c echo.Context) string { return c.Param("slug") }

// number is an id in an address.
func number(c echo.Context, name string) (int64, error) {
	id, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// pager links to the pages around this one.
func pager(page int, total int64, at func(page string) string) ui.PagerProps {
	last := int((total + salesverbs.PerPage - 1) / salesverbs.PerPage)
	to := func(n int) string { return at(strconv.Itoa(n)) }
	return ui.PagerOf(page, last, to)
}

// each turns the lines of a list into what pages show.
func each[A, B any](list []A, turn func(A) B) []B {
	out := make([]B, len(list))
	for i, one := range list {
		out[i] = turn(one)
	}
	return out
}
