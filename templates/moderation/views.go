// Package moderation holds the pages of reports, taking down and appeals.
package moderation

import (
	"context"
	"strings"
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Report is the form to report a listing, with what one reported before.
type Report struct {
	Slug, Name string
	There      bool // visitors see the listing
	Waiting    bool // a report of one's own waits
	Mine       []Mine
	Zone       *time.Location

	Reason   string
	Words    string
	Problems ui.Problems
}

// Mine is a report of one's own.
type Mine struct {
	Reason   string
	Words    string
	At       time.Time
	Decision string // "" waits
	Handled  time.Time
	Answer   string
}

func (r *Report) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(r.Zone))
}

// reasons are what a report may say.
func (r *Report) reasons(ctx context.Context) []ui.Option {
	return reasons(ctx, models.ReportReasons())
}

func reasons(ctx context.Context, all []models.ModerationReason) []ui.Option {
	options := make([]ui.Option, len(all))
	for i, reason := range all {
		options[i] = ui.Option{Value: string(reason), Label: reasonName(ctx, string(reason)), Help: i18n.T(ctx, "moderation.reason_help."+string(reason))}
	}
	return options
}

func reasonName(ctx context.Context, code string) string {
	if key := "moderation.reason." + code; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	if key := "reviews.reason." + code; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return code
}

func reasonNames(ctx context.Context, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = reasonName(ctx, code)
	}
	return i18n.List(ctx, names)
}

// Appeal is the page on which an integrator appeals.
type Appeal struct {
	Listing   desk.Listing
	TakenDown bool // else a revision was rejected
	At        time.Time
	Reasons   []string
	Said      string // the words of the decision
	Zone      *time.Location
	Plea      *Plea

	Words    string
	Problems ui.Problems
}

func (a *Appeal) frame(ctx context.Context) desk.Listing {
	l := a.Listing
	l.Title = i18n.T(ctx, "moderation.appeal.title")
	return l
}

// Plea is an appeal that was made.
type Plea struct {
	Words    string
	At       time.Time
	Decision string // "" waits
	Decided  time.Time
	Answer   string
}

func (a *Appeal) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(a.Zone))
}

// List is a page of listings that were reported, or of appeals.
type List struct {
	View    string // "" or "handled"
	Waiting int
	Zone    *time.Location
	Reports []Reported
	Appeals []Appealed
	Pager   ui.PagerProps // with addresses that have no language
}

// Reported is a listing with its reports.
type Reported struct {
	Slug, Name, LogoURL string
	State               models.ListingState
	Publisher           string
	Count, All          int
	Since               time.Time
	Reasons             []Counted
}

// Counted is how often a reason was given.
type Counted struct {
	Reason string
	Count  int
}

// Appealed is an appeal in a list.
type Appealed struct {
	Slug, Name, LogoURL string
	State               models.ListingState
	Publisher           string
	Act                 string
	Reasons             []string
	DecidedBy           string
	At                  time.Time
	Decision            string
}

func (l *List) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(l.Zone))
}

func (l *List) tabs(ctx context.Context, of func(view string, page int) string) []ui.Tab {
	waiting := ui.Tab{Text: i18n.T(ctx, "moderation.view.waiting"), Path: of("", 1), Current: l.View == ""}
	if l.Waiting > 0 {
		waiting.Count = i18n.Number(ctx, int64(l.Waiting))
	}
	return []ui.Tab{waiting, {Text: i18n.T(ctx, "moderation.view.handled"), Path: of("handled", 1), Current: l.View == "handled"}}
}

func (l *List) pager(ctx context.Context) ui.PagerProps {
	p := l.Pager
	p.Label = i18n.T(ctx, "moderation.pages")
	href := func(path string) string {
		if path == "" {
			return ""
		}
		return paths.Localized(i18n.Lang(ctx), path)
	}
	p.Previous, p.Next = href(p.Previous), href(p.Next)
	p.Links = append([]ui.PageLink(nil), p.Links...)
	for i := range p.Links {
		p.Links[i].Href = href(p.Links[i].Href)
	}
	return p
}

