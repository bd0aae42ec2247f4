package api_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/api"
	"souk/models"
	"souk/models/billing"
	"souk/models/catalog"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/drafts"
	"souk/models/filing"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/ownership"
	"souk/models/pictures"
	"souk/models/plans"
	"souk/models/profiles"
	"souk/models/repos"
	"souk/models/review"
	"souk/search"
	"souk/web"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { dbtest.Main(m) }

const base = "https://souk.example"

// engine stands in for a search engine where what matters is what the API asks
// and how it passes on the answer. It knows every listing that was put into
// it, public or not.
type engine struct {
	ids    []int64
	counts search.Counts
	total  int // 0: the number of ids
	err    error
	asked  search.Query
}

func (e *engine) Search(_ context.Context, q search.Query) (search.Result, error) {
	e.asked = q
	if e.err != nil {
		return search.Result{}, e.err
	}
	r := search.Result{Total: max(e.total, len(e.ids)), Counts: e.counts, Engine: "postgres"}
	for i := (q.Page - 1) * q.PerPage; i < len(e.ids) && i < q.Page*q.PerPage; i++ {
		r.Hits = append(r.Hits, search.Hit{ID: e.ids[i]})
	}
	return r, nil
}

type site struct {
	t       testing.TB
	db      *db.DB
	engine  *engine
	age     time.Duration
	echo    *echo.Echo
	handler http.Handler
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{t: t, db: dbtest.New(t), engine: &engine{}}
	queue, err := jobs.NewQueue(s.db)
	if err != nil {
		t.Fatal(err)
	}
	told := notices.New(s.db, queue, time.Now)
	people := identity.New(s.db, nil, told, time.Now)
	server := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Base: base, Sessions: people})
	c := catalog.New(s.db, nil, time.Now, nil)
	written := drafts.New(s.db, told, time.Now)
	files := filing.New(s.db, written, pictures.New(s.db, written, people, time.Now), review.New(s.db, queue, c, told, people, time.Now))
	api.New(c, s.engine, profiles.New(s.db, nil, told, people, time.Now), repos.New(s.db, told, people, time.Now), files, plans.New(s.db, told, time.Now), ownership.New(s.db, nil, told, people, time.Now), nil, nil, billing.New(s.db, queue, told, nil, &models.Site{Base: base}, time.Now), func(context.Context) time.Duration { return s.age }).Routes(server.Echo)
	s.echo, s.handler = server.Echo, server.Handler()
	return s
}

// listing adds a listing to the database and to what the engine finds.
func (s *site) listing(options ...func(*dbtest.Entry)) dbtest.Entry {
	s.t.Helper()
	e := dbtest.Listing(s.t, s.db, options...)
	s.engine.ids = append(s.engine.ids, e.ID)
	return e
}

func (s *site) do(method, path string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.send(method, path, "", headers...)
}

// send is do with a body.
func (s *site) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *site) exec(query string, args ...any) {
	s.t.Helper()
	if err := s.db.Read(s.t.Context()).Exec(query, args...).Error; err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) get(path string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(http.MethodGet, path, headers...)
}

// read gets a JSON document.
func read[T any](s *site, path string, headers ...string) T {
	s.t.Helper()
	w := s.get(path, headers...)
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s answers %d: %s", path, w.Code, w.Body)
	}
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		s.t.Fatalf("GET %s: %v", path, err)
	}
	return v
}

// full is a listing that has something of everything.
func (s *site) full() dbtest.Entry {
	s.t.Helper()
	publisher := dbtest.Account(s.t, s.db, dbtest.Verified, func(a *models.Account) {
		a.Login, a.Name, a.WebsiteURL = "acme", "Acme", "https://acme.example"
	})
	dbtest.Category(s.t, s.db, "continuous-integration", func(c *models.Category) {
		c.Names = models.Texts{"en": "Continuous integration", "ja": "継続的インテグレーション", "fr": "Intégration continue", "zh-CN": "持续集成"}
		c.Descriptions = models.Texts{"en": "Builds"}
	})
	return s.listing(dbtest.Named("builder", "Builder"), dbtest.By(publisher), dbtest.In("continuous-integration", "testing"),
		dbtest.Translated("ja", "組み立てます", "すべてを組み立てます。"),
		dbtest.WithPlan(models.Plan{Name: "Open"}),
		dbtest.WithPlan(models.Plan{Name: "Team", Kind: models.PlanPerUnit, UnitName: "seat", MonthlyMinor: new(int64(1200)), TrialDays: 14, Bullets: []string{"Fast"}}),
		func(e *dbtest.Entry) {
			e.Tagline, e.Introduction = "Builds & tests", "Builds everything."
			e.Installs, e.InstallsAsOf, e.Stars = new(int64(12345)), new(dbtest.Epoch), new(int64(7))
			e.Programming, e.Keywords = []string{"go", "c++"}, []string{"ci"}
			e.Links = models.Links{Support: "https://acme.example/help"}
			e.App.HomepageURL = "https://acme.example/builder"
			e.App.Permissions = models.Grants{"contents": models.LevelWrite, "checks": models.LevelWrite, "metadata": models.LevelRead}
			e.App.Events = []string{"push"}
		})
}

