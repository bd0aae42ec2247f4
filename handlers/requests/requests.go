// Package requests holds the requests to buy, and what an organization allows: its policy and budgets.
package requests

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/policies"
	"souk/models/requests"
	"souk/templates/organizations"
	pages "souk/templates/requests"
	"souk/templates/ui"
	"souk/web/paths"
)

// Requests answers for them.
type Requests struct {
	requests *requests.Service
	policies *policies.Service
}

// New makes the handlers.
func New(r *requests.Service, p *policies.Service) *Requests {
	return &Requests{requests: r, policies: p}
}

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// code is the code of why something can't be done, "" where it can.
func code(err error) string {
	known, _ := asProblem(err)
	if known == nil {
		return ""
	}
	return known.Code
}

// or is the time, or the zero time for none.
func or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// number is an id in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

// count reads a number that a form carried; what is none is 0.
func count(typed string) int64 {
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func org(login, name string, role models.OrganizationRole, waiting int) pages.Org {
	return pages.Org{Payer: organizations.Payer{Organization: login, Name: name, Role: string(role)}, Waiting: waiting}
}

func rowView(r *requests.Request) pages.Row {
	v := pages.Row{ID: r.ID, Slug: r.Slug, Name: r.Name, LogoURL: paths.Tile(r.LogoHash), Organization: r.Organization, OrganizationName: r.OrganizationName,
		Requester: r.Requester, Cost: r.Cost, Reason: r.Reason, Words: r.Words, Decider: r.Decider, State: r.State, Created: r.CreatedAt, Expires: r.ExpiresAt,
		Decided: or(r.DecidedAt), Terms: pages.Terms{Plan: r.PlanName, Kind: r.Kind, Unit: r.Unit, Period: r.Period, Units: r.Units}}
	if r.OrderID != nil {
		v.OrderID = *r.OrderID
	}
	return v
}

func rowViews(all []requests.Request) []pages.Row {
	out := make([]pages.Row, len(all))
	for i := range all {
		out[i] = rowView(&all[i])
	}
	return out
}

// pager links to the pages around this one.
func pager(page, total int, at func(page int) string) ui.PagerProps {
	last := (total + requests.PerPage - 1) / requests.PerPage
	return ui.PagerOf(page, last, at)
}
