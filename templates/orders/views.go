// Package orders holds the pages on which plans are bought: what is chosen, what that
// will cost and when, and what became of it.
package orders

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"souk/models"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Order is the page on which a plan is bought.
type Order struct {
	Slug, Listing, LogoURL, Backdrop string

	Plan      site.Plan
	Left      *int64 // units that are left; nil: no limit
	Capacity  int64
	Elsewhere *Elsewhere // where it is sold instead
	Buyers    []Buyer
	Account   string // login
	Asks      string // where the reader asks that the account buys; "": they can buy
	AskOwner  string // the same, where the policy leaves it to an owner
	Bought    string // the subscription that the account has already; "": none
	Period    models.Period
	Units     string // as it was typed
	Coupon    string
	Method    string // id of a payment method, or "transfer"
	Methods   []Method
	Transfer  int    // days within which a bank transfer is due; 0: not accepted
	Details   string // where the billing details are written
	Profile   Profile
	Seller    Seller
	Place     string // what the button sends: the order's key, and what was shown
	Quote     *Quote // nil: it can't be had like this
	Policy    *Policy
	Add       bool // a payment method is to be added first
	Problems  ui.Problems
	Why       string // code of why it can't be bought, where that is no matter of a field
}

// Elsewhere is where an integrator sells a plan.
type Elsewhere struct {
	Host     string // "" where nobody told
	Path     string
	Imported bool // nobody looks after the listing here
}

// Buyer is an account that the order can be for.
type Buyer struct {
	Login, Name  string
	Organization bool
	Asks, Bought bool
}

// Method is a payment method that was saved.
type Method struct{ ID, Name, Expires string }

// Profile is what stands on the invoices.
type Profile struct {
	Name      string
	Lines     []string // of the address
	Country   string
	TaxNumber string
	Filled    bool
}

// Seller is who is paid.
type Seller struct {
	Legal, Login, Country string
}

// Quote is what comes of the order.
type Quote struct {
	Act       string // free, trial, buy, today
	Days      int    // of the trial
	Period    models.Period
	Today     models.Money
	Bill      *models.Bill // that is paid today
	Payable   time.Time    // by transfer: until when; zero: it is charged
	Next      *Charge
	Trial     time.Time // when it ends; zero: none
	Remind    time.Time // when the mail comes before the next charge; zero: none does
	Rows      []Row
	Sum       models.Money // of the rows
	Cancel    string       // now, later
	Until     time.Time    // of Cancel later
	Tax       string       // none, exclusive, inclusive, reverse
	Rule      models.TaxRule
	TaxAmount models.Money // in the next charge
	Discount  *models.Discount
	Zone      *time.Location
}

// Charge is money that will be taken.
type Charge struct {
	At     time.Time
	Amount models.Money
}

// Row is a day of the charge calendar.
type Row struct {
	At     time.Time
	Act    models.SubscriptionAct
	Remind time.Time     // the mail before it; zero: none
	Amount *models.Money // nil: nothing is charged
}

// Policy is what the account's policy and budgets say.
type Policy struct {
	Account  string
	Decision models.Decision
	Reasons  []models.VerdictReason
}

// Status is what became of an order.
type Status struct {
	Slug, Listing, LogoURL, Backdrop string

	Here      string // the page itself
	State     string // done, confirm, waiting, failed
	Act       models.SubscriptionAct
	Plan      site.Plan
	Period    models.Period
	Units     int64
	Account   string
	Total     models.Money
	Decline   models.DeclineCode
	Confirm   string    // where the payment is confirmed; "": nowhere
	Trial     time.Time // when it ends; zero: none runs
	Payable   time.Time // by transfer; zero: nothing is to be transferred
	Next      time.Time // when something is paid next; zero: never
	OAuth     bool
	SetUp     string // where the app is set up
	Installs  bool   // SetUp is where the app is installed
	Installed bool   // SetUp is its installation
	Again     string // the order page with what was chosen
	Bought    string // the subscription
	Invoice   string // "" while there is none
	Zone      *time.Location
}

func money(ctx context.Context, m models.Money) string { return i18n.Money(ctx, m.Minor, m.Currency) }

const clock = "2006-01-02T15:04:05Z07:00"

func (q *Quote) day(ctx context.Context, t time.Time) string { return i18n.Date(ctx, t.In(q.zone())) }

func (q *Quote) zone() *time.Location {
	if q.Zone == nil {
		return time.UTC
	}
	return q.Zone
}

// when is a day, with the exact time for programs.
func (q *Quote) when(ctx context.Context, t time.Time) templ.Component {
	return ui.When(t.In(q.zone()).Format(clock), q.day(ctx, t))
}

func (o *Order) title(ctx context.Context) string {
	return i18n.T(ctx, "orders.title", "listing", o.Listing, "plan", o.Plan.Name)
}