// bare is a listing that nobody told anything about.
func (s *site) bare() dbtest.Entry {
	s.t.Helper()
	return s.listing(dbtest.Named("mystery", "Mystery"), func(e *dbtest.Entry) { e.App.Kind = models.OAuthApp })
}

func (s *site) stock() {
	s.t.Helper()
	s.full()
	s.bare()
	s.engine.counts = search.Counts{
		search.Category: {"testing": 1, "continuous-integration": 1, "chat": 3},
		search.Type:     {"github_app": 1, "oauth_app": 1},
	}
	s.age = 3 * time.Second
}

func TestBodies(t *testing.T) {
	s := newSite(t)
	s.stock()
	for name, path := range map[string]string{
		"index":       "/api/v1",
		"listings":    "/api/v1/listings?query=build",
		"listings_ja": "/api/v1/listings?lang=ja&per_page=1",
		"listing":     "/api/v1/listings/builder",
		"listing_ja":  "/api/v1/listings/builder?lang=ja",
		"listing_min": "/api/v1/listings/mystery",
		"categories":  "/api/v1/categories",
		"publisher":   "/api/v1/publishers/ACME",
		"problem":     "/api/v1/listings?sort=price",
		"missing":     "/api/v1/listings/nothing-here",
		"description": "/api/v1/openapi.json",
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := json.Indent(&b, s.get(path).Body.Bytes(), "", "  "); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", b.String()+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v); run with -update and look at the difference\ngot:\n%s", name, err, got)
	}
}

func TestQueriesReachTheSearch(t *testing.T) {
	s := newSite(t)
	dbtest.Category(t, s.db, "ci")
	dbtest.Category(t, s.db, "testing")
	for _, c := range []struct {
		query string
		want  search.Query
	}{
		{"", search.Query{Filters: search.Filters{}}},
		{"query=&category=&type=&pricing=&verified=&language=&permission=&publisher=&sort=&page=&per_page=", search.Query{Filters: search.Filters{}}},
		{"query=continuous+integ&sort=name&page=3&per_page=7", search.Query{Text: "continuous integ", Sort: search.Name, Page: 3, PerPage: 7, Filters: search.Filters{}}},
		{"query=" + "%E6%8C%81%E7%BB%AD%E9%9B%86%E6%88%90&lang=zh-CN", search.Query{Text: "持续集成", Lang: "zh-CN", Filters: search.Filters{}}},
		{"category=ci,testing&category=ci", search.Query{Filters: search.Filters{search.Category: {"ci", "testing"}}}},
		{"category=ci&category=testing,", search.Query{Filters: search.Filters{search.Category: {"ci", "testing"}}}},
		{"type=github_app&pricing=free,trial&verified=true&permission=contents,no-code-write", search.Query{Filters: search.Filters{
			search.Type: {"github_app"}, search.Pricing: {"free", "trial"}, search.Verified: {"true"},
			search.Permission: {"contents", "no-code-write"}}}},
		{"language=Go,C%2B%2B&publisher=Acme", search.Query{Filters: search.Filters{search.Language: {"go", "c++"}, search.Publisher: {"acme"}}}},
		{"page=100&per_page=100", search.Query{Page: 100, PerPage: 100, Filters: search.Filters{}}},
	} {
		read[any](s, "/api/v1/listings?"+c.query)
		want := c.want
		if want.Lang == "" {
			want.Lang = "en"
		}
		if want.Sort == "" {
			want.Sort = search.BestMatch
		}
		if want.Page == 0 {
			want.Page, want.PerPage = 1, 20
		}
		if got := fmt.Sprintf("%+v", s.engine.asked); got != fmt.Sprintf("%+v", want) {
			t.Errorf("?%s searches for\n%s, want\n%+v", c.query, got, want)
		}
	}
}

