// Package reviews holds the pages on which an integrator hands a listing in and
// follows it, and those on which staff decides on it.
package reviews

import (
	"context"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Desk is where a listing stands, for its integrator.
type Desk struct {
	Frame     desk.Listing
	Zone      *time.Location
	App       string // slug of the app
	Publisher string
	Live      bool // there is something that visitors see, or will again
	Revision  int
	Published time.Time
	Steps     []Step
	Version   int // of the draft
	Changes   *models.Difference
	Changed   bool // there is something to hand in
	AtOnce    bool // and it goes live at once
	Open      *Waiting
	After     *Waiting
	Last      *Verdict
	Events    []Event

	// The form that came back.
	Note     string
	Problems ui.Problems
}

// seen says whether visitors see the listing now.
func (d *Desk) seen() bool { return d.Live && d.Frame.State != models.ListingTakenDown }

// Step is one of what has to be done before a listing can be handed in.
type Step struct {
	Name     string // mail, public, text, translations, media, links, data, plans, access
	Path     string
	Findings []models.Finding // errors and warnings
	Undone   bool
}

// Waiting is what was handed in and waits.
type Waiting struct {
	State     models.SubmissionState
	Since     time.Time
	Claimed   time.Time
	Place, Of int
	Median    time.Duration // 0: nothing was decided yet
	Checked   time.Time     // zero: the checks are running
	Checks    []models.CheckResult
	Note      string
}

// Verdict is the last decision.
type Verdict struct {
	Act     string
	At      time.Time
	Reasons []string
	Words   string
}

// Event is a step of the history. Who is a login, "" for nobody.
type Event struct {
	Act     string
	At      time.Time
	Who     string
	Staff   bool
	From    models.ListingState
	To      models.ListingState
	Reasons []string
	Words   string
}

func (d *Desk) done() int {
	n := 0
	for _, s := range d.Steps {
		if !s.Undone {
			n++
		}
	}
	return n
}

func (d *Desk) ready() bool { return d.done() == len(d.Steps) }

func (d *Desk) at(ctx context.Context, t time.Time) string { return i18n.DateTime(ctx, t.In(d.Zone)) }

// found reports whether a check found what keeps a revision.
func found(c models.CheckResult) bool {
	return c.Outcome == models.CheckFail || c.Outcome == models.CheckWarn
}

// held are the checks that found something.
func (w *Waiting) held() []models.CheckResult {
	var all []models.CheckResult
	for _, c := range w.Checks {
		if found(c) || c.Outcome == models.CheckError {
			all = append(all, c)
		}
	}
	return all
}

// next is the one thing to do next: its words and where.
func (d *Desk) next(ctx context.Context) (text, path string) {
	page := func(p string) string { return paths.ManageListing(d.Frame.Slug, p) }
	switch {
	case d.Frame.State == models.ListingArchived || d.Frame.State == models.ListingRejected:
		return "", ""
	case d.Open != nil:
		return i18n.T(ctx, "reviews.next.follow"), page("review")
	case !d.ready():
		for _, s := range d.Steps {
			if s.Undone {
				return i18n.T(ctx, "reviews.next.mend", "part", i18n.T(ctx, "reviews.step."+s.Name)), s.Path
			}
		}
	case d.Changed:
		return i18n.T(ctx, "reviews.next.hand_in"), page("review")
	}
	return i18n.T(ctx, "reviews.next.write"), page("text")
}

// moves are the acts that need no review, which can be taken now.
func (d *Desk) moves() []models.ListingAct {
	var all []models.ListingAct
	for _, act := range []models.ListingAct{models.ActUnlist, models.ActRelist, models.ActRedraft, models.ActArchive} {
		if _, _, err := act.Step(d.Frame.State, ""); err == nil {
			all = append(all, act)
		}
	}
	return all
}

// tone is the colour of an outcome of a check.
func tone(o models.CheckOutcome) ui.Tone {
	switch o {
	case models.CheckPass:
		return ui.ToneGood
	case models.CheckWarn:
		return ui.ToneWarn
	case models.CheckFail:
		return ui.ToneBad
	}
	return ui.ToneQuiet
}

func outcome(ctx context.Context, o models.CheckOutcome) string {
	return i18n.T(ctx, "reviews.outcome."+string(o))
}

func check(ctx context.Context, name models.CheckName) string {
	return i18n.T(ctx, "check."+string(name))
}

// reason is one of the reviewers' reasons, or one for which a listing is taken
// down.
func reason(ctx context.Context, code string) string {
	if key := "moderation.reason." + code; i18n.Has(key) && !i18n.Has("reviews.reason."+code) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "reviews.reason."+code)
}

// reasonMend is what visitors read where there is nothing to mend by oneself.
func reasonMend(ctx context.Context, code string) string {
	if key := "moderation.public." + code; i18n.Has(key) && !i18n.Has("reviews.reason."+code) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "reviews.reason."+code+".mend")
}

func finding(ctx context.Context, f models.Finding) string {
	return i18n.T(ctx, "lint."+f.Rule, f.Args()...)
}

func mend(ctx context.Context, f models.Finding) string {
	return i18n.T(ctx, "lint."+f.Rule+".mend", f.Args()...)
}

// sentence tells a step in plain words.
func (e *Event) sentence(ctx context.Context) string {
	who := e.Who
	if who == "" && e.Staff {
		who = i18n.T(ctx, "reviews.staff")
	}
	if who == "" && e.Act != string(models.ActRelease) {
		who = i18n.T(ctx, "reviews.operator")
	}
	if e.Act == string(models.ActRelease) && e.Who == "" && !e.Staff {
		return i18n.T(ctx, "reviews.event.lapse")
	}
	key := "reviews.event." + e.Act
	if !i18n.Has(key) {
		return e.Act
	}
	return i18n.T(ctx, key, "who", who)
}

