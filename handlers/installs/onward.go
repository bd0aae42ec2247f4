package installs

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installrequests"
	"souk/models/oauth"
	"souk/web"
	"souk/web/paths"
)

// next is the address of the app's where one goes after installing; "" for none. One
// that authorizes in the same step has its callback instead.
func next(a *models.App) string {
	if a.AuthorizeOnInstall && len(a.CallbackURLs) > 0 {
		return a.CallbackURLs[0]
	}
	return a.SetupURL
}

func nextHost(a *models.App) string {
	u, err := url.Parse(next(a))
	if err != nil {
		return ""
	}
	return u.Host
}

// plain is an origin that can stand in a policy.
var plain = regexp.MustCompile(`^[A-Za-z0-9.:/\[\]_+-]+$`)

// allowNext lets the form lead there in the end, and on from there: setup pages send
// people to sign in elsewhere.
func allowNext(c echo.Context, a *models.App) {
	if origin := models.FormOrigin(next(a)); plain.MatchString(origin) {
		web.AllowFormTo(c, origin+" https:")
	}
}

// onward leads to where the app's setup goes on, with what the app is told there, or
// to what became of it here.
func (h *Installs) onward(c echo.Context, w *wish, done *installrequests.Submitted) error {
	app, said := &done.App, map[string]string{"setup_action": "request", "installation_id": ""}
	if i := done.Installation; i != nil {
		said["setup_action"], said["installation_id"] = "install", strconv.FormatInt(i.ID, 10)
	}
	if app.AuthorizeOnInstall && len(app.CallbackURLs) > 0 && app.ClientID != nil {
		to, err := h.oauth.Allow(c.Request().Context(), web.ActorOf(c), oauth.Ask{ClientID: *app.ClientID, State: w.State,
			Permissions: app.Permissions.OfAccounts(), Query: said})
		switch {
		case err == nil:
			return c.Redirect(http.StatusSeeOther, to)
		case code(err) == "":
			return err
		}
		return h.here(c, done) // what was installed is, and the app asks again
	}
	if w.Consent && done.Installation != nil {
		err := h.oauth.Grant(c.Request().Context(), web.ActorOf(c), app.ID, app.Permissions.OfAccounts())
		if err != nil && code(err) == "" {
			return err
		}
	}
	if app.SetupURL != "" {
		more := url.Values{"state": {w.State}}
		for name, value := range said {
			more.Set(name, value)
		}
		return c.Redirect(http.StatusSeeOther, models.Returning(app.SetupURL, more))
	}
	return h.here(c, done)
}

// here leads to what became of it.
func (h *Installs) here(c echo.Context, done *installrequests.Submitted) error {
	switch {
	case done.Installation != nil && done.Request != nil:
		return web.Done(c, configure(&done.Account, done.Installation.ID), "install_split")
	case done.Installation != nil:
		return web.Done(c, configure(&done.Account, done.Installation.ID), "installed")
	case done.Again:
		return web.Done(c, paths.InstallRequests, "install_asked_again")
	case done.Joined:
		return web.Done(c, paths.InstallRequests, "install_joined")
	}
	return web.Done(c, paths.InstallRequests, "install_requested")
}