func TestParametersAreCheckedStrictly(t *testing.T) {
	s := newSite(t)
	for query, want := range map[string]string{
		"sort=price":                             "bad_parameter sort",
		"sort=name&sort=best":                    "bad_parameter sort",
		"type=app":                               "bad_parameter type",
		"type=github_app,app":                    "bad_parameter type",
		"pricing=cheap":                          "bad_parameter pricing",
		"verified=yes":                           "bad_parameter verified",
		"permission=everything":                  "bad_parameter permission",
		"category=no-such":                       "bad_parameter category",
		"publisher=-a-":                          "bad_parameter publisher",
		"page=0":                                 "bad_parameter page",
		"page=-1":                                "bad_parameter page",
		"page=01":                                "bad_parameter page",
		"page=%2B1":                              "bad_parameter page",
		"page=1.5":                               "bad_parameter page",
		"page=99999999999999999999":              "bad_parameter page",
		"per_page=101":                           "bad_parameter per_page",
		"per_page=0":                             "bad_parameter per_page",
		"page=101&per_page=100":                  "page_out_of_range page",
		"lang=de":                                "bad_parameter lang",
		"query=" + strings.Repeat("a", 201):      "bad_parameter query",
		"query=a%00b":                            "bad_parameter query",
		"query=%ff":                              "bad_parameter query",
		"language=" + strings.Repeat("a", 51):    "bad_parameter language",
		"language=" + strings.Repeat("a,b,", 30): "", // the same two, again and again
		"language=" + numbers(51):                "bad_parameter language",
		"q=ci":                                   "unknown_parameter q",
		"b=1&a=2":                                "unknown_parameter a",
		"query=ci;sort=name":                     "bad_parameter ",
		"query=%zz":                              "bad_parameter ",
	} {
		w := s.get("/api/v1/listings?" + query)
		if want == "" {
			if w.Code != http.StatusOK {
				t.Errorf("?%.40s answers %d: %s", query, w.Code, w.Body)
			}
			continue
		}
		p := problem(t, w, http.StatusBadRequest)
		var field string
		if len(p.Errors) > 0 {
			field = p.Errors[0].Field
		}
		if got := p.Code + " " + field; got != want {
			t.Errorf("?%.40s is %q, want %q", query, got, want)
		}
		if want != "page_out_of_range page" && !strings.Contains(p.Detail, field) || p.Instance != "/api/v1/listings?"+query {
			t.Errorf("?%.40s answers %s", query, w.Body)
		}
	}
	for path, want := range map[string]string{
		"/api/v1?page=1":                     "unknown_parameter page",
		"/api/v1/categories?page=1":          "unknown_parameter page",
		"/api/v1/listings/builder?explain=1": "unknown_parameter explain",
		"/api/v1/publishers/acme?lang=xx":    "bad_parameter lang",
	} {
		p := problem(t, s.get(path), http.StatusBadRequest)
		if got := p.Code + " " + p.Errors[0].Field; got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func numbers(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	return strings.Join(list, ",")
}

func problem(t *testing.T, w *httptest.ResponseRecorder, status int) api.Problem {
	t.Helper()
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
		t.Fatalf("%d %s, want a problem with %d: %s", w.Code, w.Header().Get("Content-Type"), status, w.Body)
	}
	if w.Header().Get("Access-Control-Allow-Origin") != "*" && w.Code != http.StatusNotFound {
		t.Errorf("a script of another site can't read the problem %s", w.Body)
	}
	return problemOf(t, w, status)
}

// problemOf is the problem in an answer, from whichever endpoint.
func problemOf(t *testing.T, w *httptest.ResponseRecorder, status int) api.Problem {
	t.Helper()
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
		t.Fatalf("%d %s, want a problem with %d: %s", w.Code, w.Header().Get("Content-Type"), status, w.Body)
	}
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != status || p.Detail == "" || strings.HasPrefix(p.Detail, "error.") {
		t.Errorf("the problem is %+v", p)
	}
	return p
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	s := newSite(t)
	seen := map[string]string{}
	for _, lang := range models.Languages() {
		detail := problem(t, s.get("/api/v1/listings?nope=1", "Accept-Language", lang), http.StatusBadRequest).Detail
		if other, twice := seen[detail]; twice {
			t.Errorf("%s and %s both say %q", lang, other, detail)
		}
		seen[detail] = lang
	}
}

