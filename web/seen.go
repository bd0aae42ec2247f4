package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web/view"
)

// Seen is a page that somebody was shown.
type Seen struct {
	Path   string // without the prefix of a language
	Lang   string
	IP     string
	Header http.Header // of the request
	Actor  models.Actor
}

// seen tells of pages that handlers have shown.
func seen(tell func(Seen)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			r := c.Request()
			if err == nil && shown(r, c.Response().Status) {
				v := Requested(c)
				tell(Seen{Path: v.Path, Lang: v.Lang, IP: c.RealIP(), Header: r.Header, Actor: ActorOf(c)})
			}
			return err
		}
	}
}

// tellOf lets a cache tell of pages that it has shown.
func (c *Cache) tellOf(tell func(Seen), address echo.IPExtractor) {
	c.seen = func(r *http.Request) {
		if shown(r, http.StatusOK) {
			v := view.From(r.Context())
			tell(Seen{Path: v.Path, Lang: v.Lang, IP: address(r), Header: r.Header})
		}
	}
}

// shown reports whether somebody looks at the answer: a browser that loads a
// page ahead does not, or not yet.
func shown(r *http.Request, status int) bool {
	head := r.Context().Value(headKey{}) != nil
	return !head && r.Method == http.MethodGet && (status == http.StatusOK || status == http.StatusNotModified) &&
		!strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch")
}
