package e2e

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"souk/search/meili/meilitest"
)

// engine is a Meilisearch that a test may kill and start again with its data.
type engine struct {
	*child
	address, dir string
}

func startEngine(t testing.TB) *engine {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{address: l.Addr().String(), dir: t.TempDir()}
	_ = l.Close()
	e.start(t)
	return e
}

// start starts it where it was, and waits until it answers.
func (e *engine) start(t testing.TB) {
	t.Helper()
	file, err := meilitest.Binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, "--http-addr", e.address, "--db-path", filepath.Join(e.dir, "data"), "--dump-dir", filepath.Join(e.dir, "dumps"),
		"--no-analytics", "--max-indexing-memory", "256MiB", "--max-indexing-threads", "1", "--log-level", "ERROR")
	cmd.Dir = e.dir
	e.child = spawn(t, "meilisearch", cmd)
	until(t, "Meilisearch", func() bool {
		if e.over() {
			t.Fatalf("Meilisearch ended: %s", e.said.String())
		}
		res, err := client.Get("http://" + e.address + "/health")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// TestSearchSurvives kills Meilisearch while people search. They notice a
// discreet note and nothing else; when it comes back the note goes.
func TestSearchSurvives(t *testing.T) {
	t.Parallel()
	meili := startEngine(t)
	site := start(t, "MEILI_URL=http://"+meili.address, "SOUK_MEILI_INDEX=survivor")
	site.awaitIndex(t)
	b := open(t, site, desktop)
	const note = ".note [role=status]"
	b.visit("/marketplace?query=codecov")
	if b.has(note) || b.texts(resultNames)[0] != "Codecov" {
		t.Fatalf("from the start it says %q and finds %q", b.text(note), b.texts(resultNames))
	}
	if got := site.find(t, "query=codecov").Engine; got != "meilisearch" {
		t.Fatalf("%s answers", got)
	}

	meili.kill()
	for range 5 {
		a := site.get(t, "/marketplace?query=codecov")
		if a.status != http.StatusOK || a.took > time.Second {
			t.Errorf("without Meilisearch a search answers %d after %s", a.status, a.took)
		}
	}
	site.wantDegraded(t, b, note)
	b.visit("/ja/marketplace?query=" + "持续集成")
	if n := len(b.slugs()); n != 20 || !b.has(note) {
		t.Errorf("without Meilisearch 持续集成 finds %d on the first page", n)
	}
	// Typing goes on too.
	b.visit("/")
	b.click(headerSearch)
	b.press("codeco")
	b.await("suggestions", "[...document.querySelectorAll('%s .option-name')].some((o) => o.innerText === 'Codecov')", openList)
	// And nothing else on the site knows of it.
	for _, path := range []string{"/", "/marketplace", "/marketplace?type=github_app", "/marketplace/category/security", "/marketplace/codecov", "/docs/ranking"} {
		b.visit(path)
		if b.has(note) || b.has(".error") || len(b.texts("h1")) != 1 {
			t.Errorf("without Meilisearch %s reads %q", path, b.text("main"))
		}
	}
	// Nothing found is still something else than this.
	b.visit("/marketplace?query=zzqxzzqx")
	if !b.has(".empty") || !b.has(note) {
		t.Errorf("without Meilisearch nothing found reads %q", b.text("main"))
	}

	meili.start(t)
	site.awaitMeilisearch(t)
	b.visit("/marketplace?query=codecov")
	if b.has(note) || b.texts(resultNames)[0] != "Codecov" {
		t.Errorf("after Meilisearch came back the page says %q", b.text(note))
	}

	// One that accepts connections and says nothing is as bad.
	if err := meili.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if a := site.get(t, "/marketplace?query=codecov"); a.status != http.StatusOK || a.took > 2*time.Second {
			t.Errorf("with a silent Meilisearch a search answers %d after %s", a.status, a.took)
		}
	}
	site.wantDegraded(t, b, note)
	if err := meili.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	site.awaitMeilisearch(t)

	// One that comes back without its data has no say until it is filled.
	meili.kill()
	if err := os.RemoveAll(filepath.Join(meili.dir, "data")); err != nil {
		t.Fatal(err)
	}
	meili.start(t)
	site.wantDegraded(t, b, note)
	reindexed := make(chan error, 1)
	go func() { reindexed <- site.program(t, "reindex").Run() }()
	site.awaitMeilisearch(t)
	if err := <-reindexed; err != nil {
		t.Errorf("souk reindex: %v", err)
	}
}

// wantDegraded expects searches to be answered by Postgres, with a note.
func (s *souk) wantDegraded(t *testing.T, b *tab, note string) {
	t.Helper()
	b.visit("/marketplace?query=codecov")
	if !b.has(note) || b.texts(resultNames)[0] != "Codecov" {
		t.Errorf("without Meilisearch the page says %q and finds %q", b.text(note), b.texts(resultNames))
	}
	if f := s.find(t, "query=codecov"); !f.Degraded || f.Engine != "postgres" || f.Items[0].Slug != "codecov" {
		t.Errorf("without Meilisearch the API answers %+v", f)
	}
	for _, v := range b.axe(axeAll) {
		t.Errorf("the page with the note: %s", v)
	}
}

// awaitMeilisearch waits until Meilisearch answers again.
func (s *souk) awaitMeilisearch(t *testing.T) {
	t.Helper()
	until(t, "Meilisearch to be used again", func() bool {
		f := s.find(t, "query=codecov")
		if f.Total == 0 {
			t.Fatal("on the way back codecov isn't found")
		}
		return f.Engine == "meilisearch" && !f.Degraded
	})
}

// TestSearchFails takes the words from Postgres too: then the search fails, says
// so, and lets everything else go on.
func TestSearchFails(t *testing.T) {
	t.Parallel()
	site := start(t, "MEILI_URL=http://127.0.0.1:1", "SOUK_MEILI_INDEX=none")
	site.exec(t, "ALTER TABLE search_documents RENAME TO search_documents_gone")
	b := open(t, site, desktop)
	b.visit("/marketplace?query=codecov")
	if b.has(".empty") || b.has(".rows") || !strings.Contains(b.text("h1"), "isn’t answering") || !b.has(pageSearch) {
		t.Errorf("a failed search reads %q", b.text("main"))
	}
	a := site.get(t, "/marketplace?query=codecov")
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("a failed search answers %d", a.status)
	}
	for _, v := range b.axe(axeAll) {
		t.Errorf("the page of a failed search: %s", v)
	}
	for _, path := range []string{"/", "/marketplace?type=github_app", "/marketplace/codecov", "/api/v1/listings"} {
		if a := site.get(t, path); a.status != http.StatusOK {
			t.Errorf("without a search %s answers %d", path, a.status)
		}
	}
	// Typing is quiet about it.
	b.tolerate = append(b.tolerate, "/marketplace/suggest")
	b.visit("/")
	b.click(headerSearch)
	b.press("codecov")
	until(t, "the failed suggestions", func() bool { return len(b.sent("q=codecov")) > 0 })
	site.exec(t, "ALTER TABLE search_documents_gone RENAME TO search_documents")
	b.visit("/marketplace?query=codecov")
	if b.has(".error") {
		t.Errorf("when the words are back the page reads %q", b.text("main"))
	}
}

