package listings

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/templates/listings"
	"souk/web"
)

// Translations lists the other languages and what is missing in each.
func (l *Listings) Translations(c echo.Context) error {
	d, st, err := l.drafts.Current(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	v := listings.Translations{Desk: deskOf(st, &d.Content, "translations")}
	for _, lang := range models.Languages() {
		if lang != "en" {
			v.Languages = append(v.Languages, translatedView(lang, &d.Content))
		}
	}
	return web.Page(c, listings.TranslationsPage(v))
}

// translatedView counts the texts that there are in English.
func translatedView(lang string, c *models.ListingContent) listings.Translated {
	v := listings.Translated{Lang: lang}
	for _, b := range translationBoxes(lang) {
		if english(b.name, lang, c) == "" {
			continue
		}
		v.Of++
		if b.get(c)[0] != "" {
			v.Written++
			continue
		}
		v.Missing = append(v.Missing, b.name[len("translations."+lang+"."):])
	}
	return v
}
