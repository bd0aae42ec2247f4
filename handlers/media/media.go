// Package media holds the pages of pictures of apps and listings, and answers
// with the pictures themselves.
package media

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/drafts"
	"souk/models/pictures"
	"souk/templates/desk"
	"souk/templates/media"
	"souk/templates/ui"
	"souk/web"
	"souk/web/paths"
)

// Media answers for pictures of apps and listings.
type Media struct {
	pictures *pictures.Service
	drafts   *drafts.Service
}

// New makes the handlers.
func New(p *pictures.Service, d *drafts.Service) *Media {
	return &Media{pictures: p, drafts: d}
}

// Image answers with a stored picture. Its address is the hash of its bytes, so
// that it never changes, and whoever has one needn't be sent it again.
func (m *Media) Image(c echo.Context) error {
	width := 0
	if text := c.Param("width"); text != "" {
		var err error
		if width, err = strconv.Atoi(text); err != nil || width < 1 {
			return models.ErrNotFound
		}
	}
	hash := c.Param("hash")
	name := hash + "-" + strconv.Itoa(width)
	if web.HasPicture(c, name) {
		return nil
	}
	bytes, mediaType, err := m.pictures.File(c.Request().Context(), hash, width)
	if err != nil {
		return err
	}
	return web.Picture(c, name, mediaType, bytes)
}

// problemsOf are the problems of one of several forms on a page: the fields of
// each have names of their own.
func problemsOf(form string, problems models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range problems {
		field := p.Field
		if field != "" {
			field = form + "-" + field
		}
		all = append(all, ui.Problem{Field: field, Code: p.Code})
	}
	return all
}

// hex is a colour as a colour field has it.
func hex(color, otherwise string) string {
	if color == "" {
		color = otherwise
	}
	return "#" + strings.TrimPrefix(color, "#")
}

func deskOf(slug, name string, state models.ListingState, logo string) desk.Listing {
	l := desk.Listing{Slug: slug, Name: name, State: state, Page: "media", Script: "media.js"}
	if logo != "" {
		l.LogoURL = paths.Image(logo)
	}
	return l
}

// logoView is a logo as the pages show it, on its backdrop.
func logoView(hash, backdrop string, img models.Image) *media.Logo {
	l := &media.Logo{Hash: hash, Backdrop: backdrop, Width: img.Width, Height: img.Height}
	if backdrop != "" && img.Luminance != nil {
		l.Contrast = models.Contrast(*img.Luminance, models.ColorLuminance(backdrop))
		l.Weak = l.Contrast < models.MarkContrast
	}
	return l
}
