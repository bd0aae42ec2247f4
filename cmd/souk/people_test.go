package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"souk/handlers"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/models/outside"
)

// visitor is a browser without script.
func visitor(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: patience}
}

// follow uses a sign-in link up: the page with the button, then the button.
func follow(t *testing.T, c *http.Client, link string) {
	t.Helper()
	if text := page(t, c, link); !strings.Contains(text, `method="post"`) {
		t.Fatalf("no button at %s: %s", link, text)
	}
	res, err := c.PostForm(link, url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s", link, res.Status)
	}
}

func page(t *testing.T, c *http.Client, address string) string {
	t.Helper()
	res, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s, %v", address, res.Status, err)
	}
	return string(text)
}

// asked runs a command that must succeed, and returns what it printed.
func asked(t *testing.T, environ []string, in string, args ...string) string {
	t.Helper()
	p := startWithInput(t, environ, strings.NewReader(in), args...)
	if status := p.wait(t); status != 0 || p.stderr.String() != "" {
		t.Fatalf("souk %v: status %d, %s%s", args, status, p.stdout.String(), p.stderr.String())
	}
	return p.stdout.String()
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// TestOperatorsMakePeople runs the commands of operators beside a server with a
// Postgres of its own, and looks at what became of them as people do.
func TestOperatorsMakePeople(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	environ := []string{"SOUK_DATA_DIR=" + dir, "SOUK_DEMO=false"}
	server := startProgram(t, environ)
	address := server.ready(t)
	environ = append(environ, "SOUK_BASE_URL="+address)

	made := parsed(t, asked(t, environ, "", "user", "add", "Ada", "--mail", "ada@example.org", "--name", "Ada", "--link", "--json"))
	ada := visitor(t)
	if made["login"] != "ada" || made["mail"] != "ada@example.org" {
		t.Errorf("user add: %v", made)
	}
	follow(t, ada, made["link"].(string))
	if again, err := visitor(t).PostForm(made["link"].(string), url.Values{}); err != nil || again.StatusCode != http.StatusGone {
		t.Errorf("the link works twice: %v, %v", again, err)
	}
	if got := asked(t, environ, "a passphrase nobody would guess\n", "user", "add", "grace", "--mail", "grace@example.org", "--password-stdin"); got != "Made the account grace.\n" {
		t.Errorf("user add: %q", got)
	}
	follow(t, visitor(t), strings.TrimSpace(asked(t, environ, "", "user", "link", "grace")))

	if got := asked(t, environ, "", "staff", "list"); !strings.Contains(got, "Nobody is part of the staff yet") {
		t.Errorf("staff list: %q", got)
	}
	asked(t, environ, "", "staff", "add", "ada")
	asked(t, environ, "", "staff", "add", "grace", "--role", "support")
	if got := asked(t, environ, "", "staff", "list"); got != "administrator  ada\nsupport        grace\n" {
		t.Errorf("staff list: %q", got)
	}
	asked(t, environ, "", "staff", "remove", "grace")
	if text := page(t, ada, address+"/staff/team"); !strings.Contains(text, "Administrator") || strings.Contains(text, "grace") {
		t.Error("the team isn't what the commands made it")
	}

	if got := asked(t, environ, "", "org", "add", "acme", "--owner", "ada", "--name", "Acme"); got != "Made the organization acme, owned by ada.\n" {
		t.Errorf("org add: %q", got)
	}
	if got := parsed(t, asked(t, environ, "", "repo", "add", "acme/widget", "--private", "--description", "Turns", "--json")); got["name"] != "acme/widget" || got["private"] != true {
		t.Errorf("repo add: %v", got)
	}
	list := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(list, []byte("name,visibility\none,public\ntwo,private\nwidget,private\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := asked(t, environ, "", "repo", "add", "--owner", "acme", "--from", list); got != "repositories: 2 added, 1 unchanged, 0 bad\n" {
		t.Errorf("repo add: %q", got)
	}
	if got := asked(t, environ, "name\none\nthree\n", "repo", "add", "--owner", "acme", "--from", "-"); got != "repositories: 1 added, 1 unchanged, 0 bad\n" {
		t.Errorf("repo add: %q", got)
	}

	token := strings.TrimSpace(asked(t, environ, "", "token", "create", "ada", "--name", "scripts", "--scopes", "repo,read:org", "--expires", "400d"))
	wantToken(t, address, token)
	log := page(t, ada, address+"/settings/audit-log/export?format=json&q=actor:operator")
	for _, action := range []string{"user.create", "user.sign_in_link", "staff.role", "token.create"} {
		if !strings.Contains(log, `"action":"`+action+`","actor":"operator"`) {
			t.Errorf("the log lacks %s:\n%s", action, log)
		}
	}
	if strings.Contains(log, token) || strings.Contains(log, "/login/link") {
		t.Error("the log has a secret")
	}
	server.signal(t, os.Interrupt)
	if status := server.wait(t); status != 0 {
		t.Errorf("status %d: %s", status, server.stderr.String())
	}
}

func wantToken(t *testing.T, address, token string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/v1/user", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(text), `"ada"`) {
		t.Errorf("the token gets %s: %s", res.Status, text)
	}
}

func TestAPublisherIsClaimed(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	d := dbtest.Open(t, url)
	dbtest.User(t, d, "ada")
	dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(dbtest.Account(t, d)))
	var login string
	if err := d.Pool().QueryRow(t.Context(), "SELECT a.login FROM accounts a JOIN apps p ON p.account_id = a.id").Scan(&login); err != nil {
		t.Fatal(err)
	}
	environ := []string{"DATABASE_URL=" + url}
	asked(t, environ, "", "org", "add", login, "--owner", "ada")
	var owners int
	err := d.Pool().QueryRow(t.Context(), `SELECT count(*) FROM memberships m JOIN accounts a ON a.id = m.organization_id JOIN apps p ON p.account_id = a.id
		WHERE a.login = $1 AND m.role = 'owner'`, login).Scan(&owners)
	if err != nil || owners != 1 {
		t.Errorf("the publisher has %d owners, %v", owners, err)
	}
	p := startProgram(t, environ, "org", "add", login, "--owner", "ada")
	if status := p.wait(t); status != 1 || !strings.HasPrefix(p.stderr.String(), "souk: login: ") {
		t.Errorf("claimed twice: %d, %s", status, p.stderr.String())
	}
}

