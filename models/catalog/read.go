package catalog

import (
	"sync/atomic"
	"time"

	"souk/models"
)

// Publisher is the account behind a listing, as visitors see it.
type Publisher struct {
	Login      string `json:"login"`
	Name       string `json:"name"`
	WebsiteURL string `json:"website_url"`
	Verified   bool   `json:"verified"`

	// Domains are those that a verified publisher has proven to Souk. One that an
	// import verified has none: whoever runs the site answers for it.
	Domains []string `json:"-"`
}

// Card is what a list shows of a listing, with texts in the reader's language
// or in English.
type Card struct {
	ID               int64
	Slug             string
	Name             string
	Tagline          string
	Kind             models.AppKind
	Publisher        *Publisher // nil: unknown
	Categories       []*models.Category
	Pricing          models.Pricing
	PermissionsKnown bool
	Risk             models.RiskBand // meaningful when PermissionsKnown
	Installs         *int64
	Stars            *int64
	Discontinued     bool
	LogoHash         string
	LogoBackdrop     string
	PublishedAt      time.Time
	UpdatedAt        time.Time
	Kept             *Kept // nil: the card is not remembered
}

// Kept is room for what pages write of a card. It lasts as long as the card is
// remembered, in one language, and so needs no check of its age.
type Kept struct{ Row, Short atomic.Value }

// Details is all that a listing's page shows: the listing with texts in the
// reader's language (Language says which it became), its app, plans and
// surroundings.
type Details struct {
	Listing     models.Listing
	App         models.App
	Publisher   *Publisher // nil: unknown
	Language    string     // of the texts above: the reader's, or en
	Fallback    Fallback   // which of them are in English all the same
	Languages   []string   // that the listing's texts come in
	HTML        string     // the description, sanitized
	Categories  []*models.Category
	Plans       []models.Plan // published ones, by number
	Screenshots []models.Screenshot
	Revisions   []models.Revision // newest first, without content, at most 20
	Similar     []Card
	Lighter     []Card // alternatives that ask for fewer permissions

	Claimed         bool // by its integrator; else it was only imported
	Data            models.DataHandling
	Purchase        models.Purchase
	PurchaseURL     string
	FeatureHash     string // of the picture of its card; "" for none
	SecurityContact bool   // staff knows whom to tell of a security problem
	Handover        *Handover

	visible map[int64]bool // of the cards that were remembered
}

// Handover is a change of the account that an app belongs to. A listing says so
// for HandoverShown.
type Handover struct {
	From string // login of whom it belonged to
	At   time.Time
}

// HandoverShown is how long a listing says that it was handed over.
const HandoverShown = 90 * 24 * time.Hour

// Unlisted reports whether the listing is found by its address alone.
func (d *Details) Unlisted() bool { return d.Listing.State == models.ListingUnlisted }

// Fallback says which texts a translation leaves out, so that the English ones
// stand in.
type Fallback struct{ Tagline, Introduction, HTML bool }

// Pricing sums up the published plans.
func (d *Details) Pricing() models.Pricing { return models.PricingOf(d.Plans) }

// PublisherPage is all that a publisher's page shows.
type PublisherPage struct {
	Publisher
	Kind      models.AccountKind
	CreatedAt time.Time
	Cards     []Card // at most 100, most installed first
	Total     int
}

// Categories is every category, by position, with ways to find one.
type Categories struct {
	All    []*models.Category
	bySlug map[string]*models.Category
	byID   map[int64]*models.Category
}

// BySlug finds a category, or nil.
func (c *Categories) BySlug(slug string) *models.Category { return c.bySlug[slug] }
