package apps

import (
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

// NewGitHub is the form for a GitHub App, filled with what its address says, as
// GitHub's is; or the question about a manifest.
func (h *Apps) NewGitHub(c echo.Context) error {
	if token := c.QueryParam("manifest"); token != "" {
		return h.ask(c, token)
	}
	return h.new(c, models.GitHubApp)
}

// NewOAuth is the form for an OAuth App.
func (h *Apps) NewOAuth(c echo.Context) error { return h.new(c, models.OAuthApp) }

func (h *Apps) new(c echo.Context, kind models.AppKind) error {
	whose, err := h.whose(c, kind)
	if err != nil {
		return err
	}
	return web.Page(c, h.newPage(whose, prefilled(c.QueryParams()), prefilledAccess(c.QueryParams()), nil))
}

func (h *Apps) newPage(w pages.Whose, s models.AppSettings, a apps.Access, p models.Problems) templ.Component {
	f := pages.Form{Whose: w, Values: s, Insecure: h.apps.Insecure(), Problems: problems(p)}
	if w.Kind == models.GitHubApp && len(a.Permissions)+len(a.Events) > 0 {
		f.Asks = asksOf(a)
	}
	return pages.NewPage(f)
}

func asksOf(a apps.Access) *pages.Asks {
	return &pages.Asks{Grants: a.Permissions.Sorted(), Events: a.Events, Files: a.SingleFilePaths,
		Risk: a.Risk(models.GitHubApp), Code: a.Permissions.WritesCode()}
}

// CreateGitHub registers a GitHub App, from a form or from a manifest that
// somebody has read.
func (h *Apps) CreateGitHub(c echo.Context) error {
	if c.FormValue("token") != "" {
		return h.agree(c)
	}
	return h.create(c, models.GitHubApp)
}

// CreateOAuth registers an OAuth App.
func (h *Apps) CreateOAuth(c echo.Context) error { return h.create(c, models.OAuthApp) }

func (h *Apps) create(c echo.Context, kind models.AppKind) error {
	v, err := form(c)
	if err != nil {
		return err
	}
	whose, err := h.whose(c, kind)
	if err != nil {
		return err
	}
	set, access := typed(v), typedAccess(v)
	slug, err := h.apps.Register(c.Request().Context(), web.ActorOf(c), c.Param("org"), kind, set, access)
	if err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return h.newPage(whose, set, access, p) })
	}
	return web.Done(c, paths.AppSettings(slug, "permissions"), "app_registered")
}

// typed reads the form of an app's settings.
func typed(v url.Values) models.AppSettings {
	return models.AppSettings{
		Name: v.Get("name"), HomepageURL: v.Get("url"), Description: v.Get("description"), CallbackURLs: lines(v.Get("callback_urls")),
		SetupURL: v.Get("setup_url"), SetupOnUpdate: flag(v, "setup_on_update"),
		WebhookActive: flag(v, "webhook_active"), WebhookURL: v.Get("webhook_url"), WebhookSecret: v.Get("webhook_secret"),
		ForgetSecret: flag(v, "forget_secret"), AuthorizeOnInstall: flag(v, "request_oauth_on_install"),
		ExpireUserTokens: flag(v, "expire_user_tokens"), DeviceFlow: flag(v, "device_flow"), Public: flag(v, "public"),
	}
}

// prefilled reads the settings from an address, by GitHub's names. Secrets never
// come that way.
func prefilled(v url.Values) models.AppSettings {
	s := typed(v)
	s.WebhookSecret, s.ForgetSecret = "", false
	s.CallbackURLs = append(slices.Clone(v["callback_urls[]"]), lines(strings.Join(v["callback_urls"], "\n"))...)
	if one := v.Get("callback_url"); one != "" {
		s.CallbackURLs = append(s.CallbackURLs, one)
	}
	s.CallbackURLs = s.CallbackURLs[:min(len(s.CallbackURLs), models.MaxCallbacks)]
	s.ExpireUserTokens = !v.Has("expire_user_tokens") || flag(v, "expire_user_tokens")
	return s
}

// prefilledAccess reads what the app is to ask for from an address; what isn't
// known there is left out.
func prefilledAccess(v url.Values) apps.Access {
	m := models.AppManifest{Permissions: map[string]string{}, Events: append(slices.Clone(v["events[]"]), v["events"]...),
		SingleFileName: v.Get("single_file_name"), SingleFilePaths: append(slices.Clone(v["single_file_paths[]"]), v["single_file_paths"]...)}
	for key := range v {
		if _, known := models.PermissionByKey(key); known {
			m.Permissions[key] = v.Get(key)
		}
	}
	var a apps.Access
	a.Permissions, a.Events, a.SingleFilePaths = m.Asks()
	return a
}

// typedAccess reads the form of what an app asks for.
func typedAccess(v url.Values) apps.Access {
	a := apps.Access{Permissions: models.Grants{}, Events: v["events"], Scopes: v["scopes"], Note: v.Get("note")}
	for name := range v {
		if key, ok := strings.CutPrefix(name, "permission."); ok && v.Get(name) != "" {
			a.Permissions[key] = models.Level(v.Get(name))
		}
	}
	a.SingleFilePaths = lines(strings.Join(v["single_file_paths"], "\n"))
	return a
}

func flag(v url.Values, name string) bool {
	on, err := strconv.ParseBool(v.Get(name))
	return v.Get(name) == "on" || err == nil && on
}

// lines are what stands in a field of several lines, without empty ones.
func lines(text string) []string {
	all := []string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}