func TestFailuresOfPeopleAreOneSentence(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	d := dbtest.Open(t, url)
	dbtest.User(t, d, "ada")
	environ := []string{"DATABASE_URL=" + url}
	if p := startProgram(t, environ, "staff", "add", "ada"); p.wait(t) != 0 {
		t.Fatal(p.stderr.String())
	}
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("name\ngood\nno good\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in     string
		args   []string
		status int
		want   string
		lines  int
	}{
		"nothing to do":        {"", []string{"staff"}, 2, "staff needs to be told what to do: add, remove, list; see `souk staff --help`.", 1},
		"unknown thing":        {"", []string{"org", "burn"}, 2, "org can't \"burn\", only add; see `souk org --help`.", 1},
		"no login":             {"", []string{"user", "link"}, 2, "user link takes one LOGIN, but was given 0 arguments.", 1},
		"no mail":              {"", []string{"user", "add", "grace"}, 2, "user add needs --mail; see `souk user --help`.", 1},
		"bad mail":             {"", []string{"user", "add", "grace", "--mail", "grace"}, 1, "mail: ", 1},
		"login taken":          {"", []string{"user", "add", "ada", "--mail", "a@example.org"}, 1, "login: ", 1},
		"mail taken":           {"", []string{"user", "add", "grace", "--mail", "ada@example.test"}, 1, "", 1},
		"reserved login":       {"", []string{"user", "add", "settings", "--mail", "a@example.org"}, 1, "login: ", 1},
		"weak password":        {"password\n", []string{"user", "add", "grace", "--mail", "g@example.org", "--password-stdin"}, 1, "password: ", 1},
		"no password":          {"\n", []string{"user", "add", "grace", "--mail", "g@example.org", "--password-stdin"}, 2, "standard input has no password.", 1},
		"link of nobody":       {"", []string{"user", "link", "grace"}, 1, `there is no user "grace", or staff has suspended it.`, 1},
		"staff of nobody":      {"", []string{"staff", "add", "grace"}, 1, "login: ", 1},
		"unknown role":         {"", []string{"staff", "add", "ada", "--role", "king"}, 2, `there is no role "king"; it must be administrator, reviewer or support.`, 1},
		"last administrator":   {"", []string{"staff", "remove", "ada"}, 1, "There must be one administrator at least.", 1},
		"owner of nobody":      {"", []string{"org", "add", "acme", "--owner", "grace"}, 1, "owner: ", 1},
		"no owner":             {"", []string{"org", "add", "acme"}, 2, "org add needs --owner; see `souk org --help`.", 1},
		"repository of nobody": {"", []string{"repo", "add", "acme/widget"}, 1, `there is no account "acme", or staff has suspended it.`, 1},
		"no repository":        {"", []string{"repo", "add", "widget"}, 2, `"widget" isn't OWNER/NAME.`, 1},
		"both ways":            {"", []string{"repo", "add", "ada/widget", "--from", list}, 2, "repo add takes OWNER/NAME, or --owner and --from; see `souk repo --help`.", 1},
		"bad list":             {"", []string{"repo", "add", "--owner", "ada", "--from", list}, 1, "", 2},
		"unknown scope":        {"", []string{"token", "create", "ada", "--name", "x", "--scopes", "everything"}, 1, "scopes: ", 1},
		"bad expiry":           {"", []string{"token", "create", "ada", "--name", "x", "--expires", "soon"}, 1, "day: ", 1},
		"token of nobody":      {"", []string{"token", "create", "grace", "--name", "x"}, 1, "login: ", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startWithInput(t, environ, strings.NewReader(c.in), c.args...)
			status, said := p.wait(t), p.stderr.String()
			last := said[strings.LastIndex(strings.TrimSuffix(said, "\n"), "\n")+1:]
			if status != c.status || !strings.HasPrefix(last, "souk: "+c.want) || strings.Count(said, "\n") != c.lines || p.stdout.String() != "" {
				t.Errorf("status %d, %q, %q\nwant %d, %q", status, p.stdout.String(), said, c.status, "souk: "+c.want)
			}
		})
	}
}

