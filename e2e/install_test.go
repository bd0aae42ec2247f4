package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

// The people of the story: who asks, who decides, who administers one repository, and
// who makes the apps.
const (
	asWisher  = "mina"
	asDecider = "odile"
	asKeeper  = "ken"
	asBuilder = "bruno"
)

// heardEvent is what an app was told of its installations.
type heardEvent struct {
	guid, event, action string
	signed              bool
	body                installationEvent
}

// installationEvent is what the story reads of a payload.
type installationEvent struct {
	Action       string `json:"action"`
	Installation *struct {
		ID          int64 `json:"id"`
		Account     struct{ Login string }
		Selection   string            `json:"repository_selection"`
		Permissions map[string]string `json:"permissions"`
		SuspendedAt *string           `json:"suspended_at"`
	} `json:"installation"`
	Repositories []struct {
		FullName string `json:"full_name"`
	} `json:"repositories"`
	Requester *struct{ Login string } `json:"requester"`
	Sender    struct{ Login string }  `json:"sender"`
}

// post is an app's own webhook, which keeps what it is told.
type post struct {
	*httptest.Server
	mu    sync.Mutex
	heard []heardEvent
	code  string // that came with who authorized the app
}

func newPost(t testing.TB) *post {
	p := &post{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.code = r.URL.Query().Get("code")
			_, _ = io.WriteString(w, "<!doctype html><html lang=en><title>Beacon</title><link rel=icon href='data:,'><main>Welcome back</main>")
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mac := hmac.New(sha256.New, []byte(hookSecret))
		mac.Write(body)
		h := heardEvent{guid: r.Header.Get("X-GitHub-Delivery"), event: r.Header.Get("X-GitHub-Event"),
			signed: r.Header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(mac.Sum(nil))}
		if err := json.Unmarshal(body, &h.body); err != nil {
			t.Errorf("a webhook that can't be read: %v: %s", err, body)
		}
		h.action = h.body.Action
		p.mu.Lock()
		defer p.mu.Unlock()
		p.heard = append(p.heard, h)
	}))
	t.Cleanup(p.Close)
	return p
}

// told are the events and actions that came, without tests of the webhook.
func (p *post) told() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.heard {
		if h.event != "ping" {
			all = append(all, h.event+" "+h.action)
		}
	}
	return all
}

// last is the newest event of a kind.
func (p *post) last(event, action string) (found heardEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.heard {
		if h.event == event && h.action == action {
			found = h
		}
	}
	return found
}

// once holds that everything was told once, signed, with an installation in it.
func (p *post) once(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := map[string]bool{}
	for _, h := range p.heard {
		if seen[h.guid] || !h.signed || h.guid == "" {
			t.Errorf("%s %s came twice, or unsigned", h.event, h.action)
		}
		seen[h.guid] = true
		if (h.body.Installation == nil || h.body.Installation.ID == 0) && h.event != "ping" && h.event != "github_app_authorization" {
			t.Errorf("%s %s names no installation", h.event, h.action)
		}
	}
}