// TestChangesShowAtOnce: pages are cached in every instance, and still no
// reader sees what is no longer so.
func TestChangesShowAtOnce(t *testing.T) {
	t.Parallel()
	one := start(t)
	two := startOn(t, one.database)
	both := []*souk{one, two}
	warm := func(paths ...string) {
		t.Helper()
		for _, s := range both {
			for _, p := range paths {
				for range 2 {
					if a := s.get(t, p); a.status != http.StatusOK {
						t.Fatalf("%s answers %d", p, a.status)
					}
				}
			}
		}
	}
	// soon waits until both instances say so, and reports how long that took.
	soon := func(what string, so func(*souk) bool) {
		t.Helper()
		const atOnce = time.Second
		began := time.Now()
		for _, s := range both {
			until(t, what, func() bool { return so(s) })
		}
		if took := time.Since(began); took > atOnce {
			t.Errorf("%s took %s", what, took)
		}
	}
	shows := func(path, text string) func(*souk) bool {
		return func(s *souk) bool { return strings.Contains(s.get(t, path).body, text) }
	}

	const listing, category = "/marketplace/codecov", "/marketplace/category/code-review"
	paths := []string{"/", "/marketplace", category, "/ja" + category, listing, "/ja" + listing, "/apps/codecov", "/publishers/codecov"}
	total := one.find(t, "").Total
	warm(paths...)
	b := open(t, two, desktop)
	b.visit(category)
	if b.texts(resultNames)[0] != "Codecov" {
		t.Fatalf("the category begins with %q", b.texts(resultNames)[0])
	}

	one.exec(t, "UPDATE listings SET state = 'taken_down', updated_at = now() WHERE slug = 'codecov'")
	soon("taking a listing away", func(s *souk) bool {
		return s.get(t, listing).status == http.StatusGone && s.get(t, "/ja"+listing).status == http.StatusGone &&
			!strings.Contains(s.get(t, category).body, ">Codecov<") && s.find(t, "").Total == total-1
	})
	b.visit(category)
	if b.texts(resultNames)[0] == "Codecov" {
		t.Error("the browser shows what was taken away")
	}

	one.exec(t, "UPDATE listings SET state = 'published', updated_at = now() WHERE slug = 'codecov'")
	soon("publishing a listing", func(s *souk) bool {
		return s.get(t, listing).status == http.StatusOK && s.find(t, "").Total == total
	})
	b.visit(category)
	if b.texts(resultNames)[0] != "Codecov" {
		t.Error("the browser doesn't show what was published")
	}

	// A new listing and a changed category, imported by a command beside the
	// servers.
	warm(paths...)
	one.importText(t, t.TempDir(), `{"souk":"catalogue","version":1}
{"category":{"slug":"code-review","position":8,"names":{"en":"Reviewing code","ja":"コードの確認"},"descriptions":{"en":"Read it twice"}}}
{"listing":{"slug":"brand-new","name":"Brand New Thing","type":"github_app","categories":["code-review"],"tagline":"It was not there before"}}
`)
	soon("a renamed category", shows(category, "<h1>Reviewing code</h1>"))
	soon("a renamed category in Japanese", shows("/ja"+category, "コードの確認"))
	soon("a new listing", shows("/marketplace/brand-new", "It was not there before"))
	soon("a new listing among the new ones", shows("/", "Brand New Thing"))
	// The words follow a moment later.
	for _, s := range both {
		until(t, "the new listing to be found", func() bool {
			f := s.find(t, "query=brand+new+thing")
			return f.Total > 0 && f.Items[0].Slug == "brand-new"
		})
	}

	// An instance that was cut off from the database's news forgets nothing
	// when it is back.
	warm(paths...)
	one.exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	one.exec(t, "UPDATE listings SET tagline = 'Changed while nobody listened', updated_at = now() WHERE slug = 'codecov'")
	for _, s := range both {
		until(t, "a change that nobody heard of", func() bool { return shows(listing, "Changed while nobody listened")(s) })
	}
}

// TestEndIsOrderly: a program that is told to end does so in time, with
// readers still connected.
func TestEndIsOrderly(t *testing.T) {
	t.Parallel()
	site := start(t)
	b := open(t, site, desktop)
	b.tolerate = []string{"ERR_CONNECTION_REFUSED"}
	b.visit("/marketplace")
	began := time.Now()
	site.stop(t)
	if took := time.Since(began); took > 5*time.Second || site.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("it took %s to end, with status %d", took, site.cmd.ProcessState.ExitCode())
	}
	// At the start it says its address, and that no mail server is set.
	said := regexp.MustCompile(`(?m)^.*msg="no mail is sent.*\n`).ReplaceAllString(site.said.String(), "")
	if strings.Count(said, "\n") != 1 {
		t.Errorf("it said\n%s", said)
	}
}
