// Package sales holds the pages of what integrators see of their money, and of what
// staff does about it.
package sales

import (
	"context"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/desk"
	"souk/templates/insights"
	"souk/templates/staff"
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

// Transaction is a line of what came in or went back.
type Transaction struct {
	At        time.Time
	Kind      models.SaleKind
	ID        string
	AccountID int64
	Login     string
	Type      string
	InvoiceID int64
	Reference string
	PlanID    int64
	Plan      string
	Period    models.Period
	Units     int64
	Minor     int64
	Tax       int64
	Fee       int64
	Currency  string
	Country   string
	Region    string
	Postal    string
	State     string
}

// Plan is one to choose.
type Plan struct {
	ID   int64
	Name string
}

// Transactions are a page of them.
type Transactions struct {
	Frame
	Period    models.SalePeriod
	Kind      models.SaleKind
	Plan      int64
	Country   string
	Total     int64
	Items     []Transaction
	Sums      []Sum
	Plans     []Plan
	Countries []string
	Pager     ui.PagerProps
}

func (t *Transactions) query(page string) []string {
	plan := ""
	if t.Plan != 0 {
		plan = strconv.FormatInt(t.Plan, 10)
	}
	return []string{"period", string(t.Period), "kind", string(t.Kind), "plan", plan, "country", t.Country, "page", page}
}

// Path is the address of a page of them.
func (t *Transactions) Path(page string) string {
	return paths.With(paths.ManageListing(t.Slug, "transactions"), t.query(page)...)
}

func (t *Transactions) file() string {
	return paths.With(paths.ManageListing(t.Slug, "transactions.csv"), t.query("")...)
}

func (t *Transactions) periods(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.SalePeriods() {
		all = append(all, ui.Option{Value: string(p), Label: i18n.T(ctx, "sales.period."+string(p))})
	}
	return all
}

func (t *Transactions) kinds(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "sales.any.kind")}}
	for _, k := range models.SaleKinds() {
		all = append(all, ui.Option{Value: string(k), Label: i18n.T(ctx, "sales.kind."+string(k))})
	}
	return all
}

func (t *Transactions) plans(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "0", Label: i18n.T(ctx, "sales.any.plan")}}
	for _, p := range t.Plans {
		all = append(all, ui.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	return all
}

func (t *Transactions) countries(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "sales.any.country")}}
	for _, c := range t.Countries {
		all = append(all, ui.Option{Value: c, Label: i18n.Country(ctx, c)})
	}
	return all
}

// Customers are a page of those who have bought a plan.
type Customers struct {
	Frame
	State  models.SubscriptionState
	States []models.SubscriptionState
	Query  string
	Total  int64
	Items  []Subscriber
	Pager  ui.PagerProps
}

// Path is the address of a page of them.
func (c *Customers) Path(page string) string {
	return paths.With(paths.ManageListing(c.Slug, "customers"), "state", string(c.State), "q", c.Query, "page", page)
}

func (c *Customers) states(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "sales.any.state")}}
	for _, s := range c.States {
		all = append(all, ui.Option{Value: string(s), Label: stateName(ctx, s)})
	}
	return all
}

// Customer is one of them.
type Customer struct {
	Frame
	Login, Name   string
	Kind          models.AccountKind
	Profile       models.BillingProfile
	Subscriptions []Subscriber
	Invoices      []Invoice
	Charges       []Attempt
	Paid          []models.Money
}

