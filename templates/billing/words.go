package billing

import (
	"context"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/organizations"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

const clock = "2006-01-02T15:04:05Z07:00"

// day is a date in the zone in which the subscription is reckoned.
func (r *Row) day(ctx context.Context, t time.Time) string { return i18n.Date(ctx, t.In(r.zone())) }

func (r *Row) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

func (r *Row) exact(t time.Time) string { return t.In(r.zone()).Format(clock) }

func money(ctx context.Context, m models.Money) string { return i18n.Money(ctx, m.Minor, m.Currency) }

// amounts are sums of several currencies in a row.
func amounts(ctx context.Context, all []models.Money) string {
	if len(all) == 0 {
		return i18n.T(ctx, "billing.nothing")
	}
	words := make([]string, len(all))
	for i, m := range all {
		words[i] = money(ctx, m)
	}
	return i18n.List(ctx, words)
}

// price is what the terms cost: "€12.00 per seat a month".
func (t *Terms) price(ctx context.Context) string {
	v := site.PlanView(&t.Plan)
	return site.PriceWords(ctx, &v, t.Period)
}

// perUnit reports whether units count.
func (t *Terms) perUnit() bool { return t.Plan.Kind == models.PlanPerUnit }

// units are how many were bought, in words: "5 × seat".
func (t *Terms) units(ctx context.Context) string {
	unit := t.Plan.UnitName
	if unit == "" {
		unit = i18n.T(ctx, "site.plan.unit")
	}
	return i18n.T(ctx, "billing.units", "n", i18n.Number(ctx, t.Units), "unit", unit)
}

// name is the plan with its period and units: "Team, by the year, 5 × seat".
func (t *Terms) name(ctx context.Context) string {
	switch {
	case t.Plan.Free():
		return t.Plan.Name
	case t.perUnit():
		return i18n.T(ctx, "billing.terms.units."+string(t.Period), "plan", t.Plan.Name, "units", t.units(ctx))
	}
	return i18n.T(ctx, "billing.terms."+string(t.Period), "plan", t.Plan.Name)
}

// state is where the subscription stands, in a word.
func (r *Row) state(ctx context.Context) string {
	if r.Pending != nil && r.State == models.SubscriptionActive {
		return i18n.T(ctx, "billing.state.pending."+string(r.Pending.Kind))
	}
	if r.State == models.SubscriptionActive && r.Owed != nil {
		return i18n.T(ctx, "billing.state.open")
	}
	return i18n.T(ctx, "billing.state."+string(r.State))
}

func (r *Row) tone() ui.Tone {
	switch {
	case r.State == models.SubscriptionPastDue:
		return ui.ToneBad
	case r.State == models.SubscriptionIncomplete, r.Owed != nil, r.Pending != nil:
		return ui.ToneWarn
	case r.State == models.SubscriptionTrial:
		return ui.ToneAccent
	case r.State == models.SubscriptionActive:
		return ui.ToneGood
	}
	return ui.ToneQuiet
}

// sentence is where the subscription stands, and what comes next.
func (r *Row) sentence(ctx context.Context) string {
	switch {
	case r.State == models.SubscriptionEnded:
		return i18n.T(ctx, "billing.is.ended."+string(r.EndReason), "date", r.day(ctx, r.EndedAt))
	case r.State == models.SubscriptionIncomplete, r.State == models.SubscriptionPaused:
		return i18n.T(ctx, "billing.is."+string(r.State))
	case r.State == models.SubscriptionPastDue && r.Owed != nil && !r.Owed.Until.IsZero():
		return i18n.T(ctx, "billing.is.past_due", "date", r.day(ctx, r.Owed.Until))
	case r.State == models.SubscriptionPastDue:
		return i18n.T(ctx, "billing.is.past_due_now")
	case r.Pending != nil && r.Pending.Kind == models.PendingTerms:
		return i18n.T(ctx, "billing.is.pending.change", "date", r.day(ctx, r.Pending.At), "terms", r.Pending.Terms.name(ctx))
	case r.Pending != nil:
		return i18n.T(ctx, "billing.is.pending."+string(r.Pending.Kind), "date", r.day(ctx, r.Pending.At))
	case r.State == models.SubscriptionTrial && r.Next != nil:
		return i18n.T(ctx, "billing.is.trial", "date", r.day(ctx, r.End), "amount", money(ctx, r.Next.Amount))
	case r.State == models.SubscriptionTrial:
		return i18n.T(ctx, "billing.is.trial_only", "date", r.day(ctx, r.End))
	case r.End.IsZero():
		return i18n.T(ctx, "billing.is.free")
	case r.Next != nil:
		return i18n.T(ctx, "billing.is.active", "date", r.day(ctx, r.Next.At), "amount", money(ctx, r.Next.Amount))
	}
	return i18n.T(ctx, "billing.is.active_until", "date", r.day(ctx, r.End))
}

// nextWords are the next charge in a cell of a table.
func (r *Row) nextWords(ctx context.Context) string {
	switch {
	case r.Next != nil:
		return i18n.T(ctx, "billing.next", "amount", money(ctx, r.Next.Amount), "date", r.day(ctx, r.Next.At))
	case r.State == models.SubscriptionPaused, r.End.IsZero():
		return i18n.T(ctx, "billing.next.none")
	}
	return i18n.T(ctx, "billing.next.ends", "date", r.day(ctx, r.End))
}

// owedWords say what isn't paid, and until when it can be.
func (r *Row) owedWords(ctx context.Context) string {
	o := r.Owed
	amount := money(ctx, o.Amount)
	switch {
	case o.State == models.ChargeAction:
		return i18n.T(ctx, "billing.owed.confirm", "amount", amount)
	case o.State != "":
		return i18n.T(ctx, "billing.owed.under_way", "amount", amount)
	case !o.Payable.IsZero() && r.State == models.SubscriptionActive:
		return i18n.T(ctx, "billing.owed.transfer", "amount", amount, "date", r.day(ctx, o.Payable))
	case !o.Payable.IsZero():
		return i18n.T(ctx, "billing.owed.transfer_late", "amount", amount, "date", r.day(ctx, o.Until))
	case o.Until.IsZero():
		return i18n.T(ctx, "billing.owed.first", "amount", amount)
	case o.Next.IsZero():
		return i18n.T(ctx, "billing.owed.last", "amount", amount, "date", r.day(ctx, o.Until))
	}
	return i18n.T(ctx, "billing.owed.again", "amount", amount, "next", r.day(ctx, o.Next), "date", r.day(ctx, o.Until))
}

// Decline is why a charge was refused, and what one can do.
func Decline(ctx context.Context, code models.DeclineCode) string {
	if key := "billing.decline." + string(code); i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "billing.decline.declined")
}

