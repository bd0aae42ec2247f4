// Package sales holds the pages of what integrators see of their money, and of what
// staff does about it.
package sales

import (
	"context"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/insights"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Frame is what stands around a page of a listing's sales. Sub is the page among
// those of sales.
type Frame struct {
	desk.Listing
	Sub       string
	MayChange bool
	Zone      *time.Location
}

// titled is the frame with the page's title.
func (f *Frame) titled(title string) desk.Listing {
	l := f.Listing
	l.Title = title
	return l
}

func (f *Frame) tabs(ctx context.Context) []ui.Tab {
	var tabs []ui.Tab
	for _, page := range []string{"", "transactions", "customers", "invoices", "prices"} {
		key, to := page, page
		if page == "" {
			key, to = "overview", "sales"
		}
		tabs = append(tabs, ui.Tab{Text: i18n.T(ctx, "sales.tab."+key), Path: paths.ManageListing(f.Slug, to), Current: page == f.Sub})
	}
	return tabs
}

func day(ctx context.Context, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return i18n.Date(ctx, t.In(zone))
}

func moment(ctx context.Context, t time.Time, zone *time.Location) string {
	return i18n.DateTime(ctx, t.In(zone))
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func money(ctx context.Context, minor int64, currency string) string {
	return i18n.Money(ctx, minor, currency)
}

// signed is an amount whose sign is seen: what went back begins with a minus.
func signed(ctx context.Context, minor int64, currency string) string {
	if minor == 0 {
		return i18n.Money(ctx, 0, currency)
	}
	return i18n.Money(ctx, minor, currency)
}

// sums are amounts of several currencies, in words.
func sums(ctx context.Context, list []models.Money) string {
	if len(list) == 0 {
		return "–"
	}
	words := make([]string, len(list))
	for i, m := range list {
		words[i] = money(ctx, m.Minor, m.Currency)
	}
	return strings.Join(words, " · ")
}

// Sum is what transactions come to in one currency.
type Sum struct {
	Currency string
	In       int64
	Back     int64
	Fees     int64
	Tax      int64
}

func (s *Sum) net() int64 { return s.In + s.Back - s.Fees }

// Part is a part of a number; Of is 0 where there is nothing to tell.
type Part struct{ Of, Part int64 }

func (p *Part) text(ctx context.Context) string {
	if p.Of == 0 {
		return "–"
	}
	return i18n.Percent(ctx, float64(p.Part)/float64(p.Of))
}

// Count is how many subscriptions are in a state.
type Count struct {
	State models.SubscriptionState
	N     int64
}

// Month is what came in and went back in one month.
type Month struct {
	Month time.Time
	Sum
}

// Subscriber is a customer with the subscription.
type Subscriber struct {
	models.Subscription
	Login      string
	Kind       models.AccountKind
	Country    string
	Since      time.Time
	EndedAt    time.Time
	LastFailed models.DeclineCode
	Bill       *models.Bill
}

// terms are what was bought, in words.
func terms(ctx context.Context, t *models.Terms) string {
	if t.Plan.Free() {
		return t.Plan.Name
	}
	if t.Plan.Kind == models.PlanPerUnit {
		return i18n.N(ctx, "sales.terms.units."+string(t.Period), t.Units, "plan", t.Plan.Name)
	}
	return i18n.T(ctx, "sales.terms."+string(t.Period), "plan", t.Plan.Name)
}

func (s *Subscriber) next(ctx context.Context, zone *time.Location) string {
	switch {
	case s.State == models.SubscriptionEnded:
		return i18n.T(ctx, "sales.ended", "date", day(ctx, s.EndedAt, zone))
	case s.Pending != nil && s.Pending.Kind == models.PendingCancel:
		return i18n.T(ctx, "sales.ends", "date", day(ctx, s.End, zone))
	case s.Pending != nil && s.Pending.Kind == models.PendingPause:
		return i18n.T(ctx, "sales.pauses", "date", day(ctx, s.End, zone))
	case s.Bill != nil:
		return i18n.T(ctx, "sales.renews", "date", day(ctx, s.End, zone), "amount", money(ctx, s.Bill.Net, s.Bill.Currency))
	}
	return "–"
}

func stateName(ctx context.Context, s models.SubscriptionState) string {
	return i18n.T(ctx, "sales.state."+string(s))
}

func stateTone(s models.SubscriptionState) ui.Tone {
	switch s {
	case models.SubscriptionActive:
		return ui.ToneGood
	case models.SubscriptionTrial:
		return ui.ToneAccent
	case models.SubscriptionPastDue:
		return ui.ToneBad
	case models.SubscriptionPaused, models.SubscriptionIncomplete:
		return ui.ToneWarn
	}
	return ui.ToneQuiet
}

// Payout is money that went to the seller's bank.
type Payout struct {
	ID       int64
	Minor    int64
	Currency string
	State    string
	At       time.Time
	Arrives  time.Time
}

func (p *Payout) tone() ui.Tone {
	switch p.State {
	case "paid":
		return ui.ToneGood
	case "failed":
		return ui.ToneBad
	}
	return ui.ToneWarn
}

// Overview sums up what a listing brings in.
type Overview struct {
	Frame
	Recurring  []models.Money
	States     []Count
	Free       int64
	Running    int64
	Trials     Part
	Churn      Part
	Months     []Month
	Currencies []string
	Renewals   []Subscriber
	Failing    []Subscriber
	Payouts    []Payout
	Open       int64
	Ready      bool
}

func (o *Overview) empty() bool { return len(o.States) == 0 && len(o.Months) == 0 }

// this is what came in this month, by currency.
func (o *Overview) this() []models.Money {
	var list []models.Money
	for i := range o.Months {
		if i+1 == len(o.Months) || o.Months[i+1].Currency != o.Months[i].Currency {
			list = append(list, models.Money{Minor: o.Months[i].In + o.Months[i].Back, Currency: o.Months[i].Currency})
		}
	}
	return list
}

// chart is revenue by month in one currency: what came in, and what stays.
func (o *Overview) chart(ctx context.Context, currency string) insights.Chart {
	c := insights.Chart{ID: "revenue-" + currency, Title: i18n.T(ctx, "sales.chart.title", "currency", currency), Bars: i18n.T(ctx, "sales.chart.in"), Line: i18n.T(ctx, "sales.chart.net")}
	for i := range o.Months {
		if m := &o.Months[i]; m.Currency == currency {
			c.Points = append(c.Points, insights.Point{Label: m.name(ctx), Bar: m.In, Line: max(m.net(), 0), BarText: money(ctx, m.In, currency), LineText: money(ctx, m.net(), currency)})
		}
	}
	c.Top = money(ctx, c.Ceiling(), currency)
	return c
}

// name is the month as people write it.
func (m *Month) name(ctx context.Context) string {
	return i18n.T(ctx, "sales.month", "year", strconv.Itoa(m.Month.Year()), "month", i18n.T(ctx, "sales.month."+strconv.Itoa(int(m.Month.Month()))))
}