// address is where the customer is, in lines.
func (c *Customer) address(ctx context.Context) string {
	a := &c.Profile.Address
	var parts []string
	for _, s := range []string{c.Profile.Name, a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if a.Country != "" {
		parts = append(parts, i18n.Country(ctx, a.Country))
	}
	return strings.Join(parts, ", ")
}

// Invoice is an invoice or a credit note in a list.
type Invoice struct {
	ID        int64
	Kind      models.InvoiceKind
	Reference string
	Corrects  string
	AccountID int64
	Login     string
	ListingID int64
	Slug      string
	Listing   string
	Seller    string
	State     models.InvoiceState
	Minor     int64
	Tax       int64
	Paid      int64
	Credited  int64
	Held      int64
	Currency  string
	Issued    time.Time
	Due       time.Time
	Token     string
	Disputed  bool
	Transfer  bool
}

func (i *Invoice) refundable() bool {
	return i.Kind == models.KindInvoice && i.Paid > 0 && i.Paid-i.Credited-i.Held > 0
}

// Payable reports whether it can be marked as paid.
func (i *Invoice) Payable() bool {
	return i.Kind == models.KindInvoice && i.State == models.InvoiceOpen && i.Minor > 0
}

func (i *Invoice) status() string {
	if i.Kind == models.KindCreditNote {
		return "credit_note"
	}
	return string(i.State)
}

func (i *Invoice) tone() ui.Tone {
	switch {
	case i.Kind == models.KindCreditNote:
		return ui.ToneAccent
	case i.State == models.InvoicePaid:
		return ui.ToneGood
	case i.State == models.InvoiceOpen:
		return ui.ToneWarn
	}
	return ui.ToneQuiet
}

// amount is what a document asks for, or gives back.
func (i *Invoice) amount(ctx context.Context) string {
	if i.Kind == models.KindCreditNote {
		return money(ctx, -i.Minor, i.Currency)
	}
	return money(ctx, i.Minor, i.Currency)
}

// Attempt is a charge, whatever came of it.
type Attempt struct {
	ID       int64
	State    models.ChargeState
	Decline  models.DeclineCode
	Minor    int64
	Fee      int64
	Refunded int64
	Currency string
	At       time.Time
	Invoice  string
	Gateway  models.GatewayName
}

func (a *Attempt) tone() ui.Tone {
	switch a.State {
	case models.ChargeSucceeded:
		return ui.ToneGood
	case models.ChargeDeclined:
		return ui.ToneBad
	case models.ChargeCancelled:
		return ui.ToneQuiet
	}
	return ui.ToneWarn
}

func declined(ctx context.Context, code models.DeclineCode) string {
	return i18n.T(ctx, "sales.decline."+string(code))
}

// Invoices are a page of a listing's.
type Invoices struct {
	Frame
	State  string
	States []string
	Total  int64
	Items  []Invoice
	Pager  ui.PagerProps
}

// Path is the address of a page of them.
func (l *Invoices) Path(page string) string {
	return paths.With(paths.ManageListing(l.Slug, "invoices"), "state", l.State, "page", page)
}

func (l *Invoices) tabs(ctx context.Context) []ui.Tab {
	tabs := make([]ui.Tab, len(l.States))
	for i, s := range l.States {
		key := s
		if s == "" {
			key = "all"
		}
		tabs[i] = ui.Tab{Text: i18n.T(ctx, "sales.invoices."+key), Path: paths.With(paths.ManageListing(l.Slug, "invoices"), "state", s), Current: s == l.State}
	}
	return tabs
}

// Given is a refund that was given before, or tried.
type Given struct {
	ID         int64
	Minor      int64
	State      models.RefundState
	Reason     models.RefundReason
	Words      string
	ByStaff    bool
	CreditNote string
	At         time.Time
	Problem    string
}

// Refund asks how much of an invoice goes back.
type Refund struct {
	Frame
	Staff     bool
	ID        int64
	Reference string
	Login     string
	Account   int64
	Listing   string
	Slug      string
	Currency  string
	Paid      int64
	Left      int64
	PaidAt    time.Time
	Disputed  bool
	Transfer  bool
	Refused   string // why nothing can be given back
	Given     []Given

	Key, Amount, Reason, Words string
	Problems                   ui.Problems
}

func (r *Refund) path() string {
	if r.Staff {
		return paths.StaffInvoice(r.ID, "refund")
	}
	return paths.SoldInvoice(r.Slug, r.ID, "refund")
}

// Back is where one came from.
func (r *Refund) Back() string {
	if r.Staff {
		return paths.StaffInvoice(r.ID, "")
	}
	return paths.Customer(r.Slug, r.Account)
}

func (r *Refund) reasons(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, reason := range models.RefundReasons() {
		all = append(all, ui.Option{Value: string(reason), Label: i18n.T(ctx, "sales.reason."+string(reason))})
	}
	return all
}

// Paid asks whether an invoice was paid by transfer.
type Paid struct {
	Frame
	Staff    bool
	Invoice  Invoice
	Words    string
	Problems ui.Problems
}

func (p *Paid) path() string {
	if p.Staff {
		return paths.StaffInvoice(p.Invoice.ID, "paid")
	}
	return paths.SoldInvoice(p.Invoice.Slug, p.Invoice.ID, "paid")
}

// Coupons are those of a listing.
type Coupons struct {
	Frame
	Items []models.Coupon
	Total int64
	Plans []models.Plan
	Now   time.Time
	Pager ui.PagerProps
}

func (c *Coupons) plan(ctx context.Context, id *int64) string {
	if id == nil {
		return i18n.T(ctx, "sales.coupon.any")
	}
	for i := range c.Plans {
		if c.Plans[i].ID == *id {
			return c.Plans[i].Name
		}
	}
	return "–"
}

// off is what a coupon takes off, in words.
func off(ctx context.Context, c *models.Coupon) string {
	what := ""
	if c.Percent != nil {
		what = i18n.T(ctx, "sales.coupon.whole", "n", i18n.Number(ctx, *c.Percent))
	} else if c.Minor != nil {
		what = money(ctx, *c.Minor, c.Currency)
	}
	switch c.Periods {
	case 0:
		return i18n.T(ctx, "sales.coupon.off.ever", "amount", what)
	case 1:
		return i18n.T(ctx, "sales.coupon.off.once", "amount", what)
	}
	return i18n.N(ctx, "sales.coupon.off.periods", int64(c.Periods), "amount", what)
}

func used(ctx context.Context, c *models.Coupon) string {
	if c.MaxRedemptions == nil {
		return i18n.Number(ctx, c.Redemptions)
	}
	return i18n.T(ctx, "sales.coupon.used", "n", i18n.Number(ctx, c.Redemptions), "of", i18n.Number(ctx, *c.MaxRedemptions))
}

func couponTone(s models.CouponState) ui.Tone {
	if s == models.CouponOpen {
		return ui.ToneGood
	}
	return ui.ToneQuiet
}

// CouponInput is a coupon as it was typed.
type CouponInput struct {
	Code    string
	Kind    string
	Percent string
	Amount  string
	Money   string
	For     string
	Periods string
	Plan    int64
	Limit   string
	Expires string
}

// CouponForm is the form for one.
type CouponForm struct {
	Frame
	Plans    []models.Plan
	Input    CouponInput
	Problems ui.Problems
}

func (f *CouponForm) plans(ctx context.Context) []ui.Option {
	all := []ui.Option{{Value: "0", Label: i18n.T(ctx, "sales.coupon.any")}}
	for i := range f.Plans {
		all = append(all, ui.Option{Value: strconv.FormatInt(f.Plans[i].ID, 10), Label: f.Plans[i].Name})
	}
	return all
}

// currencies are those of the plans, and the common ones after them.
func (f *CouponForm) currencies() []ui.Option {
	var all []ui.Option
	seen := map[string]bool{}
	add := func(code string) {
		if !seen[code] {
			seen[code], all = true, append(all, ui.Option{Value: code, Label: code})
		}
	}
	for i := range f.Plans {
		add(f.Plans[i].Currency)
	}
	for _, code := range models.CommonCurrencies() {
		add(code)
	}
	if f.Input.Money != "" && models.ValidCurrency(f.Input.Money) {
		add(f.Input.Money)
	}
	return all
}

// Retire asks before a coupon is retired.
type Retire struct {
	Frame
	Coupon models.Coupon
}

// Touched is a subscription and what another price means for it.
type Touched struct {
	Subscriber
	models.PriceTouch
}

// Prices says whom another price would touch.
type Prices struct {
	Frame
	Plans          []models.Plan
	Plan           *models.Plan
	Drafted, Asked bool
	Effects        []models.PriceEffect
	Items          []Touched
	Total          int64
	Moved, Kept    int64
	Before, After  models.Money
	Days           int

	Monthly, Yearly, Policy, Notice string
	Problems                        ui.Problems
	Pager                           ui.PagerProps
}

// Path is the address of a page of it.
func (p *Prices) Path(page string) string {
	values := []string{"page", page}
	if p.Plan != nil {
		values = append(values, "plan", strconv.Itoa(p.Plan.Number))
	}
	if p.Asked {
		values = append(values, "asked", "true", "currency", p.Plan.Currency, "monthly", p.Monthly, "yearly", p.Yearly, "policy", p.Policy, "notice", p.Notice)
	}
	return paths.With(paths.ManageListing(p.Slug, "prices"), values...)
}

func (p *Prices) tabs() []ui.Tab {
	tabs := make([]ui.Tab, len(p.Plans))
	for i := range p.Plans {
		one := &p.Plans[i]
		tabs[i] = ui.Tab{Text: one.Name, Path: paths.With(paths.ManageListing(p.Slug, "prices"), "plan", strconv.Itoa(one.Number)), Current: p.Plan != nil && p.Plan.ID == one.ID}
	}
	return tabs
}

func (p *Prices) policies(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: string(models.PriceMove), Label: i18n.T(ctx, "sales.prices.move"), Help: i18n.T(ctx, "sales.prices.move.help")},
		{Value: string(models.PriceKeep), Label: i18n.T(ctx, "sales.prices.keep"), Help: i18n.T(ctx, "sales.prices.keep.help")},
	}
}

