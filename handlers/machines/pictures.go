package machines

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // logos are JPEG or PNG
	_ "image/png"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"souk/models/catalog"
	"souk/templates/logo"
	"souk/templates/ogimage"
	"souk/templates/outside"
	"souk/web"
	"souk/web/paths"
)

// keep is how long others may show a picture without asking again.
const keep = 5 * time.Minute

// svg is the media type of badges and logos. A browser that opens one as a
// page runs nothing in it: web's policy allows no script there.
const svg = "image/svg+xml; charset=utf-8"

// OGImage is the picture that a listing's page is shared with, or the site's
// own (/og/souk.png). It speaks English, see package ogimage.
func (m *Machines) OGImage(c echo.Context) error {
	slug, err := named(c, "slug", ".png")
	if err != nil {
		return err
	}
	var p ogimage.Picture // the zero picture is the site's
	if slug != "souk" {
		card, err := m.catalog.PublicCard(c.Request().Context(), "en", slug)
		if err != nil {
			return err
		}
		p = pictureOf(card)
	}
	body, err := m.pictures.Get(c.Request().Context(), p, otter.LoaderFunc[ogimage.Picture, []byte](m.drawn))
	if err != nil {
		return fmt.Errorf("machines: picture: %w", err)
	}
	return web.Blob(c, "image/png", body, keep)
}

func (m *Machines) drawn(ctx context.Context, p ogimage.Picture) ([]byte, error) {
	if p == (ogimage.Picture{}) {
		return ogimage.Site()
	}
	return ogimage.Listing(p, m.logo(ctx, p.Logo))
}

// logo is a listing's logo. One that can't be had is no reason to have no
// picture.
func (m *Machines) logo(ctx context.Context, hash string) image.Image {
	if hash == "" || m.logos == nil {
		return nil
	}
	file, _, err := m.logos.File(ctx, hash, 256)
	if err != nil {
		slog.Warn("a logo can't be drawn", "hash", hash, "error", err)
		return nil
	}
	logo, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	return logo
}

func pictureOf(card *catalog.Card) ogimage.Picture {
	p := ogimage.Picture{Slug: card.Slug, Name: card.Name, Tagline: card.Tagline, Logo: card.LogoHash, Backdrop: card.LogoBackdrop}
	if card.Publisher != nil {
		p.Publisher = cmp.Or(card.Publisher.Name, card.Publisher.Login)
	}
	if len(card.Categories) > 0 {
		p.Category = card.Categories[0].Names.In("en")
	}
	if card.Installs != nil {
		p.Installs, p.InstallsKnown = *card.Installs, true
	}
	return p
}

// Badge is a listing's badge. ?label= puts another text on its left.
func (m *Machines) Badge(c echo.Context) error {
	in, err := web.Bind[struct {
		Label string `query:"label"`
	}](c)
	if err != nil {
		return err
	}
	card, err := m.card(c, ".svg")
	if err != nil {
		return err
	}
	b := outside.Badge{Label: cmp.Or(in.Label, card.Name), Installs: card.Installs, Discontinued: card.Discontinued}
	varies(c)
	return web.Blob(c, svg, b.SVG(c.Request().Context()), keep)
}

// Logo is a listing's logo: the uploaded picture, or a mark made from its name.
func (m *Machines) Logo(c echo.Context) error {
	card, err := m.card(c, ".svg")
	if err != nil {
		return err
	}
	if card.LogoHash != "" {
		c.Response().Header().Set("Cache-Control", "no-cache")
		return c.Redirect(http.StatusFound, paths.ImageSized(card.LogoHash, 256))
	}
	varies(c)
	return web.Blob(c, svg, logo.SVG(card.Slug, card.Name), keep)
}

// Embed is a listing's card for a frame on another site.
func (m *Machines) Embed(c echo.Context) error {
	in, err := web.Bind[struct {
		Theme string `query:"theme"`
	}](c)
	if err != nil {
		return err
	}
	card, err := m.card(c, "")
	if err != nil {
		return err
	}
	web.AllowEmbedding(c)
	return web.Page(c, outside.Embed(cardOf(card, in.Theme)))
}

func cardOf(card *catalog.Card, theme string) outside.Card {
	out := outside.Card{
		Slug: card.Slug, Name: card.Name, Tagline: card.Tagline, Kind: string(card.Kind),
		Pricing: card.Pricing.Values(), Installs: card.Installs, Discontinued: card.Discontinued,
	}
	if theme == "light" || theme == "dark" {
		out.Theme = theme
	}
	if p := card.Publisher; p != nil {
		out.Login, out.Publisher = p.Login, cmp.Or(p.Name, p.Login)
	}
	return out
}
