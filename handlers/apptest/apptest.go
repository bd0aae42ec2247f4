// Package apptest runs the whole site, short of the process around it, on a
// database of a test's own, and visits it as a browser does: with cookies,
// without script, one step at a time.
package apptest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/handlers"
	"souk/handlers/api"
	"souk/handlers/machines"
	"souk/handlers/operations"
	"souk/handlers/site"
	"souk/models"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/hooks"
	"souk/models/jobs"
	"souk/models/orgs"
	"souk/models/outside"
	"souk/models/secretbox"
	"souk/search"
	"souk/search/columns"
	"souk/search/pg"
	"souk/web"
)

// App is a running site.
type App struct {
	DB    *db.DB
	Verbs *handlers.Verbs
	Queue *jobs.Queue
	Clock *Clock
	URL   string // http://localhost:port
	Echo  *web.Server

	// Outside is where the proofs of domains are looked for. Nothing is there
	// unless a test says otherwise before its first request.
	Outside orgs.Outside
}

// beyond is the App's Outside, whatever that is by then.
type beyond struct{ app *App }

func (b beyond) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if b.app.Outside == nil {
		return nil, nil
	}
	return b.app.Outside.LookupTXT(ctx, name)
}

func (b beyond) Fetch(ctx context.Context, address, domain string) ([]byte, error) {
	if b.app.Outside == nil {
		return nil, &outside.StatusError{Status: http.StatusNotFound}
	}
	return b.app.Outside.Fetch(ctx, address, domain)
}

// Reach answers for every address unless the test's Outside does.
func (b beyond) Reach(ctx context.Context, address string) (int, error) {
	if r, ok := b.app.Outside.(interface {
		Reach(ctx context.Context, address string) (int, error)
	}); ok {
		return r.Reach(ctx, address)
	}
	return http.StatusOK, nil
}

// Post sends what apps are told to where it is to go, this machine not excepted,
// unless the test's Outside does.
func (b beyond) Post(ctx context.Context, address string, header http.Header, body []byte) (*outside.Answer, error) {
	if p, ok := b.app.Outside.(hooks.Poster); ok {
		return p.Post(ctx, address, header, body)
	}
	return outside.New(outside.Options{AllowPrivate: true}).Post(ctx, address, header, body)
}

// New starts a site with an empty database. Its catalogue has no index, so that
// pages of results are empty.
func New(t testing.TB) *App { return On(t, dbtest.New(t)) }

// On starts a site on a database that holds something already.
func On(t testing.TB, d *db.DB) *App {
	t.Helper()
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	a := &App{DB: d, Queue: queue, Clock: &Clock{now: time.Now().UTC().Truncate(time.Second)}}
	box, err := secretbox.New("the secret of a test, which is no secret")
	if err != nil {
		t.Fatal(err)
	}
	a.Verbs = handlers.NewVerbs(d, queue, box, beyond{a}, a.Clock.Now)
	set := columns.New()
	finder := search.NewService(pg.New(d, set), nil, pg.NewLedger(d), search.Options{})
	shelves := catalog.New(d, queue, a.Clock.Now, set)
	if err := pg.NewFollower(d, set).Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	var server http.Handler
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	// Passkeys need a name for a host.
	a.URL = strings.Replace(front.URL, "127.0.0.1", "localhost", 1)
	a.Verbs.Site.Base, a.Verbs.Site.Development = a.URL, true
	a.Verbs.Hooks.AllowInsecure()
	publishing := a.Verbs.Publishing()
	a.Echo = web.New(web.Options{Log: slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelError})), Base: a.URL, Sessions: a.Verbs.OAuth, Seen: publishing.Insights.Seen})
	handlers.Routes(a.Echo.Echo, handlers.Handlers{
		Site:       site.New(shelves, finder),
		API:        api.New(shelves, finder, a.Verbs.Profiles, a.Verbs.Repos, a.Verbs.Filing, a.Verbs.Plans, a.Verbs.Ownership, a.Verbs.Credentials, a.Verbs.Hooks, a.Verbs.Billing, func(context.Context) time.Duration { return 0 }).Installing(a.Verbs.InstallingAPI()),
		Machines:   machines.New(shelves, finder).WithLogos(a.Verbs.Pictures),
		Operations: operations.New(d.Pool().Ping, finder.State),
		People:     a.Verbs.People(),
		Publishing: publishing,
		Buying:     a.Verbs.Buying(),
		Installing: a.Verbs.Installing(),
	})
	server = a.Echo.Handler()
	return a
}

// testLog writes what the server logs into the test's log.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// Clock is a clock that tests move.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Browser visits the site. It keeps cookies and follows no redirect.
type Browser struct {
	t      testing.TB
	app    *App
	client *http.Client
	header http.Header
}

// Visitor is a browser that nobody has signed in with.
func (a *App) Visitor(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, app: a, header: http.Header{}, client: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// As is a browser in which a user has just signed in.
func (a *App) As(t testing.TB, user models.Account) *Browser { return a.signedIn(t, user, true) }

// AsUnconfirmed is As, with a session that hasn't been confirmed lately.
func (a *App) AsUnconfirmed(t testing.TB, user models.Account) *Browser {
	return a.signedIn(t, user, false)
}

func (a *App) signedIn(t testing.TB, user models.Account, sudo bool) *Browser {
	t.Helper()
	b := a.Visitor(t)
	b.SetCookie("souk_session", dbtest.Session(t, a.DB, user, a.Clock.Now(), sudo))
	return b
}

// SetCookie puts a cookie into the browser.
func (b *Browser) SetCookie(name, value string) {
	b.client.Jar.SetCookies(b.url("/"), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// Cookie is a cookie that the browser would send to path, "" for none.
func (b *Browser) Cookie(path, name string) string {
	for _, c := range b.client.Jar.Cookies(b.url(path)) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Header is sent with every request from now on.
func (b *Browser) Header() http.Header { return b.header }

func (b *Browser) url(path string) *url.URL {
	u, err := url.Parse(b.app.URL + path)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// Answer is what the site said.
type Answer struct {
	Status   int
	Header   http.Header
	Body     string
	Location string
}

// Get asks for a page.
func (b *Browser) Get(path string) Answer { return b.Do(http.MethodGet, path, "", "") }

// Post sends a form as a page of the site would.
func (b *Browser) Post(path string, form url.Values) Answer {
	return b.Do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// Do sends any request.
func (b *Browser) Do(method, path, contentType, body string) Answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url(path).String(), strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for name, values := range b.header {
		r.Header[name] = values
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
		if _, said := r.Header["Sec-Fetch-Site"]; !said {
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return Answer{Status: answer.StatusCode, Header: answer.Header, Body: string(text), Location: answer.Header.Get("Location")}
}