// entryWords say what happens on a day of the calendar.
func entryWords(ctx context.Context, e *Entry) string {
	return i18n.T(ctx, "billing.calendar."+string(e.Act))
}

// LineWords say what a line of a bill is for.
func LineWords(ctx context.Context, l *models.BillLine) string {
	t := Terms{Plan: models.Plan{Name: l.PlanName, Kind: l.PlanKind, UnitName: l.UnitName}, Period: l.Period, Units: l.Units}
	return i18n.T(ctx, "billing.line."+string(l.Kind), "plan", t.name(ctx))
}

// taxWords name the tax of a bill, with its rate.
func taxWords(ctx context.Context, r *models.TaxRule) string {
	rate := percent(ctx, r.Millionths)
	switch {
	case r.Reverse:
		return i18n.T(ctx, "billing.tax.reverse", "tax", r.Name)
	case r.Inclusive:
		return i18n.T(ctx, "billing.tax.inclusive", "tax", r.Name, "rate", rate)
	}
	return i18n.T(ctx, "billing.tax.exclusive", "tax", r.Name, "rate", rate)
}

// percent is a share in millionths, without a fraction where it has none.
func percent(ctx context.Context, millionths int64) string {
	if millionths%10_000 == 0 {
		return i18n.T(ctx, "billing.percent", "n", i18n.Number(ctx, millionths/10_000))
	}
	return i18n.Percent(ctx, float64(millionths)/1_000_000)
}

// couponWords say what a coupon takes off the periods to come.
func couponWords(ctx context.Context, d *models.Discount) string {
	off := money(ctx, models.Money{Minor: d.Minor, Currency: d.Currency})
	if d.Percent > 0 {
		off = percent(ctx, d.Percent*10_000)
	}
	if d.Left < 0 {
		return i18n.T(ctx, "billing.coupon.always", "code", d.Code, "off", off)
	}
	return i18n.N(ctx, "billing.coupon.left", int64(d.Left), "code", d.Code, "off", off)
}

