// Package site holds the pages that anyone sees: home, browse, listing, app,
// publisher, comparison. Each page takes one view; handlers fill it in. Views
// hold names, numbers, times and codes; words, money and dates are written
// here, in the reader's language.
package site

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"souk/models"
	"souk/templates/ui"
)

// Card is a listing in a list.
type Card struct {
	Slug         string
	Name         string
	NameMarks    []ui.Span // the name with what matched the search
	Tagline      string
	TaglineMarks []ui.Span
	Kind         models.AppKind
	Publisher    *Publisher // nil: unknown
	Category     *Category  // the first one
	Pricing      models.Pricing
	Risk         models.RiskBand // RiskUnknown: nobody told
	Installs     *int64
	Stars        *int64
	Discontinued bool
	LogoURL      string
	Backdrop     string // behind the logo, six hex digits
	WhyHref      string // the address that explains this result; empty outside of a search
	Why          []Rule
	Row, Short   *atomic.Value // where what lists show of the card is kept; nil: nowhere
}

func (c *Card) tile() ui.TileProps {
	return ui.TileProps{Slug: c.Slug, Name: c.Name, LogoURL: c.LogoURL, Backdrop: c.Backdrop}
}

// Publisher is the account behind a listing.
type Publisher struct {
	Login      string
	Name       string
	Verified   bool
	WebsiteURL string
	Domains    []string // that it has proven; none where an import verified it
}

// Category is a category's name in the reader's language, and how many
// listings it has where that is asked for.
type Category struct {
	Slug        string
	Name        string
	Description string
	Count       int
}

// Rule is one ranking rule and a result's standing under it; Code chooses the
// text "search.rule.<code>".
type Rule struct {
	Code   string
	Score  float64
	Detail string
}

// Home is the first page.
type Home struct {
	Total      int
	GitHubApps int
	OAuthApps  int
	Told       int // listings that tell their permissions
	Quick      []QuickFilter
	Categories []Category
	Popular    []Card
	Added      []Card
	Updated    []Card
	JSONLD     []byte
}

// QuickFilter is a ready-made choice of filters; Code chooses the text
// "site.quick.<code>".
type QuickFilter struct {
	Code  string
	Href  string // without the language's prefix
	Count int    // 0: not counted
}

// Browse is a page of search results, or of all listings, or of one category.
type Browse struct {
	Text          string
	Category      *Category // set on a category's own page
	Path          string    // where the form goes, without the language's prefix
	Total         int
	From, To      int
	Cards         []Card
	Facets        []Facet
	Chips         []Chip
	Keep          []Param // what the filter form carries along
	Sort          string
	Sorts         []string
	Explained     bool
	Degraded      bool
	ResetHref     string // the same search without filters
	WiderHref     string // the same words in all categories; empty where they are asked already
	UnexplainHref string // the same page without explanations
	Pager         ui.PagerProps
	Page          int
	Canonical     string
	Compare       []Chosen   // listings chosen on earlier pages
	Related       []Category // on a category's page, other ones
	Ideas         []string   // codes of "site.idea.<code>", searches that find something, for an empty page
	JSONLD        []byte
}

// Param is a name and a value of a query.
type Param struct{ Name, Value string }

// Facet is a property to filter by. More are the values behind a disclosure.
type Facet struct {
	Name   string // the query parameter; chooses "site.facet.<name>"
	Values []Value
	More   []Value
}

// Value is one value of a facet. Label is set where the value is a name rather
// than a word to translate.
type Value struct {
	Value  string
	Label  string
	Count  int
	Chosen bool
}

// Chip is a chosen value; Href is the page without it.
type Chip struct {
	Facet, Value, Label string
	Href                string
}

// Chosen is a listing picked for comparison; Href is the page without it.
type Chosen struct {
	Slug, Name string
	Href       string
}

// Listing is a listing's page.
type Listing struct {
	Card
	AppSlug         string
	Introduction    string
	DescriptionHTML string // sanitized
	Foreign         Foreign
	Categories      []Category
	Screenshots     []Screenshot
	Access          Access
	Plans           []Plan
	Yearly          bool // the yearly prices are shown first
	SetUp           *Link
	Links           []Link
	Programming     []string
	Languages       []string
	InstallsAsOf    *time.Time
	StarsAsOf       *time.Time
	PublishedAt     time.Time
	UpdatedAt       time.Time
	Revisions       []Revision
	Similar         []Card
	Lighter         []Card
	EmbedBase       string // the public address of the site
	JSONLD          []byte

	Unlisted    bool // found by its address alone
	Unclaimed   bool // imported, and nobody maintains it here
	Security    bool // the integrator has named whom to tell of security problems
	Handover    *Handover
	Installable bool   // it is installed here
	Buy         *Link  // where the integrator sells it, outside of here
	Feature     string // hash of the picture of its card
	Data        models.DataHandling

	// Above says that the page is a preview; nil: it is the page itself.
	Above templ.Component

	// Pages that belong to it; "" where there is none.
	ClaimHref, PricesHref, ReportHref, InstallHref string
}

