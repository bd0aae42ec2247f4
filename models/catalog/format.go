package catalog

import (
	"encoding/json"

	"souk/models"
)

// The exchange format is JSON Lines: one JSON object a line, in UTF-8. The
// first line names the format; each further line holds one thing under the
// name of its kind. docs/catalogue-format.md describes every field.
//
//	{"souk":"catalogue","version":1}
//	{"category":{"slug":"security","names":{"en":"Security"}}}
//	{"publisher":{"login":"octocat","name":"The Octocat"}}
//	{"listing":{"slug":"linter","name":"Linter","type":"github_app"}}
type line struct {
	Souk      string          `json:"souk,omitempty"`
	Version   int             `json:"version,omitempty"`
	Category  *CategoryEntry  `json:"category,omitempty"`
	Publisher *PublisherEntry `json:"publisher,omitempty"`
	Listing   *ListingEntry   `json:"listing,omitempty"`
}

// FormatVersion is the version of the exchange format that is written; it and
// older ones are read.
const FormatVersion = 1

// CategoryEntry is a category in the exchange format.
type CategoryEntry struct {
	Slug         string       `json:"slug"`
	Position     int          `json:"position,omitempty"`
	Names        models.Texts `json:"names"`
	Descriptions models.Texts `json:"descriptions,omitempty"`
}

// PublisherEntry is a publisher in the exchange format. A missing verified
// leaves an account as it is.
type PublisherEntry struct {
	Login      string             `json:"login"`
	Kind       models.AccountKind `json:"kind,omitempty"` // organization when missing
	Name       string             `json:"name,omitempty"`
	WebsiteURL string             `json:"website_url,omitempty"`
	Verified   *bool              `json:"verified,omitempty"`
}

// ListingEntry is a listing with its app, plans and texts. Whatever is missing
// is unknown; permissions, events and scopes that are present but empty say
// that the app asks for nothing. Dates are YYYY-MM-DD, times RFC 3339.
type ListingEntry struct {
	Slug         string                      `json:"slug"`
	AppSlug      string                      `json:"app_slug,omitempty"` // the same as slug when missing
	Name         string                      `json:"name"`
	Type         models.AppKind              `json:"type"`
	Publisher    string                      `json:"publisher,omitempty"`
	State        models.ListingState         `json:"state,omitempty"` // published when missing
	Tagline      string                      `json:"tagline,omitempty"`
	Introduction string                      `json:"introduction,omitempty"`
	Description  string                      `json:"description,omitempty"`
	Keywords     []string                    `json:"keywords,omitempty"`
	Categories   []string                    `json:"categories,omitempty"`
	Languages    []string                    `json:"languages,omitempty"` // programming languages
	HomepageURL  string                      `json:"homepage_url,omitempty"`
	Links        models.Links                `json:"links,omitzero"`
	Permissions  models.Grants               `json:"permissions,omitzero"`
	Events       []string                    `json:"events,omitzero"`
	Scopes       []string                    `json:"scopes,omitzero"`
	Plans        []PlanEntry                 `json:"plans,omitempty"`
	Installs     *int64                      `json:"installs,omitempty"`
	InstallsAsOf string                      `json:"installs_as_of,omitempty"`
	Stars        *int64                      `json:"stars,omitempty"`
	StarsAsOf    string                      `json:"stars_as_of,omitempty"`
	Discontinued bool                        `json:"discontinued,omitempty"`
	Screenshots  []ScreenshotEntry           `json:"screenshots,omitempty"`
	Translations map[string]TranslationEntry `json:"translations,omitempty"`
	PublishedAt  string                      `json:"published_at,omitempty"`
}

// PlanEntry is a plan in the exchange format; prices are in minor units.
type PlanEntry struct {
	Name         string           `json:"name"`
	Kind         models.PlanKind  `json:"kind"`
	Description  string           `json:"description,omitempty"`
	MonthlyMinor *int64           `json:"monthly_minor,omitempty"`
	YearlyMinor  *int64           `json:"yearly_minor,omitempty"`
	Currency     string           `json:"currency,omitempty"` // USD when missing
	UnitName     string           `json:"unit_name,omitempty"`
	TrialDays    int              `json:"trial_days,omitempty"`
	Bullets      []string         `json:"bullets,omitempty"`
	Audience     models.Audience  `json:"audience,omitempty"` // everyone when missing
	State        models.PlanState `json:"state,omitempty"`    // published when missing
	AsOf         string           `json:"as_of,omitempty"`
}

// ScreenshotEntry is a picture, as a file beside the one that is imported, or
// as the hash of one that the database already holds.
type ScreenshotEntry struct {
	File    string `json:"file,omitempty"`
	Hash    string `json:"hash,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// TranslationEntry holds a listing's texts in another language; what is empty
// falls back to English.
type TranslationEntry struct {
	Name         string `json:"name,omitempty"`
	Tagline      string `json:"tagline,omitempty"`
	Introduction string `json:"introduction,omitempty"`
	Description  string `json:"description,omitempty"`
}

// marshal writes v as it stands in the format: no HTML escapes, one line.
func marshal(v any) ([]byte, error) { return json.Marshal(v) }
