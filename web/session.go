package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

// Sessions says who is behind a cookie or a token. Each returns nil for a
// secret that stands for nobody.
type Sessions interface {
	Resume(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error)
	ResumeToken(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error)
}

// The names of the session's cookie: with https browsers hold it to this host
// alone; without, they refuse such a name.
const (
	secureSessionCookie = "__Host-souk"
	plainSessionCookie  = "souk_session"
	flashCookie         = "flash"
)

func sessionCookie(secure bool) string {
	if secure {
		return secureSessionCookie
	}
	return plainSessionCookie
}

type viewerKey struct{}

// ActorOf returns who sends the request.
func ActorOf(c echo.Context) models.Actor {
	if v := viewerOf(c); v != nil {
		return v.Actor
	}
	return models.Actor{Visit: visitOf(c)}
}

func viewerOf(c echo.Context) *models.Viewer {
	v, _ := c.Request().Context().Value(viewerKey{}).(*models.Viewer)
	return v
}

// Zone is the time zone of who is signed in, UTC for nobody.
func Zone(c echo.Context) *time.Location {
	if v := viewerOf(c); v != nil {
		return i18n.Zone(v.TimeZone)
	}
	return time.UTC
}

func visitOf(c echo.Context) models.Visit {
	agent := c.Request().UserAgent()
	return models.Visit{IP: c.RealIP(), UserAgent: strings.ToValidUTF8(agent[:min(len(agent), 300)], ""), RequestID: Requested(c).ID}
}

// addressOf finds the visitor's address: the connection's, or what a trusted
// proxy says.
func addressOf(trustProxy bool) echo.IPExtractor {
	if trustProxy {
		return echo.ExtractIPFromXFFHeader(echo.TrustLoopback(true), echo.TrustLinkLocal(true), echo.TrustPrivateNet(true))
	}
	return func(r *http.Request) string {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			return r.RemoteAddr
		}
		return host
	}
}

// identify settles who sends the request: by Authorization below /api, by the
// cookie elsewhere. What is shown to someone is nobody else's to keep.
func identify(sessions Sessions) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if sessions == nil {
				return next(c)
			}
			v, err := whoIs(c, sessions)
			if err != nil {
				return err
			}
			if v == nil {
				return next(c)
			}
			r := Requested(c)
			r.Viewer = &view.Viewer{Login: v.Login, Name: v.Name, Unread: v.Unread, Staff: v.Actor.MayStaff(models.StaffSupport) == nil,
				Suspended: v.Actor.Suspended, Unproven: !v.Actor.MailVerified, TimeZone: v.TimeZone,
				Reviewer: v.Actor.MayStaff(models.StaffReviewer) == nil, Administrator: v.Actor.MayStaff(models.StaffAdministrator) == nil}
			if by := v.Actor.ActingFor; by != nil {
				r.Viewer.ActingFor = by.Login
			}
			c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), viewerKey{}, v)))
			NoStore(c)
			return next(c)
		}
	}
}

func whoIs(c echo.Context, sessions Sessions) (*models.Viewer, error) {
	ctx, r := c.Request().Context(), c.Request()
	if paths.ForApps(r.URL.Path) {
		return nil, nil // apps say themselves who they are
	}
	if isAPI(r.URL.Path) {
		header := r.Header.Get("Authorization")
		if header == "" {
			return nil, nil
		}
		scheme, secret, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token") {
			return nil, models.ErrBadToken
		}
		secret = strings.TrimSpace(secret)
		if appsOwn(secret) && paths.Compatible(r.URL.Path) {
			return nil, notForApps(r.URL.Path)
		}
		v, err := sessions.ResumeToken(ctx, secret, visitOf(c))
		if err == nil && v == nil {
			err = models.ErrBadToken
		}
		return v, err
	}
	cookie, err := r.Cookie(sessionCookie(Requested(c).Secure))
	if err != nil || cookie.Value == "" {
		return nil, nil
	}
	v, err := sessions.Resume(ctx, cookie.Value, visitOf(c))
	if err == nil && v == nil && navigates(r) {
		EndSession(c)
	}
	return v, err
}

// appsOwn reports whether a token is an app's own, and nobody's in particular.
func appsOwn(token string) bool {
	return paths.SignedToken(token) || strings.HasPrefix(token, models.PrefixInstallationToken)
}

// notForApps refuses tokens of that kind where only people come.
func notForApps(path string) error {
	if paths.OpenToApps(path) {
		return nil
	}
	return models.ErrNotForApps
}

// navigates reports whether a browser asks for a page, not for a part of one: a
// session's secret may change while parts are under way with the old one, and
// they mustn't take the new one from the browser.
func navigates(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest")
	return dest == "" || dest == "document"
}

// sessionKey holds the secret that the browser has just been given.
const sessionKey = "session"

