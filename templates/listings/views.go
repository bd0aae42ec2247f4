package listings

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/templates/claims"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/view"
)

// Manage is the list of one's listings.
type Manage struct {
	Listings []Listed
	Claims   []claims.Mine
}

// Listed is a listing in that list. Next is the message "listings.next.<Next>".
type Listed struct {
	Slug, Name, Owner, LogoURL string
	State                      models.ListingState
	Next                       string
	ChangedAt                  time.Time
	Figures                    models.Figures // of the last 30 days
}

// shares are conversion and churn in words.
func (l *Listed) share(ctx context.Context, of func(*models.Figures) (float64, bool)) string {
	if s, ok := of(&l.Figures); ok {
		return i18n.Percent(ctx, s)
	}
	return "–"
}

// revenue is the money of the last 30 days, by currency.
func (l *Listed) revenue(ctx context.Context) string {
	var all []string
	for _, m := range l.Figures.Revenue {
		all = append(all, i18n.MoneyShort(ctx, m.Minor, m.Currency))
	}
	if len(all) == 0 {
		return "–"
	}
	return strings.Join(all, " · ")
}

// New is the choice of an app to write a listing for. Private counts the apps
// that can't be chosen since they aren't public.
type New struct {
	App      string
	Apps     []AppChoice
	Private  int
	Problems ui.Problems
}

// AppChoice is an app that may get a listing.
type AppChoice struct {
	Slug, Name, Owner string
	Kind              models.AppKind
}

// Editor is a page of the editor. Page is a name of paths.ManageListing, Lang
// the language of a translation.
type Editor struct {
	Desk       desk.Listing
	Page       string
	Lang       string
	OAuth      bool
	Version    int
	Editor     string // a random name of this page
	SavedAt    time.Time
	Author     string
	Published  bool
	Boxes      map[string]Box
	Categories []Category
	Rendered   string // the description as HTML, where one asked to see it
	Problems   ui.Problems
}

// Category is a shelf that one may choose.
type Category struct{ Slug, Name string }

// Box is one field with all that is said about it. Max and Count count what is
// typed: characters, or entries.
type Box struct {
	Name     string
	Values   []string
	English  string // what a translation stands for
	Max      int
	Count    int
	Entries  bool
	Required bool
	Findings []Finding
}

// Finding is what the linter says about a field. Missing is a field that is
// needed before handing in.
type Finding struct {
	Rule     string
	Severity models.Severity
	Params   []any
	Missing  bool
}

// Input is a value of a form.
type Input struct{ Name, Value string }

// SavedView is what came of a save by the script. Elsewhere says that somebody
// else has changed what stands on another page.
type SavedView struct {
	Version   int
	Boxes     map[string]Box
	Merged    []Input
	Elsewhere bool
}

// ConflictView is where two have written the same.
type ConflictView struct {
	Desk    desk.Listing
	Page    string
	Lang    string
	Version int
	Author  string
	SavedAt time.Time
	Fields  []Conflicting
	Rest    []Input // of the form, without those
}

// Conflicting is a field that two have changed.
type Conflicting struct {
	Name               string
	Base, Theirs, Mine string
	Editable           bool
	Inputs             []Input // mine
}

// History is how a draft came about.
type History struct {
	Desk     desk.Listing
	Version  int
	Sittings []Sitting
	More     bool
}

// Sitting is what one author wrote without a long pause.
type Sitting struct {
	Version  int
	From, To time.Time
	Author   string
	Fields   []string
	Current  bool
}

// Version is an older version beside the present one.
type Version struct {
	Desk    desk.Listing
	Version int
	Newest  int
	SavedAt time.Time
	Author  string
	Changes []Change
}

// Change is a field that differs.
type Change struct{ Field, Now, Then string }

// Translations is which texts are there in which language.
type Translations struct {
	Desk      desk.Listing
	Languages []Translated
}

// Translated is one language: how many of the texts are there, and which ones
// aren't.
type Translated struct {
	Lang    string
	Written int
	Of      int
	Missing []string // fields
}

// langName is a language's own name.
func langName(lang string) string {
	return map[string]string{"en": "English", "zh-CN": "简体中文", "ja": "日本語", "fr": "français"}[lang]
}

// fieldName names a field of a draft for people: "Tagline", "Tagline
// (français)".
func fieldName(ctx context.Context, field string) string {
	if rest, ok := strings.CutPrefix(field, "translations."); ok {
		lang, name, _ := strings.Cut(rest, ".")
		return i18n.T(ctx, "listings.translation.field", "field", i18n.T(ctx, "listings.field."+name), "language", langName(lang))
	}
	if strings.HasPrefix(field, "data.") { // whose labels are questions
		return i18n.T(ctx, "listings.short."+field)
	}
	return i18n.T(ctx, "listings.field."+field)
}

