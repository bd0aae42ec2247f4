package reviews

import (
	"context"
	"strings"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/staff"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Queue is a page of submissions.
type Queue struct {
	View, Sort, Outcome string
	Tabs                []ui.Tab
	List                []Queued
	Pager               ui.PagerProps
	Zone                *time.Location
	Now                 time.Time
}

// Queued is a submission in a list.
type Queued struct {
	ID        int64
	Slug      string
	Name      string
	LogoURL   string
	Publisher string
	Verified  bool
	Sort      string
	State     string
	Since     time.Time
	Checks    []models.CheckResult // name and outcome alone
	Running   bool
	Reviewer  string
	Decider   string
	Decided   time.Time
	Reports   int
}

// Case is a submission with everything that a reviewer needs.
type Case struct {
	ID        int64
	Slug      string
	Name      string
	LogoURL   string
	Kind      models.AppKind
	Listing   models.ListingState
	State     models.SubmissionState
	Sort      string
	Submitter string
	Since     time.Time
	Note      string
	Reviewer  string
	Decider   string
	Decided   time.Time
	Reasons   []string
	Words     string
	Mine      bool
	Taken     bool
	Own       bool // the reviewer has a part in it
	Changed   bool // the app asks for something else by now
	Later     int64
	Whole     bool // nothing is left out of long texts
	Changes   *models.Difference
	Checks    []models.CheckResult
	Checked   time.Time
	Alike     []Alike
	Publisher Publisher
	Notes     []Note
	Events    []Event
	Zone      *time.Location

	// Forms that came back.
	Decision string
	Chosen   []string
	Typed    string
	Remark   string
	Problems ui.Problems
}

// Alike is another listing that a check found to look like this one.
type Alike struct{ Slug, Name, LogoURL, Tagline, Publisher string }

// Publisher is what is known of the integrator.
type Publisher struct {
	Login, Name         string
	Since               time.Time
	Verified, Suspended bool
	Listings            []Entry
	Approved, Refused   int // decisions on what they handed in
	Reports, Acted      int // all, and those that staff acted on
	TakenDown           int
}

// Entry is another listing of the integrator.
type Entry struct {
	Slug, Name string
	State      models.ListingState
}

// Note is what staff wrote to itself.
type Note struct {
	Author, Body string
	At           time.Time
}

// Settings is what staff sets for reviews.
type Settings struct {
	Chosen   []string
	Problems ui.Problems
}

func (c *Case) open() bool { return c.State.Open() }

func (c *Case) at(ctx context.Context, t time.Time) string { return i18n.DateTime(ctx, t.In(c.Zone)) }

// decisions are what a reviewer can choose from.
func (c *Case) decisions(ctx context.Context) []ui.Option {
	acts := []string{"approve", "request_changes", "reject"}
	if c.Sort == "afterwards" {
		acts = []string{"approve", "roll_back"}
	}
	all := make([]ui.Option, len(acts))
	for i, act := range acts {
		help := act
		if act == "approve" && c.Sort == "afterwards" {
			help = "approve_after"
		}
		all[i] = ui.Option{Value: act, Label: i18n.T(ctx, "reviews.decide."+act), Help: i18n.T(ctx, "reviews.decide_help."+help)}
	}
	return all
}

// reasons are the taxonomy.
func reasons(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, r := range models.ReviewReasons() {
		all = append(all, ui.Option{Value: string(r), Label: reason(ctx, string(r)), Help: reasonMend(ctx, string(r))})
	}
	return all
}

// parts are what staff may let go live at once.
func parts(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, p := range models.SmallParts() {
		all = append(all, ui.Option{Value: string(p), Label: i18n.T(ctx, "reviews.part."+string(p)), Help: i18n.T(ctx, "reviews.part_help."+string(p))})
	}
	return all
}

func sorts(ctx context.Context) []ui.Option {
	return []ui.Option{{Label: i18n.T(ctx, "reviews.queue.any")}, {Value: "new", Label: i18n.T(ctx, "reviews.sort.new")},
		{Value: "revision", Label: i18n.T(ctx, "reviews.sort.revision")}, {Value: "afterwards", Label: i18n.T(ctx, "reviews.sort.afterwards")}}
}

func outcomesChoice(ctx context.Context) []ui.Option {
	return []ui.Option{{Label: i18n.T(ctx, "reviews.queue.any")}, {Value: "clean", Label: i18n.T(ctx, "reviews.queue.clean")},
		{Value: "found", Label: i18n.T(ctx, "reviews.queue.found")}}
}

// glance sums the checks of a submission up: how many found something.
func (q *Queued) glance(ctx context.Context) (text string, as ui.Tone) {
	if q.Running {
		return i18n.T(ctx, "reviews.glance.running"), ui.ToneQuiet
	}
	var names []string
	as = ui.ToneWarn
	for _, c := range q.Checks {
		if c.Outcome != models.CheckPass {
			names = append(names, check(ctx, c.Name))
		}
		if c.Outcome == models.CheckFail {
			as = ui.ToneBad
		}
	}
	if len(names) == 0 {
		return i18n.T(ctx, "reviews.glance.clean"), ui.ToneGood
	}
	return i18n.List(ctx, names), as
}

// more is the same page with long texts whole, or shortened.
func (c *Case) more() string {
	if c.Whole {
		return paths.StaffReview(c.ID, "")
	}
	return paths.StaffReview(c.ID, "") + "?whole=true"
}

// shortened reports whether something is left out.
func (c *Case) shortened() bool {
	for _, t := range c.Changes.Texts {
		for _, s := range t.Spans {
			if s.Op == models.OpSame && strings.Contains(s.Text, " … ") {
				return true
			}
		}
	}
	return false
}

func stateTone(s models.SubmissionState) ui.Tone {
	switch s {
	case models.SubmissionApproved:
		return ui.ToneGood
	case models.SubmissionRejected:
		return ui.ToneBad
	case models.SubmissionChangesRequested:
		return ui.ToneWarn
	case models.SubmissionInReview:
		return ui.ToneAccent
	}
	return ui.ToneQuiet
}

func (c *Case) shell(ctx context.Context) account.Shell {
	s := staff.Shell(ctx, c.Name, paths.StaffReviews)
	s.Script = "review.js"
	s.Crumbs = []ui.Crumb{{Text: i18n.T(ctx, "reviews.queue.title"), Path: paths.StaffReviews}, {Text: c.Name}}
	return s
}

// baseline says with what the submission is compared.
func (c *Case) baseline(ctx context.Context) string {
	if c.Sort == "new" {
		return i18n.T(ctx, "reviews.case.baseline.new")
	}
	if c.Sort == "afterwards" {
		return i18n.T(ctx, "reviews.case.baseline.afterwards")
	}
	return i18n.T(ctx, "reviews.case.baseline.revision")
}

// tabs are the views with their names; what waits for anyone has no code.
func (q *Queue) tabs(ctx context.Context) []ui.Tab {
	all := make([]ui.Tab, len(q.Tabs))
	for i, t := range q.Tabs {
		if all[i] = t; t.Text == "" {
			t.Text = "waiting"
		}
		all[i].Text = i18n.T(ctx, "reviews.view."+t.Text)
	}
	return all
}