// eventWords say what happened.
func eventWords(ctx context.Context, e *Event) string {
	switch e.Kind {
	case "order":
		if e.Terms != nil {
			return i18n.T(ctx, "billing.event.order_terms", "act", i18n.T(ctx, "billing.event.order."+e.What), "terms", e.Terms.name(ctx))
		}
		return i18n.T(ctx, "billing.event.order."+e.What)
	case "charge":
		return i18n.T(ctx, "billing.event.charge."+e.What)
	case "refund":
		return i18n.T(ctx, "billing.event.refund."+e.What)
	}
	if e.Kind == "end" {
		return i18n.T(ctx, "billing.event.end."+e.What)
	}
	return i18n.T(ctx, "billing.event."+e.Kind, "reference", e.Reference)
}

// why says why the reader can't act.
func why(ctx context.Context, code string) string { return i18n.T(ctx, "billing.why."+code) }

// lineSpan is the time that a line is for, and what the whole period costs where it
// is a part of one.
func lineSpan(ctx context.Context, l *models.BillLine, currency string, zone *time.Location) string {
	from, until := i18n.Date(ctx, l.From.In(zone)), i18n.Date(ctx, l.Until.In(zone))
	if l.Kind == models.LinePeriod {
		return i18n.T(ctx, "billing.line.span", "from", from, "until", until)
	}
	return i18n.T(ctx, "billing.line.part", "from", from, "until", until, "whole", i18n.Money(ctx, l.Whole, currency))
}

// taxNote says which tax is in a total, or why there is none.
func taxNote(ctx context.Context, b *models.Bill) string {
	if b.Rule.Reverse {
		return taxWords(ctx, &b.Rule)
	}
	return i18n.T(ctx, "billing.tax.contained", "tax", taxWords(ctx, &b.Rule), "amount", i18n.Money(ctx, b.Tax, b.Currency))
}

// crumbs lead back to what the account has bought.
func (r *Row) crumbs(ctx context.Context, p *organizations.Payer, page string) []ui.Crumb {
	all := []ui.Crumb{{Text: i18n.T(ctx, "billing.title"), Path: paths.BillingPage(p.Organization, "")}}
	if page == "" {
		return append(all, ui.Crumb{Text: r.Name})
	}
	return append(all, ui.Crumb{Text: r.Name, Path: paths.Subscription(r.ID, "")}, ui.Crumb{Text: i18n.T(ctx, "billing.act."+page)})
}

func (r *Row) frame(ctx context.Context, p organizations.Payer, title, page string) account.Shell {
	s := p.Shell(ctx, title, paths.BillingPage(p.Organization, ""))
	s.Crumbs = r.crumbs(ctx, &p, page)
	return s
}

func (s *Subscription) shell(ctx context.Context) account.Shell {
	return s.frame(ctx, s.Payer, i18n.T(ctx, "billing.subscription.title", "name", s.Name), "")
}

func (c *Change) shell(ctx context.Context, title, page string) account.Shell {
	return c.frame(ctx, c.Payer, title, page)
}

func (a *Act) shell(ctx context.Context, title, page string) account.Shell {
	return a.frame(ctx, a.Payer, title, page)
}

func (m *Methods) shell(ctx context.Context, title, page string) account.Shell {
	return m.frame(ctx, m.Payer, title, page)
}

// can reports whether the reader can do something with the subscription now.
func (s *Subscription) can(act string) bool { return s.Why == "" && slices.Contains(s.Acts, act) }

// pendingWords say what waits for the end of the period, and until when it can be
// taken back.
func (s *Subscription) pendingWords(ctx context.Context) string {
	date := s.day(ctx, s.Pending.At)
	switch s.Pending.Kind {
	case models.PendingTerms:
		return i18n.T(ctx, "billing.pending.change", "date", date, "terms", s.Pending.Terms.name(ctx))
	case models.PendingPause:
		return i18n.T(ctx, "billing.pending.pause", "date", date)
	}
	return i18n.T(ctx, "billing.pending.cancel", "date", date)
}

// Total is what is paid at once.
func (q *Quote) Total() models.Money {
	if q.Charge == nil {
		return models.Money{Currency: q.Terms.Plan.Currency}
	}
	return q.Charge.Sum()
}