func TestAFailedSearchIsNoEmptyResult(t *testing.T) {
	s := newSite(t)
	s.engine.err = models.ErrSearchFailed
	p := problem(t, s.get("/api/v1/listings?query=ci"), http.StatusServiceUnavailable)
	if p.Code != "search_failed" {
		t.Errorf("the code is %q", p.Code)
	}
}

func TestPaging(t *testing.T) {
	s := newSite(t)
	for range 5 {
		s.listing()
	}
	at := func(page int, rel string) string {
		return fmt.Sprintf(`<%s/api/v1/listings?page=%d&per_page=2&sort=name>; rel=%q`, base, page, rel)
	}
	for page, want := range map[int]struct {
		items int
		link  string
	}{
		1: {2, at(2, "next") + ", " + at(3, "last")},
		2: {2, at(1, "first") + ", " + at(1, "prev") + ", " + at(3, "next") + ", " + at(3, "last")},
		3: {1, at(1, "first") + ", " + at(2, "prev")},
		9: {0, at(1, "first") + ", " + at(3, "prev")},
	} {
		w := s.get(fmt.Sprintf("/api/v1/listings?per_page=2&sort=name&page=%d", page))
		var got api.Listings
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Items) != want.items || got.TotalCount != 5 || w.Header().Get("X-Total-Count") != "5" {
			t.Errorf("page %d has %d of %d items", page, len(got.Items), got.TotalCount)
		}
		if link := w.Header().Get("Link"); link != want.link {
			t.Errorf("page %d links to\n%s, want\n%s", page, link, want.link)
		}
	}
	s.engine.total = 25_000
	last := fmt.Sprintf(`<%s/api/v1/listings?page=100&per_page=100>; rel="last"`, base)
	if link := s.get("/api/v1/listings?per_page=100").Header().Get("Link"); !strings.HasSuffix(link, last) {
		t.Errorf("paging ends beyond what can be reached: %s", link)
	}
}

func TestETags(t *testing.T) {
	s := newSite(t)
	s.stock()
	for _, path := range []string{
		"/api/v1", "/api/v1/listings", "/api/v1/listings/builder", "/api/v1/categories", "/api/v1/publishers/acme", "/api/v1/openapi.json",
	} {
		tag := s.get(path).Header().Get("ETag")
		if tag == "" {
			t.Errorf("%s has no ETag", path)
		}
		for _, sent := range []string{tag, `"x", ` + tag, strings.TrimPrefix(tag, "W/"), "*"} {
			w := s.get(path, "If-None-Match", sent)
			if w.Code != http.StatusNotModified || w.Body.Len() > 0 || w.Header().Get("ETag") != tag {
				t.Errorf("%s with %s answers %d and %d bytes", path, sent, w.Code, w.Body.Len())
			}
		}
		if w := s.get(path, "If-None-Match", `"x"`); w.Code != http.StatusOK {
			t.Errorf("%s with another tag answers %d", path, w.Code)
		}
	}
	before := s.get("/api/v1/listings").Header().Get("ETag")
	s.age = time.Minute
	if w := s.get("/api/v1/listings", "If-None-Match", before); w.Code != http.StatusNotModified {
		t.Error("the age of the index changes the tag of what was found")
	}
	s.listing()
	if w := s.get("/api/v1/listings", "If-None-Match", before); w.Code != http.StatusOK {
		t.Error("another listing doesn't change the tag")
	}
}