// TestTheCastIsMadeOnce is a newcomer's first start, and the second one.
func TestTheCastIsMadeOnce(t *testing.T) {
	t.Parallel()
	environ := []string{"SOUK_DATA_DIR=" + dataDir(t)}
	server := startProgram(t, environ)
	address := server.ready(t)
	first := server.links(t, address)

	ingrid := visitor(t)
	follow(t, ingrid, first["ingrid"])
	if text := page(t, ingrid, address+"/staff/team"); !strings.Contains(text, "ingrid") {
		t.Error("ingrid isn't of the staff")
	}
	olivia := visitor(t)
	follow(t, olivia, first["olivia"])
	if text := page(t, olivia, address+"/organizations/harbor-works/settings/audit-log"); !strings.Contains(text, "harbor-works/dispatch") {
		t.Error("olivia doesn't own harbor-works")
	}
	marco := visitor(t)
	follow(t, marco, first["marco"])
	if res, err := marco.Get(address + "/staff"); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("marco gets the staff's desk: %v, %v", res, err)
	}
	server.signal(t, os.Interrupt)
	server.wait(t)

	server = startProgram(t, environ)
	address = server.ready(t)
	for login, link := range server.links(t, address) {
		if _, token, _ := strings.Cut(link, "/login/link/"); strings.Contains(first[login], token) {
			t.Errorf("the second start prints the same link for %s", login)
		}
	}
	if n := strings.Count(asked(t, environ, "", "staff", "list"), "\n"); n != 1 {
		t.Errorf("there are %d of the staff", n)
	}
	server.signal(t, os.Interrupt)
	server.wait(t)
}

