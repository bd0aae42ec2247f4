package apps

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	pages "souk/templates/apps"
	"souk/web"
	"souk/web/paths"
)

// Permissions is the editor of what an app asks for.
func (h *Apps) Permissions(c echo.Context) error {
	a, err := h.apps.Asked(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	e, err := h.editor(c, a, a.Version, a.Wanted)
	if err != nil {
		return err
	}
	return web.Page(c, pages.EditorPage(e))
}

// SavePermissions changes what an app asks for, proposes to, or, without script,
// shows what that would mean.
func (h *Apps) SavePermissions(c echo.Context) error {
	v, err := form(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	a, err := h.apps.Asked(ctx, actor, c.Param("slug"))
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(v.Get("version")) // none is an old one
	want := typedAccess(v)
	e, err := h.editor(c, a, version, want)
	if err != nil {
		return err
	}
	if v.Get("act") == "effect" {
		return web.Page(c, pages.EditorPage(e))
	}
	proposed, err := h.apps.SetAccessFrom(ctx, actor, a.Slug, version, want)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component {
			if errors.Is(err, models.ErrAppChanged) {
				e.Version = a.Version // who has seen what was saved may save over it
			}
			e.Problems = problems(p)
			return pages.EditorPage(e)
		})
	}
	if proposed {
		return web.Done(c, paths.AppSettings(a.Slug, "permissions"), "access_proposed")
	}
	return web.Done(c, paths.AppSettings(a.Slug, "permissions"), "access_saved")
}

// Effect is what a choice adds up to, for the page's script.
func (h *Apps) Effect(c echo.Context) error {
	v, err := form(c)
	if err != nil {
		return err
	}
	a, err := h.apps.Asked(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	web.NoStore(c)
	e, err := h.effect(c, a, typedAccess(v))
	if err != nil {
		return err
	}
	return web.Page(c, pages.EffectOf(e))
}

// WithdrawPermissions takes back what was proposed.
func (h *Apps) WithdrawPermissions(c echo.Context) error {
	slug := c.Param("slug")
	if err := h.apps.Withdraw(c.Request().Context(), web.ActorOf(c), slug); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(slug, "permissions"), "access_withdrawn")
}

func (h *Apps) editor(c echo.Context, a *apps.Asked, version int, want apps.Access) (pages.Editor, error) {
	f, err := h.effect(c, a, want)
	if err != nil {
		return pages.Editor{}, err
	}
	e := pages.Editor{App: deskOf(c, a.Standing, "permissions"), Version: version,
		Files: strings.Join(want.SingleFilePaths, "\n"), Note: want.Note, Live: a.Live(), Effect: f}
	e.App.Script = "apps.js"
	if a.Kind == models.OAuthApp {
		e.Scopes = scopes(want.Scopes)
	} else {
		e.Groups, e.Events = groups(want.Permissions), events(known(want))
	}
	if a.Proposed {
		e.Proposal, e.Why = changes(a.Now, a.Wanted), a.Wanted.Note
	}
	if a.ListingSlug != "" {
		e.LedgerURL = paths.ListingPart(a.ListingSlug, "permissions")
	}
	return e, nil
}

// effect reckons with what is known of a choice: a form may hold anything.
func (h *Apps) effect(c echo.Context, a *apps.Asked, want apps.Access) (pages.Effect, error) {
	want = sensible(a, want)
	e := pages.Effect{Kind: a.Kind, Risk: want.Risk(a.Kind), Code: want.Permissions.WritesCode(), Opens: opens(want), Live: a.Live(),
		Changes: changes(a.Now, want), BehindURL: paths.AppInstallationsWith(a.Slug, url.Values{"behind": {"1"}})}
	for _, v := range events(want) {
		if v.Chosen && !v.Unlocked {
			e.Locked = append(e.Locked, v)
		}
	}
	r, err := h.reach.Reach(c.Request().Context(), web.ActorOf(c), a.Standing, want)
	if err != nil {
		return e, err
	}
	e.Reach = pages.Reach(*r)
	return e, nil
}

// sensible is what of a choice an app of its kind can ask for.
func sensible(a *apps.Asked, want apps.Access) apps.Access {
	if a.Kind == models.GitHubApp {
		want = known(want)
		want.Scopes = nil
		if want.Permissions["single_file"] == "" {
			want.SingleFilePaths = nil
		}
	} else {
		want = apps.Access{Scopes: slices.Clip(append([]string{}, want.Scopes...))}
	}
	return want
}

// known is a choice with what it implies.
func known(a apps.Access) apps.Access {
	if g, err := models.CheckGrants(a.Permissions); err == nil {
		a.Permissions = g
	}
	return a
}

func opens(a apps.Access) int {
	n := a.Permissions.Opens()
	for _, s := range a.Scopes {
		n += len(models.ScopeEndpoints(s))
	}
	return n
}

func changes(from, to apps.Access) []pages.Change {
	var all []pages.Change
	for _, d := range apps.Compare(from, to) {
		if _, known := models.PermissionByKey(d.Key); d.What == "permission" && !known {
			continue
		}
		all = append(all, pages.Change{What: d.What, Key: d.Key, Before: d.Before, After: d.After, Wider: d.Wider()})
	}
	return all
}

// groups are the permissions that can be asked for. Those of enterprises are
// only for apps that have one already: nobody here can grant them.
func groups(g models.Grants) []pages.Group {
	var all []pages.Group
	for _, name := range []models.PermissionGroup{models.GroupRepository, models.GroupOrganization, models.GroupAccount, models.GroupEnterprise} {
		group := pages.Group{Name: name}
		asked := false
		for _, p := range models.Permissions() {
			if p.Group == name {
				group.Rows = append(group.Rows, pages.Permission{Key: p.Key, Levels: p.Levels, Level: g[p.Key]})
				asked = asked || g[p.Key] != ""
			}
		}
		if name != models.GroupEnterprise || asked {
			all = append(all, group)
		}
	}
	return all
}

func events(a apps.Access) []pages.Event {
	var all []pages.Event
	for _, name := range models.Events() {
		if models.EventDelivery(name) == models.EventChosen {
			all = append(all, pages.Event{Name: name, Needs: models.EventPermissions(name), Chosen: slices.Contains(a.Events, name),
				Unlocked: models.EventUnlocked(name, a.Permissions)})
		}
	}
	return all
}

func scopes(asked []string) []pages.Scope {
	var all []pages.Scope
	for _, s := range models.Scopes() {
		all = append(all, pages.Scope{Scope: s, Chosen: slices.Contains(asked, s.Name)})
	}
	return all
}

// origin is the site of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