func (o *Order) action() string { return paths.Order(o.Slug, o.Plan.Number) }

func (o *Order) free() bool { return o.Plan.Kind == models.PlanFree }

// sells reports whether the page has a form: elsewhere there is nothing to choose.
func (o *Order) sells() bool { return o.Elsewhere == nil }

// ready reports whether the button can be pressed.
func (o *Order) ready() bool {
	return o.Quote != nil && o.Why == "" && o.Asks == "" && o.Bought == "" && !o.Add
}

// press names the act of the button.
func (q *Quote) press(ctx context.Context) string {
	switch q.Act {
	case "trial":
		return i18n.N(ctx, "orders.press.trial", int64(q.Days))
	case "buy":
		return i18n.T(ctx, "orders.press.buy_"+string(q.Period), "amount", money(ctx, q.Today))
	case "today":
		return i18n.T(ctx, "orders.press.today", "amount", money(ctx, q.Today))
	}
	return i18n.T(ctx, "orders.press.free")
}

// today says what is paid at once.
func (q *Quote) today(ctx context.Context) string {
	if q.Payable.IsZero() || q.Today.Minor == 0 {
		return money(ctx, q.Today)
	}
	return i18n.T(ctx, "orders.today.transfer", "amount", money(ctx, q.Today), "date", q.day(ctx, q.Payable))
}

// next says what is charged next, and when.
func (q *Quote) next(ctx context.Context) string {
	if q.Next == nil {
		return i18n.T(ctx, "orders.next.none")
	}
	return i18n.T(ctx, "orders.next.on", "amount", money(ctx, q.Next.Amount), "date", q.day(ctx, q.Next.At))
}

// mail says when a mail comes before that.
func (q *Quote) mail(ctx context.Context) string {
	switch {
	case q.Next == nil:
		return ""
	case q.Remind.IsZero():
		return i18n.T(ctx, "orders.mail.none")
	}
	return i18n.T(ctx, "orders.mail.on", "date", q.day(ctx, q.Remind))
}

// cancel says what cancelling today would mean.
func (q *Quote) cancel(ctx context.Context) string {
	switch {
	case q.Cancel == "later":
		return i18n.T(ctx, "orders.cancel.later", "date", q.day(ctx, q.Until))
	case q.Act == "trial":
		return i18n.T(ctx, "orders.cancel.trial")
	}
	return i18n.T(ctx, "orders.cancel.now")
}

// tax says which tax there is, in words.
func (q *Quote) tax(ctx context.Context) string {
	if q.Tax == "none" || q.Tax == "reverse" {
		return i18n.T(ctx, "orders.tax."+q.Tax, "tax", q.Rule.Name)
	}
	return i18n.T(ctx, "orders.tax."+q.Tax, "tax", q.Rule.Name, "rate", percent(ctx, q.Rule.Millionths), "amount", money(ctx, q.TaxAmount))
}

// discount says what the coupon takes off, and for how long.
func (q *Quote) discount(ctx context.Context) string {
	d := q.Discount
	off := i18n.Money(ctx, d.Minor, d.Currency)
	if d.Percent > 0 {
		off = percent(ctx, d.Percent*10_000)
	}
	switch {
	case d.Left < 0:
		return i18n.T(ctx, "orders.coupon.always", "off", off)
	case q.Period == models.Yearly:
		return i18n.N(ctx, "orders.coupon.years", int64(d.Left), "off", off)
	}
	return i18n.N(ctx, "orders.coupon.months", int64(d.Left), "off", off)
}

// percent is a share in millionths, without a fraction where it has none.
func percent(ctx context.Context, millionths int64) string {
	if millionths%10_000 == 0 {
		return i18n.T(ctx, "orders.percent", "n", i18n.Number(ctx, millionths/10_000))
	}
	return i18n.Percent(ctx, float64(millionths)/1_000_000)
}

// shownPeriod is that whose price stands at the top.
func (o *Order) shownPeriod() models.Period {
	if o.Plan.Kind != models.PlanFree && o.price(o.Period) != nil {
		return o.Period
	}
	if o.Plan.MonthlyMinor == nil && o.Plan.YearlyMinor != nil {
		return models.Yearly
	}
	return models.Monthly
}

// leftID is the element that says how many units are left.
func (o *Order) leftID() string {
	if o.Left == nil {
		return ""
	}
	return "f-left"
}

func (p *Policy) icon() ui.Icon {
	if p.Decision == models.DecisionAllow {
		return ui.IconCheck
	}
	return ui.IconWarning
}

func (s *Status) when(ctx context.Context, t time.Time) templ.Component {
	q := Quote{Zone: s.Zone}
	return q.when(ctx, t)
}