// counts are the reasons of reports with how often each was given.
func counts(ctx context.Context, all []Counted) string {
	words := make([]string, len(all))
	for i, c := range all {
		words[i] = i18n.T(ctx, "moderation.counted", "reason", reasonName(ctx, c.Reason), "n", i18n.Number(ctx, int64(c.Count)))
	}
	return strings.Join(words, " · ")
}

// Case is all that staff knows of a listing.
type Case struct {
	Slug, Name, LogoURL, Tagline string
	State                        models.ListingState
	Claimed                      bool
	MayDecide                    bool
	Zone                         *time.Location
	Published, TakenDown         time.Time // zero for never, or not
	Reason, Note                 string    // of taking down
	Installs                     *int64

	Publisher                                string // "" for unknown
	PublisherSince                           time.Time
	Verified, Suspended                      bool
	Listings, Public, TakenDowns, Rejections int
	OtherReported                            int
	ReportsWait, ReportsAll, ReportsActed    int

	Reports []CaseReport
	Notes   []CaseNote
	Events  []CaseEvent
	Appeals []CaseAppeal

	// A form that came back.
	Form     string // reports, notes
	Chosen   []string
	Decision string
	Answer   string
	Body     string
	Problems ui.Problems
}

// CaseReport is a report with who wrote it.
type CaseReport struct {
	ID               string
	Reporter         string
	Acted, Dismissed int // of the reporter's others
	Reason, Words    string
	At               time.Time
	Decision         string
	Handler          string
	Handled          time.Time
	Answer           string
}

// CaseNote is what staff wrote to itself.
type CaseNote struct {
	Author, Body string
	At           time.Time
}

// CaseEvent is a step of the listing.
type CaseEvent struct {
	Act, From, To, Actor string
	Reasons              []string
	Words                string
	At                   time.Time
}

// CaseAppeal is an appeal.
type CaseAppeal struct {
	Act, Appellant, DecidedBy, Words, Decision, Decider, Answer string
	At, Decided                                                 time.Time
}

func (c *Case) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(c.Zone))
}

// waiting are the reports that can be decided on.
func (c *Case) waiting() (some []CaseReport) {
	for _, r := range c.Reports {
		if r.Decision == "" {
			some = append(some, r)
		}
	}
	return some
}

func (c *Case) handled() (some []CaseReport) {
	for _, r := range c.Reports {
		if r.Decision != "" {
			some = append(some, r)
		}
	}
	return some
}

// plea is the appeal that waits, if one does.
func (c *Case) plea() *CaseAppeal {
	for i := range c.Appeals {
		if c.Appeals[i].Decision == "" {
			return &c.Appeals[i]
		}
	}
	return nil
}

// chosen reports whether a report is ticked: all are until somebody chose.
func (c *Case) chosen(id string) bool {
	if c.Form != "reports" {
		return true
	}
	for _, one := range c.Chosen {
		if one == id {
			return true
		}
	}
	return false
}

// down reports whether the listing can be taken down.
func (c *Case) down() bool {
	return c.State == models.ListingPublished || c.State == models.ListingUnlisted
}

func (c *Case) problem(ctx context.Context, form, field string) string {
	if c.Form != form {
		return ""
	}
	return c.Problems.On(ctx, field)
}

// Deciding is a page on which staff decides on one thing.
type Deciding struct {
	Slug, Name  string
	State       models.ListingState
	ReportsWait int
	Zone        *time.Location
	Plea        *CaseAppeal
	Said        string // of the decision that the appeal is about
	Reasons     []string

	Reason, Note, Decision, Answer string
	Problems                       ui.Problems
}

func (d *Deciding) at(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(d.Zone))
}

// actName is a step in words.
func actName(ctx context.Context, act string) string {
	if key := "moderation.act." + act; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return act
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// publicReasons are why staff may take a listing down, each with the words that
// visitors read.
func publicReasons(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, reason := range models.TakedownReasons() {
		options = append(options, ui.Option{Value: string(reason), Label: reasonName(ctx, string(reason)), Help: i18n.T(ctx, "moderation.public."+string(reason))})
	}
	return options
}
