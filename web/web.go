// Package web is the HTTP machinery: the server and what every request passes
// through, the language of an address, the one writer of errors, pages with
// ETag and compression, and the cache of anonymous pages. It knows no page but
// the error page, and no rule of the marketplace.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"souk/models"
	"souk/web/paths"
	"souk/web/view"
)

// Options configure New.
type Options struct {
	Log     *slog.Logger
	Base    string        // public address, without a final slash
	Dev     bool          // errors show their cause
	Timeout time.Duration // of a request; 0 means 10 s
	Cache   *Cache        // nil: no page is cached
	// Sessions says who is signed in; nil: nobody can be.
	Sessions   Sessions
	TrustProxy bool // believe X-Forwarded-For

	// Observe is told of every request that the cache didn't answer; may be nil.
	Observe func(route string, status int, took time.Duration)
	// Seen is told of every page that somebody was shown, from the cache too, and
	// must be quick; may be nil.
	Seen func(Seen)
}

// Server is an Echo with the machinery in front: Handler answers cached pages
// and settles the language before Echo sees a request.
type Server struct {
	*echo.Echo
	opts Options
}

// maxBody bounds what a request may send, but for addresses that have a bound of
// their own by AtMost.
const maxBody = "2M"

// larger says which addresses AtMost bounds.
func larger(c echo.Context) bool { return slices.Contains(paths.Uploads(), c.Path()) }

// AtMost bounds what a request to an address may send, where that is more than
// usual: "8M".
func AtMost(limit string) echo.MiddlewareFunc { return middleware.BodyLimit(limit) }

// New makes a server without any route.
func New(opts Options) *Server {
	if opts.Timeout == 0 {
		opts.Timeout = 10 * time.Second
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = errorWriter(opts)
	e.IPExtractor = addressOf(opts.TrustProxy)
	if opts.Observe != nil {
		e.Use(observed(opts.Observe))
	}
	e.Use(
		recoverPanics,
		secureHeaders(strings.HasPrefix(opts.Base, "https://")),
		middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: maxBody, Skipper: larger}),
		sameSite,
		bounded(opts.Timeout),
		identify(opts.Sessions),
	)
	if opts.Seen != nil {
		e.Use(seen(opts.Seen))
		if opts.Cache != nil {
			opts.Cache.tellOf(opts.Seen, e.IPExtractor)
		}
	}
	return &Server{Echo: e, opts: opts}
}

// Handler is what listens: language, then cache, then Echo.
func (s *Server) Handler() http.Handler {
	next := headAsGet(s.Echo)
	if s.opts.Cache != nil {
		next = s.opts.Cache.serve(next)
	}
	return localize(s.opts, next)
}

// headKey marks a GET that was a HEAD.
type headKey struct{}

// headAsGet lets a HEAD take the way of the GET; net/http drops the body.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(context.WithValue(r.Context(), headKey{}, true))
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// recoverPanics turns a panic into an error, which the error writer logs.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler {
					panic(r)
				}
				err = models.ErrInternal.Because(panicError(r))
			}
		}()
		return next(c)
	}
}

// observed reports route, status and time of every request. It has the error
// written first, because only then the status is known.
func observed(observe func(string, int, time.Duration)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := time.Now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			observe(c.Path(), c.Response().Status, time.Since(began))
			return nil
		}
	}
}

// uploadTime is what a request has that sends a file, over a slow line too.
const uploadTime = 90 * time.Second

// bounded ends the work for a request after some time. The request gets its own
// context back, which tells the error writer whether the client went away.
func bounded(timeout time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, limit := c.Request(), timeout
			if r.Method == http.MethodPost && larger(c) {
				limit = max(limit, uploadTime)
			}
			ctx, cancel := context.WithTimeout(r.Context(), limit)
			defer func() {
				cancel()
				c.SetRequest(r)
			}()
			c.SetRequest(r.WithContext(ctx))
			return next(c)
		}
	}
}

// policy lets pages load from this site alone, and nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "

// The header slices are shared by all responses and must not be changed.
var (
	policyNone = []string{policy + "'none'"}
	policyAny  = []string{policy + "*"}
	nosniff    = []string{"nosniff"}
	referrer   = []string{"strict-origin-when-cross-origin"}
	opener     = []string{"same-origin"}
	features   = []string{"camera=(), microphone=(), geolocation=(), payment=(), usb=()"}
	hsts       = []string{"max-age=31536000; includeSubDomains"}
)

func setSecureHeaders(h http.Header, https bool) {
	h["Content-Security-Policy"] = policyNone
	h["X-Content-Type-Options"] = nosniff
	h["Referrer-Policy"] = referrer
	h["Cross-Origin-Opener-Policy"] = opener
	h["Permissions-Policy"] = features
	if https {
		h["Strict-Transport-Security"] = hsts
	}
}

func secureHeaders(https bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			setSecureHeaders(c.Response().Header(), https)
			return next(c)
		}
	}
}

// AllowEmbedding lets other sites show this response in a frame.
func AllowEmbedding(c echo.Context) {
	c.Response().Header()["Content-Security-Policy"] = policyAny
}

// sameSite refuses writes that another site's page started.
func sameSite(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil && !offered(c) {
			return models.ErrCrossSite.Because(err)
		}
		return next(c)
	}
}

// Requested is the request as pages see it.
func Requested(c echo.Context) *view.Request { return view.From(c.Request().Context()) }
