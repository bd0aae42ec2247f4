package e2e

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/models/db/dbtest"
	"souk/search/meili/meilitest"
)

// souk is a running program with a database of its own.
type souk struct {
	*child
	address  string // http://localhost:…
	database string // for another instance, or to change a row behind its back
	environ  []string
}

// start runs souk on a new database with the demonstration catalogue and waits
// until it answers.
func start(t testing.TB, environ ...string) *souk {
	t.Helper()
	return startOn(t, dbtest.Database(t), environ...)
}

var readyLine = regexp.MustCompile(`(?m)^Souk is ready at (\S+)`)

// startOn runs another souk on a database.
func startOn(t testing.TB, database string, environ ...string) *souk {
	t.Helper()
	s := &souk{database: database}
	s.environ = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "PORT=0", "DATABASE_URL=" + database, "SOUK_DEMO=true", "SOUK_LOG=warn",
		"SOUK_SECRET=the secret of a test, which is no secret"}, environ...)
	s.child = spawn(t, "souk", s.program(t, "serve"))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("souk said: %s", tail(s.said.String()))
		}
	})
	until(t, "souk to be ready", func() bool {
		if s.over() {
			t.Fatalf("souk ended: %s", s.said.String())
		}
		m := readyLine.FindStringSubmatch(s.said.String())
		if m != nil {
			s.address = m[1]
		}
		return m != nil
	})
	return s
}

// program is a command of the program, under the same configuration.
func (s *souk) program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, args...)
	cmd.Env = s.environ
	return cmd
}

// command runs a command of the program to its end.
func (s *souk) command(t testing.TB, args ...string) {
	t.Helper()
	if out, err := s.program(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("souk %s: %v: %s", args[0], err, out)
	}
}

// exec changes the database behind souk's back.
func (s *souk) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := dbtest.Open(t, s.database).Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// meilisearch is the environment that makes souk search with the tests'
// Meilisearch, in an index of its own.
func meilisearch(t testing.TB) []string {
	t.Helper()
	return []string{"MEILI_URL=" + meilitest.URL(t), "SOUK_MEILI_INDEX=" + meilitest.Index(t)}
}

// awaitIndex waits until the search knows the whole catalogue.
func (s *souk) awaitIndex(t testing.TB) {
	t.Helper()
	all := s.find(t, "per_page=1").Total
	until(t, "the search index", func() bool { return s.indexed(t) == all && !s.find(t, "query=app&per_page=1").Degraded })
}

// indexed is how many listings are in the index of souk's Meilisearch, or 0
// while it is writing.
func (s *souk) indexed(t testing.TB) int {
	t.Helper()
	res, err := client.Get(s.variable("MEILI_URL") + "/indexes/" + s.variable("SOUK_MEILI_INDEX") + "/stats")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var stats struct {
		Documents int  `json:"numberOfDocuments"`
		Indexing  bool `json:"isIndexing"`
	}
	if err := json.NewDecoder(res.Body).Decode(&stats); err != nil || stats.Indexing {
		return 0
	}
	return stats.Documents
}

// variable is a part of souk's configuration.
func (s *souk) variable(name string) string {
	for _, e := range s.environ {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// found is a page of the catalogue API, as far as the tests ask.
type found struct {
	Total    int    `json:"total_count"`
	Engine   string `json:"engine"`
	Degraded bool   `json:"degraded"`
	IndexAge int    `json:"index_age_seconds"`
	Items    []struct {
		Slug        string            `json:"slug"`
		Name        string            `json:"name"`
		Type        string            `json:"type"`
		Categories  []string          `json:"categories"`
		Pricing     []string          `json:"pricing"`
		Permissions map[string]string `json:"permissions"`
		Installs    *int              `json:"installs"`
	} `json:"items"`
	Facets map[string][]struct {
		Value string `json:"value"`
		Count int    `json:"count"`
	} `json:"facets"`
}

// slugs of the listings, in their order.
func (f found) slugs() []string {
	out := make([]string, len(f.Items))
	for i := range f.Items {
		out[i] = f.Items[i].Slug
	}
	return out
}

// find asks the catalogue API.
func (s *souk) find(t testing.TB, query string) found {
	t.Helper()
	a := s.get(t, "/api/v1/listings?"+query)
	if a.status != http.StatusOK {
		t.Fatalf("the API answers %d: %s", a.status, a.body)
	}
	var f found
	if err := json.Unmarshal([]byte(a.body), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// answer is what an address answers.
type answer struct {
	status int
	body   string
	header http.Header
	took   time.Duration
}

// client follows no redirect and is given what a browser would be given to the
// first address.
var client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       patience,
}

// get asks for a path of this site.
func (s *souk) get(t testing.TB, path string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, s.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, string(body), res.Header, time.Since(began)}
}

// searchPath is the address of the results for a text.
func searchPath(text string) string { return "/marketplace?query=" + url.QueryEscape(text) }

// localized is a path in a language.
func localized(lang, path string) string {
	switch {
	case lang == "en":
		return path
	case path == "/":
		return "/" + lang
	default:
		return "/" + lang + path
	}
}

// languages of the site.
var languages = []string{"en", "zh-CN", "ja", "fr"}

// plain is a text with its white space made even.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }
