package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
)

// A picture that is opened as a page is alone there: nothing runs or loads.
var (
	policyPicture = []string{"default-src 'none'; frame-ancestors 'none'; sandbox"}
	forEver       = []string{"public, max-age=31536000, immutable"}
)

// Picture answers with a picture under a name that never stands for another, to
// be kept for ever.
func Picture(c echo.Context, name, mediaType string, body []byte) error {
	h := c.Response().Header()
	lasting(h, name)
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write(body)
	return err
}

// HasPicture answers whoever has the picture by that name already, and reports
// whether it did: then nobody need look for it.
func HasPicture(c echo.Context, name string) bool {
	if !matches(c.Request().Header.Get("If-None-Match"), pictureTag(name)) {
		return false
	}
	lasting(c.Response().Header(), name)
	c.Response().WriteHeader(http.StatusNotModified)
	return true
}

func lasting(h http.Header, name string) {
	h["Content-Security-Policy"] = policyPicture
	h["Cache-Control"] = forEver
	h.Set("Etag", pictureTag(name))
}

func pictureTag(name string) string { return `"` + name + `"` }