func TestMethods(t *testing.T) {
	s := newSite(t)
	s.stock()
	for _, path := range []string{
		"/api/v1", "/api/v1/listings", "/api/v1/listings/builder", "/api/v1/categories", "/api/v1/publishers/acme", "/api/v1/openapi.json",
	} {
		get := s.get(path, "Origin", "https://other.example")
		if get.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(get.Header().Get("Vary"), "Accept-Language") {
			t.Errorf("GET %s has headers %v", path, get.Header())
		}
		head := s.do(http.MethodHead, path)
		if head.Code != http.StatusOK || head.Header().Get("ETag") != get.Header().Get("ETag") || head.Header().Get("Content-Length") != get.Header().Get("Content-Length") {
			t.Errorf("HEAD %s answers %d with %v, not %v", path, head.Code, head.Header(), get.Header())
		}
		options := s.do(http.MethodOptions, path, "Origin", "https://other.example", "Access-Control-Request-Method", "GET")
		if options.Code != http.StatusNoContent || options.Header().Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" || options.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("OPTIONS %s answers %d with %v", path, options.Code, options.Header())
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			w := s.do(method, path)
			if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Header().Get("Allow"), "GET") || !strings.Contains(w.Header().Get("Content-Type"), "problem+json") {
				t.Errorf("%s %s answers %d, allowing %q: %s", method, path, w.Code, w.Header().Get("Allow"), w.Body)
			}
		}
	}
	if p := problem(t, s.get("/api/v1/nothing"), http.StatusNotFound); p.Code != "not_found" {
		t.Errorf("an unknown address is %+v", p)
	}
}

func TestLanguages(t *testing.T) {
	s := newSite(t)
	s.stock()
	for _, c := range []struct{ path, accept, cookie, tagline string }{
		{"/api/v1/listings/builder", "", "", "Builds & tests"},
		{"/api/v1/listings/builder", "ja,en;q=0.5", "", "組み立てます"},
		{"/api/v1/listings/builder?lang=ja", "fr", "", "組み立てます"},
		{"/api/v1/listings/builder?lang=en", "ja", "", "Builds & tests"},
		{"/api/v1/listings/builder", "", "lang=ja", "組み立てます"},
		{"/api/v1/listings/builder?lang=fr", "", "", "Builds & tests"}, // no translation
	} {
		got := read[api.ListingDetails](s, c.path, "Accept-Language", c.accept, "Cookie", c.cookie)
		if got.Tagline != c.tagline {
			t.Errorf("%s for %q %q says %q, want %q", c.path, c.accept, c.cookie, got.Tagline, c.tagline)
		}
	}
	if got := read[api.ListingDetails](s, "/api/v1/listings/builder?lang=fr"); got.Language != "en" || got.URL != base+"/fr/marketplace/builder" {
		t.Errorf("an untranslated listing is in %s at %s", got.Language, got.URL)
	}
}

func TestOnlyPublicListingsAreThere(t *testing.T) {
	for state := range models.ListingStates() {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			publisher := dbtest.Account(t, s.db, func(a *models.Account) { a.Login = "acme" })
			s.listing(dbtest.Named("builder", "Builder"), dbtest.By(publisher), dbtest.In("ci"), func(e *dbtest.Entry) { e.State = state })
			public := state == models.ListingPublished
			for path, there := range map[string]bool{"/api/v1/publishers/acme": public, "/api/v1/listings": true, "/api/v1/categories": true} {
				if code := s.get(path).Code; (code == http.StatusOK) != there || !there && code != http.StatusNotFound {
					t.Errorf("%s answers %d", path, code)
				}
			}
			// What is unlisted is found by its address; what was public is gone.
			want := map[models.ListingState]int{models.ListingPublished: http.StatusOK, models.ListingUnlisted: http.StatusOK,
				models.ListingTakenDown: http.StatusGone, models.ListingArchived: http.StatusGone}[state]
			if code := s.get("/api/v1/listings/builder").Code; code != cmp.Or(want, http.StatusNotFound) {
				t.Errorf("the listing answers %d", code)
			}
			if n := len(read[api.Listings](s, "/api/v1/listings").Items); (n == 1) != public {
				t.Errorf("a list shows %d listings", n)
			}
			if n := read[api.Categories](s, "/api/v1/categories").Items[0].Listings; (n == 1) != public {
				t.Errorf("its category counts %d listings", n)
			}
		})
	}
}

func TestStatements(t *testing.T) {
	s := newSite(t)
	s.stock()
	s.get("/api/v1/categories") // are kept from then on
	for path, want := range map[string]int64{
		"/api/v1":                  0,
		"/api/v1/openapi.json":     0,
		"/api/v1/listings":         1, // and those of the search
		"/api/v1/listings/builder": 1,
		"/api/v1/categories":       1,
		"/api/v1/publishers/acme":  2,
	} {
		if n := dbtest.Statements(s.db, func() { s.get(path) }); n != want {
			t.Errorf("%s takes %d statements, want %d", path, n, want)
		}
	}
}