// quay makes an organization with three repositories, and two apps: one that is sold,
// and one that asks for little.
func (s *souk) quay(t testing.TB, language string) secrets {
	t.Helper()
	d := dbtest.Open(t, s.database)
	cookies := secrets{}
	person := func(login string) models.Account {
		a := dbtest.User(t, d, login)
		cookies[login] = dbtest.Session(t, d, a, time.Now(), true)
		s.exec(t, `UPDATE users SET language = $2 WHERE account_id = $1`, a.ID, language)
		return a
	}
	owner, member, keeper := person(asDecider), person(asWisher), person(asKeeper)
	quay := dbtest.Organization(t, d, "quay", owner)
	dbtest.Member(t, d, quay, member, models.RoleMember)
	dbtest.Member(t, d, quay, keeper, models.RoleMember)
	for _, name := range []string{"crane", "ledger", "pilot"} {
		r := dbtest.Repository(t, d, quay, name, dbtest.Private)
		if name == "crane" {
			dbtest.Collaborator(t, d, r, keeper, models.RepositoryAdmin)
		}
	}
	forge := dbtest.Organization(t, d, "forge", person(asBuilder))
	dbtest.Seller(t, d, forge)
	minor := func(n int64) *int64 { return &n }
	dbtest.Listing(t, d, dbtest.Named("foghorn", "Foghorn"), dbtest.By(forge), dbtest.In("monitoring"),
		dbtest.WithPlan(models.Plan{Name: "Crew", Kind: models.PlanFlatRate, MonthlyMinor: minor(1200), YearlyMinor: minor(12000), Currency: "EUR", TrialDays: 14}),
		dbtest.WithPlan(models.Plan{Name: "Fleet", Kind: models.PlanFlatRate, MonthlyMinor: minor(3000), YearlyMinor: minor(30000), Currency: "EUR", TrialDays: 14}))
	s.exec(t, `UPDATE listings SET claimed_at = now(), purchase = 'here' WHERE slug = 'foghorn'`)
	s.exec(t, `UPDATE apps SET registered_at = now(), client_id = 'Iv23foghorn', permissions = '{"metadata": "read", "issues": "write"}', events = '{issues}' WHERE slug = 'foghorn'`)
	return cookies
}

// TestInstalling is the life of installations, in two languages: asked for with a plan,
// narrowed and approved; installed alone by who administers a repository; raised, agreed
// to by those who may; authorized and revoked; suspended, lifted, ended.
func TestInstalling(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ja"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := &installing{t: t, language: language, foghorn: newPost(t), beacon: newPost(t)}
			s.site = start(t, "SOUK_DEMO=false", "SOUK_DEV=true", "SOUK_ALLOW_PRIVATE_NETWORKS=true")
			s.cookies = s.site.quay(t, language)
			s.b = open(t, s.site, desktop)
			s.b.tolerate = append(s.b.tolerate, "403", "404", "409", "422", s.beacon.URL+"/callback?code=")
			s.registers()
			s.asks()
			s.narrows()
			s.installsAlone()
			s.raises()
			s.authorizes()
			s.ends()
		})
	}
}

// installing is the story so far.
type installing struct {
	t               *testing.T
	b               *tab
	site            *souk
	cookies         secrets
	language        string
	foghorn, beacon *post
}

// visit goes to a page in the language of the story.
func (s *installing) visit(path string) {
	s.t.Helper()
	s.b.visit(localized(s.language, path))
	if !s.b.has("html[lang=" + s.language + "]") {
		s.t.Fatalf("%s isn't in %s", s.b.path(), s.language)
	}
}

func (s *installing) as(who string) { s.b.become(s.cookies, who) }

// registers makes the second app, and says where both are told of what happens.
func (s *installing) registers() {
	b := s.b
	s.as(asBuilder)
	s.visit("/organizations/forge/settings/apps/new")
	b.set(map[string]string{"name": "Beacon", "url": "https://beacon.example", "public": "true", "webhook_active": "true", "webhook_url": s.beacon.URL, "webhook_secret": hookSecret,
		"callback_urls": s.beacon.URL + "/callback"})
	b.send("#f-name")
	s.permissions(map[string]string{"permission.issues": "write", "permission.emails": "read"}, "")
	s.visit("/settings/apps/foghorn")
	b.set(map[string]string{"url": "https://foghorn.example", "webhook_active": "true", "webhook_url": s.foghorn.URL, "webhook_secret": hookSecret})
	b.send("#f-name")
	b.wantFlash()
}

// permissions changes what Beacon asks for.
func (s *installing) permissions(change map[string]string, note string) {
	s.visit("/settings/apps/beacon/permissions")
	if note != "" {
		change["note"] = note
	}
	s.b.set(change)
	s.b.send(`[name="permission.issues"]`)
	s.b.wantFlash()
}

// repository chooses a repository by its name on the page that installs.
func (s *installing) choose(names ...string) {
	s.t.Helper()
	s.b.set(map[string]string{"selection": "selected"})
	for _, name := range names {
		found := eval[bool](s.b, `((name) => {
			const label = [...document.querySelectorAll('label.option')].find((l) => l.querySelector('input[name=repo]') && l.innerText.includes(name));
			if (!label) return false;
			const box = label.querySelector('input');
			if (!box.checked) box.click();
			return true;
		})(%q)`, name)
		if !found {
			s.t.Fatalf("%s offers no repository %s: %s", s.b.path(), name, tail(s.b.text("main")))
		}
	}
	s.b.await("what comes of the choice", `!document.querySelector('form[data-install].busy')`)
}