// sentence says whether it happens at once, and what it costs.
func (q *Quote) sentence(ctx context.Context, r *Row) string {
	switch {
	case q.Act == models.ActCancel && q.Now:
		return i18n.T(ctx, "billing.quote.cancel_now")
	case q.Act == models.ActCancel:
		return i18n.T(ctx, "billing.quote.cancel", "date", r.day(ctx, q.At))
	case q.Act == models.ActResume && q.Charge != nil:
		return i18n.T(ctx, "billing.quote.resume", "amount", money(ctx, q.Total()))
	case q.Act == models.ActResume:
		return i18n.T(ctx, "billing.quote.resume_free")
	case !q.Now:
		return i18n.T(ctx, "billing.quote.later", "date", r.day(ctx, q.At), "terms", q.Terms.name(ctx))
	case q.Charge != nil && q.Charge.Total > 0:
		return i18n.T(ctx, "billing.quote.now", "terms", q.Terms.name(ctx), "amount", money(ctx, q.Total()))
	case !q.Trial.IsZero():
		return i18n.T(ctx, "billing.quote.trial", "terms", q.Terms.name(ctx), "date", r.day(ctx, q.Trial))
	}
	return i18n.T(ctx, "billing.quote.now_free", "terms", q.Terms.name(ctx))
}

// button names the change.
func (c *Change) button(ctx context.Context) string {
	switch {
	case !c.Quote.Now:
		return i18n.T(ctx, "billing.change.submit.later", "date", c.day(ctx, c.Quote.At))
	case c.Quote.Total().Minor > 0:
		return i18n.T(ctx, "billing.change.submit.pay", "amount", money(ctx, c.Quote.Total()))
	}
	return i18n.T(ctx, "billing.change.submit.now")
}

func (a *Act) cancelButton(ctx context.Context) string {
	switch {
	case !a.Quote.Now:
		return i18n.T(ctx, "billing.cancel.submit.later", "date", a.day(ctx, a.Quote.At))
	case a.State == models.SubscriptionTrial:
		return i18n.T(ctx, "billing.cancel.submit.trial")
	}
	return i18n.T(ctx, "billing.cancel.submit.now")
}

func (a *Act) resumeButton(ctx context.Context) string {
	if a.Quote.Total().Minor == 0 {
		return i18n.T(ctx, "billing.resume.submit")
	}
	return i18n.T(ctx, "billing.resume.submit.pay", "amount", money(ctx, a.Quote.Total()))
}

func (m *Methods) button(ctx context.Context) string {
	if m.Owed != nil && m.Owed.State == "" {
		return i18n.T(ctx, "billing.method.submit.pay", "amount", money(ctx, m.Owed.Amount))
	}
	return i18n.T(ctx, "billing.method.submit")
}

func (m *Methods) options(ctx context.Context) []ui.Option {
	all := make([]ui.Option, len(m.All))
	for i, o := range m.All {
		all[i] = ui.Option{Value: number(o.ID), Label: o.Name}
		if year, month, ok := strings.Cut(o.Expires, "-"); ok {
			all[i].Help = i18n.T(ctx, "billing.method.expires", "month", month, "year", year)
		}
	}
	return all
}

// options are the plans that can be chosen, with what they cost.
func (c *Change) options(ctx context.Context) []ui.Option {
	all := make([]ui.Option, len(c.Plans))
	for i := range c.Plans {
		p := &c.Plans[i]
		all[i] = ui.Option{Value: number(int64(p.Number)), Label: p.Name, Help: prices(ctx, p)}
		if p.ID == c.Terms.Plan.ID {
			all[i].Label = i18n.T(ctx, "billing.change.present", "plan", p.Name)
		}
	}
	return all
}

// prices are what a plan costs for each period that it is offered for.
func prices(ctx context.Context, p *models.Plan) string {
	if p.Free() {
		return (&Terms{Plan: *p, Period: models.Monthly}).price(ctx)
	}
	var all []string
	for _, period := range models.Periods() {
		if _, offered := p.Price(period, 1); offered {
			all = append(all, (&Terms{Plan: *p, Period: period}).price(ctx))
		}
	}
	return i18n.List(ctx, all)
}

// perUnit reports whether any of the plans counts units.
func (c *Change) perUnit() bool {
	return slices.ContainsFunc(c.Plans, func(p models.Plan) bool { return p.Kind == models.PlanPerUnit })
}

func periods(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.Periods() {
		all = append(all, ui.Option{Value: string(p), Label: i18n.T(ctx, "billing.period."+string(p))})
	}
	return all
}
