// Package installs holds the pages on which apps are installed or asked for, up to where their setup goes on.
package installs

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/installchoices"
	"souk/models/installrequests"
	installverbs "souk/models/installs"
	"souk/models/oauth"
	pages "souk/templates/installs"
	"souk/web"
	"souk/web/paths"
)

// Installs answers for them.
type Installs struct {
	installs        *installverbs.Service
	choices         *installchoices.Service
	installrequests *installrequests.Service
	oauth           *oauth.Service
}

// New makes the handlers.
func New(i *installverbs.Service, c *installchoices.Service, r *installrequests.Service, o *oauth.Service) *Installs {
	return &Installs{installs: i, choices: c, installrequests: r, oauth: o}
}

// hints are what may come along with the wish to install, from the app or from a page
// of ours.
type hints struct {
	State        string  `query:"state"`
	Suggested    int64   `query:"suggested_target_id"`
	Target       int64   `query:"target_id"`
	Repositories []int64 `query:"repository_ids[]"`
	Plan         string  `query:"plan"`
}

// maxHints bounds what is carried on: an address has an end.
const (
	maxHints = 100
	maxState = 2000
)

// read is what came along. What can't be read wasn't said: these addresses are written
// by others.
func read(c echo.Context) hints {
	q := c.QueryParams()
	h := hints{State: q.Get("state"), Suggested: id(q.Get("suggested_target_id")), Target: id(q.Get("target_id")), Plan: q.Get("plan")}
	for _, text := range slices.Concat(q["repository_ids[]"], q["repository_ids"]) {
		if n := id(text); n > 0 && len(h.Repositories) < maxHints {
			h.Repositories = append(h.Repositories, n)
		}
	}
	if len(h.State) > maxState {
		h.State = ""
	}
	if id(h.Plan) == 0 {
		h.Plan = ""
	}
	return h
}

// id is a number from an address; 0 where it is none.
func id(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// values are the hints for the next address, with a target unless that is 0.
func (h *hints) values(target int64) url.Values {
	v := url.Values{}
	if h.State != "" {
		v.Set("state", h.State)
	}
	if h.Plan != "" {
		v.Set("plan", h.Plan)
	}
	for _, n := range h.Repositories {
		v.Add("repository_ids[]", strconv.FormatInt(n, 10))
	}
	if target != 0 {
		v.Set("target_id", strconv.FormatInt(target, 10))
	}
	return v
}

// New leads to the choice of an account, or on where there is only one, or the address
// names one.
func (h *Installs) New(c echo.Context) error {
	in := read(c)
	t, err := h.choices.Targets(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.Items, func(one installchoices.Target) bool { return one.ID == in.Suggested || one.ID == in.Target })
	if i < 0 && len(t.Items) == 1 {
		i = 0
	}
	if i < 0 {
		return web.SeeOther(c, paths.InstallTarget(t.Slug, in.values(0)))
	}
	return web.SeeOther(c, placeView(t, &t.Items[i], &in).Href)
}

// SelectTarget is where one chooses the account.
func (h *Installs) SelectTarget(c echo.Context) error {
	in := read(c)
	t, err := h.choices.Targets(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	v := pages.Pick{App: pages.App{Slug: t.Slug, Name: t.Name, LogoURL: logo(t.LogoHash, t.ListingLogo), Backdrop: t.LogoBackdrop,
		Publisher: t.Owner, PublisherName: t.OwnerName, Listing: shownListing(t.ListingSlug, t.ListingState)}}
	for i := range t.Items {
		v.Places = append(v.Places, placeView(t, &t.Items[i], &in))
	}
	return web.Page(c, pages.PickPage(v))
}

// placeView is an account to choose. Where the app is installed already, it leads to
// the installation, for those who may change it.
func placeView(t *installchoices.Targets, p *installchoices.Target, in *hints) pages.Place {
	v := pages.Place{Login: p.Login, Name: p.Name, Organization: p.Kind == models.KindOrganization, Role: p.Role, Act: actOf(p.Decision.Outcome),
		Href: paths.InstallOn(t.Slug, in.values(p.ID))}
	switch {
	case p.Runs:
		v.Act, v.Href = pages.ActConfigure, configure(&p.Account, p.InstallationID)
	case p.Decision.Refused != nil:
		v.Refused = code(p.Decision.Refused)
	case p.Administers && v.Act == pages.ActInstall && v.Organization && p.Role != models.RoleOwner:
		v.Act = pages.ActSplit
	}
	return v
}
