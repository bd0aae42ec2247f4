// Package apppolicies holds the page of which apps an organization lets in.
package apppolicies

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/handlers/rules"
	"souk/models"
	"souk/models/policies"
	pages "souk/templates/apppolicies"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// AppPolicies answers for them.
type AppPolicies struct {
	policies *policies.Service
}

// New makes the handlers.
func New(p *policies.Service) *AppPolicies { return &AppPolicies{policies: p} }

// input is the form of a policy; see package rules. Do says what the button does:
// "save", "try", or what is done to the rules.
type input struct {
	Rules      []string         `form:"rule"`
	Otherwise  models.Decision  `form:"otherwise"`
	Version    int              `form:"version"`
	Do         string           `form:"do"`
	Decision   models.Decision  `form:"decision"`
	App        string           `form:"app"`
	Category   string           `form:"category"`
	Permission string           `form:"permission"`
	Level      models.Level     `form:"level"`
	Publisher  models.Publisher `form:"publisher"`
	Words      string           `form:"words"`
}

// rule is the one that is being written.
func (in *input) rule() models.AppRule {
	return models.AppRule{Decision: in.Decision, App: in.App, Category: in.Category, Permission: in.Permission, Level: in.Level, Publisher: in.Publisher, Words: in.Words}
}

// write puts a rule into the fields in which it is written.
func (in *input) write(r *models.AppRule) {
	in.Decision, in.App, in.Category, in.Permission = r.Decision, r.App, r.Category, r.Permission
	in.Level, in.Publisher, in.Words = r.Level, r.Publisher, r.Words
}

func (in *input) typed() pages.Rule {
	return pages.Rule{Decision: string(in.Decision), App: in.App, Category: in.Category, Permission: in.Permission, Level: string(in.Level),
		Publisher: string(in.Publisher), Words: in.Words}
}

// empty is where one begins to write.
var empty = models.AppRule{Decision: models.DecisionDeny}

// Page shows which apps an organization lets in, and what that stops.
func (h *AppPolicies) Page(c echo.Context) error {
	d, err := h.policies.AppDesk(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return err
	}
	in := input{Version: d.Version}
	in.write(&empty)
	v := policyView(c, d, &in, d.Policy)
	if err := h.replay(c, d, &v); err != nil {
		return err
	}
	return web.Page(c, pages.PolicyPage(v))
}

func policyView(c echo.Context, d *policies.AppDesk, in *input, p models.AppPolicy) pages.Policy {
	v := pages.Policy{Login: d.Login, Name: d.Name, Owner: d.Owner, MayChange: d.MayChange, Policy: p, Kept: rules.Keep(p.Rules), Version: in.Version,
		Changed: !p.Same(&d.Policy), Rule: in.typed(), Categories: d.Categories, Zone: web.Zone(c)}
	for _, a := range d.Apps {
		v.Apps = append(v.Apps, pages.App(a))
	}
	return v
}

// Post saves the policy, or shows it changed and what it would stop.
func (h *AppPolicies) Post(c echo.Context) error {
	in, err := web.Bind[input](c)
	if err != nil {
		return err
	}
	all, err := rules.Read[models.AppRule](in.Rules, models.MaxAppRules, models.ErrTooManyAppRules)
	if err != nil {
		return err
	}
	ctx, actor, login := c.Request().Context(), web.ActorOf(c), c.Param("org")
	d, err := h.policies.AppDesk(ctx, actor, login)
	if err != nil {
		return err
	}
	p := models.AppPolicy{Rules: all, Otherwise: in.Otherwise}
	if in.Do == "save" {
		if err = h.policies.SaveAppPolicy(ctx, actor, login, p, in.Version); err == nil {
			return web.Done(c, paths.AppPolicy(login), "app_policy_saved")
		}
	} else {
		err = h.edit(c, d, &in, &p)
	}
	v := policyView(c, d, &in, p)
	if err != nil {
		return web.Form(c, err, func(list models.Problems) templ.Component {
			v.Problems = problems(list)
			return pages.PolicyPage(v)
		})
	}
	if err := h.replay(c, d, &v); err != nil {
		return err
	}
	return web.Page(c, pages.PolicyPage(v))
}

// edit does to the rules what a button says.
func (h *AppPolicies) edit(c echo.Context, d *policies.AppDesk, in *input, p *models.AppPolicy) error {
	if in.Do != "add" {
		p.Rules = rules.Move(in.Do, p.Rules, in.write)
		return nil
	}
	r, err := h.policies.Written(c.Request().Context(), d, in.rule())
	if err != nil {
		return err
	}
	if len(p.Rules) >= models.MaxAppRules {
		return models.ErrTooManyAppRules
	}
	p.Rules = append(p.Rules, r)
	in.write(&empty)
	return nil
}

// shown bounds how many apps a replay lists.
const shown = 40

func (h *AppPolicies) replay(c echo.Context, d *policies.AppDesk, v *pages.Policy) error {
	r, err := h.policies.ReplayApps(c.Request().Context(), web.ActorOf(c), d, v.Policy)
	if err != nil {
		return err
	}
	v.Replay = &pages.Replay{Apps: r.Installed + r.Authorized, Stops: r.Stops, Works: r.Works, Stopped: r.Stopped}
	for _, t := range r.Touched[:min(len(r.Touched), shown)] {
		one := pages.Replayed{Slug: t.Slug, Name: t.Name, Installation: t.Installation, All: t.All, Repositories: t.Repositories, Members: t.Members,
			Change: t.Change(), Verdict: t.Verdict}
		if t.UsedAt != nil {
			one.Used = *t.UsedAt
		}
		v.Replay.Items = append(v.Replay.Items, one)
	}
	return nil
}

func problems(list models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range list {
		all = append(all, ui.Problem{Field: p.Field, Code: p.Code})
	}
	return all
}