// Handover is a change of the account that an app belongs to.
type Handover struct {
	From string
	At   time.Time
}

// Gone is a listing that is there no more.
type Gone struct {
	Slug, Name string
	TakenDown  bool // by staff; else archived by its integrator
	Since      time.Time
	Reason     models.ModerationReason
	Note       string
}

// Foreign is the languages of the texts that aren't in the reader's; empty for
// those that are. Rest is what has no translations: plans and captions.
type Foreign struct{ Tagline, Introduction, Description, Rest string }

// Screenshot is a picture of the app.
type Screenshot struct {
	Hash          string
	Caption       string
	Width, Height int
}

// Access is what an app asks for.
type Access struct {
	Kind       models.AppKind
	Known      bool
	WritesCode bool
	Risk       models.Risk
	Levels     []LevelGroup // GitHub Apps, the highest level first
	Scopes     []Scope      // OAuth Apps
	Events     []string     // nil: unknown

	HistoryHref string // what it asked for when; "" where there is no such page
}

// LevelGroup is the permissions at one level.
type LevelGroup struct {
	Level  models.Level
	Grants []Grant
}

// Grant is one permission. Known permissions have a sentence; others show
// their key.
type Grant struct {
	Key   string
	Level models.Level
	Group models.PermissionGroup
	Known bool
}

// Scope is one OAuth scope; Message is the name in message keys, empty for a
// scope that nobody described.
type Scope struct {
	Name    string
	Message string
}

// Plan is a plan with its prices.
type Plan struct {
	Number       int
	Name         string
	Kind         models.PlanKind
	Description  string
	MonthlyMinor *int64
	YearlyMinor  *int64
	Currency     string
	UnitName     string
	TrialDays    int
	MinUnits     *int64 // of a per-unit plan; nil: no such limit
	MaxUnits     *int64
	Bullets      []string
	Audience     models.Audience
	AsOf         *time.Time
	OrderHref    string // where it is bought; "": not here
}

// Link is an address elsewhere; Kind chooses the text "site.link.<kind>".
type Link struct{ Kind, URL, Via string }

// href is the address to follow: Via leads on to URL, and counts that somebody
// went there.
func (l *Link) href(ctx context.Context) templ.SafeURL {
	if l.Via != "" {
		return ui.Href(ctx, l.Via)
	}
	return templ.URL(l.URL)
}

// Revision is a version of a listing.
type Revision struct {
	Number    int
	CreatedAt time.Time
}

// App is an app's own page: the facts about the app, without the listing's
// words.
type App struct {
	Card
	AppSlug     string
	Access      Access
	SetUp       *Link
	InstallHref string // where it is installed; "": not here
	HasListing  bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// PublisherPage is a publisher's page.
type PublisherPage struct {
	Publisher
	Organization bool
	Cards        []Card
	Total        int
	JSONLD       []byte
}

// Compare is a comparison of up to four listings.
type Compare struct {
	Columns []Column
	Rows    []AccessRow
	Seats   int64
	Problem string // code of what was wrong with the choice
	AddHref string // a search that adds to this comparison; empty when it is full
	Apps    string // the chosen slugs, with commas
}

// Column is one listing of a comparison.
type Column struct {
	Card
	Access      Access
	Monthly     Quote
	Yearly      Quote
	TrialDays   int
	PricesSeen  *time.Time // the day the oldest of the prices is of
	Programming []string
	Languages   []string
	Support     string
	Docs        string
	UpdatedAt   time.Time
	RemoveHref  string
}

// Quote is what the asked number of seats costs for a period.
type Quote struct {
	Known   bool // prices are known at all
	Offered bool // and there is a paid plan for this period
	Minor   int64
	Money   string // currency
	Plan    string
}

// AccessRow is one permission or scope across the compared listings.
type AccessRow struct {
	Key    string
	Scope  bool           // an OAuth scope, which has no level
	Levels []models.Level // by column; empty: not asked for
}

// Suggestions answer what was typed so far.
type Suggestions struct {
	Text       string
	Categories []Category
	Cards      []Card
	AllHref    string
}
