// Package requests holds the pages of asking to buy, of answering, and of what an
// organization allows: its policy and budgets.
package requests

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/organizations"
	"souk/templates/site"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Ask is the page on which a member asks an organization to buy.
type Ask struct {
	Slug, Name, LogoURL string
	Plan                models.Plan
	Places              []Place
	Place               string // login of the one that is asked; "" for none
	PlaceName           string
	OpenID              bool // the reader has asked there
	Period              models.Period
	Units               string // as typed
	Reason              string
	Cost                models.Money
	Kind                models.AppKind
	Known               bool // what the app asks for
	Risk                models.Risk
	WritesCode          bool
	Verdict             *models.Verdict // nil: nothing can be said
	Problem             string          // code of why this can't be asked for
	Blocked             bool            // and no other period or units would help
	Problems            ui.Problems
}

// Place is an organization that can be asked.
type Place struct {
	Login, Name string
	Has         bool
}

// Terms are what is asked for.
type Terms struct {
	Plan   string
	Kind   models.PlanKind
	Unit   string
	Period models.Period
	Units  int64
}

// Row is a request in a list.
type Row struct {
	ID                  int64
	Slug, Name, LogoURL string
	Organization        string // login
	OrganizationName    string
	Requester           string
	Terms               Terms
	Cost                models.Money
	Reason, Words       string
	Decider             string
	State               models.RequestState
	OrderID             int64
	Created, Expires    time.Time
	Decided             time.Time
}

// Mine are one's own requests.
type Mine struct {
	Items []Row
	Pager ui.PagerProps
	Zone  *time.Location
}

// Org is the organization that a page is about.
type Org struct {
	Payer   organizations.Payer
	Waiting int // requests
}

// List are the requests that an organization was sent.
type List struct {
	Org
	View    models.RequestView
	Decided int
	Items   []Row
	Pager   ui.PagerProps
	Zone    *time.Location
}

// Case is a request with all that is needed to decide on it.
type Case struct {
	Org
	Row
	Member    bool // the requester still is
	MayDecide bool
	Access    site.Access
	Verified  bool // its publisher is
	Verdict   *models.Verdict
	Rules     models.BuyRules
	Quote     *Quote // nil: nothing can be decided
	Try       *Try   // the last order that was placed for it

	Reply    string // as typed, of an approval
	Words    string // of a refusal
	Problems ui.Problems
	Zone     *time.Location
}

// Quote is what the request would come to with the terms that are chosen.
type Quote struct {
	Plans    []models.Plan
	Plan     models.Plan
	Optional bool // nothing may be ordered, too
	Period   models.Period
	Units    int64
	Seller   string
	Methods  []ui.Option
	Method   string
	Transfer bool         // is chosen
	Accepts  bool         // by transfer
	Problem  string       // code of why it can't be ordered
	Bill     *models.Bill // nil: nothing is paid today
	Total    models.Money // today
	Trial    time.Time    // when it ends; zero: there is none
	Calendar []Entry
	Back     string // this page with the terms
}

// Entry is a day on which something is charged.
type Entry struct {
	At     time.Time
	Amount models.Money
}

// Try is an order that was placed for a request.
type Try struct {
	OrderID int64
	State   string
	Buyer   string
	Terms   Terms
	Total   models.Money
	Decline models.DeclineCode
	Action  bool // whoever placed it has to confirm the payment
}

// Policy is what an organization allows.
type Policy struct {
	Org
	MayChange  bool
	Policy     models.BuyPolicy
	Kept       []string // each rule as the form carries it
	Version    int
	Changed    bool // and not saved
	Rule       Rule // in the form
	Categories []models.Category
	Replay     *Replay // nil: it wasn't asked for
	Problems   ui.Problems
	Zone       *time.Location
}

// Rule is a rule as it was typed.
type Rule struct {
	Decision, Price, Amount, Currency, Category, Permission, Level, Publisher, Words string
}

// Replay is what a policy would have made of a year's orders.
type Replay struct {
	Orders, Denied, Asked int
	Items                 []Replayed // the newest ones
}

// Replayed is an order that a policy would have touched.
type Replayed struct {
	At         time.Time
	Slug, Name string
	Terms      Terms // without a period
	Monthly    models.Money
	Buyer      string
	Verdict    models.Verdict
}

// Budgets are what an organization means to spend.
type Budgets struct {
	Org
	MayChange  bool
	All        []models.BudgetUse
	Categories []models.Category
	Category   string
	Amount     string
	Currency   string
	Problems   ui.Problems
}

// shell stands around a page of an organization's billing; page is that of
// paths.BillingPage.
func (o *Org) shell(ctx context.Context, title, page string, more ...ui.Crumb) account.Shell {
	s := o.Payer.Shell(ctx, title, paths.BillingPage(o.Payer.Organization, ""))
	s.Crumbs = append([]ui.Crumb{{Text: i18n.T(ctx, "requests.billing"), Path: paths.BillingPage(o.Payer.Organization, "")}}, more...)
	if len(more) == 0 {
		s.Crumbs = append(s.Crumbs, ui.Crumb{Text: title})
	}
	return s
}

// tabs lead to the three pages of what an organization allows.
func (o *Org) tabs(ctx context.Context, page string) []ui.Tab {
	var all []ui.Tab
	for _, name := range []string{"requests", "policy", "budgets"} {
		all = append(all, ui.Tab{Text: i18n.T(ctx, "requests.tab."+name), Path: paths.BillingPage(o.Payer.Organization, name), Current: page == name})
	}
	if o.Waiting > 0 {
		all[0].Count = i18n.Number(ctx, int64(o.Waiting))
	}
	return all
}

// shellOf stands around a request.
func (c *Case) shellOf(ctx context.Context) account.Shell {
	title := i18n.T(ctx, "requests.of", "login", c.Requester, "listing", c.Name)
	return c.shell(ctx, title, "requests", ui.Crumb{Text: i18n.T(ctx, "requests.list.title"), Path: paths.BillingPage(c.Payer.Organization, "requests")}, ui.Crumb{Text: title})
}

// shell stands around one's own requests.
func (m *Mine) shell(ctx context.Context) account.Shell {
	title := i18n.T(ctx, "requests.mine.title")
	s := organizations.Payer{}.Shell(ctx, title, paths.Billing)
	s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "requests.billing"), Path: paths.Billing}, {Text: title}}
	return s
}

func (p *Policy) otherwise() models.Decision {
	if p.Policy.Otherwise == "" {
		return models.DecisionAllow
	}
	return p.Policy.Otherwise
}