// asks has a member ask for an app with a plan, from its listing.
func (s *installing) asks() {
	b := s.b
	s.as(asWisher)
	s.visit("/marketplace/foghorn")
	b.follow(`main a[href*="/marketplace/foghorn/setup?to=install"]`)
	b.follow(`main a[href*="target_id=` + s.id("quay") + `"]`)
	s.choose("crane", "ledger")
	b.await("the request", `!!document.querySelector('button[name=do][value=request]') && !!document.getElementsByName('reason').length`)
	b.set(map[string]string{"reason": "The fog comes every night.", "plan": "2"})
	b.leave("the request", func() { b.click(`button[name=do][value=request]`) })
	s.visit("/settings/installations/requests")
	b.wants("Foghorn", "quay")
}

// id is the id of an account.
func (s *installing) id(login string) string {
	return strconv.Itoa(s.b.count(`SELECT id FROM accounts WHERE login = $1`, login))
}

// narrows has the owner let the app have less than was asked for, from the letter.
func (s *installing) narrows() {
	b := s.b
	s.as(asDecider)
	b.savesCard("/organizations/quay/settings/billing/methods", "4242 4242 4242 4242")
	link := b.letter(asDecider + "@example.test")
	b.visit(link)
	b.wants("The fog comes every night.", "Fleet", "crane", "ledger")
	eval[bool](b, `[...document.querySelectorAll('label.option')].filter((l) => l.querySelector('input[name=repo]:checked') && l.innerText.includes('crane')).every((l) => (l.querySelector('input').click(), true))`)
	b.set(map[string]string{"plan": "1"})
	b.leave("the smaller plan", func() { b.click(`button[name=do][value=update]`) })
	b.leave("the approval", func() { b.click(`button[formaction$="/approve"]`) })
	until(s.t, "the installation", func() bool { return slices.Contains(s.foghorn.told(), "installation created") })
	h := s.foghorn.last("installation", "created").body
	if h.Requester == nil || h.Requester.Login != asWisher || h.Sender.Login != asDecider || h.Installation.Selection != "selected" ||
		len(h.Repositories) != 1 || h.Repositories[0].FullName != "quay/ledger" || h.Installation.Permissions["issues"] != "write" {
		s.t.Errorf("the app was told %+v", h)
	}
	if n := b.count(`SELECT count(*) FROM subscriptions s JOIN plans p ON p.id = s.plan_id WHERE p.name = 'Crew' AND s.state = 'trial'`); n != 1 {
		s.t.Errorf("%d trials of the smaller plan", n)
	}
}

// installsAlone has who administers a repository install an app there, without an owner.
func (s *installing) installsAlone() {
	b := s.b
	s.as(asKeeper)
	s.visit("/apps/beacon")
	b.follow(`main a[href*="/apps/beacon/installations/new"]`)
	b.follow(`main a[href*="target_id=` + s.id("quay") + `"]`)
	s.choose("crane")
	b.await("the button", `!!document.querySelector('button[name=do][value=install]')`)
	b.leave("the installation", func() { b.click(`button[name=do][value=install]`) })
	until(s.t, "the installation", func() bool { return slices.Contains(s.beacon.told(), "installation created") })
	h := s.beacon.last("installation", "created").body
	if h.Requester != nil || h.Sender.Login != asKeeper || len(h.Repositories) != 1 || h.Repositories[0].FullName != "quay/crane" {
		s.t.Errorf("the app was told %+v", h)
	}
}

// installation is the id of an app's installation.
func (s *installing) installation(app string) int {
	return s.b.count(`SELECT i.id FROM installations i JOIN apps a ON a.id = i.app_id WHERE a.slug = $1`, app)
}

// page is a page of an app's installation on the organization.
func (s *installing) page(app, rest string) string {
	return fmt.Sprintf("/organizations/quay/settings/installations/%d%s", s.installation(app), rest)
}

