// Package billing holds the pages of what an account has bought: what it pays when,
// and how that is changed, paused, cancelled and mended.
package billing

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"souk/models"
	"souk/templates/organizations"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Desk is everything that an account has bought.
type Desk struct {
	Payer    organizations.Payer
	Why      string // code of why the reader can't act; "" where they can
	Bought   []Row
	Ended    []Row // the newest ones
	Now      time.Time
	Spent    []models.Money // this month, by currency
	Year     []models.Money // the twelve months ahead
	Months   []Month        // of them
	Invoices []Invoice      // the newest ones
	Requests int            // that are open
	Zone     *time.Location // of the account
}

// Month is what is paid in a month, by currency.
type Month struct {
	At     time.Time
	Amount []models.Money
}

// Listing is what was bought, in short.
type Listing struct {
	Slug, Name, LogoURL string
	Public              bool // its page is there
}

// Terms are what was agreed to.
type Terms struct {
	Plan   models.Plan
	Period models.Period
	Units  int64
}

// Row is a subscription in short.
type Row struct {
	ID int64
	Listing
	Terms     Terms
	State     models.SubscriptionState
	EndReason models.EndReason
	End       time.Time // of the period or the trial; zero: none
	EndedAt   time.Time
	Pending   *Pending
	Owed      *Owed
	Next      *Charge // the next one; nil: none
	Zone      *time.Location
}

// Install is whether the app is installed on the account, which its subscription
// neither does nor undoes.
type Install struct {
	App     string // slug
	ID      int64  // 0: it isn't
	All     bool   // on all repositories
	Stopped bool
	Account int64
}

// words say where the app stands.
func (i *Install) words(ctx context.Context) string {
	switch {
	case i.ID == 0:
		return i18n.T(ctx, "billing.install.none")
	case i.Stopped:
		return i18n.T(ctx, "billing.install.stopped")
	case i.All:
		return i18n.T(ctx, "billing.install.all")
	}
	return i18n.T(ctx, "billing.install.selected")
}

// address is where it is installed, or looked after.
func (i *Install) address() string {
	return paths.InstallOn(i.App, url.Values{"target_id": {strconv.FormatInt(i.Account, 10)}})
}

// Pending is what waits for the end of the period.
type Pending struct {
	Kind  models.PendingKind
	At    time.Time
	Terms *Terms
}

// Charge is money that is taken, or will be.
type Charge struct {
	At     time.Time
	Amount models.Money
}

// Owed is what isn't paid, and how that is mended.
type Owed struct {
	Amount    models.Money
	Since     time.Time
	Until     time.Time // when the subscription ends if it stays unpaid; zero: of what hasn't begun
	Next      time.Time // when it is tried again by itself; zero: never
	Payable   time.Time // by transfer: until when it isn't late; zero: not by transfer
	InvoiceID int64     // 0: none yet
	Decline   models.DeclineCode
	State     models.ChargeState // of a charge that is under way; "": none
	ActionURL string             // where the reader confirms it
}

// Invoice is a document in short.
type Invoice struct {
	ID        int64
	Kind      models.InvoiceKind
	Reference string
	Name      string // of the listing
	At        time.Time
	Total     models.Money
	State     models.InvoiceState
}

// Subscription is where one stands.
type Subscription struct {
	Payer organizations.Payer
	Row
	Why        string // code of why the reader can't act; "" where they can
	Agreed     models.Money
	Began      time.Time
	Seller     string // login
	Legal      string // its legal name
	Method     string // "Visa •••• 4242"; "": none
	Transfer   string // where to transfer the money; "": it is charged
	Coupon     *models.Discount
	Raise      *Raise
	Calendar   []Entry
	Acts       []string // what can be done now: change, cancel, take_back, pause, resume, method
	Key        string
	ByTransfer bool
	SetUp      string // the listing's slug, where its app is set up elsewhere
	Install    *Install
	History    []Event
	More       string // path of older ones; "": none
}

// Raise is another price that has been announced.
type Raise struct {
	From  time.Time
	Price models.Money
}

// Entry is a day of the charge calendar.
type Entry struct {
	At     time.Time
	Act    models.SubscriptionAct
	Amount *models.Money // nil: nothing is charged
}

// Event is something that happened.
type Event struct {
	At        time.Time
	Kind      string // order, invoice, credit_note, charge, refund
	What      string // the act, or the state
	Terms     *Terms // of an order
	Who       string // login; "": by itself
	Amount    *models.Money
	InvoiceID int64 // 0: none
	Reference string
	Decline   models.DeclineCode
	Method    string
}

// Quote is what comes of an act, before it is done.
type Quote struct {
	Act      models.SubscriptionAct
	Now      bool // it happens at once
	At       time.Time
	Charge   *models.Bill // that is paid at once; nil: nothing
	Terms    Terms        // afterwards
	Units    int64        // that were asked for
	Trial    time.Time    // when a trial ends that begins or goes on
	Calendar []Entry
}

// Change is the page on which a subscription is changed.
type Change struct {
	Payer organizations.Payer
	Row
	Why      string
	Method   string
	Plans    []models.Plan
	Plan     int // number of the one that is chosen
	Period   models.Period
	Units    string
	Quote    *Quote // nil: nothing is chosen, or it can't be had
	Same     bool   // what was chosen is what there is
	Key      string
	Problems ui.Problems
	Alert    string // code of what came in between
}

// Act is a page before something is done: cancelling, pausing, resuming.
type Act struct {
	Payer organizations.Payer
	Row
	Why    string
	Quote  *Quote
	Key    string
	Method string
	Alert  string
}

// Methods is the page on which another payment method is chosen.
type Methods struct {
	Payer organizations.Payer
	Row
	Why      string
	All      []Method
	Chosen   int64
	Change   url.Values // the change that is to be paid with it; empty: none
	Problems ui.Problems
	Alert    string
	Decline  models.DeclineCode
}

// Method is a payment method that can be chosen.
type Method struct {
	ID      int64
	Name    string
	Expires string // YYYY-MM
}

// owing are those for which something is to be paid.
func (d *Desk) owing() (all []*Row) {
	for i := range d.Bought {
		if d.Bought[i].Owed != nil {
			all = append(all, &d.Bought[i])
		}
	}
	return all
}

func (d *Desk) requests(ctx context.Context) string {
	if d.Requests == 0 {
		return ""
	}
	return i18n.Number(ctx, int64(d.Requests))
}

func (v *Invoice) words(ctx context.Context) string {
	if v.Kind == models.KindCreditNote {
		return i18n.T(ctx, "billing.invoice.credit_note")
	}
	return i18n.T(ctx, "billing.invoice."+string(v.State))
}

// amount is what the document is about: what is given back has a minus.
func (v *Invoice) amount(ctx context.Context) string {
	if v.Kind == models.KindCreditNote {
		return i18n.Money(ctx, -v.Total.Minor, v.Total.Currency)
	}
	return money(ctx, v.Total)
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
