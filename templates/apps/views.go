package apps

import (
	"context"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/templates/account"
	"souk/templates/desk"
	"souk/templates/organizations"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// Whose is the account that a page about its apps belongs to. Org is "" for
// one's own.
type Whose struct {
	Org   string // login
	Login string
	Name  string
	Kind  models.AppKind
}

func (w *Whose) path(act string) string {
	switch {
	case w.Org != "" && w.Kind == models.OAuthApp:
		return paths.OrgOAuthApps(w.Org, act)
	case w.Org != "":
		return paths.OrgApps(w.Org, act)
	case w.Kind == models.OAuthApp && act == "":
		return paths.Developers
	case w.Kind == models.OAuthApp:
		return paths.NewOAuth
	case act == "":
		return paths.Apps
	}
	return paths.NewApp
}

// shell stands around a page of the account's settings.
func (w *Whose) shell(ctx context.Context, title string) account.Shell {
	s := account.Shell{Title: title, Login: w.Login, Whose: w.Name, Menu: account.PersonalMenu(ctx, w.path(""))}
	if w.Org != "" {
		s.Menu = organizations.Menu(ctx, w.Org, w.path(""))
	}
	return s
}

// word is a message that differs by kind: "apps.of.new.github_app".
func (w *Whose) word(ctx context.Context, key string) string {
	return i18n.T(ctx, "apps.of."+key+"."+string(w.Kind))
}

// List is the apps of an account.
type List struct {
	Whose
	Rows, Managed []Row
	Left          int // how many more there may be
}

// Row is an app in a list.
type Row struct {
	Slug, Name, Owner, LogoURL string
	Public, Proposed           bool
	Listing                    string // slug, "" while there is none
	State                      models.ListingState
	Registered                 time.Time
}

// Form is what an integrator sets about an app: a new one, or one at a version.
type Form struct {
	Whose
	Slug      string // "" for a new one
	Version   int
	Values    models.AppSettings
	HasSecret bool // a webhook's secret is kept
	Insecure  bool // webhooks may be reached by http
	Listed    bool // the slug stays as it is
	Asks      *Asks
	Problems  ui.Problems
	Saved     *models.AppSettings // what somebody else has saved meanwhile
}

func (f *Form) github() bool { return f.Kind == models.GitHubApp }

func (f *Form) nameLimit() int {
	if f.github() {
		return models.MaxAppName
	}
	return models.MaxOAuthName
}

func (f *Form) callbacks() string { return strings.Join(f.Values.CallbackURLs, "\n") }

// Asks is what an app asks for, to be read.
type Asks struct {
	Grants []models.Grant
	Events []string
	Files  []string
	Risk   models.Risk
	Code   bool // it writes code
}

// Settings is the first page of an app's settings.
type Settings struct {
	App        desk.App
	Form       Form
	ID         int64
	ClientID   string
	Registered time.Time
}

// Confirm asks whether the app of a manifest may be registered.
type Confirm struct {
	Whose
	Token    string
	Typed    string // the name
	Values   models.AppSettings
	Asks     Asks
	LeftOut  []string
	Returns  string // host of the site that gets the secrets; "" for none
	Problems ui.Problems
}

// Editor is what an app asks for, to be changed.
type Editor struct {
	App       desk.App
	Version   int
	Groups    []Group
	Events    []Event
	Scopes    []Scope
	Files     string // paths of single_file, one a line
	Note      string
	Live      bool // a change waits for review
	Proposal  []Change
	Why       string // the proposal's note
	Effect    Effect
	Problems  ui.Problems
	LedgerURL string
}

// Group is the permissions of one group.
type Group struct {
	Name models.PermissionGroup
	Rows []Permission
}

func (g *Group) chosen() int {
	n := 0
	for _, p := range g.Rows {
		if p.Level != "" {
			n++
		}
	}
	return n
}

// Permission is one that can be chosen at a level.
type Permission struct {
	Key    string
	Levels []models.Level
	Level  models.Level // "" for none
}

func (p *Permission) options(ctx context.Context) []ui.Option {
	all := []ui.Option{{Label: i18n.T(ctx, "apps.level.none")}}
	for _, l := range p.Levels {
		all = append(all, ui.Option{Value: string(l), Label: level(ctx, p.Levels, l)})
	}
	return all
}

// level is a level in words: writing comes with reading where there is such.
func level(ctx context.Context, levels []models.Level, l models.Level) string {
	if l == models.LevelWrite && !slices.Contains(levels, models.LevelRead) {
		return i18n.T(ctx, "apps.level.only_write")
	}
	return i18n.T(ctx, "apps.level."+string(l))
}

func permissionName(ctx context.Context, key string) string {
	return i18n.T(ctx, "permission."+key+".name")
}

func permissionSays(ctx context.Context, key string, l models.Level) string {
	return i18n.T(ctx, "permission."+key+"."+string(l))
}

// Event is a webhook event that can be chosen.
type Event struct {
	Name     string
	Needs    []string // keys of permissions, any of which will do; none: no permission
	Chosen   bool
	Unlocked bool
}

// needs are the permissions, any of which will do. Two of one name are told
// apart by their group.
func (e *Event) needs(ctx context.Context) string {
	names := make([]string, len(e.Needs))
	for i, key := range e.Needs {
		names[i] = permissionName(ctx, key)
		if p, known := models.PermissionByKey(key); known && i > 0 && names[i] == permissionName(ctx, e.Needs[0]) {
			names[i] += " (" + i18n.T(ctx, "permission.group."+string(p.Group)) + ")"
		}
	}
	return strings.Join(names, " / ")
}

// Scope is one that an OAuth App can ask for.
type Scope struct {
	models.Scope
	Chosen bool
}

func scopeSays(ctx context.Context, s models.Scope) string {
	return i18n.T(ctx, "scope."+s.MessageName())
}

// Effect is what a choice adds up to.
type Effect struct {
	Kind    models.AppKind
	Risk    models.Risk
	Code    bool
	Opens   int
	Changes []Change // from what the app asks for now
	Locked  []Event  // chosen, and not unlocked
	Live    bool

	Reach     Reach
	BehindURL string // those who lag behind
}

// Reach is whom a choice concerns, as installs.Reach says.
type Reach struct {
	Installed, Behind, Ask, Owners, Lose, People int
}

// Used reports whether anybody lets the app do anything.
func (r *Reach) Used() bool { return r.Installed > 0 || r.People > 0 }

// who may agree to a choice.
func (r *Reach) who(ctx context.Context) string {
	switch {
	case r.Owners == r.Ask:
		return i18n.T(ctx, "updates.reach.owners")
	case r.Owners > 0:
		return i18n.N(ctx, "updates.reach.some_owners", int64(r.Owners))
	}
	return i18n.T(ctx, "updates.reach.admins")
}

// Notes reports whether somebody reads why the app asks for more.
func (e *Editor) Notes() bool { return e.Live || e.Effect.Reach.Used() }

// Change is one thing that an app is to ask for, or no more.
type Change struct {
	What          string // permission, event, scope, path
	Key           string
	Before, After models.Level
	Wider         bool
}

// name is what changes, in words.
func (c *Change) name(ctx context.Context) string {
	if c.What == "permission" {
		return permissionName(ctx, c.Key)
	}
	return i18n.T(ctx, "apps.change."+c.What, "name", c.Key)
}

// change is a Change as pages show it.
func (c *Change) change(ctx context.Context) ui.Change {
	out := ui.Change{Name: c.name(ctx)}
	if c.What == "permission" {
		levels := levelsOf(c.Key)
		if c.Before != "" {
			out.Before = level(ctx, levels, c.Before)
		}
		if c.After != "" {
			out.After = level(ctx, levels, c.After)
		}
		return out
	}
	if c.Wider {
		out.After = i18n.T(ctx, "apps.change.asked")
	} else {
		out.Before = i18n.T(ctx, "apps.change.asked")
	}
	return out
}

func levelsOf(key string) []models.Level {
	p, _ := models.PermissionByKey(key)
	return p.Levels
}

func changes(ctx context.Context, all []Change) []ui.Change {
	out := make([]ui.Change, len(all))
	for i := range all {
		out[i] = all[i].change(ctx)
	}
	return out
}

func day(ctx context.Context, t time.Time) string {
	zone := time.UTC
	if v := view.From(ctx).Viewer; v != nil {
		zone = i18n.Zone(v.TimeZone)
	}
	return i18n.Date(ctx, t.In(zone))
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// deliveries are the events that are delivered so.
func deliveries(how models.Delivery) []string {
	var all []string
	for _, name := range models.Events() {
		if models.EventDelivery(name) == how {
			all = append(all, name)
		}
	}
	return all
}
