package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/apppolicies"
	"souk/handlers/deliveries"
	"souk/handlers/installations"
	"souk/handlers/installrequests"
	"souk/handlers/installs"
	"souk/handlers/oauth"
	"souk/handlers/oversight"
	"souk/handlers/updates"
	"souk/models/db"
	"souk/models/installchoices"
	installrequestverbs "souk/models/installrequests"
	installverbs "souk/models/installs"
	"souk/models/installtokens"
	"souk/models/jobs"
	"souk/models/notices"
	oauthverbs "souk/models/oauth"
	oversightverbs "souk/models/oversight"
	"souk/models/secretbox"
)

// InstallingVerbs are what the handlers of installations and authorizations ask.
type InstallingVerbs struct {
	Installs        *installverbs.Service
	InstallChoices  *installchoices.Service
	InstallRequests *installrequestverbs.Service
	InstallTokens   *installtokens.Service
	OAuth           *oauthverbs.Service
	Oversight       *oversightverbs.Service
}

func (v *Verbs) makeInstalling(d *db.DB, q *jobs.Queue, _ *secretbox.Box, now func() time.Time) {
	v.Apps.Tells(v.Hooks)
	v.Policies.Tells(v.Notices)
	v.Installs = installverbs.New(d, q, v.Notices, v.Site, now)
	v.Repos.Installs(v.Installs)
	v.Orgs.Installs(v.Installs)
	v.Profiles.Installs(v.Installs)
	v.Ownership.Installs(v.Installs)
	v.InstallChoices = installchoices.New(d)
	v.InstallRequests = installrequestverbs.New(d, notices.New(d, q, v.Time.Now), v.Installs, v.Billing, v.Time.Now)
	v.InstallTokens = installtokens.New(d, v.Installs, v.Identity, now)
	v.OAuth = oauthverbs.New(d, q, v.Notices, v.Identity, v.Credentials, v.Site, now)
	v.Profiles.Authorizes(v.OAuth)
	v.Oversight = oversightverbs.New(d, v.Notices, v.Installs, v.OAuth, now)
}

// Installing makes the handlers of installations and authorizations.
func (v *Verbs) Installing() Installing {
	return Installing{
		Installs:        installs.New(v.Installs, v.InstallChoices, v.InstallRequests, v.OAuth),
		Installations:   installations.New(v.Installs),
		InstallRequests: installrequests.New(v.InstallRequests, v.Time.Now),
		Updates:         updates.New(v.Installs),
		OAuth:           oauth.New(v.OAuth),
		AppHooks:        deliveries.OfApps(v.Hooks, v.now),
		AppPolicies:     apppolicies.New(v.Policies),
		Oversight:       oversight.New(v.Oversight, v.now),
	}
}

// Installing are the handlers of installations and authorizations.
type Installing struct {
	Installs        *installs.Installs
	Installations   *installations.Installations
	InstallRequests *installrequests.InstallRequests
	Updates         *updates.Updates
	OAuth           *oauth.OAuth
	AppHooks        *deliveries.Deliveries
	AppPolicies     *apppolicies.AppPolicies
	Oversight       *oversight.Oversight
}

// install puts what people let apps do behind its addresses. The parts are in the
// files routes_*.go.
func install(e *echo.Echo, h Handlers, b before) {
	installsRoutes(e, h.Installs, b)
	installationsRoutes(e, h.Installations, b)
	installrequestsRoutes(e, h.InstallRequests, b)
	updatesRoutes(e, h.Updates, b)
	oauthRoutes(e, h.OAuth, b)
	apphooksRoutes(e, h.AppHooks, b)
	apppoliciesRoutes(e, h.AppPolicies, b)
	oversightRoutes(e, h.Oversight, b)
}