// SessionSecret is the session's secret as the browser has it, "" for none.
func SessionSecret(c echo.Context) string {
	if given, ok := c.Get(sessionKey).(string); ok {
		return given
	}
	return Kept(c, sessionCookie(Requested(c).Secure))
}

// BeginSession gives the browser a session's secret.
func BeginSession(c echo.Context, secret string) {
	secure := Requested(c).Secure
	c.Set(sessionKey, secret)
	http.SetCookie(c.Response(), &http.Cookie{Name: sessionCookie(secure), Value: secret, Path: "/", HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(models.SessionAbsolute.Seconds())})
}

// ConfirmSession tells the rest of a request that its session has just been
// confirmed, and gives the browser the session's new secret.
func ConfirmSession(c echo.Context, secret string, until time.Time) {
	if v := viewerOf(c); v != nil {
		v.Actor.SudoUntil = until
	}
	BeginSession(c, secret)
}

// EndSession takes the session's secret from the browser.
func EndSession(c echo.Context) {
	secure := Requested(c).Secure
	http.SetCookie(c.Response(), &http.Cookie{Name: sessionCookie(secure), Path: "/", HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteLaxMode, MaxAge: -1})
}

// Keep puts a secret of a few minutes into a cookie of its own that only path
// gets to see, for what has two steps. An empty value takes it back.
func Keep(c echo.Context, name, value string, path string, lifetime time.Duration) {
	cookie := &http.Cookie{Name: name, Value: value, Path: path, HttpOnly: true, Secure: Requested(c).Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(lifetime.Seconds())}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Response(), cookie)
}

// Kept returns what Keep put there.
func Kept(c echo.Context, name string) string {
	cookie, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// hasSession reports whether a browser says it has a session, or has something
// to be told: such a request is never answered from the page cache.
func hasSession(r *http.Request) bool {
	for _, header := range r.Header["Cookie"] {
		if strings.Contains(header, secureSessionCookie+"=") || strings.Contains(header, plainSessionCookie+"=") || strings.Contains(header, flashCookie+"=") {
			return true
		}
	}
	return false
}

// SignedIn lets nobody in who isn't signed in: pages send them to sign in and
// back, everything else is refused.
func SignedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !ActorOf(c).Anonymous() {
			return next(c)
		}
		if m := c.Request().Method; m != http.MethodGet && m != http.MethodHead || isAPI(c.Request().URL.Path) {
			return models.ErrSignInNeeded
		}
		here := Requested(c).Path
		if q := Requested(c).Query; q != "" {
			here += "?" + q
		}
		return SeeOther(c, paths.Login+"?return_to="+url.QueryEscape(here))
	}
}

// Active refuses writes of those whom staff has suspended. They can still read,
// sign out, and take their data with them.
func Active(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if m := c.Request().Method; m != http.MethodGet && m != http.MethodHead && ActorOf(c).Suspended {
			return models.ErrSuspended
		}
		return next(c)
	}
}

// Local returns address if it leads to a page of this site, else home: nothing
// that a visitor brings along can send anyone elsewhere.
func Local(address string) string {
	if len(address) > 2000 || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") ||
		strings.ContainsFunc(address, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
		return paths.Home
	}
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return paths.Home
	}
	return address
}

// fetched reports whether a script asks, of whose answer nobody sees the whole.
func fetched(c echo.Context) bool {
	mode := c.Request().Header.Get("Sec-Fetch-Mode")
	return mode != "" && mode != "navigate"
}

// Done goes on to address after a write, where the message "flash.<code>" says
// once what was done.
func Done(c echo.Context, address, code string) error {
	Say(c, code)
	return SeeOther(c, address)
}

// Say has the next page say the message "flash.<code>" once.
func Say(c echo.Context, code string) {
	http.SetCookie(c.Response(), &http.Cookie{Name: flashCookie, Value: code, Path: "/", HttpOnly: true,
		Secure: Requested(c).Secure, SameSite: http.SameSiteLaxMode, MaxAge: 60})
}

// takeFlash reads what is to be said once, and forgets it with the page that
// says it.
func takeFlash(c echo.Context, v *view.Request) {
	cookie, err := c.Cookie(flashCookie)
	if err != nil || !i18n.Has("flash."+cookie.Value) || fetched(c) {
		return
	}
	v.Flash = cookie.Value
	http.SetCookie(c.Response(), &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: v.Secure})
}

// Form answers a form that can't be carried out: the same form with what was
// typed and what to mend, status 422, if err is a matter of the form; anything
// else goes on to the error writer.
func Form(c echo.Context, err error, form func(models.Problems) templ.Component) error {
	problems, ok := models.AsProblems(err)
	if !ok {
		return err
	}
	return PageStatus(c, http.StatusUnprocessableEntity, form(problems))
}
