package installs_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is acme, which ada owns. carl is a member, who administers acme/own; dora only
// collaborates on it. hammer is an app that asks for repositories alone.
type cast struct {
	*apptest.App
	t                      *testing.T
	ada, carl, dora, stray models.Account
	acme, makers           models.Account
	own, other             models.Repository
	hammer                 models.App
}

func newCast(t *testing.T, options ...func(*models.App)) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	for login, a := range map[string]*models.Account{"ada": &c.ada, "carl": &c.carl, "dora": &c.dora, "stray": &c.stray} {
		*a = dbtest.User(t, c.DB, login)
	}
	c.acme, c.makers = dbtest.Organization(t, c.DB, "acme", c.ada), dbtest.Organization(t, c.DB, "makers")
	dbtest.Member(t, c.DB, c.acme, c.carl, models.RoleMember)
	c.own, c.other = dbtest.Repository(t, c.DB, c.acme, "own", dbtest.Private), dbtest.Repository(t, c.DB, c.acme, "other")
	dbtest.Collaborator(t, c.DB, c.own, c.carl, models.RepositoryAdmin)
	dbtest.Collaborator(t, c.DB, c.own, c.dora, models.RepositoryRead)
	c.hammer = dbtest.App(t, c.DB, c.makers, "hammer", options...)
	return c
}

func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	_, body, _ := strings.Cut(a.Body, "<main")
	if a.Status != status {
		t.Fatalf("%s: status %d, want %d; %s %s", what, a.Status, status, a.Location, body)
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(body, without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, body)
		}
	}
}

