package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	errorpages "souk/templates/errors"
	"souk/web/i18n"
	"souk/web/paths"
)

// statuses is the only place where a kind of error becomes an HTTP status.
var statuses = map[models.Kind]int{
	models.Internal:        http.StatusInternalServerError,
	models.Invalid:         http.StatusBadRequest,
	models.Unauthenticated: http.StatusUnauthorized,
	models.Forbidden:       http.StatusForbidden,
	models.NotFound:        http.StatusNotFound,
	models.Conflict:        http.StatusConflict,
	models.Declined:        http.StatusPaymentRequired,
	models.TooMany:         http.StatusTooManyRequests,
	models.Gone:            http.StatusGone,
	models.Unavailable:     http.StatusServiceUnavailable,
}

// errorWriter answers every error of every handler: a page, or a problem
// (RFC 9457) below /api. It logs what is our fault, once.
func errorWriter(opts Options) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed || c.Request().Context().Err() == context.Canceled {
			return
		}
		known, status := classify(err)
		v := Requested(c)
		if status >= http.StatusInternalServerError {
			if v.ID == "" {
				v.ID = newRequestID()
			}
			opts.Log.Error("request failed", "id", v.ID, "method", c.Request().Method, "path", c.Request().URL.Path, "status", status, "error", err)
			c.Response().Header().Set("X-Request-Id", v.ID)
		}
		c.Response().Header().Del("ETag")
		if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
			c.Response().Header().Set("Retry-After", "5")
		}
		if paths.Compatible(c.Request().URL.Path) {
			err = writeMessage(c, known, status)
		} else if isAPI(c.Request().URL.Path) {
			err = writeProblem(c, err, known, status)
		} else {
			err = PageStatus(c, status, errorpages.Page(errorpages.View{Status: status, Code: known.Code, Field: known.Field, RequestID: v.ID, Back: cameFrom(c)}))
		}
		if err != nil {
			opts.Log.Error("the error page failed", "error", err)
		}
	}
}

func classify(err error) (*models.Error, int) {
	if known, ok := errors.AsType[*models.Error](err); ok {
		status := statuses[known.Kind]
		switch known.Code {
		case models.ErrMethodNotAllowed.Code:
			status = http.StatusMethodNotAllowed
		case models.ErrTooLarge.Code, models.ErrPictureLarge.Code:
			status = http.StatusRequestEntityTooLarge
		}
		return known, status
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return models.ErrTimeout, http.StatusServiceUnavailable
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch he.Code {
		case http.StatusNotFound:
			return models.ErrNotFound, he.Code
		case http.StatusMethodNotAllowed:
			return models.ErrMethodNotAllowed, he.Code
		case http.StatusRequestEntityTooLarge:
			return models.ErrTooLarge, he.Code
		}
		if he.Code < http.StatusInternalServerError {
			return models.ErrBadParameter, he.Code
		}
	}
	return models.ErrInternal, http.StatusInternalServerError
}

// cameFrom is the page to come back to after an error: the one that was asked
// for, or the one of this site that sent the form.
func cameFrom(c echo.Context) string {
	v, r := Requested(c), c.Request()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if v.Query != "" {
			return v.Path + "?" + v.Query
		}
		return v.Path
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return ""
	}
	_, path := splitPrefix(from.Path)
	return Local((&url.URL{Path: path, RawQuery: from.RawQuery}).String())
}

func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// problem is RFC 9457's problem detail.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Code     string         `json:"code"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance"`
	ID       string         `json:"request_id,omitempty"`
	Errors   []problemField `json:"errors,omitempty"`
	Listing  *goneListing   `json:"listing,omitempty"`
}

// goneListing says what became of a listing.
type goneListing struct {
	Slug   string    `json:"slug"`
	Name   string    `json:"name"`
	State  string    `json:"state"`
	Since  time.Time `json:"since"`
	Reason string    `json:"reason,omitempty"`
	Note   string    `json:"note,omitempty"`
}

type problemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"` // in English, for the programmer
}

func writeProblem(c echo.Context, cause error, known *models.Error, status int) error {
	v := Requested(c)
	p := problem{
		Type:     v.Base + paths.Doc("api") + "#" + known.Code,
		Title:    http.StatusText(status),
		Status:   status,
		Code:     known.Code,
		Detail:   i18n.T(c.Request().Context(), "error."+known.Code, "field", known.Field),
		Instance: c.Request().URL.RequestURI(),
		ID:       v.ID,
	}
	if g, ok := errors.AsType[*models.ListingGone](cause); ok {
		p.Listing = &goneListing{Slug: g.Slug, Name: g.Name, State: string(g.State), Since: g.Since.UTC(), Reason: string(g.Reason), Note: g.Note}
	}
	all, ok := errors.AsType[models.Problems](cause)
	if !ok {
		all = models.Problems{known}
	}
	for _, e := range all {
		if e.Field != "" {
			p.Errors = append(p.Errors, problemField{Field: e.Field, Code: e.Code, Detail: reason(e)})
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("web: problem: %w", err)
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/problem+json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", challenge(known))
	}
	return send(c, status, b)
}

// challenge tells a program how to say who asks (RFC 6750).
func challenge(known *models.Error) string {
	if known.Code == models.ErrBadToken.Code {
		return `Bearer realm="souk", error="invalid_token"`
	}
	return `Bearer realm="souk"`
}

// reason is what is wrong with a value, where the request is at fault; why we
// failed is nobody else's business.
func reason(known *models.Error) string {
	if cause := errors.Unwrap(known); cause != nil && known.Kind == models.Invalid {
		return cause.Error()
	}
	return ""
}

func panicError(v any) error { return fmt.Errorf("panic: %v\n%s", v, debug.Stack()) }
