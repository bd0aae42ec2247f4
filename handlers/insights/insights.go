// Package insights holds the pages of figures of listings, and the step from a
// listing to its app, which is counted.
package insights

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/apps"
	"souk/models/insights"
	"souk/templates/desk"
	pages "souk/templates/insights"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

// Insights answers for figures of listings.
type Insights struct {
	insights *insights.Service
	country  string // the header that names a visitor's country; "" for none
}

// New makes the handlers.
func New(i *insights.Service) *Insights {
	return &Insights{insights: i}
}

// TrustCountry names the header in which a proxy in front tells the country that
// a visitor comes from; "" for none.
func (h *Insights) TrustCountry(header string) { h.country = header }

type spanInput struct {
	Days int `query:"days"`
}

// span is how many days somebody wants to see.
func span(c echo.Context) (int, error) {
	in, err := web.Bind[spanInput](c)
	return cmp.Or(in.Days, 30), err
}

// Figures shows what became of a listing over time.
func (h *Insights) Figures(c echo.Context) error {
	days, err := span(c)
	if err != nil {
		return err
	}
	f, st, err := h.insights.Of(c.Request().Context(), web.ActorOf(c), c.Param("slug"), days)
	if err != nil {
		return err
	}
	return web.Page(c, pages.FiguresPage(figuresView(c, f, st, days)))
}

// weeksFrom is from how many days on the charts show weeks.
const weeksFrom = 180

func figuresView(c echo.Context, f *insights.Figures, st *apps.Standing, days int) pages.Figures {
	ctx := c.Request().Context()
	v := pages.Figures{
		Frame: desk.Listing{Title: i18n.T(ctx, "desk.listing.figures"), Slug: st.ListingSlug, Name: st.ListingName, State: st.ListingState,
			LogoURL: paths.Tile(st.ListingLogo), Page: "figures"},
		Spans: insights.Spans(), Span: days, Days: f.Days, Sum: f.Sum, Before: f.Before, At: f.At,
		Countries: shareViews(f.Countries), Languages: shareViews(f.Languages),
	}
	if days >= weeksFrom {
		v.Days, v.Weekly = models.Weeks(f.Days), true
	}
	if v.At != nil {
		v.At = new(v.At.In(web.Zone(c)))
	}
	return v
}

func shareViews(list []insights.Share) []pages.Share {
	views := make([]pages.Share, len(list))
	for i, s := range list {
		views[i] = pages.Share(s)
	}
	return views
}

// File answers with the figures as CSV.
func (h *Insights) File(c echo.Context) error {
	days, err := span(c)
	if err != nil {
		return err
	}
	write, err := h.insights.Export(c.Request().Context(), web.ActorOf(c), c.Param("slug"), days)
	if err != nil {
		return err
	}
	return web.Download(c, c.Param("slug")+"-"+strconv.Itoa(days)+"-days.csv", "text/csv; charset=utf-8", write)
}

type wayInput struct {
	To   string `query:"to"`
	Plan int64  `query:"plan"` // that was bought
}

// SetUp leads to where a listing's app is installed, set up, or sold by its integrator,
// and counts that somebody went there.
func (h *Insights) SetUp(c echo.Context) error {
	in, err := web.Bind[wayInput](c)
	if err != nil {
		return err
	}
	address, err := h.way(c, in)
	if err != nil {
		return err
	}
	r := web.Requested(c)
	actor := web.ActorOf(c)
	h.insights.Counter.Saw(insights.Visit{Slug: c.Param("slug"), IP: c.RealIP(), UserAgent: c.Request().UserAgent(), Language: r.Lang,
		Country: h.countryOf(c.Request().Header), Click: true, Actor: actor})
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	return c.Redirect(http.StatusFound, address)
}

func (h *Insights) way(c echo.Context, in wayInput) (string, error) {
	if in.To != "install" {
		return h.insights.SetUp(c.Request().Context(), c.Param("slug"), in.To == "purchase", in.Plan)
	}
	app, err := h.insights.InstalledHere(c.Request().Context(), c.Param("slug"))
	return paths.Localized(web.Requested(c).Lang, paths.Install(app)), err
}

// Seen counts a listing's page that somebody was shown.
func (h *Insights) Seen(s web.Seen) {
	if slug, ok := paths.ListingAt(s.Path); ok {
		h.insights.Counter.Saw(insights.Visit{Slug: slug, IP: s.IP, UserAgent: s.Header.Get("User-Agent"), Language: s.Lang,
			Country: h.countryOf(s.Header), Actor: s.Actor})
	}
}

func (h *Insights) countryOf(header http.Header) string {
	if h.country == "" {
		return ""
	}
	return models.CountryCode(header.Get(h.country))
}