// TestTheCastCanBeMadeAgain after it was cut off at any place.
func TestTheCastCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	queue, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	verbs := handlers.NewVerbs(d, queue, nil, outside.New(outside.Options{}), time.Now)
	verbs.Site.Base, verbs.Site.Development = "http://souk.test", true
	count := func() (counts [5]int) {
		err := d.Pool().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM organizations), (SELECT count(*) FROM memberships),
			(SELECT count(*) FROM repositories), (SELECT count(*) FROM collaborators)`).Scan(&counts[0], &counts[1], &counts[2], &counts[3], &counts[4])
		if err != nil {
			t.Fatal(err)
		}
		return counts
	}
	for range 2 {
		if err := cast(t.Context(), verbs); err != nil {
			t.Fatal(err)
		}
		if got := count(); got != [5]int{6, 2, 5, 7, 3} {
			t.Errorf("there are %v", got)
		}
		if _, err := d.Pool().Exec(t.Context(), "DELETE FROM memberships WHERE role = 'billing_manager'"); err != nil {
			t.Fatal(err)
		}
	}
}

// links waits for the links of the cast, by login.
func (p *program) links(t *testing.T, address string) map[string]string {
	t.Helper()
	found, login := map[string]string{}, ""
	for len(found) < len(players()) {
		select {
		case line := <-p.lines:
			if !strings.HasPrefix(line, "  ") {
				t.Fatalf("%q isn't indented", line)
			}
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if strings.HasPrefix(word, address+"/login/link/") {
				found[login] = word
			}
			login = word
		case <-p.ended:
			t.Fatalf("souk ended: %s", p.stderr.String())
		case <-time.After(patience):
			t.Fatalf("only %d links came", len(found))
		}
	}
	return found
}

func TestNoCastWithADatabaseOfOnesOwn(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	server := startProgram(t, []string{"DATABASE_URL=" + url, "SOUK_DEMO=true"})
	wantStatus(t, server.ready(t)+"/readyz", http.StatusOK)
	server.signal(t, os.Interrupt)
	server.wait(t)
	var users int
	if err := dbtest.Open(t, url).Pool().QueryRow(t.Context(), "SELECT count(*) FROM users").Scan(&users); err != nil || users != 0 {
		t.Errorf("there are %d users, %v", users, err)
	}
	if strings.Contains(server.stdout.String(), "/login/link/") {
		t.Errorf("it prints links: %s", server.stdout.String())
	}
}

func TestWhoGetsACast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg  Config
		want bool
	}{
		{Config{Demo: true, BaseURL: "http://localhost:8080"}, true},
		{Config{Demo: true, BaseURL: "https://souk.example.org"}, false},
		{Config{Demo: true, BaseURL: "http://localhost:8080", DatabaseURL: "postgres://db/souk"}, false},
		{Config{BaseURL: "http://localhost:8080"}, false},
	} {
		if got := c.cfg.Cast(); got != c.want {
			t.Errorf("%+v: %v", c.cfg, got)
		}
	}
}

func TestExpiries(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string][2]string{
		"30d": {"30", ""}, "365d": {"365", ""}, "400d": {"custom", "2027-12-25"}, "never": {"never", ""},
		"2027-01-31": {"custom", "2027-01-31"}, "30": {"custom", "30"}, "30days": {"custom", "30days"},
	} {
		if e, day := expiryOf(text, now); string(e) != want[0] || day != want[1] {
			t.Errorf("%s: %s %s", text, e, day)
		}
	}
}
