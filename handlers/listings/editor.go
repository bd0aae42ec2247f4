package listings

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/drafts"
	"souk/templates/listings"
	"souk/web"
	"souk/web/paths"
)

// page is a page of the editor.
type page struct {
	name  string // of paths.ManageListing
	part  string // what the menu marks
	lang  string // of a translation
	boxes []box
}

func (p *page) address(slug string) string { return paths.ManageListing(slug, p.name) }

var (
	textPage = page{name: "text", part: "text", boxes: textBoxes}
	linkPage = page{name: "links", part: "links", boxes: linkBoxes}
	dataPage = page{name: "data", part: "data", boxes: dataBoxes}
)

func translationPage(lang string) page {
	return page{name: "translations/" + lang, part: "translations", lang: lang, boxes: translationBoxes(lang)}
}

// Text is the page of the English texts.
func (l *Listings) Text(c echo.Context) error { return l.show(c, textPage) }

// SaveText saves them.
func (l *Listings) SaveText(c echo.Context) error { return l.save(c, textPage) }

// Links is the page of addresses and contacts.
func (l *Listings) Links(c echo.Context) error { return l.show(c, linkPage) }

// SaveLinks saves them.
func (l *Listings) SaveLinks(c echo.Context) error { return l.save(c, linkPage) }

// Data is the page of what becomes of people's data.
func (l *Listings) Data(c echo.Context) error { return l.show(c, dataPage) }

// SaveData saves it.
func (l *Listings) SaveData(c echo.Context) error { return l.save(c, dataPage) }

// Translation is the page of the texts in one other language.
func (l *Listings) Translation(c echo.Context) error {
	lang, err := language(c)
	if err != nil {
		return err
	}
	return l.show(c, translationPage(lang))
}

// SaveTranslation saves them.
func (l *Listings) SaveTranslation(c echo.Context) error {
	lang, err := language(c)
	if err != nil {
		return err
	}
	return l.save(c, translationPage(lang))
}

type showInput struct {
	Show string `query:"show"` // "description": rendered below its field
}

func (l *Listings) show(c echo.Context, p page) error {
	in, err := web.Bind[showInput](c)
	if err != nil {
		return err
	}
	d, st, err := l.drafts.Current(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	v, err := l.editor(c, p, d, st)
	if err != nil {
		return err
	}
	if in.Show == "description" {
		v.Rendered, err = rendered(&d.Content, p.lang)
	}
	if err != nil {
		return err
	}
	return web.Page(c, listings.EditorPage(v))
}

// saveInput is what every page of the editor sends beside its fields.
type saveInput struct {
	Base   int    `form:"base"`
	Editor string `form:"editor"`
	Turn   int    `form:"turn"`
	Act    string `form:"act"` // "auto": the script saves; "show": and show the description
}

func (in saveInput) base() drafts.Base {
	return drafts.Base{Version: in.Base, Editor: in.Editor[:min(len(in.Editor), 64)], Turn: in.Turn}
}

func (l *Listings) save(c echo.Context, p page) error {
	in, err := web.Bind[saveInput](c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return models.ErrBadParameter.Because(err)
	}
	slug := c.Param("slug")
	saved, err := l.drafts.Edit(c.Request().Context(), web.ActorOf(c), slug, in.base(), p.edit(form))
	if conflict, ok := errors.AsType[*drafts.ConflictError](err); ok {
		return l.conflict(c, p, in, form, conflict)
	}
	switch {
	case err != nil:
		return l.refused(c, p, in, form, err)
	case in.Act == "auto":
		return web.Page(c, listings.Saved(savedView(p, saved)))
	case in.Act == "show":
		return web.SeeOther(c, p.address(slug)+"?show=description#f-description")
	case len(saved.Merged) > 0:
		return web.Done(c, p.address(slug), "draft_merged")
	}
	return web.Done(c, p.address(slug), "draft_saved")
}

// edit writes a form into a draft.
func (p *page) edit(form url.Values) func(*models.ListingContent) error {
	return func(c *models.ListingContent) error {
		for i := range p.boxes {
			p.boxes[i].apply(c, form)
		}
		return nil
	}
}

// refused shows the form again, with everything that was typed.
func (l *Listings) refused(c echo.Context, p page, in saveInput, form url.Values, err error) error {
	problems, ok := models.AsProblems(err)
	if !ok {
		return err
	}
	if in.Act == "auto" {
		return web.PageStatus(c, http.StatusUnprocessableEntity, listings.NotSaved(problemsView(problems)))
	}
	d, st, again := l.drafts.Current(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if again != nil {
		return again
	}
	if err := p.edit(form)(&d.Content); err != nil {
		return err
	}
	v, again := l.editor(c, p, d, st)
	if again != nil {
		return again
	}
	v.Version, v.Problems = in.Base, problemsView(problems)
	return web.Form(c, err, func(models.Problems) templ.Component { return listings.EditorPage(v) })
}

// conflict says that two have written the same fields, and lets one choose.
func (l *Listings) conflict(c echo.Context, p page, in saveInput, form url.Values, e *drafts.ConflictError) error {
	if in.Act == "auto" {
		return web.PageStatus(c, http.StatusConflict, listings.InConflict(conflictNames(p, e)))
	}
	d, st, err := l.drafts.Current(c.Request().Context(), web.ActorOf(c), c.Param("slug"))
	if err != nil {
		return err
	}
	return web.PageStatus(c, http.StatusConflict, listings.ConflictPage(conflictView(p, e, d, st)))
}

// editor is a page of the editor as a draft fills it.
func (l *Listings) editor(c echo.Context, p page, d *drafts.Draft, st *apps.Standing) (listings.Editor, error) {
	v := listings.Editor{
		Desk: deskOf(st, &d.Content, p.part), Page: p.name, Lang: p.lang, OAuth: st.Kind == models.OAuthApp,
		Version: d.Version, Editor: rand.Text(), SavedAt: d.SavedAt, Author: d.Author, Published: st.Live(),
		Boxes: boxViews(p, &d.Content),
	}
	if p.name != textPage.name {
		return v, nil
	}
	all, err := l.catalogue.Categories(c.Request().Context())
	if err != nil {
		return v, err
	}
	for _, one := range all.All {
		v.Categories = append(v.Categories, listings.Category{Slug: one.Slug, Name: one.Names.In(langOf(c))})
	}
	return v, nil
}