// unit names what one price is for.
func (p *Prices) per(ctx context.Context, period models.Period) string {
	if p.Plan.Kind == models.PlanPerUnit {
		return i18n.T(ctx, "sales.prices.per_unit."+string(period), "currency", p.Plan.Currency)
	}
	return i18n.T(ctx, "sales.prices.per."+string(period), "currency", p.Plan.Currency)
}

// difference is what comes in more, or less, in a month.
func (p *Prices) difference(ctx context.Context) string {
	d := p.After.Minor - p.Before.Minor
	if d > 0 {
		return "+" + money(ctx, d, p.After.Currency)
	}
	return money(ctx, d, p.After.Currency)
}

// Dispute is a charge that a buyer contests.
type Dispute struct {
	ID        int64
	InvoiceID int64
	Invoice   string
	Login     string
	Seller    string
	Listing   string
	Minor     int64
	Currency  string
	Reason    string
	At        time.Time
}

// Event is what a gateway told that couldn't be worked on.
type Event struct {
	Gateway models.GatewayName
	ID      string
	Kind    string
	Problem string
	At      time.Time
}

// Report is the last check of the books.
type Report struct {
	At            time.Time
	Found         int64
	Discrepancies []models.Discrepancy
	Transactions  int64
	Invoices      int64
	Charges       int64
	Asked         int64
}

