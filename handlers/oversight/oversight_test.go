package oversight_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is acme, which ada and anna own and carl is a member of. toolmakers, who are
// verified, made checker (installed on two repositories of acme, and authorized by
// carl), linter (on all of them, asks for more), and chat (an OAuth App that acme has
// approved and carl authorized). Strangers made rogue, which carl authorized and acme
// doesn't let in.
type cast struct {
	*apptest.App
	t                                 *testing.T
	ada, anna, carl, acme             models.Account
	checker, linter, chat, rogue      models.App
	checkerInstall, linterInstall     models.Installation
	carlChat, carlChecker, adaChecker int64
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	d, now := c.DB, c.Clock.Now()
	for login, a := range map[string]*models.Account{"ada": &c.ada, "anna": &c.anna, "carl": &c.carl} {
		*a = dbtest.User(t, d, login)
	}
	c.acme = dbtest.Organization(t, d, "acme", c.ada, c.anna)
	dbtest.Member(t, d, c.acme, c.carl, models.RoleMember)
	api, web := dbtest.Repository(t, d, c.acme, "api"), dbtest.Repository(t, d, c.acme, "web", dbtest.Private)
	dbtest.Repository(t, d, c.acme, "docs")
	tools := dbtest.Organization(t, d, "toolmakers")
	c.exec(`UPDATE accounts SET verified_at = $1 WHERE id = $2`, now, tools.ID)
	strange := dbtest.Organization(t, d, "strangers")
	c.checker = dbtest.App(t, d, tools, "checker", func(a *models.App) {
		a.Permissions = models.Grants{"contents": models.LevelWrite, "metadata": models.LevelRead, "emails": models.LevelRead}
		a.WebhookActive, a.WebhookURL = true, "https://checker.example/hook"
		a.Events = []string{"push", "issues"}
	})
	c.linter = dbtest.App(t, d, tools, "linter")
	c.chat = dbtest.App(t, d, tools, "chat", dbtest.OAuth, func(a *models.App) { a.Scopes = []string{"repo"} })
	c.rogue = dbtest.App(t, d, strange, "rogue", dbtest.OAuth, func(a *models.App) { a.Scopes = []string{"gist"} })
	at := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	c.checkerInstall = dbtest.Install(t, d, c.checker, c.acme, func(i *models.Installation) {
		i.InstallerID, i.RequesterID, i.CreatedAt, i.UsedAt = &c.ada.ID, &c.carl.ID, at(200), new(at(3))
	})
	dbtest.Select(t, d, c.checkerInstall, api, web)
	c.linterInstall = dbtest.Install(t, d, c.linter, c.acme, func(i *models.Installation) {
		i.InstallerID, i.CreatedAt, i.Lacks, i.LacksSince = &c.anna.ID, at(120), true, new(at(9))
	})
	c.carlChat, c.carlChecker, c.adaChecker = dbtest.Authorize(t, d, c.chat, c.carl), dbtest.Authorize(t, d, c.checker, c.carl), dbtest.Authorize(t, d, c.checker, c.ada)
	dbtest.Authorize(t, d, c.rogue, c.carl)
	c.exec(`UPDATE authorizations SET created_at = $1`, at(100))
	c.exec(`INSERT INTO oauth_approvals (organization_id, app_id, state, decider_id, decided_at) VALUES ($1, $2, 'approved', $3, $4)`, c.acme.ID, c.chat.ID, c.ada.ID, at(20))
	return c
}

