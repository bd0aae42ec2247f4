package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"souk/web"
)

// Handle puts an endpoint behind HTTP. It fills In from the path and the query
// by the field's tags (see parameters), refuses whatever they don't allow, and
// answers with Out as JSON, with ETag and, for a page of a list, Link.
func Handle[In, Out any](f func(context.Context, In) (Out, error)) echo.HandlerFunc {
	read := readerOf[In]()
	return func(c echo.Context) error {
		in, err := read(c)
		if err != nil {
			return err
		}
		out, err := f(c.Request().Context(), in)
		if err != nil {
			return err
		}
		return answer(c, out)
	}
}

// paged is a reply that is one page of a list.
type paged interface {
	paging() (page, perPage, total, reachable int)
}

// versioned is a reply that knows its ETag.
type versioned interface{ tag() string }

// volatile is a reply with parts that change all the time without the rest.
type volatile interface {
	// still is the reply without them, which is what its ETag stands for.
	still() any
}

func answer(c echo.Context, out any) error {
	tag, err := tagOf(out)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	if p, ok := out.(paged); ok {
		page, perPage, total, reachable := p.paging()
		h.Set("X-Total-Count", strconv.Itoa(total))
		if link := links(address(c), page, perPage, reachable); link != "" {
			h.Set("Link", link)
		}
	}
	if c.Request().Method != http.MethodPut && c.Request().Method != http.MethodPost && fresh(c.Request().Header.Get("If-None-Match"), tag) {
		h.Set("ETag", tag)
		if h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", "no-cache")
		}
		return c.NoContent(http.StatusNotModified)
	}
	// web.JSON tags the whole body; this tag leaves out what is volatile.
	c.Response().Before(func() { h.Set("ETag", tag) })
	return web.JSON(c, http.StatusOK, out)
}

func tagOf(out any) (string, error) {
	if t, ok := out.(versioned); ok {
		return t.tag(), nil
	}
	if v, ok := out.(volatile); ok {
		out = v.still()
	}
	b, err := json.Marshal(out)
	if err != nil {
		return "", fmt.Errorf("api: %w", err)
	}
	sum := sha256.Sum256(b)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, nil
}

// fresh reports whether an If-None-Match header holds tag, compared weakly.
func fresh(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		t = strings.TrimSpace(t)
		if t == "*" || strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// address is the request's public address.
func address(c echo.Context) *url.URL {
	u := *c.Request().URL
	if base, err := url.Parse(web.Requested(c).Base); err == nil {
		u.Scheme, u.Host, u.Path = base.Scheme, base.Host, base.Path+u.Path
	}
	return &u
}

// links is the Link header (RFC 8288) of a page: first, prev, next and last,
// as far as they exist.
func links(u *url.URL, page, perPage, reachable int) string {
	last := max(1, (reachable+perPage-1)/perPage)
	var out []string
	add := func(rel string, page int) {
		q := u.Query()
		q.Set("page", strconv.Itoa(page))
		to := *u
		to.RawQuery = q.Encode()
		out = append(out, fmt.Sprintf("<%s>; rel=%q", to.String(), rel))
	}
	if page > 1 {
		add("first", 1)
		add("prev", min(page-1, last))
	}
	if page < last {
		add("next", page+1)
		add("last", last)
	}
	return strings.Join(out, ", ")
}
