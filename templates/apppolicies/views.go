// Package apppolicies holds the page of which apps an organization lets in.
package apppolicies

import (
	"context"
	"slices"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/organizations"
	"souk/templates/requests"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Policy is which apps an organization lets in.
type Policy struct {
	Login, Name string // of the organization
	Owner       bool   // the reader owns it
	MayChange   bool
	Policy      models.AppPolicy
	Kept        []string // each rule as the form carries it
	Version     int
	Changed     bool // and not saved
	Rule        Rule // in the form
	Categories  []models.Category
	Apps        []App // that are suggested
	Replay      *Replay
	Problems    ui.Problems
	Zone        *time.Location
}

// App is an app that a rule may be about.
type App struct {
	ID         int64
	Slug, Name string
}

// Rule is a rule as it was typed.
type Rule struct {
	Decision, App, Category, Permission, Level, Publisher, Words string
}

// Replay is what the policy makes of the apps that reach the organization now.
type Replay struct {
	Apps, Stops, Works, Stopped int
	Items                       []Replayed
}

// Replayed is an app that a policy touches.
type Replayed struct {
	Slug, Name            string
	Installation          int64 // 0: an OAuth App
	All                   bool  // repositories
	Repositories, Members int
	Used                  time.Time // zero: never
	Change                string    // "stops", "works" or "stopped"
	Verdict               models.Verdict
}

func (p *Policy) shell(ctx context.Context) account.Shell {
	at := paths.AppPolicy(p.Login)
	s := account.Shell{Title: i18n.T(ctx, "apppolicies.title"), Login: p.Login, Whose: p.Name}
	if p.Owner {
		s.Menu = organizations.Menu(ctx, p.Login, at)
	} else {
		s.Menu = []account.MenuGroup{account.Integrations(ctx, p.Login, at)}
	}
	return s
}

func (p *Policy) items(ctx context.Context) []requests.RuleItem {
	var all []requests.RuleItem
	for i := range p.Policy.Rules {
		r := &p.Policy.Rules[i]
		all = append(all, requests.RuleItem{Decision: r.Decision, Conditions: p.conditions(ctx, r), Words: r.Words, Kept: p.Kept[i]})
	}
	return all
}

// conditions are what a rule looks at, in words; none fits every app.
func (p *Policy) conditions(ctx context.Context, r *models.AppRule) []string {
	var all []string
	if r.App != "" {
		all = append(all, i18n.T(ctx, "apppolicies.rule.app", "app", p.appName(r)))
	}
	if r.Category != "" {
		all = append(all, i18n.T(ctx, "requests.rule.category", "category", requests.CategoryName(ctx, p.Categories, r.Category)))
	}
	if r.Permission != "" {
		all = append(all, requests.Access(ctx, r.Permission, r.Level))
	}
	if r.Publisher != models.PublisherAny {
		all = append(all, i18n.T(ctx, "requests.rule.publisher."+string(r.Publisher)))
	}
	if len(all) == 0 {
		all = append(all, i18n.T(ctx, "apppolicies.rule.everything"))
	}
	return all
}

func (p *Policy) appName(r *models.AppRule) string {
	if i := slices.IndexFunc(p.Apps, func(a App) bool { return a.ID == r.AppID || r.AppID == 0 && a.Slug == r.App }); i >= 0 {
		return p.Apps[i].Name
	}
	return r.App
}

func (p *Policy) otherwise() models.Decision {
	if p.Policy.Otherwise == "" {
		return models.DecisionAllow
	}
	return p.Policy.Otherwise
}

func decisions(ctx context.Context) []ui.Option {
	var all []ui.Option
	for _, d := range models.AppDecisions() {
		all = append(all, ui.Option{Value: string(d), Label: requests.Decided(ctx, d), Help: i18n.T(ctx, "apppolicies.decision."+string(d)+".help")})
	}
	return all
}

// sentences are what comes of the policy.
func (p *Policy) sentences(ctx context.Context) []string {
	r := p.Replay
	if r.Apps == 0 {
		return []string{i18n.T(ctx, "apppolicies.replay.none")}
	}
	var all []string
	say := func(key string, n int) {
		all = append(all, i18n.T(ctx, "apppolicies.replay."+key, "n", i18n.Number(ctx, int64(n)), "all", i18n.Number(ctx, int64(r.Apps))))
	}
	if p.Changed {
		say("stops", r.Stops)
	}
	if r.Works > 0 {
		say("works", r.Works)
	}
	if r.Stopped > 0 || !p.Changed {
		say("stopped", r.Stopped)
	}
	return all
}

func (r *Replayed) path(login string) string {
	if r.Installation != 0 {
		return paths.Installation(login, r.Installation, "")
	}
	return paths.App(r.Slug)
}

// reaches is what the app reaches, and so what a change means.
func (r *Replayed) reaches(ctx context.Context) string {
	switch {
	case r.Installation == 0:
		return i18n.N(ctx, "apppolicies.reaches.members", int64(r.Members))
	case r.All:
		return i18n.T(ctx, "apppolicies.reaches.all")
	case r.Repositories == 0:
		return i18n.T(ctx, "apppolicies.reaches.none")
	}
	return i18n.N(ctx, "apppolicies.reaches.repositories", int64(r.Repositories))
}

func (r *Replayed) tone() ui.Tone {
	switch r.Change {
	case "stops":
		return ui.ToneBad
	case "works":
		return ui.ToneGood
	}
	return ui.ToneWarn
}
