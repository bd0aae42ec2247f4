package media

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/templates/desk"
	"souk/templates/media"
	"souk/web"
	"souk/web/paths"
)

// App is the page of an app's logo.
func (m *Media) App(c echo.Context) error {
	st, img, err := m.pictures.App(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.Page(c, appPage(web.ActorOf(c), st, img, nil, nil))
}

// SaveApp sets an app's logo.
func (m *Media) SaveApp(c echo.Context) error {
	ctx, actor, slug := c.Request().Context(), web.ActorOf(c), c.Param("slug")
	st, img, err := m.pictures.App(ctx, actor, slug)
	if err != nil {
		return err
	}
	free, err := m.pictures.Receive(ctx)
	if err != nil {
		return err
	}
	defer free()
	f, err := read(c)
	if err != nil {
		return err
	}
	if err := m.pictures.SetAppLogo(ctx, actor, slug, f.picture(), backdrop(f)); err != nil {
		return web.Form(c, err, func(p models.Problems) templ.Component { return appPage(actor, st, img, f, p) })
	}
	return web.Done(c, paths.AppSettings(slug, "logo"), "logo_saved")
}

// RemoveApp takes the logo from an app.
func (m *Media) RemoveApp(c echo.Context) error {
	if err := m.pictures.RemoveAppLogo(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	return web.Done(c, paths.AppSettings(c.Param("slug"), "logo"), "logo_removed")
}

func appPage(actor models.Actor, st *apps.Standing, img *models.Image, f *form, problems models.Problems) templ.Component {
	v := media.App{Slug: st.Slug, Problems: problemsOf("logo", problems),
		Desk: desk.App{Slug: st.Slug, Name: st.Name, Kind: st.Kind, Owner: st.Owner, Owned: actor.MayOwnApp(st.Rights()) == nil,
			Listing: st.ListingSlug, Page: "logo", Script: "media.js"},
		Logo: media.LogoForm{Picked: hex(st.LogoBackdrop, white), Backed: st.LogoBackdrop != ""}}
	if img != nil {
		v.Desk.LogoURL = paths.Image(img.Hash)
		v.Logo.Now = logoView(img.Hash, st.LogoBackdrop, *img)
	}
	if f != nil {
		v.Logo = retyped(v.Logo, f)
	}
	return media.AppPage(v)
}
