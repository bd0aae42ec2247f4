package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"souk/models"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// Cookies of a visitor's preferences.
const (
	LangCookie  = "lang"
	ThemeCookie = "theme"
)

// unlocalized are addresses that have one language, or take it otherwise:
// everything below some, and some by themselves.
var (
	unlocalizedBelow = []string{
		"/api/", "/static/", "/feeds/", "/sitemaps/", "/og/", "/badges/", "/logos/", "/images/", "/embed/",
		"/dev/", "/opensearch/", "/.well-known/", "/login/oauth/.well-known/",
	}
	unlocalized = []string{
		"/api", paths.OpenSearch, paths.Favicon, "/manifest.webmanifest", paths.Health, paths.Ready, paths.Robots, paths.Sitemap,
		paths.Suggest, paths.Preferences,
	}
)

func localizable(path string) bool {
	if path == "/" || strings.HasPrefix(path, "/marketplace/") && path != paths.Suggest {
		return true
	}
	for _, p := range unlocalizedBelow {
		if strings.HasPrefix(path, p) {
			return false
		}
	}
	return !slices.Contains(unlocalized, path)
}

// localize settles the language of a request. A prefix (/ja/…) decides. Without
// one the order is ?lang, the cookie, Accept-Language; a page that would be in
// another language than its address redirects to the address of that language.
func localize(opts Options, next http.Handler) http.Handler {
	secure := strings.HasPrefix(opts.Base, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &view.Request{Base: opts.Base, Dev: opts.Dev, Secure: secure, Theme: themeOf(r), Query: r.URL.RawQuery}
		prefix, path := splitPrefix(r.URL.Path)
		v.Path = path
		page := localizable(path) && (r.Method == http.MethodGet || r.Method == http.MethodHead)
		asked, rest := takeLang(r.URL.RawQuery)
		switch {
		case page && asked != "":
			setPreference(w, LangCookie, asked, secure)
			redirect(w, asked, path, rest)
			return
		case prefix != "":
			v.Lang = prefix
			if page && !strings.HasPrefix(r.URL.Path, "/"+prefix) || prefix == i18n.Default {
				redirect(w, prefix, path, r.URL.RawQuery)
				return
			}
		default:
			v.Lang = preferred(r, asked)
			if page && v.Lang != i18n.Default {
				redirect(w, v.Lang, path, r.URL.RawQuery)
				return
			}
		}
		if id := r.Header.Get("X-Request-Id"); len(id) > 0 && len(id) <= 64 {
			v.ID = id
		}
		ctx := i18n.With(view.With(r.Context(), v), v.Lang)
		inner := r.WithContext(ctx)
		if path != r.URL.Path {
			u := *r.URL
			u.Path, u.RawPath = path, ""
			inner.URL = &u
		}
		next.ServeHTTP(w, inner)
	})
}

// redirect never leaves the site: path is local and starts with one slash.
func redirect(w http.ResponseWriter, lang, path, query string) {
	target := (&url.URL{Path: paths.Localized(lang, "/"+strings.TrimLeft(path, "/\\")), RawQuery: query}).String()
	h := w.Header()
	h.Set("Location", target)
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusFound)
}

// splitPrefix takes a language's prefix off a path.
func splitPrefix(path string) (lang, rest string) {
	if len(path) < 3 || path[0] != '/' {
		return "", path
	}
	first, rest, _ := strings.Cut(path[1:], "/")
	lang, ok := i18n.Canonical(first)
	if !ok {
		return "", path
	}
	return lang, "/" + rest
}

func preferred(r *http.Request, asked string) string {
	if asked != "" {
		return asked
	}
	if c, err := r.Cookie(LangCookie); err == nil && models.IsLanguage(c.Value) {
		return c.Value
	}
	return matchLanguage(r.Header.Get("Accept-Language"))
}

var (
	matchedMu sync.RWMutex
	matched   = map[string]string{}
)

// matchLanguage remembers its answers, since few headers come again and again
// and parsing one costs more than answering a cached page.
func matchLanguage(header string) string {
	if header == "" {
		return i18n.Default
	}
	matchedMu.RLock()
	lang, ok := matched[header]
	matchedMu.RUnlock()
	if ok {
		return lang
	}
	if len(header) > 200 {
		header = header[:200]
	}
	lang = i18n.Match(header)
	matchedMu.Lock()
	defer matchedMu.Unlock()
	if len(matched) >= 1000 {
		clear(matched)
	}
	matched[header] = lang
	return lang
}

// takeLang takes ?lang off a query; asked is empty when it is missing or no
// language of ours.
func takeLang(query string) (asked, rest string) {
	if !strings.Contains(query, "lang=") {
		return "", query
	}
	var kept []string
	for _, p := range strings.Split(query, "&") {
		value, is := strings.CutPrefix(p, "lang=")
		if !is {
			kept = append(kept, p)
			continue
		}
		if l, ok := i18n.Canonical(value); ok {
			asked = l
		}
	}
	if asked == "" {
		return "", query
	}
	return asked, strings.Join(kept, "&")
}

func themeOf(r *http.Request) string {
	if r.Header["Cookie"] == nil {
		return ""
	}
	if c, err := r.Cookie(ThemeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// setPreference keeps a visitor's choice for a year; it names nobody.
func setPreference(w http.ResponseWriter, name, value string, secure bool) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true, Secure: secure}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// newRequestID is a name for one request, for the log and the error page.
func newRequestID() string { return rand.Text()[:16] }