// valueName puts a value that is a code into words.
func valueName(ctx context.Context, field, value string) string {
	if field == "data.stored" && value != "" {
		if value == "true" || value == "yes" {
			return i18n.T(ctx, "listings.stored.yes")
		}
		return i18n.T(ctx, "listings.stored.no")
	}
	return value
}

// pictured is a picture in the value of a field, with what stands beside it.
type pictured struct{ Hash, Words string }

var (
	pictureHash  = regexp.MustCompile(`(?:, )?hash: ([0-9a-f]{64})(?:, )?`)
	pictureWords = strings.NewReplacer("caption: ", "", "text_color: ", "#")
)

// picturesIn are the pictures that a field holds, one a line.
func picturesIn(field, value string) (all []pictured) {
	if field != "logo" && field != "feature" && field != "screenshots" {
		return nil
	}
	for line := range strings.Lines(value) {
		if m := pictureHash.FindStringSubmatch(line); m != nil {
			rest := pictureHash.ReplaceAllString(strings.TrimSpace(line), "")
			all = append(all, pictured{Hash: m[1], Words: pictureWords.Replace(rest)})
		}
	}
	return all
}

func (p pictured) alt(ctx context.Context, field string) string {
	if field == "screenshots" && p.Words != "" {
		return p.Words
	}
	return fieldName(ctx, field)
}

// fieldNames names some fields, and counts the rest.
func fieldNames(ctx context.Context, fields []string) string {
	const most = 6
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		names = append(names, fieldName(ctx, f))
	}
	if len(names) > most {
		names = append(names[:most-1], i18n.N(ctx, "listings.history.more_fields", int64(len(names)-most+1)))
	}
	return i18n.List(ctx, names)
}

func zone(ctx context.Context) *time.Location {
	if v := view.From(ctx).Viewer; v != nil {
		return i18n.Zone(v.TimeZone)
	}
	return time.UTC
}

func minute(ctx context.Context, t time.Time) string { return i18n.DateTime(ctx, t.In(zone(ctx))) }

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func titled(d desk.Listing, title, script string) desk.Listing {
	d.Title, d.Script = title, script
	return d
}

func author(ctx context.Context, login string) string {
	if login == "" {
		return i18n.T(ctx, "listings.history.nobody")
	}
	return login
}

func (b *Box) below() string { return "f-" + b.Name + "-below" }

// counted says how much there is of how much, for those who hear the page; "#"
// stands for the number where the script puts it.
func (b *Box) counted(ctx context.Context, n string) string {
	key := "listings.count.characters"
	if b.Entries {
		key = "listings.count.entries"
	}
	return i18n.T(ctx, key, "n", n, "max", strconv.Itoa(b.Max))
}

func (b *Box) value(i int) string {
	if i < len(b.Values) {
		return b.Values[i]
	}
	return ""
}

// props completes a field's props with what the box says.
func (e *Editor) props(ctx context.Context, b *Box, p ui.FieldProps) ui.FieldProps {
	p.Name, p.Value, p.Optional, p.Beside = b.Name, b.value(0), !b.Required, b.below()
	if p.Label == "" {
		p.Label = i18n.T(ctx, "listings.field."+b.Name)
	}
	p.Problem, p.Lang = e.Problems.On(ctx, b.Name), e.Lang
	return p
}

func (e *Editor) box(name string) *Box {
	b := e.Boxes[name]
	b.Name = name
	return &b
}

func (e *Editor) title(ctx context.Context) string {
	if e.Lang != "" {
		return i18n.T(ctx, "listings.translation.title", "language", langName(e.Lang))
	}
	return i18n.T(ctx, "desk.listing."+e.Page)
}

// categoryOptions are the choices of one of several selects.
func (e *Editor) categoryOptions(ctx context.Context, now string) []ui.Option {
	all := []ui.Option{{Value: "", Label: i18n.T(ctx, "listings.category.none")}}
	known := now == ""
	for _, c := range e.Categories {
		all = append(all, ui.Option{Value: c.Slug, Label: c.Name})
		known = known || c.Slug == now
	}
	if !known {
		all = append(all, ui.Option{Value: now, Label: now})
	}
	return all
}

func roles(ctx context.Context, now string) []ui.Option {
	var all []ui.Option
	known := now == ""
	for _, r := range models.ContactRoles() {
		all = append(all, ui.Option{Value: string(r), Label: i18n.T(ctx, "listings.role."+string(r))})
		known = known || string(r) == now
	}
	if !known {
		all = append(all, ui.Option{Value: now, Label: now})
	}
	return all
}

func toneOf(f Finding) string {
	if f.Missing {
		return "finding finding-missing"
	}
	return "finding finding-" + string(f.Severity)
}

func iconOf(f Finding) ui.Icon {
	if f.Severity == models.SeverityHint || f.Missing {
		return ui.IconInfo
	}
	return ui.IconWarning
}
