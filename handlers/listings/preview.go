package listings

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/site"
	"souk/models"
	"souk/templates/listings"
	pages "souk/templates/site"
	"souk/web"
)

type previewInput struct {
	Period models.Period `query:"period"`
}

// Preview is the listing's page as visitors will see it once the draft is
// approved, in the language of the address.
func (l *Listings) Preview(c echo.Context) error {
	in, err := web.Bind[previewInput](c)
	if err != nil {
		return err
	}
	ctx, lang := c.Request().Context(), langOf(c)
	draft, st, err := l.drafts.Preview(ctx, web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	d, err := l.catalogue.Preview(ctx, lang, st.ListingID, st.App, draft.Content)
	if err != nil {
		return err
	}
	v := site.ListingView(d, lang)
	for _, l := range []*pages.Link{v.SetUp, v.Buy} {
		if l != nil {
			l.Via = "" // nothing leads on from a draft
		}
	}
	v.Yearly, v.Above = in.Period == models.Yearly, listings.PreviewBanner(st.ListingSlug, lang)
	return web.Page(c, pages.ListingPage(v))
}