// Money is what staff sees of all sellers.
type Money struct {
	Zone                                                   *time.Location
	Query                                                  string
	Sellers, Disputed, Failed, Waiting, Refunding, PastDue int64
	Volume                                                 []Sum
	Disputes                                               []Dispute
	Events                                                 []Event
	Invoices                                               []Invoice
	Report                                                 *Report
}

// about says what a discrepancy is about.
func about(ctx context.Context, d *models.Discrepancy) string {
	text := i18n.T(ctx, "sales.subject."+d.Subject)
	switch {
	case d.Reference != "":
		return text + " " + d.Reference
	case d.ID != 0:
		return text + " " + strconv.FormatInt(d.ID, 10)
	}
	return text
}

// said is one side of a discrepancy: an amount of money where it is one.
func said(ctx context.Context, d *models.Discrepancy, text string) string {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && d.Currency != "" {
		return money(ctx, n, d.Currency)
	}
	if text == "" {
		return "–"
	}
	return text
}

// StaffInvoice is an invoice as staff sees it.
type StaffInvoice struct {
	Zone    *time.Location
	Invoice Invoice
}

func staffShell(ctx context.Context, title string) account.Shell {
	return staff.Shell(ctx, title, paths.StaffMoney)
}

// planValue is a plan's id or number as forms have it.
func planValue(n int64) string { return strconv.FormatInt(n, 10) }
