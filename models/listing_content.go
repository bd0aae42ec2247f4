package models

// ListingContent is what an integrator writes about an app: a draft, a
// revision that was handed in, a published one, a file of `souk listing`, and
// the part of a catalogue entry that isn't a figure. Its JSON and YAML keys are
// the same, and so are the Field of each Finding: "plans[0].monthly_minor".
//
// What is empty is not told. Slug, Type and Publisher say which listing it is
// and are not changed by it. Permissions, Events and Scopes are the app's own:
// a draft lacks them, and a submission holds those that are proposed.
type ListingContent struct {
	Slug      string  `json:"slug"`
	AppSlug   string  `json:"app_slug,omitempty"` // the same as slug when missing
	Name      string  `json:"name"`
	Type      AppKind `json:"type"`
	Publisher string  `json:"publisher,omitempty"`

	Tagline      string                  `json:"tagline,omitempty"`
	Introduction string                  `json:"introduction,omitempty"`
	Description  string                  `json:"description,omitempty"` // Markdown
	Keywords     []string                `json:"keywords,omitempty"`
	Categories   []string                `json:"categories,omitempty"` // slugs, the first one foremost
	Languages    []string                `json:"languages,omitempty"`  // programming languages
	Translations map[string]ListingTexts `json:"translations,omitempty"`

	HomepageURL string       `json:"homepage_url,omitempty"`
	Links       Links        `json:"links,omitzero"`
	Contacts    []Contact    `json:"contacts,omitempty"`
	Data        DataHandling `json:"data,omitzero"`

	Logo         *Picture     `json:"logo,omitempty"`
	LogoBackdrop string       `json:"logo_backdrop,omitempty"` // six hex digits
	Feature      *FeatureCard `json:"feature,omitempty"`
	Screenshots  []Picture    `json:"screenshots,omitempty"`

	Purchase    Purchase   `json:"purchase,omitempty"`
	PurchaseURL string     `json:"purchase_url,omitempty"` // where, with PurchaseDirect
	Plans       []PlanTerm `json:"plans,omitempty"`

	Permissions     Grants   `json:"permissions,omitzero"`
	Events          []string `json:"events,omitzero"`
	Scopes          []string `json:"scopes,omitzero"`
	SingleFilePaths []string `json:"single_file_paths,omitempty"`
}

// ListingTexts holds a listing's texts in a language other than English; what is
// empty falls back to English.
type ListingTexts struct {
	Name         string `json:"name,omitempty"`
	Tagline      string `json:"tagline,omitempty"`
	Introduction string `json:"introduction,omitempty"`
	Description  string `json:"description,omitempty"`
}

// Picture is a stored picture by the hash of its bytes, or, in a file, one
// beside it.
type Picture struct {
	File    string `json:"file,omitempty"`
	Hash    string `json:"hash,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// FeatureCard is the large card of a listing that is featured: a background
// picture and the colour of the name on it, six hex digits.
type FeatureCard struct {
	Picture
	TextColor string `json:"text_color,omitempty"`
}

// Contact is somebody whom staff can reach about a listing. Visitors don't see
// it.
type Contact struct {
	Role ContactRole `json:"role"`
	Name string      `json:"name,omitempty"`
	Mail string      `json:"mail"`
}

// ContactRole is what a contact is responsible for.
type ContactRole string

// The roles of contacts.
const (
	ContactTechnical ContactRole = "technical"
	ContactMarketing ContactRole = "marketing"
	ContactFinance   ContactRole = "finance"
	ContactSecurity  ContactRole = "security"
)

// ContactRoles lists the roles in the order of pages.
func ContactRoles() []ContactRole {
	return []ContactRole{ContactTechnical, ContactSecurity, ContactMarketing, ContactFinance}
}

// DataHandling answers what becomes of the data that an app reaches. Visitors
// see it.
type DataHandling struct {
	Accessed     string `json:"accessed,omitempty"`      // which data
	Stored       *bool  `json:"stored,omitempty"`        // nil: not told
	Where        string `json:"where,omitempty"`         // countries or regions
	Retention    string `json:"retention,omitempty"`     // how long
	ThirdParties string `json:"third_parties,omitempty"` // who else gets it
}

// Purchase is how a listing's plans are bought.
type Purchase string

// The ways to buy: on this marketplace, or directly at an address of the
// integrator's.
const (
	PurchaseHere   Purchase = "here"
	PurchaseDirect Purchase = "direct"
)

// PlanTerm is a plan as an integrator writes it; prices are in minor units. A
// plan that was published before keeps its Number; 0 is a new one.
type PlanTerm struct {
	Number       int         `json:"number,omitempty"`
	Name         string      `json:"name"`
	Kind         PlanKind    `json:"kind"`
	Description  string      `json:"description,omitempty"`
	MonthlyMinor *int64      `json:"monthly_minor,omitempty"`
	YearlyMinor  *int64      `json:"yearly_minor,omitempty"`
	Currency     string      `json:"currency,omitempty"` // USD when missing
	UnitName     string      `json:"unit_name,omitempty"`
	MinUnits     *int64      `json:"min_units,omitempty"`
	MaxUnits     *int64      `json:"max_units,omitempty"`
	Capacity     *int64      `json:"capacity,omitempty"` // units that all buyers may hold together
	TrialDays    int         `json:"trial_days,omitempty"`
	Bullets      []string    `json:"bullets,omitempty"`
	Audience     Audience    `json:"audience,omitempty"` // everyone when missing
	State        PlanState   `json:"state,omitempty"`    // published when missing
	PricePolicy  PricePolicy `json:"price_policy,omitempty"`
	NoticeDays   *int        `json:"notice_days,omitempty"`
	AsOf         string      `json:"as_of,omitempty"` // YYYY-MM-DD
}

// PricePolicy is what another price means for those who have bought already.
type PricePolicy string

// The policies: they keep theirs, or are told ahead and moved when they renew.
const (
	PriceKeep PricePolicy = "keep"
	PriceMove PricePolicy = "move"
)

// DefaultNoticeDays is how long ahead buyers are told of another price.
const DefaultNoticeDays = 30