// raises has the app ask for more of repositories, to which their administrator agrees,
// and then of the organization, to which only an owner can.
func (s *installing) raises() {
	b := s.b
	granted := func(key string) bool {
		return b.count(`SELECT count(*) FROM installations i JOIN apps a ON a.id = i.app_id WHERE a.slug = 'beacon' AND i.permissions ? $1`, key) == 1
	}
	s.as(asBuilder)
	s.permissions(map[string]string{"permission.contents": "read"}, "To tell which files a fog touches.")
	if granted("contents") {
		s.t.Fatal("nobody agreed, and the installation has it")
	}
	s.as(asKeeper)
	b.visit(b.letter(asKeeper + "@example.test"))
	b.wants("To tell which files a fog touches.")
	b.leave("agreeing", func() { b.click(`button[name=do][value=accept]`) })
	if !granted("contents") {
		s.t.Fatalf("the administrator agreed, and the installation doesn't have it: %s", tail(b.text("main")))
	}

	s.as(asBuilder)
	s.permissions(map[string]string{"permission.members": "read"}, "To know who is on watch.")
	s.as(asKeeper)
	s.visit(s.page("beacon", "/permissions/update"))
	if b.has(`button[name=do][value=accept]`) {
		s.t.Error("an administrator of a repository may agree for the organization")
	}
	s.as(asDecider)
	s.visit(s.page("beacon", "/permissions/update"))
	b.wants("To know who is on watch.")
	b.leave("agreeing", func() { b.click(`button[name=do][value=accept]`) })
	if !granted("members") {
		s.t.Fatalf("the owner agreed, and the installation doesn't have it: %s", tail(b.text("main")))
	}
	until(s.t, "both agreements", func() bool { return len(s.beacon.told()) >= 3 })
}

// authorizes has a member give the app a permission of their account, and take it back.
func (s *installing) authorizes() {
	b := s.b
	client := ""
	if err := dbtest.Open(s.t, s.site.database).Pool().QueryRow(s.t.Context(), `SELECT client_id FROM apps WHERE slug = 'beacon'`).Scan(&client); err != nil {
		s.t.Fatal(err)
	}
	s.as(asWisher)
	b.visit("/login/oauth/authorize?client_id=" + client + "&state=tide")
	b.leave("authorizing", func() { b.click(`main form[method=post] button[value=allow]`) })
	s.beacon.mu.Lock()
	code := s.beacon.code
	s.beacon.mu.Unlock()
	if code == "" || b.count(`SELECT count(*) FROM authorizations WHERE permissions = '{"emails": "read"}'`) != 1 {
		s.t.Fatalf("nothing was authorized: %s", tail(b.text("main")))
	}
	s.visit("/settings/connections/applications/" + client + "/revoke")
	b.send(`main form[action$="/revoke"] button`)
	until(s.t, "the end of the authorization", func() bool { return slices.Contains(s.beacon.told(), "github_app_authorization revoked") })
}

// ends suspends, lifts and ends the installations.
func (s *installing) ends() {
	b := s.b
	s.as(asDecider)
	for _, act := range []string{"suspend", "unsuspend", "uninstall"} {
		s.visit(s.page("beacon", ""))
		if act != "unsuspend" {
			b.follow(`main a[href$="/` + act + `"]`)
		}
		b.send(`main form[action$="/` + act + `"] button:not([type=button])`)
	}
	want := []string{"installation created", "installation new_permissions_accepted", "installation new_permissions_accepted", "github_app_authorization revoked",
		"installation suspend", "installation unsuspend", "installation deleted"}
	until(s.t, "the end", func() bool { return len(s.beacon.told()) >= len(want) })
	if got := s.beacon.told(); !slices.Equal(got, want) {
		s.t.Errorf("the app was told %q, want %q", got, want)
	}
	s.beacon.once(s.t)
	s.foghorn.once(s.t)
	s.visit("/organizations/quay/settings/billing")
	if !strings.Contains(b.text("main"), "Foghorn") {
		s.t.Error("the subscription ended with another app's installation")
	}
}
