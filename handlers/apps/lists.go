package apps

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	pages "souk/templates/apps"
	"souk/web"
	"souk/web/paths"
)

// GitHubApps lists the GitHub Apps of an account.
func (h *Apps) GitHubApps(c echo.Context) error { return h.list(c, models.GitHubApp) }

// OAuthApps lists the OAuth Apps of an account.
func (h *Apps) OAuthApps(c echo.Context) error { return h.list(c, models.OAuthApp) }

func (h *Apps) list(c echo.Context, kind models.AppKind) error {
	l, err := h.apps.Apps(c.Request().Context(), web.ActorOf(c), c.Param("org"), kind)
	if err != nil {
		return err
	}
	return web.Page(c, pages.ListPage(pages.List{Whose: whoseOf(c, &l.Owner, kind), Rows: rows(l.Items), Managed: rows(l.Managed), Left: l.Left}))
}

func rows(items []apps.Item) []pages.Row {
	all := make([]pages.Row, len(items))
	for i, it := range items {
		all[i] = pages.Row{Slug: it.Slug, Name: it.Name, Owner: it.Owner, LogoURL: logo(it.LogoHash), Public: it.Public, Proposed: it.Proposed,
			Listing: it.ListingSlug, State: it.ListingState, Registered: it.CreatedAt}
	}
	return all
}

// OfOrganization leads from where GitHub has the settings of an organization's
// app to where they are.
func (h *Apps) OfOrganization(c echo.Context) error {
	st, err := h.apps.Find(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	if st.Owner != c.Param("org") {
		return models.ErrNotFound
	}
	return web.SeeOther(c, paths.AppSettings(st.Slug, ""))
}
