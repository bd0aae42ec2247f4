package media

import (
	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/drafts"
	"souk/templates/media"
	"souk/web"
	"souk/web/paths"
)

// typed is what was typed into one of the page's forms, when it comes back.
type typed struct {
	form     string // "logo", "feature", "shot", or the hash of a screenshot
	values   *form
	problems models.Problems
}

// Listing is the page of a listing's pictures.
func (m *Media) Listing(c echo.Context) error {
	d, st, err := m.drafts.Current(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	page, err := m.page(c, d, st, typed{})
	if err != nil {
		return err
	}
	return web.Page(c, page)
}

func (m *Media) page(c echo.Context, d *drafts.Draft, st *apps.Standing, in typed) (templ.Component, error) {
	known, err := m.pictures.Shown(c.Request().Context(), d)
	if err != nil {
		return nil, err
	}
	return media.ListingPage(view(d, st, known, in)), nil
}

// change reads a form and asks a verb for what it wants. What is wrong comes
// back in the form that it was typed into.
func (m *Media) change(c echo.Context, name, done string, do func(*form) error) error {
	ctx, actor, slug := c.Request().Context(), web.ActorOf(c), c.Param("slug")
	if _, _, err := m.drafts.Current(ctx, actor, slug); err != nil {
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
	err = do(f)
	if problems, ok := models.AsProblems(err); ok {
		d, st, err := m.drafts.Current(ctx, actor, slug)
		if err != nil {
			return err
		}
		page, err := m.page(c, d, st, typed{form: name, values: f, problems: problems})
		if err != nil {
			return err
		}
		return web.Form(c, problems, func(models.Problems) templ.Component { return page })
	}
	if err != nil {
		return err
	}
	return web.Done(c, paths.ManageMedia(slug, ""), done)
}

// SaveLogo sets the logo of a listing.
func (m *Media) SaveLogo(c echo.Context) error {
	return m.change(c, "logo", "logo_saved", func(f *form) error {
		return m.pictures.SetLogo(c.Request().Context(), web.ActorOf(c), c.Param("slug"), f.picture(), backdrop(f))
	})
}

// backdrop is the colour that was chosen, "" for none.
func backdrop(f *form) string {
	if f.Get("backed") == "" {
		return ""
	}
	return f.Get("backdrop")
}

// RemoveLogo takes the logo from a listing.
func (m *Media) RemoveLogo(c echo.Context) error {
	return m.removed(c, "logo_removed", m.pictures.RemoveLogo(c.Request().Context(), web.ActorOf(c), c.Param("slug")))
}

func (m *Media) removed(c echo.Context, done string, err error) error {
	if err != nil {
		return err
	}
	return web.Done(c, paths.ManageMedia(c.Param("slug"), ""), done)
}

// SaveFeature sets the feature card of a listing.
func (m *Media) SaveFeature(c echo.Context) error {
	return m.change(c, "feature", "feature_saved", func(f *form) error {
		return m.pictures.SetFeature(c.Request().Context(), web.ActorOf(c), c.Param("slug"), f.picture(), f.Get("text_color"))
	})
}

// RemoveFeature takes the feature card from a listing.
func (m *Media) RemoveFeature(c echo.Context) error {
	return m.removed(c, "feature_removed", m.pictures.RemoveFeature(c.Request().Context(), web.ActorOf(c), c.Param("slug")))
}

// AddScreenshot adds a screenshot to a listing.
func (m *Media) AddScreenshot(c echo.Context) error {
	return m.change(c, "shot", "screenshot_added", func(f *form) error {
		return m.pictures.AddScreenshot(c.Request().Context(), web.ActorOf(c), c.Param("slug"), f.picture(), f.Get("caption"))
	})
}

// ChangeScreenshot changes the words below a screenshot, or replaces it.
func (m *Media) ChangeScreenshot(c echo.Context) error {
	return m.change(c, c.Param("hash"), "screenshot_saved", func(f *form) error {
		return m.pictures.ChangeScreenshot(c.Request().Context(), web.ActorOf(c), c.Param("slug"), c.Param("hash"), f.picture(), f.Get("caption"))
	})
}

// MoveScreenshot moves a screenshot to another place.
func (m *Media) MoveScreenshot(c echo.Context) error {
	in, err := web.Bind[struct {
		To int `form:"to"` // counted from 1, as people do
	}](c)
	if err != nil {
		return err
	}
	err = m.pictures.MoveScreenshot(c.Request().Context(), web.ActorOf(c), c.Param("slug"), c.Param("hash"), in.To-1)
	return m.removed(c, "screenshot_moved", err)
}

// RemoveScreenshot takes a screenshot from a listing.
func (m *Media) RemoveScreenshot(c echo.Context) error {
	return m.removed(c, "screenshot_removed", m.pictures.RemoveScreenshot(c.Request().Context(), web.ActorOf(c), c.Param("slug"), c.Param("hash")))
}