func page(account models.Account) string {
	return fmt.Sprint("/apps/hammer/installations/new/permissions?target_id=", account.ID)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

// fill is the form of a page as a browser sends it that changes nothing, with pairs of
// name and value instead of what stands there.
func fill(a apptest.Answer, pairs ...string) url.Values {
	v := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(a.Body, -1) {
		v.Set(m[1], strings.ReplaceAll(m[2], "&amp;", "&"))
	}
	for _, m := range regexp.MustCompile(`<input type="checkbox" name="repo" value="(\d+)" checked`).FindAllStringSubmatch(a.Body, -1) {
		v.Add("repo", m[1])
	}
	if m := regexp.MustCompile(`name="selection" value="([a-z]+)" checked`).FindStringSubmatch(a.Body); m != nil {
		v.Set("selection", m[1])
	}
	if m := regexp.MustCompile(`name="q" type="search" value="([^"]*)"`).FindStringSubmatch(a.Body); m != nil {
		v.Set("q", m[1])
	}
	seen := map[string]bool{}
	for i := 0; i < len(pairs); i += 2 {
		if !seen[pairs[i]] && pairs[i] != "repo" {
			v.Del(pairs[i])
		}
		seen[pairs[i]] = true
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func (c *cast) number(sql string, args ...any) (n int64) {
	c.t.Helper()
	if err := c.DB.Pool().QueryRow(c.t.Context(), sql, args...).Scan(&n); err != nil {
		c.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (c *cast) exec(sql string, args ...any) {
	c.t.Helper()
	if _, err := c.DB.Pool().Exec(c.t.Context(), sql, args...); err != nil {
		c.t.Fatalf("%s: %v", sql, err)
	}
}

func id(r models.Repository) string { return fmt.Sprint(r.ID) }

func setUp(a *models.App) { a.SetupURL = "https://hammer.example/setup?from=souk" }

func TestAnOwnerInstallsAndGoesOnToTheSetup(t *testing.T) {
	t.Parallel()
	c := newCast(t, setUp)
	b := c.As(t, c.ada)

	first := b.Get("/apps/hammer/installations/new?state=s%26t")
	expect(t, "the way in", first, 303)
	if first.Location != "/apps/hammer/installations/select_target?state=s%26t" {
		t.Fatalf("two accounts to choose from lead to %s", first.Location)
	}
	expect(t, "the choice of an account", b.Get(first.Location), 200, "Where should Hammer work?", "You can install it here.", "acme", "your account",
		fmt.Sprint("/apps/hammer/installations/new/permissions?state=s%26t&amp;target_id=", c.acme.ID))

	shown := b.Get(page(c.acme) + "&state=s%26t")
	expect(t, "the page", shown, 200, "Install Hammer on acme", "Read issues, their comments", "own", "other", "hammer.example", `value="install"`, "!Why do you need it")
	if policy := shown.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://hammer.example") {
		t.Errorf("the form may not lead to the setup: %s", policy)
	}
	expect(t, "nothing chosen", b.Post(page(c.acme), fill(shown, "do", "install")), 422, "Choose")

	done := b.Post(page(c.acme), fill(shown, "do", "install", "repo", id(c.own)))
	expect(t, "installed", done, 303)
	installation := c.number(`SELECT id FROM installations WHERE app_id = $1 AND account_id = $2 AND selection = 'selected'`, c.hammer.ID, c.acme.ID)
	want := url.Values{"from": {"souk"}, "installation_id": {fmt.Sprint(installation)}, "setup_action": {"install"}, "state": {"s&t"}}
	if done.Location != "https://hammer.example/setup?"+want.Encode() {
		t.Errorf("it goes on at %s", done.Location)
	}
	if n := c.number(`SELECT count(*) FROM installation_repositories WHERE installation_id = $1 AND repository_id = $2`, installation, c.own.ID); n != 1 {
		t.Error("the chosen repository isn't in the installation")
	}
	for _, address := range []string{page(c.acme), fmt.Sprint("/apps/hammer/installations/new?suggested_target_id=", c.acme.ID)} {
		if to := b.Get(address).Location; to != fmt.Sprint("/organizations/acme/settings/installations/", installation) {
			t.Errorf("once it is installed, %s leads to %q", address, to)
		}
	}
	expect(t, "the choice of an account", b.Get("/apps/hammer/installations/select_target"), 200, "Change its repositories", "Installed")
}

func TestOnesOwnAccountIsInstalledOnAtOnce(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.stray)
	in := b.Get("/apps/hammer/installations/new?state=x&repository_ids[]=" + id(c.own))
	if want := fmt.Sprint("/apps/hammer/installations/new/permissions?repository_ids%5B%5D=", c.own.ID, "&state=x&target_id=", c.stray.ID); in.Location != want {
		t.Fatalf("the only account is reached at %s, want %s", in.Location, want)
	}
	shown := b.Get(in.Location)
	expect(t, "an account without repositories", shown, 200, "no repository that you can see", `value="all" checked`)
	done := b.Post(page(c.stray), fill(shown, "do", "install"))
	expect(t, "installed", done, 303)
	if n := c.number(`SELECT count(*) FROM installations WHERE account_id = $1 AND selection = 'all'`, c.stray.ID); n != 1 || !strings.HasPrefix(done.Location, "/settings/installations/") {
		t.Errorf("%d installations; on to %s", n, done.Location)
	}
}

func TestAnAdministratorInstallsSplitsAndAsks(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.carl)
	shown := b.Get(page(c.acme))
	expect(t, "before anything is chosen", shown, 200, `value="install"`, "You administer it")

	// What the button said isn't what would come of it: it is shown first.
	both := b.Post(page(c.acme), fill(shown, "do", "install", "repo", id(c.own), "repo", id(c.other)))
	expect(t, "with others' repositories", both, 200, "Please look again", "Install and request", "Why do you need it?", `value="split"`, "1 repository")
	if n := c.number(`SELECT count(*) FROM installations`); n != 0 {
		t.Fatal("something was installed that the button hadn't said")
	}
	expect(t, "without a reason", b.Post(page(c.acme), fill(both, "do", "split")), 422, "Why do you need it?")
	if n := c.number(`SELECT count(*) FROM installations`); n != 0 {
		t.Fatal("half of it was done")
	}
	done := b.Post(page(c.acme), fill(both, "do", "split", "reason", "We ship it."))
	expect(t, "split", done, 303)
	if n := c.number(`SELECT count(*) FROM installation_repositories WHERE repository_id = $1`, c.own.ID); n != 1 || !strings.Contains(done.Location, "/settings/installations/") {
		t.Errorf("%d of the administrator's repositories are installed on; on to %s", n, done.Location)
	}
	if n := c.number(`SELECT count(*) FROM installation_request_repositories WHERE repository_id = $1`, c.other.ID); n != 1 {
		t.Error("the other one isn't asked for")
	}
	expect(t, "now it is there already", b.Get(page(c.acme)), 200, "More repositories for Hammer on acme")
}

func TestAMemberAsksAndTheSetupIsToldSo(t *testing.T) {
	t.Parallel()
	c := newCast(t, setUp, func(a *models.App) { a.Permissions["members"] = models.LevelRead })
	b := c.As(t, c.carl)
	shown := b.Get(page(c.acme) + "&state=s")
	expect(t, "the page", shown, 200, "Ask for Hammer on acme", "which only owners can give", `value="request"`, "!You can allow it now")
	done := b.Post(page(c.acme), fill(shown, "do", "request", "selection", "all", "reason", "We need it."))
	expect(t, "asked", done, 303)
	if want := "https://hammer.example/setup?from=souk&setup_action=request&state=s"; done.Location != want {
		t.Errorf("it goes on at %s, want %s", done.Location, want)
	}
	if n := c.number(`SELECT count(*) FROM installation_requests WHERE requester_id = $1 AND selection = 'all' AND state = 'open'`, c.carl.ID); n != 1 {
		t.Errorf("%d requests", n)
	}
	expect(t, "a stranger", c.As(t, c.stray).Get(page(c.acme)), 403)
	expect(t, "a collaborator", c.As(t, c.dora).Get(page(c.acme)), 200, "Ask for Hammer on acme")
	expect(t, "a collaborator's accounts", c.As(t, c.dora).Get("/apps/hammer/installations/select_target"), 200, "collaborator", "You can ask the owners for it.")

	c.exec(`UPDATE organizations SET members_may_request_apps = false WHERE account_id = $1`, c.acme.ID)
	expect(t, "where nobody may ask", b.Get(page(c.acme)), 200, "!Why do you need it?", "!<form class=\"order\"", "Choose another account")
	expect(t, "and asks all the same", b.Post(page(c.acme), fill(shown, "do", "request", "selection", "all", "reason", "We need it.")), 403)
}

func TestInstallingAuthorizesInTheSameStep(t *testing.T) {
	t.Parallel()
	c := newCast(t, func(a *models.App) {
		a.AuthorizeOnInstall, a.CallbackURLs = true, []string{"https://hammer.example/callback"}
		a.Permissions["emails"] = models.LevelRead
	})
	b := c.As(t, c.ada)
	shown := b.Get(page(c.acme) + "&state=s")
	expect(t, "the page", shown, 200, "Install &amp; Authorize", "In your name", "See all your email addresses", "!name=\"consent\"")
	done := b.Post(page(c.acme), fill(shown, "do", "install", "selection", "all"))
	expect(t, "installed", done, 303)
	to, err := url.Parse(done.Location)
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	if to.Host != "hammer.example" || to.Path != "/callback" || q.Get("code") == "" || q.Get("state") != "s" || q.Get("setup_action") != "install" || q.Get("installation_id") == "" {
		t.Errorf("it goes on at %s", done.Location)
	}
	if n := c.number(`SELECT count(*) FROM authorizations WHERE app_id = $1 AND account_id = $2 AND permissions = '{"emails": "read"}'`, c.hammer.ID, c.ada.ID); n != 1 {
		t.Error("the account permission isn't given")
	}
}

func TestAccountPermissionsAreEachPersonsOwn(t *testing.T) {
	t.Parallel()
	c := newCast(t, func(a *models.App) { a.Permissions["emails"] = models.LevelRead })
	b := c.As(t, c.ada)
	shown := b.Get(page(c.acme))
	expect(t, "the page", shown, 200, "In your name", `name="consent"`)
	expect(t, "installed without", b.Post(page(c.acme), fill(shown, "do", "install", "selection", "all")), 303)
	if n := c.number(`SELECT count(*) FROM authorizations`); n != 0 {
		t.Error("it was given without being asked")
	}
	shown = b.Get(page(c.ada))
	expect(t, "installed with", b.Post(page(c.ada), fill(shown, "do", "install", "selection", "all", "consent", "true")), 303)
	if n := c.number(`SELECT count(*) FROM authorizations WHERE account_id = $1 AND permissions = '{"emails": "read"}'`, c.ada.ID); n != 1 {
		t.Error("it wasn't given")
	}
}

// What one agrees to is what was shown.
func TestPermissionsThatChangeMeanwhileAreShownFirst(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.ada)
	shown := b.Get(page(c.acme))
	c.exec(`UPDATE apps SET permissions = '{"contents": "write", "metadata": "read"}' WHERE id = $1`, c.hammer.ID)
	again := b.Post(page(c.acme), fill(shown, "do", "install", "selection", "all"))
	expect(t, "what it asks for now", again, 409, "Change files, push commits", "contents:write")
	if n := c.number(`SELECT count(*) FROM installations`); n != 0 {
		t.Fatal("it was installed all the same")
	}
	expect(t, "agreed to", b.Post(page(c.acme), fill(again, "do", "install", "selection", "all")), 303)
}

func TestThePolicySaysWhy(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at)
		VALUES ($1, '{"rules": [{"decision": "deny", "permission": "issues", "words": "Issues stay here."}], "otherwise": "allow"}', 1, now())`, c.acme.ID)
	for _, who := range []models.Account{c.ada, c.carl} {
		b := c.As(t, who)
		expect(t, "the page", b.Get(page(c.acme)), 200, "Issues stay here.", "!<form class=\"order\"")
		expect(t, "the accounts", b.Get("/apps/hammer/installations/select_target"), 200)
		expect(t, "installed all the same", b.Post(page(c.acme), url.Values{"do": {"install"}, "selection": {"all"}, "asked": {"issues:read metadata:read"}}), 403, "Issues stay here.")
	}
}

func TestAppsThatCannotBeInstalled(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.ada)
	dbtest.App(t, c.DB, c.makers, "secret", func(a *models.App) { a.Public = false })
	dbtest.App(t, c.DB, c.makers, "signin", dbtest.OAuth)
	mine := dbtest.App(t, c.DB, c.acme, "mine", func(a *models.App) { a.Public = false })
	for address, status := range map[string]int{
		"/apps/nothing/installations/new": 404, "/apps/secret/installations/new": 404, "/apps/signin/installations/new": 409,
		"/apps/mine/installations/new": 303, "/apps/secret/installations/select_target": 404,
		fmt.Sprint("/apps/mine/installations/new/permissions?target_id=", c.ada.ID):      403,
		fmt.Sprint("/apps/mine/installations/new/permissions?target_id=", c.acme.ID):     200,
		fmt.Sprint("/apps/secret/installations/new/permissions?target_id=", c.ada.ID):    404,
		"/apps/hammer/installations/new/permissions":                                     404,
		"/apps/hammer/installations/new/permissions?target_id=x":                         404,
		"/apps/hammer/installations/new/permissions?target_id=999999999":                 404,
		"/apps/hammer/installations/new?suggested_target_id=-1&repository_ids[]=%00":     303,
		"/apps/%00/installations/new":                                                    404,
		fmt.Sprint("/apps/hammer/installations/new/permissions?target_id=", c.makers.ID): 403,
	} {
		if a := b.Get(address); a.Status != status {
			t.Errorf("%s: %d, want %d", address, a.Status, status)
		}
	}
	if to := b.Get("/apps/mine/installations/new").Location; !strings.HasSuffix(to, fmt.Sprint("target_id=", c.acme.ID)) {
		t.Errorf("an app for its own account alone leads to %s", to)
	}
	_ = mine
}