// field is a field of a listing's content in words.
func field(ctx context.Context, name string) string {
	if rest, ok := strings.CutPrefix(name, "translations."); ok {
		lang, of, _ := strings.Cut(rest, ".")
		return i18n.T(ctx, "reviews.field.translated", "field", field(ctx, of), "language", languages[lang])
	}
	if key := "listings.field." + name; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	if key := "reviews.field." + name; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return name
}

var languages = map[string]string{"en": "English", "zh-CN": "简体中文", "ja": "日本語", "fr": "français"}

// coded are the fields whose values are codes.
var coded = map[string]bool{"data.stored": true, "purchase": true}

// span is a piece of a difference as it is shown.
func span(ctx context.Context, name, text string) string {
	if key := "reviews.value." + text; coded[name] && i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return text
}

// exact is a time for machines.
func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// duration says about how long something took.
func duration(ctx context.Context, d time.Duration) string {
	switch hours := int64((d + 30*time.Minute) / time.Hour); {
	case hours < 1:
		return i18n.T(ctx, "reviews.under_an_hour")
	case hours < 48:
		return i18n.N(ctx, "reviews.hours", hours)
	default:
		return i18n.N(ctx, "reviews.days", (hours+12)/24)
	}
}

// planFacts are what two plans, either of which may be missing, differ in.
func planFacts(ctx context.Context, c models.PlanChange) []ui.Change {
	before, after := planWords(ctx, c.Before), planWords(ctx, c.After)
	var all []ui.Change
	for i := range before {
		if before[i][1] != after[i][1] {
			all = append(all, ui.Change{Name: after[i][0], Before: before[i][1], After: after[i][1]})
		}
	}
	return all
}

// planWords are a plan's facts, each with its name; a plan that is missing has
// none.
func planWords(ctx context.Context, p *models.PlanTerm) [][2]string {
	names := []string{"name", "kind", "monthly", "yearly", "description", "unit", "units", "capacity", "trial", "bullets", "audience", "state", "policy"}
	all := make([][2]string, len(names))
	for i, n := range names {
		all[i][0] = i18n.T(ctx, "reviews.plan."+n)
	}
	if p == nil {
		return all
	}
	money := func(minor *int64) string {
		if minor == nil {
			return ""
		}
		return i18n.Money(ctx, *minor, p.Currency)
	}
	values := []string{p.Name, i18n.T(ctx, "reviews.plan.kind."+string(p.Kind)), money(p.MonthlyMinor), money(p.YearlyMinor), p.Description,
		p.UnitName, units(p), capacity(p), "", strings.Join(p.Bullets, " · "), i18n.T(ctx, "reviews.plan.audience."+string(p.Audience)),
		i18n.T(ctx, "reviews.plan.state."+string(p.State)), i18n.T(ctx, "reviews.plan.policy."+string(p.PricePolicy))}
	if p.TrialDays > 0 {
		values[8] = i18n.N(ctx, "reviews.days", int64(p.TrialDays))
	}
	for i := range values {
		all[i][1] = values[i]
	}
	return all
}

func capacity(p *models.PlanTerm) string {
	if p.Capacity == nil {
		return ""
	}
	return strconv.FormatInt(*p.Capacity, 10)
}

func units(p *models.PlanTerm) string {
	if p.MinUnits == nil && p.MaxUnits == nil {
		return ""
	}
	n := func(v *int64) string {
		if v == nil {
			return "…"
		}
		return strconv.FormatInt(*v, 10)
	}
	return n(p.MinUnits) + "–" + n(p.MaxUnits)
}

// permissions are what an app asks for, before and after.
func permissions(ctx context.Context, a *models.AccessDifference, all bool) []ui.Change {
	level := func(l models.Level) string {
		if l == "" {
			return ""
		}
		return i18n.T(ctx, "permission.level."+string(l))
	}
	var list []ui.Change
	for _, p := range a.Permissions {
		if p.Before == p.After && !all {
			continue
		}
		name := p.Name
		if key := "permission." + p.Name + ".name"; i18n.Has(key) {
			name = i18n.T(ctx, key)
		}
		list = append(list, ui.Change{Name: name, Before: level(p.Before), After: level(p.After)})
	}
	return list
}

// lists are the lists of an access.
func lists(a *models.AccessDifference) []models.ListChange {
	var all []models.ListChange
	for _, l := range []models.ListChange{a.Events, a.Scopes, a.Files} {
		if len(l.Gone)+len(l.New) > 0 {
			all = append(all, l)
		}
	}
	return all
}

func itoa(n int) string { return strconv.Itoa(n) }

// Move is the page before a step that needs no review.
type Move struct {
	Slug, Name, Act string
	Public          bool
}

// consequences are what the step brings, as parts of keys.
func (m *Move) consequences() []string {
	switch m.Act {
	case "unlist":
		return []string{"what.hidden", "what.buyers_stay", "what.relist"}
	case "relist":
		return []string{"what.shown"}
	case "archive":
		if !m.Public {
			return []string{"what.ends", "what.waiting_ends", "what.redraft"}
		}
		return []string{"what.hidden", "what.ends", "what.buyers_told", "what.waiting_ends", "what.redraft"}
	}
	return []string{"what.anew", "what.reviewed_again"}
}

// titled is the frame with the title of the page.
func (d *Desk) titled(title string) desk.Listing {
	f := d.Frame
	f.Title = title
	return f
}
