package listings

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/catalog"
	"souk/templates/listings"
	"souk/web"
)

type markdownInput struct {
	Text string `form:"text"`
}

// Markdown renders a description that is being written, as the public page
// would show it.
func (l *Listings) Markdown(c echo.Context) error {
	in, err := web.Bind[markdownInput](c)
	if err != nil {
		return err
	}
	if len(in.Text) > models.MaxDraftBytes {
		return models.ErrDraftSize
	}
	if _, _, err := l.drafts.Current(c.Request().Context(), web.ActorOf(c), c.Param("slug")); err != nil {
		return err
	}
	html, err := catalog.RenderMarkdown(clean(in.Text))
	if err != nil {
		return err
	}
	return web.Page(c, listings.Rendered(html))
}
