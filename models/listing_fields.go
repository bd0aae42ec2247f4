package models

import "slices"

// ListingField is what may stand in one field of ListingContent. Forms count by
// it, the linter checks by it, and docs/listing-fields.md is made from it.
//
// Field is a path in which [] stands for each entry of a list and {} for each
// language: "plans[].name", "translations{}.tagline". Max and Min count what
// Unit says; 0 is no limit. A text shorter than Min is a hint, nothing worse.
// Required is needed to hand a listing in, or, within a list, in each entry.
type ListingField struct {
	Field    string
	Form     FieldForm
	Max, Min int
	Unit     FieldUnit
	Required bool
	GitHub   bool // the limit is GitHub's
}

// Markdown reports whether the field is written in Markdown.
func (f ListingField) Markdown() bool { return f.Form == FormMarkdown }

// FieldForm is what kind of value a field holds.
type FieldForm string

// The forms of fields.
const (
	FormLine     FieldForm = "line"     // one line of plain text
	FormText     FieldForm = "text"     // plain text with line breaks
	FormMarkdown FieldForm = "markdown" // text in Markdown
	FormList     FieldForm = "list"
	FormAddress  FieldForm = "address" // https
	FormSupport  FieldForm = "support" // https, or mailto:
	FormMail     FieldForm = "mail"
	FormColour   FieldForm = "colour" // six hex digits
	FormNumber   FieldForm = "number"
	FormChoice   FieldForm = "choice" // one of a closed set
	FormPicture  FieldForm = "picture"
)

// FieldUnit is what a limit counts.
type FieldUnit string

// The units of limits.
const (
	UnitCharacters FieldUnit = "characters"
	UnitEntries    FieldUnit = "entries"
	UnitValue      FieldUnit = "value" // the number itself
)

// Limits of fields that no other file names.
const (
	MaxLink         = 500
	MaxContacts     = 10
	MaxContactName  = 100
	MaxKeyword      = 50
	MaxLanguageName = 50
	MaxDataAnswer   = 1000
	MaxPlanName     = 60
	MaxPlanText     = 300
	MaxUnitName     = 40
	MaxBullet       = 200
	MaxPlanUnits    = 1_000_000
	MaxPlanCapacity = 1_000_000_000
	MaxNoticeDays   = 365
)

func chars(field string, form FieldForm, most int) ListingField {
	return ListingField{Field: field, Form: form, Max: most, Unit: UnitCharacters}
}

func entries(field string, most int) ListingField {
	return ListingField{Field: field, Form: FormList, Max: most, Unit: UnitEntries}
}

func link(name string) ListingField { return chars("links."+name, FormAddress, MaxLink) }

func (f ListingField) needed() ListingField {
	f.Required = true
	return f
}

func (f ListingField) ofGitHub() ListingField {
	f.GitHub = true
	return f
}

func (f ListingField) atLeast(least int) ListingField {
	f.Min = least
	return f
}

var listingFields = []ListingField{
	chars("name", FormLine, MaxName).needed().ofGitHub(),
	chars("tagline", FormLine, MaxTagline).atLeast(20).needed(),
	chars("introduction", FormText, MaxIntroduction).atLeast(80).needed(),
	chars("description", FormMarkdown, MaxDescription).atLeast(100).needed(),
	entries("keywords", MaxKeywords), chars("keywords[]", FormLine, MaxKeyword),
	entries("categories", MaxCategories).needed(), chars("categories[]", FormChoice, 100),
	entries("languages", MaxProgramming).ofGitHub(), chars("languages[]", FormLine, MaxLanguageName),
	chars("translations{}.name", FormLine, MaxName),
	chars("translations{}.tagline", FormLine, MaxTagline),
	chars("translations{}.introduction", FormText, MaxIntroduction),
	chars("translations{}.description", FormMarkdown, MaxDescription),
	chars("homepage_url", FormAddress, MaxLink),
	chars("links.support", FormSupport, MaxLink).needed(),
	link("privacy").needed(), link("terms"), link("documentation"), link("status"), link("pricing"), link("company"),
	link("repository"), link("installation"),
	entries("contacts", MaxContacts).needed(),
	{Field: "contacts[].role", Form: FormChoice, Required: true},
	chars("contacts[].name", FormLine, MaxContactName),
	chars("contacts[].mail", FormMail, MaxMail).needed(),
	chars("data.accessed", FormText, MaxDataAnswer).needed(),
	{Field: "data.stored", Form: FormChoice, Required: true},
	chars("data.where", FormText, MaxDataAnswer),
	chars("data.retention", FormText, MaxDataAnswer),
	chars("data.third_parties", FormText, MaxDataAnswer).needed(),
	{Field: "logo", Form: FormPicture, Required: true},
	{Field: "logo_backdrop", Form: FormColour},
	{Field: "feature", Form: FormPicture},
	{Field: "feature.text_color", Form: FormColour},
	entries("screenshots", MaxScreenshots).ofGitHub(),
	chars("screenshots[].caption", FormLine, MaxCaption),
	{Field: "purchase", Form: FormChoice},
	chars("purchase_url", FormAddress, MaxLink),
	entries("plans", MaxPlans).ofGitHub(),
	chars("plans[].name", FormLine, MaxPlanName).needed(),
	{Field: "plans[].kind", Form: FormChoice, Required: true},
	chars("plans[].description", FormText, MaxPlanText),
	{Field: "plans[].monthly_minor", Form: FormNumber, Max: MaxPriceMinor, Unit: UnitValue},
	{Field: "plans[].yearly_minor", Form: FormNumber, Max: MaxPriceMinor, Unit: UnitValue},
	{Field: "plans[].currency", Form: FormChoice},
	chars("plans[].unit_name", FormLine, MaxUnitName),
	{Field: "plans[].min_units", Form: FormNumber, Min: 1, Max: MaxPlanUnits, Unit: UnitValue},
	{Field: "plans[].max_units", Form: FormNumber, Min: 1, Max: MaxPlanUnits, Unit: UnitValue},
	{Field: "plans[].capacity", Form: FormNumber, Min: 1, Max: MaxPlanCapacity, Unit: UnitValue},
	{Field: "plans[].trial_days", Form: FormNumber, Max: MaxTrialDays, Unit: UnitValue},
	entries("plans[].bullets", MaxBullets).ofGitHub(), chars("plans[].bullets[]", FormLine, MaxBullet),
	{Field: "plans[].audience", Form: FormChoice},
	{Field: "plans[].state", Form: FormChoice},
	{Field: "plans[].price_policy", Form: FormChoice},
	{Field: "plans[].notice_days", Form: FormNumber, Max: MaxNoticeDays, Unit: UnitValue},
}

// ListingFields lists the fields of a listing in the order of the editor's
// pages.
func ListingFields() []ListingField { return slices.Clone(listingFields) }

// ListingFieldOf finds the field of a path as findings name it, with [] and {}
// for entries and languages. ok is false for one that isn't in the table.
func ListingFieldOf(field string) (f ListingField, ok bool) {
	f, ok = listingFieldIndex[field]
	return f, ok
}

var listingFieldIndex = func() map[string]ListingField {
	index := make(map[string]ListingField, len(listingFields))
	for _, f := range listingFields {
		index[f.Field] = f
	}
	return index
}()
