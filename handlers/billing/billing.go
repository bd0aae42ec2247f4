// Package billing holds the pages of what an account has bought: its subscriptions, and what it pays.
package billing

import (
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/frames"
	"souk/models"
	billingverbs "souk/models/billing"
	pages "souk/templates/billing"
	"souk/templates/organizations"
	"souk/templates/ui"
)

// Billing answers for them.
type Billing struct {
	billing *billingverbs.Service
}

// New makes the handlers.
func New(b *billingverbs.Service) *Billing { return &Billing{billing: b} }

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// number is the id of a subscription in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

// payer is whose billing a page is about.
func payer(a *models.Account, role models.OrganizationRole) organizations.Payer {
	if a.Kind != models.KindOrganization {
		return organizations.Payer{}
	}
	return organizations.Payer{Organization: a.Login, Name: a.DisplayName(), Role: string(role)}
}

// why is the code of why the reader can't act, "" where they can.
func why(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, models.ErrSuspended):
		return "suspended"
	case errors.Is(err, models.ErrMailNeeded):
		return "mail"
	case errors.Is(err, models.ErrNotForActing):
		return "acting"
	}
	return "staff"
}

func terms(t *models.Terms) pages.Terms {
	return pages.Terms{Plan: t.Plan, Period: t.Period, Units: t.Units}
}

// row is a subscription in short.
func row(b *billingverbs.Bought) pages.Row {
	s := &b.Sub
	r := pages.Row{ID: s.ID, Terms: terms(&s.Terms), State: s.State, EndReason: s.EndReason, End: s.End, EndedAt: b.EndedAt, Zone: s.Location(),
		Listing: pages.Listing{Slug: b.Listing.Slug, Name: b.Listing.Name, LogoURL: frames.Logo(b.Listing.LogoHash), Public: b.Public}}
	if b.Next != nil {
		r.Next = &pages.Charge{At: b.Next.At, Amount: b.Next.Bill.Sum()}
	}
	if p := s.Pending; p != nil {
		r.Pending = &pages.Pending{Kind: p.Kind, At: s.End}
		if p.Terms != nil {
			t := terms(p.Terms)
			r.Pending.Terms = &t
		}
	}
	if b.Owed != nil {
		r.Owed = owed(b)
	}
	return r
}

func owed(b *billingverbs.Bought) *pages.Owed {
	o := &pages.Owed{Amount: b.Owed.Amount, InvoiceID: b.Owed.InvoiceID, State: b.Owed.Charge, ActionURL: b.Owed.ActionURL}
	if d := b.Sub.Due; d != nil && b.Owed.InvoiceID != 0 {
		o.Since, o.Until, o.Next, o.Payable = d.Since, d.Until, d.Next, d.Payable
	}
	return o
}

func rows(all []billingverbs.Bought) []pages.Row {
	out := make([]pages.Row, len(all))
	for i := range all {
		out[i] = row(&all[i])
	}
	return out
}

// entries are those of a calendar, with the first of the reminders: the others come
// as long before.
func entries(all []models.CalendarEntry) (out []pages.Entry) {
	reminded := false
	for _, e := range all {
		if e.Act == models.ActRemind && reminded {
			continue
		}
		reminded = reminded || e.Act == models.ActRemind
		v := pages.Entry{At: e.At, Act: e.Act}
		if e.Bill != nil {
			sum := e.Bill.Sum()
			v.Amount = &sum
		}
		out = append(out, v)
	}
	return out
}

// zone is where an account's dates are reckoned, UTC for none.
func zone(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}