func (c *cast) exec(sql string, args ...any) {
	c.t.Helper()
	if _, err := c.DB.Pool().Exec(c.t.Context(), sql, args...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cast) number(sql string, args ...any) (n int64) {
	c.t.Helper()
	if err := c.DB.Pool().QueryRow(c.t.Context(), sql, args...).Scan(&n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

// key is that of an integration in forms.
func key(kind models.IntegrationKind, a models.App) string {
	i := models.Integration{Kind: kind, AppID: a.ID}
	return i.Key()
}

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
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

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

const (
	theirs = "/organizations/acme/settings/integrations"
	mine   = "/settings/integrations"
)

func TestWhatReachesAnOrganization(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	expect(t, "all", ada.Get(theirs), 200, "Checker", "Linter", "Chat", "!Rogue", "Installed by ada", "Requested by carl", "2 selected repositories",
		"All repositories (3), and those to come", "Approved by ada", "Authorized by 1 member", "Authorized by 2 members", "Asks for more", "Review the new permissions",
		"/organizations/acme/settings/installations/"+fmt.Sprint(c.linterInstall.ID)+"/permissions/update", "Nobody has gone through this list")
	expect(t, "installed", ada.Get(theirs+"?kind=installed"), 200, "Checker", "Linter", "!Chat")
	expect(t, "authorized", ada.Get(theirs+"?kind=authorized"), 200, "Checker", "!Linter", "ends when the app is uninstalled", `disabled`)
	expect(t, "oauth", ada.Get(theirs+"?kind=oauth"), 200, "Chat", "!Checker")
	expect(t, "unused", ada.Get(theirs+"?state=unused"), 200, "Linter", "!Installed by ada", "Never used")
	expect(t, "a search", ada.Get(theirs+"?q=LINT"), 200, "Linter", "!Chat")
	expect(t, "nothing found", ada.Get(theirs+"?q=nothing"), 200, "Nothing fits")
	expect(t, "sorted", ada.Get(theirs+"?sort=risk&kind=installed"), 200, "Checker")
	for _, bad := range []string{"?kind=x", "?state=x", "?sort=x", "?page=9"} {
		if a := ada.Get(theirs + bad); a.Status < 400 || a.Status >= 500 {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
	c.exec(`UPDATE organizations SET oauth_policy = 'open' WHERE account_id = $1`, c.acme.ID)
	expect(t, "an open door", ada.Get(theirs+"?kind=oauth"), 200, "Chat", "Rogue", "lets every OAuth App in", "not verified")
	c.exec(`UPDATE apps SET account_id = $1 WHERE id = $2`, c.acme.ID, c.rogue.ID)
	c.exec(`UPDATE organizations SET oauth_policy = 'approval' WHERE account_id = $1`, c.acme.ID)
	expect(t, "its own", ada.Get(theirs+"?kind=oauth"), 200, "Rogue", "own app")
	c.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "permission": "contents", "level": "write"}], "otherwise": "allow"}', 1, now())`, c.acme.ID)
	expect(t, "what the policy stops", ada.Get(theirs+"?state=stopped"), 200, "Checker", "Stopped by policy", "!Linter")
	expect(t, "in French", ada.Get("/fr"+theirs), 200, "Installée par ada")
}

func TestWhatReachesAPerson(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	carl := c.As(t, c.carl)
	dbtest.Install(t, c.DB, c.linter, c.carl)
	expect(t, "carl's", carl.Get(mine), 200, "Checker", "Chat", "Rogue", "Linter", "Authorized", "All repositories (0)", "!Installed by ada", "not verified")
	expect(t, "nobody's", c.As(t, dbtest.User(t, c.DB, "new")).Get(mine), 200, "No app has access", "Find apps")
	if n := strings.Count(carl.Get(mine).Body, `name="item"`); n != 4 {
		t.Errorf("%d can be chosen", n)
	}
}

func TestEndingSaysFirstWhatBreaks(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada, now := c.As(t, c.ada), c.Clock.Now()
	c.exec(`INSERT INTO installation_tokens (installation_id, token_hash, permissions, created_at, expires_at) VALUES ($1, 'a', '{}', $2, $3), ($1, 'b', '{}', $2, $2)`,
		c.checkerInstall.ID, now.Add(-time.Minute), now.Add(time.Hour))
	page := theirs + "/revoke?item=" + key(models.IntegrationInstalled, c.checker)
	expect(t, "one", ada.Get(page), 200, "Uninstall Checker?", "loses 2 repositories: api and web", "1 token that it works with", "1 kind of event",
		"2 members let it act in their name (ada and carl)", "It was last used", "Uninstall Checker</button>", "!Linter")
	expect(t, "an unused one", ada.Get(theirs+"/revoke?item="+key(models.IntegrationInstalled, c.linter)), 200, "loses all 3 repositories, and those to come", "It was never used", "!Its webhook")
	expect(t, "an OAuth App", ada.Get(theirs+"/revoke?item="+key(models.IntegrationOAuth, c.chat)), 200, "Deny Chat?", "only what is public in acme", "1 member works with it: carl")
	expect(t, "all of a kind", ada.Get(theirs+"/revoke?kind=authorized"), 200, "Nothing to end")
	expect(t, "everything", ada.Get(theirs+"/revoke?all=true"), 200, "End the access of 3 apps", "Checker can’t be ended by itself")
	expect(t, "nothing", ada.Get(theirs+"/revoke"), 200, "Nothing to end")
	expect(t, "unknown", ada.Get(theirs+"/revoke?item=installed-99999&item=x"), 200, "Nothing to end")

	expect(t, "done", ada.Post(theirs+"/revoke", form("item", key(models.IntegrationInstalled, c.checker), "item", key(models.IntegrationOAuth, c.chat))), 303)
	if n := c.number(`SELECT count(*) FROM installations WHERE account_id = $1`, c.acme.ID); n != 1 {
		t.Errorf("%d are installed", n)
	}
	expect(t, "the list", ada.Get(theirs), 200, "Their access has ended", "Linter", "!Checker", "!Chat")
	if n := c.number(`SELECT count(*) FROM authorizations WHERE app_id = $1`, c.chat.ID); n != 1 {
		t.Errorf("carl has %d authorizations left", n)
	}
	if n := c.number(`SELECT count(*) FROM audit_events WHERE account_id = $1 AND action IN ('installation.delete', 'oauth_approval.deny')`, c.acme.ID); n != 2 {
		t.Errorf("%d events", n)
	}
	expect(t, "once more", ada.Post(theirs+"/revoke", form("item", key(models.IntegrationInstalled, c.checker))), 303)
	if a := ada.Post(theirs+"/revoke", nil); a.Status != 400 && a.Status != 422 {
		t.Errorf("nothing chosen: %d", a.Status)
	}
}

func TestEndingOnesOwn(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	carl, now := c.As(t, c.carl), c.Clock.Now()
	c.exec(`INSERT INTO authorization_tokens (authorization_id, token_hash, tail, created_at) VALUES ($1, 'a', 'x', $2)`, c.carlChat, now)
	expect(t, "what breaks", carl.Get(mine+"/revoke?kind=oauth"), 200, "End the access of 2 apps", "can no longer act in your name", "1 token in your name", "!Checker")
	expect(t, "done", carl.Post(mine+"/revoke", form("item", key(models.IntegrationOAuth, c.chat))), 303)
	if n := c.number(`SELECT count(*) FROM authorizations WHERE id IN ($1, $2)`, c.carlChat, c.carlChecker); n != 1 {
		t.Errorf("%d are left", n)
	}
	// Nobody else's by their number.
	expect(t, "ada's", carl.Post(mine+"/revoke", form("item", key(models.IntegrationInstalled, c.checker))), 303)
	if n := c.number(`SELECT count(*) FROM installations WHERE id = $1`, c.checkerInstall.ID); n != 1 {
		t.Error("carl uninstalled acme's")
	}
}

// A suspended organization can't decide about OAuth Apps, but what is installed ends.
func TestWhatCannotBeEndedIsTold(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Suspend(t, c.DB, c.acme)
	a := c.As(t, c.ada).Post(theirs+"/revoke", form("item", key(models.IntegrationInstalled, c.checker), "item", key(models.IntegrationOAuth, c.chat)))
	expect(t, "half of it", a, 409, "1 app couldn’t be ended", "1 other was ended", "Chat:", "Deny Chat")
}

// review begins a review of acme as ada and returns its page.
func (c *cast) review() string {
	c.t.Helper()
	a := c.As(c.t, c.ada).Post(theirs+"/reviews", nil)
	expect(c.t, "begun", a, 303)
	return a.Location
}

// item is the number of an app in the newest review.
func (c *cast) item(a models.App) string {
	return fmt.Sprint(c.number(`SELECT max(id) FROM integration_review_items WHERE app_id = $1`, a.ID))
}

func TestAReview(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada, anna, carl := c.As(t, c.ada), c.As(t, c.anna), c.As(t, c.carl)
	expect(t, "none yet", ada.Get(theirs+"/reviews"), 200, "No review yet", "Begin a review")
	at := c.review()
	if again := anna.Post(theirs+"/reviews", nil); again.Location != at {
		t.Errorf("another one: %s", again.Location)
	}
	expect(t, "the checklist", anna.Get(at), 200, "0 of 3 decided", "Checker", "Linter", "Chat", "Begun by ada", `value="ada"`, "Unused for 90 days")
	checker, linter, chat := c.item(c.checker), c.item(c.linter), c.item(c.chat)
	save := func(pairs ...string) url.Values { return form(append([]string{"do", "save"}, pairs...)...) }

	a := ada.Post(at, save("item", checker, "decision-"+checker, "ask", "whom-"+checker, "nobody", "note-"+checker, "Who <uses> it?", "item", linter, "decision-"+linter, "revoke", "note-"+linter, "Old"))
	expect(t, "asked a stranger", a, 422, "Name a member", `id="f-whom-`+checker+`-problem"`, "Who &lt;uses&gt; it?", `value="Old"`)
	a = ada.Post(at, save("item", checker, "decision-"+checker, "ask", "whom-"+checker, "carl"))
	expect(t, "asked nothing", a, 422, `id="f-note-`+checker+`-problem"`)
	if n := c.number(`SELECT count(*) FROM integration_review_items WHERE decision <> ''`); n != 0 {
		t.Errorf("%d decisions of a form that came back", n)
	}
	a = ada.Post(at, save("item", checker, "decision-"+checker, "ask", "whom-"+checker, "Carl", "note-"+checker, "Who <uses> it?", "item", linter, "decision-"+linter, "revoke", "note-"+linter, "Old", "item", chat, "decision-"+chat, ""))
	expect(t, "saved", a, 303)
	expect(t, "half done", anna.Get(at), 200, "1 of 3 decided", "carl was asked", "Decided by ada", "Old")
	expect(t, "asked", anna.Get(at+"?view=asked"), 200, "Checker", "!Linter")
	expect(t, "not yet", anna.Get(at+"/finish"), 200, "2 apps are left to decide", "!Finish the review</button>")
	expect(t, "too early", anna.Post(at+"/finish", form("item", key(models.IntegrationInstalled, c.linter))), 409, "2 apps are left")

	question := mine + "/asked/" + checker
	link := ""
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT link FROM notifications WHERE account_id = $1 AND kind = 'integration_review_asked'`, c.carl.ID).Scan(&link); err != nil || link != question {
		t.Errorf("carl was told %q, %v", link, err)
	}
	expect(t, "the question", carl.Get(question), 200, "Does acme still need Checker?", "Who &lt;uses&gt; it?", "Not needed any more")
	expect(t, "no answer", carl.Post(question, form("words", "We do")), 422, "Say whether", "We do")
	expect(t, "answered", carl.Post(question, form("answer", "needed", "words", "We do.")), 303)
	if a := anna.Get(question); a.Status != 404 {
		t.Errorf("anna sees carl's question: %d", a.Status)
	}
	if n := c.number(`SELECT count(*) FROM notifications WHERE account_id = $1 AND kind = 'integration_review_answered'`, c.ada.ID); n != 1 {
		t.Errorf("ada was told %d times", n)
	}
	expect(t, "the answer", anna.Get(at), 200, "carl answered: it is needed", "We do.")

	// Something new comes in between; saving takes it in, and keeps what is undecided.
	fresh := dbtest.App(t, c.DB, dbtest.AccountOf(t, c.DB, "strangers"), "fresh")
	dbtest.Install(t, c.DB, fresh, c.acme)
	expect(t, "news", anna.Get(at), 200, "1 app has come since")
	expect(t, "kept", anna.Post(at, form("do", "keep", "item", checker, "decision-"+checker, "keep", "item", chat, "decision-"+chat, "")), 303)
	expect(t, "more to decide", anna.Get(at+"?view=open"), 200, "Fresh", "!Linter", "3 of 4 decided")
	expect(t, "all decided", anna.Post(at, form("do", "keep", "item", c.item(fresh), "decision-"+c.item(fresh), "")), 303)

	expect(t, "what it ends", anna.Get(at+"/finish"), 200, "Linter", "loses all 3 repositories", "3 apps stay as they are", "End 1 and finish the review", "!Checker")
	expect(t, "something else was shown", anna.Post(at+"/finish", nil), 409, "decided otherwise")
	if n := c.number(`SELECT count(*) FROM installations WHERE id = $1`, c.linterInstall.ID); n != 1 {
		t.Error("it was ended unseen")
	}
	expect(t, "finished", anna.Post(at+"/finish", form("item", key(models.IntegrationInstalled, c.linter))), 303)
	expect(t, "the record", anna.Get(at), 200, "The review is finished", "Finished by anna", "Ended with the review", "!Save decisions", "We do.")
	expect(t, "no more", ada.Post(at, save("item", checker, "decision-"+checker, "revoke")), 409)
	expect(t, "no more", ada.Get(at+"/finish"), 409)
	expect(t, "no more", carl.Post(question, form("answer", "unneeded")), 409)
	expect(t, "carl reads", carl.Get(question), 200, "owners have decided")
	expect(t, "history", ada.Get(theirs+"/reviews"), 200, "Finished by anna", "3 to keep", "1 to end", "Begin a review")
	expect(t, "the list", ada.Get(theirs), 200, "!Linter", "Last review")
	for _, action := range []string{"open", "decide", "ask", "answer", "finish"} {
		if n := c.number(`SELECT count(*) FROM audit_events WHERE account_id = $1 AND action = $2`, c.acme.ID, "integration_review."+action); n == 0 {
			t.Errorf("no event integration_review.%s", action)
		}
	}
}

func TestAReviewOfOnesOwn(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	carl := c.As(t, c.carl)
	at := carl.Post(mine+"/reviews", nil).Location
	expect(t, "the checklist", carl.Get(at), 200, "0 of 3 decided", "Look at it later", "!Whom to ask")
	chat := c.item(c.chat)
	expect(t, "later", carl.Post(at, form("do", "save", "item", chat, "decision-"+chat, "ask")), 303)
	expect(t, "later", carl.Get(at+"?view=asked"), 200, "Chat", "!Rogue")
	// What ends by itself is left to nobody to decide.
	c.exec(`DELETE FROM authorizations WHERE account_id = $1`, c.carl.ID)
	expect(t, "gone", carl.Get(at), 200, "No longer there")
	expect(t, "nothing left", carl.Get(at+"/finish"), 200, "Everything stays as it is")
	expect(t, "finished", carl.Post(at+"/finish", nil), 303)
	expect(t, "nothing to review", carl.Post(mine+"/reviews", nil), 409)
	if a := c.As(t, c.ada).Get(at); a.Status != 404 {
		t.Errorf("ada sees carl's: %d", a.Status)
	}
	if a := c.As(t, c.ada).Get(strings.Replace(at, mine, theirs, 1)); a.Status != 404 {
		t.Errorf("ada sees carl's as acme's: %d", a.Status)
	}
}

func TestTwoOwnersFinishAtOnce(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at := c.review()
	var pairs []string
	for _, a := range []models.App{c.checker, c.linter, c.chat} {
		pairs = append(pairs, "item", c.item(a), "decision-"+c.item(a), "revoke")
	}
	expect(t, "decided", c.As(t, c.ada).Post(at, form(append(pairs, "do", "save")...)), 303)
	keys := form("item", key(models.IntegrationInstalled, c.checker), "item", key(models.IntegrationInstalled, c.linter), "item", key(models.IntegrationOAuth, c.chat))
	var all sync.WaitGroup
	var statuses [2]int
	for i, who := range []models.Account{c.ada, c.anna} {
		b := c.As(t, who)
		all.Go(func() { statuses[i] = b.Post(at+"/finish", keys).Status })
	}
	all.Wait()
	for _, s := range statuses {
		if s != 303 && s != 409 {
			t.Errorf("answered with %v", statuses)
		}
	}
	if statuses[0] != 303 && statuses[1] != 303 {
		t.Errorf("answered with %v", statuses)
	}
	if n := c.number(`SELECT count(*) FROM audit_events WHERE action = 'integration_review.finish'`); n != 1 {
		t.Errorf("finished %d times", n)
	}
	if n := c.number(`SELECT count(*) FROM audit_events WHERE action = 'installation.delete'`); n != 2 {
		t.Errorf("%d uninstalled", n)
	}
}

func TestReviewsBeginOnce(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	var all sync.WaitGroup
	var to [4]string
	for i := range to {
		b := c.As(t, []models.Account{c.ada, c.anna}[i%2])
		all.Go(func() { to[i] = b.Post(theirs+"/reviews", nil).Location })
	}
	all.Wait()
	for _, one := range to {
		if one == "" || one != to[0] {
			t.Errorf("they go on to %v", to)
		}
	}
}

// An owner who is none any more ends nothing with a page that is still open.
func TestDemotionWhileThePageIsOpen(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at, anna := c.review(), c.As(t, c.anna)
	expect(t, "open", anna.Get(theirs+"/revoke?all=true"), 200)
	c.exec(`UPDATE memberships SET role = 'member' WHERE account_id = $1`, c.anna.ID)
	for _, a := range []apptest.Answer{
		anna.Post(theirs+"/revoke", form("item", key(models.IntegrationInstalled, c.checker))),
		anna.Post(at, form("do", "keep", "item", c.item(c.checker))),
		anna.Post(at+"/finish", nil),
	} {
		if a.Status != 403 {
			t.Errorf("answered with %d", a.Status)
		}
	}
	if n := c.number(`SELECT count(*) FROM installations`); n != 2 {
		t.Errorf("%d are left", n)
	}
}

func TestReminders(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at := c.review()
	var pairs []string
	for _, a := range []models.App{c.checker, c.linter, c.chat} {
		pairs = append(pairs, "item", c.item(a), "decision-"+c.item(a), "keep")
	}
	ada := c.As(t, c.ada)
	expect(t, "decided", ada.Post(at, form(append(pairs, "do", "save")...)), 303)
	expect(t, "finished", ada.Post(at+"/finish", nil), 303)
	told := func() int64 {
		t.Helper()
		if err := c.Verbs.Oversight.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
		return c.number(`SELECT count(*) FROM notifications WHERE kind = 'integration_review_due'`)
	}
	c.Clock.Pass(models.ReviewEvery - time.Minute)
	if n := told(); n != 0 {
		t.Errorf("%d reminders before the year is over", n)
	}
	c.Clock.Pass(2 * time.Minute)
	if n := told(); n != 2 {
		t.Errorf("%d reminders for two owners", n)
	}
	if n := told(); n != 2 {
		t.Errorf("reminded again: %d", n)
	}
	var link string
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT DISTINCT link FROM notifications WHERE kind = 'integration_review_due'`).Scan(&link); err != nil || link != theirs+"/reviews" {
		t.Errorf("it leads to %s, %v", link, err)
	}
	expect(t, "overdue", c.As(t, c.anna).Get(theirs), 200, "more than a year ago")
}

func TestExports(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec(`UPDATE apps SET name = '=1+1' WHERE id = $1`, c.linter.ID)
	ada := c.As(t, c.ada)
	a := ada.Get(theirs + "/export?format=csv")
	rows, err := csv.NewReader(strings.NewReader(a.Body)).ReadAll()
	if err != nil || len(rows) != 5 || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment; filename=souk-integrations-acme-") {
		t.Fatalf("%v, %v, %v", rows, err, a.Header)
	}
	if !strings.Contains(a.Body, "'=1+1") || !strings.Contains(a.Body, "contents:write metadata:read") || !strings.Contains(a.Body, "api web") {
		t.Errorf("it is %s", a.Body)
	}
	kinds := map[string]int{}
	for line := range strings.Lines(ada.Get(theirs + "/export?format=json").Body) {
		var i struct {
			Kind, App    string
			Repositories []string
			Permissions  models.Grants
		}
		if err := json.Unmarshal([]byte(line), &i); err != nil {
			t.Fatal(err)
		}
		kinds[i.Kind]++
		if i.Kind == "installed" && i.App == "checker" && (len(i.Repositories) != 2 || i.Permissions["contents"] != models.LevelWrite || i.Permissions["emails"] != "") {
			t.Errorf("checker is %+v", i)
		}
	}
	if kinds["installed"] != 2 || kinds["authorized"] != 1 || kinds["oauth"] != 1 {
		t.Errorf("the kinds are %v", kinds)
	}
	at := c.review()
	rows, err = csv.NewReader(strings.NewReader(ada.Get(at + "/export?format=csv").Body)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Errorf("the review is %v, %v", rows, err)
	}
	for _, bad := range []string{theirs + "/export", theirs + "/export?format=xml", at + "/export?format=x"} {
		if a := ada.Get(bad); a.Status != 400 && a.Status != 422 {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
	if n := c.number(`SELECT count(*) FROM audit_events WHERE account_id = $1 AND action IN ('integrations.export', 'integration_review.export')`, c.acme.ID); n != 3 {
		t.Errorf("%d events of exports", n)
	}
}

// An organization with 500 installations and 20,000 repositories: the pages stay
// within a fixed number of statements, and small.
func TestManyIntegrations(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	count := func(path string) int64 {
		t.Helper()
		return dbtest.Statements(c.DB, func() { expect(t, path, ada.Get(path), 200) })
	}
	at := c.review()
	few := map[string]int64{}
	pages := []string{theirs, theirs + "?sort=risk&state=unused", theirs + "/revoke?all=true", at, at + "/finish", theirs + "/reviews", mine}
	for _, p := range pages {
		few[p] = count(p)
	}
	c.exec(`INSERT INTO repositories (account_id, name, private, created_at, updated_at) SELECT $1, 'r' || n, true, now(), now() FROM generate_series(1, 20000) n`, c.acme.ID)
	c.exec(`INSERT INTO apps (account_id, slug, kind, name, permissions, events, client_id, registered_at) SELECT account_id, 'many' || n, 'github_app', 'Many ' || n,
		'{"contents": "write", "metadata": "read"}', '{push}', 'Iv1.many' || n, now() FROM apps, generate_series(1, 500) n WHERE slug = 'checker'`)
	c.exec(`INSERT INTO installations (app_id, account_id, selection, permissions, agreed_at, created_at, updated_at)
		SELECT id, $1, CASE WHEN id % 2 = 0 THEN 'all' ELSE 'selected' END, permissions, now(), now() - interval '1 year', now() FROM apps WHERE slug LIKE 'many%'`, c.acme.ID)
	c.exec(`INSERT INTO installation_repositories (installation_id, repository_id, added_at)
		SELECT i.id, r.id, now() FROM installations i, repositories r WHERE i.selection = 'selected' AND i.account_id = $1 AND i.app_id IN (SELECT id FROM apps WHERE slug LIKE 'many%') AND r.account_id = $1 AND r.id % 400 = i.id % 400`, c.acme.ID)
	expect(t, "taken in", ada.Post(at, form("do", "save")), 303)
	for _, p := range pages {
		if n := count(p); n != few[p] || n > 9 {
			t.Errorf("%s takes %d statements with few, %d with many", p, few[p], n)
		}
		if n := len(ada.Get(p).Body); n > 240_000 {
			t.Errorf("%s has %d bytes", p, n)
		}
	}
	if n := len(ada.Get(theirs).Body); n > 100_000 {
		t.Errorf("a page of the list has %d bytes", n)
	}
	expect(t, "the last page", ada.Get(theirs+"?page=21"), 200)
	a := ada.Get(theirs + "/revoke?all=true")
	expect(t, "a part of them", a, 200, "End the access of 100 apps", "more follow after these")
	all := url.Values{}
	for _, m := range regexp.MustCompile(`name="item" value="([^"]+)"`).FindAllStringSubmatch(a.Body, -1) {
		all.Add("item", m[1])
	}
	expect(t, "ended together", ada.Post(theirs+"/revoke", all), 303)
	if n := c.number(`SELECT count(*) FROM installations WHERE account_id = $1`, c.acme.ID); len(all["item"]) != models.MaxRevoked || n != 503-models.MaxRevoked {
		t.Errorf("%d chosen, %d are left", len(all["item"]), n)
	}
}
