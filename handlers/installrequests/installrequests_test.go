package installrequests_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is acme, which ada and anna own; carl and cleo are members. toolmakers sells
// checker.
type cast struct {
	*apptest.App
	t                           *testing.T
	ada, anna, carl, cleo, acme models.Account
	one, two                    models.Repository
	card                        int64
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	for login, a := range map[string]*models.Account{"ada": &c.ada, "anna": &c.anna, "carl": &c.carl, "cleo": &c.cleo} {
		*a = dbtest.User(t, c.DB, login)
	}
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada, c.anna)
	dbtest.Member(t, c.DB, c.acme, c.carl, models.RoleMember)
	dbtest.Member(t, c.DB, c.acme, c.cleo, models.RoleMember)
	dbtest.Profile(t, c.DB, c.acme, "IE")
	c.one, c.two = dbtest.Repository(t, c.DB, c.acme, "one"), dbtest.Repository(t, c.DB, c.acme, "two")
	tools := dbtest.Organization(t, c.DB, "toolmakers")
	dbtest.Seller(t, c.DB, tools)
	e := dbtest.Listing(t, c.DB, dbtest.Named("checker", "Checker"), dbtest.By(tools), dbtest.In("testing"), func(e *dbtest.Entry) {
		e.App.Permissions = models.Grants{"contents": models.LevelWrite, "metadata": models.LevelRead}
		e.Plans = []models.Plan{
			{Name: "Free"},
			{Name: "Team", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1000)), Currency: "EUR", UnitName: "seat"},
			{Name: "Flat", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "EUR"},
		}
	})
	c.exec(`UPDATE apps SET registered_at = $2, public = true, client_id = 'Iv23checker' WHERE id = $1`, e.App.ID, dbtest.Epoch)
	c.card = dbtest.PaymentMethod(t, c.DB, c.acme, "tok_approve")
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

const (
	minePage = "/settings/installations/requests"
	listPage = "/organizations/acme/settings/installations/requests"
	asked    = "contents:write metadata:read"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// ask asks on the page of installing, and returns the request's page.
func (c *cast) ask(as models.Account, pairs ...string) string {
	c.t.Helper()
	where := fmt.Sprintf("/apps/checker/installations/new/permissions?target_id=%d", c.acme.ID)
	v := form(append([]string{"asked", asked, "do", "request", "reason", "We test <too> little."}, pairs...)...)
	expect(c.t, "asked", c.As(c.t, as).Post(where, v), 303)
	return fmt.Sprint(listPage, "/", c.number(`SELECT max(id) FROM installation_requests`))
}

// sent is what the form of a page would send.
func sent(t *testing.T, body string) url.Values {
	t.Helper()
	_, body, _ = strings.Cut(body, `class="app-form"`)
	body, _, found := strings.Cut(body, "</form>")
	if !found {
		t.Fatal("no form")
	}
	v := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		v.Add(m[1], m[2])
	}
	if m := regexp.MustCompile(`name="q"[^>]* value="([^"]*)"`).FindStringSubmatch(body); m != nil {
		v.Add("q", m[1])
	}
	for _, m := range regexp.MustCompile(`<input type="(?:checkbox|radio)" name="([^"]+)" value="([^"]*)" checked`).FindAllStringSubmatch(body, -1) {
		v.Add(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		if chosen := regexp.MustCompile(`<option value="([^"]*)" selected`).FindStringSubmatch(m[0]); chosen != nil {
			v.Add(m[1], chosen[1])
		}
	}
	if m := regexp.MustCompile(`name="units"[^>]* value="([^"]*)"`).FindStringSubmatch(body); m != nil {
		v.Add("units", m[1])
	}
	return v
}

func TestFromRequestToInstallation(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	carl, ada := c.As(t, c.carl), c.As(t, c.ada)
	at := c.ask(c.carl, "selection", "selected", "repo", fmt.Sprint(c.one.ID), "repo", fmt.Sprint(c.two.ID), "plan", "2", "period", "month", "units", "3")
	expect(t, "one's own", carl.Get(minePage), 200, "Checker", "2 repositories: one and two", "Team, by the month, 3 × seat: €30.00 a month", "asked of acme", "Withdraw")
	expect(t, "the list", ada.Get(listPage), 200, "carl asks for Checker", "We test &lt;too&gt; little.")
	page := ada.Get(at)
	expect(t, "the case", page, 200, "carl asks for Checker", "We test &lt;too&gt; little.", "Approve and pay €30.00", "Visa •••• 4242", "contents",
		"Your app policy lets it be installed.", "Those who buy for the organization may buy it.", "No plan: only install", "Decline the request", "2 repositories chosen")

	// With fewer repositories and another plan.
	v := sent(t, page.Body)
	v["repo"] = []string{fmt.Sprint(c.two.ID)}
	v.Set("plan", "3")
	v.Set("do", "update")
	page = ada.Post(at, v)
	expect(t, "narrowed", page, 200, "1 repository chosen", "Approve and pay €50.00")
	v = sent(t, page.Body)
	v.Set("words", "One will do.")
	a := ada.Post(at+"/approve", v)
	expect(t, "approved", a, 303)
	if want := fmt.Sprint("/organizations/acme/settings/installations/", c.number(`SELECT id FROM installations`)); a.Location != want {
		t.Errorf("on to %s, want %s", a.Location, want)
	}
	if c.number(`SELECT count(*) FROM installation_repositories WHERE repository_id = $1`, c.two.ID) != 1 || c.number(`SELECT count(*) FROM installation_repositories`) != 1 {
		t.Error("other repositories")
	}
	expect(t, "the answer", ada.Get(at), 200, "Approved", "Approved for 1 repository of 2.", "One will do.", "Answered by ada", "Flat", "See the order", "See the installation", "!It reaches", "!Approve and", "!Decline the request")
	expect(t, "for carl", carl.Get(minePage), 200, "Approved for 1 repository of 2.", "One will do.", "!Withdraw")
	expect(t, "no more", ada.Get(listPage), 200, "Nothing waits", "1 answered")
	expect(t, "decided", ada.Get(listPage+"?view=decided"), 200, "carl asks for Checker", "Approved for 1 repository of 2.")
	if a := ada.Post(at+"/decline", form("words", "no")); a.Status != 410 {
		t.Errorf("declined after that: %d", a.Status)
	}
	letters := c.Letters(t, "carl@example.test")
	if len(letters) != 1 || !strings.Contains(letters[0].Subject, "Checker is installed on some repositories of acme") {
		t.Errorf("carl's letters: %+v", letters)
	}
	if letters := c.Letters(t, "anna@example.test"); len(letters) == 0 || !strings.Contains(letters[len(letters)-1].Subject, "carl asks to install Checker") {
		t.Errorf("anna's letters: %+v", letters)
	}
}

func TestNarrowAll(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	at := c.ask(c.carl, "selection", "all")
	page := ada.Get(at)
	expect(t, "the case", page, 200, "All repositories", "Only some repositories", "Approve and install", "!Add a payment method")
	v := sent(t, page.Body)
	v.Set("selection", "selected")
	v.Set("do", "")
	expect(t, "none chosen", ada.Post(at+"/approve", v), 422, "f-repositories", `value="selected" checked`)
	v.Set("q", "tw")
	v.Set("do", "search")
	page = ada.Post(at, v)
	expect(t, "found", page, 200, "two", `value="tw"`)
	v = sent(t, page.Body)
	v.Set("do", "all")
	page = ada.Post(at, v)
	expect(t, "chosen", page, 200, "1 repository chosen")
	v = sent(t, page.Body)
	expect(t, "approved", ada.Post(at+"/approve", v), 303)
	if c.number(`SELECT repository_id FROM installation_repositories`) != c.two.ID {
		t.Error("another repository")
	}
	expect(t, "for carl", c.As(t, c.carl).Get(minePage), 200, "Approved for 1 repository instead of all.")
}

func TestNoPlan(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	at := c.ask(c.carl, "selection", "all", "plan", "2", "period", "month", "units", "3")
	v := sent(t, ada.Get(at).Body)
	v.Set("plan", "none")
	v.Set("do", "update")
	page := ada.Post(at, v)
	expect(t, "no plan", page, 200, "Approve and install", "!Approve and pay")
	v = sent(t, page.Body)
	expect(t, "approved", ada.Post(at+"/approve", v), 303)
	if c.number(`SELECT count(*) FROM orders`) != 0 || c.number(`SELECT count(*) FROM installations WHERE selection = 'all'`) != 1 {
		t.Error("something was ordered, or nothing installed")
	}
}

func TestPriceChanged(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	at := c.ask(c.carl, "selection", "all", "plan", "2", "period", "month", "units", "3")
	v := sent(t, ada.Get(at).Body)
	v.Set("shown_minor", "2999")
	v.Set("words", "Have fun.")
	expect(t, "changed", ada.Post(at+"/approve", v), 409, "Approve and pay €30.00", "Have fun.")
	v.Set("asked", "contents:read")
	expect(t, "asks otherwise", ada.Post(at+"/approve", v), 409, "Approve and pay €30.00")
	if c.number(`SELECT count(*) FROM orders`)+c.number(`SELECT count(*) FROM installations`) != 0 {
		t.Error("something came of it")
	}
}

func TestDeclineAndWithdraw(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada, carl := c.As(t, c.ada), c.As(t, c.carl)
	at := c.ask(c.carl, "selection", "all")
	c.Clock.Pass(time.Second)
	c.ask(c.cleo, "selection", "all")
	expect(t, "both", ada.Get(listPage), 200, "carl and 1 other ask for Checker")
	expect(t, "voters", ada.Get(at), 200, "cleo")
	expect(t, "mine", carl.Get(minePage), 200, "1 other asks for it, too.")
	expect(t, "without words", ada.Post(at+"/decline", form("words", " ")), 422, "f-refusal-problem", "Decline the request")
	a := ada.Post(at+"/decline", form("words", "We build <our> own."))
	expect(t, "declined", a, 303)
	expect(t, "for carl", carl.Get(minePage), 200, "Declined", "We build &lt;our&gt; own.")
	expect(t, "for cleo", c.As(t, c.cleo).Get(minePage), 200, "Declined")

	c.ask(c.carl, "selection", "all")
	id := c.number(`SELECT max(id) FROM installation_requests`)
	expect(t, "not cleo's", c.As(t, c.cleo).Post(fmt.Sprintf("%s/%d/withdraw", minePage, id), nil), 404)
	expect(t, "withdrawn", carl.Post(fmt.Sprintf("%s/%d/withdraw", minePage, id), nil), 303)
	expect(t, "mine", carl.Get(minePage), 200, "Your request is withdrawn", "Withdrawn")
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	expect(t, "mine", c.As(t, c.carl).Get(minePage), 200, "You have asked for nothing yet")
	expect(t, "list", c.As(t, c.ada).Get(listPage), 200, "Nothing waits")
	expect(t, "decided", c.As(t, c.ada).Get(listPage+"?view=decided"), 200, "Nothing was answered yet")
	expect(t, "no view", c.As(t, c.ada).Get(listPage+"?view=x"), 400)
	for _, path := range []string{"/x", "/0", "/9999999999", "/99999999999999999999"} {
		expect(t, path, c.As(t, c.ada).Get(listPage+path), 404)
	}
	at := c.ask(c.carl, "selection", "all")
	for _, v := range []url.Values{form("chosen", "!!"), form("shown", "x1"), form("repo", "x"), form("selection", "none", "do", "drop:x"), form("q", "\x00%_\\", "do", "search"), form("page", "-9", "do", "page:99999999")} {
		if a := c.As(t, c.ada).Post(at, v); a.Status >= 500 {
			t.Errorf("%v: %d", v, a.Status)
		}
	}
}

// TestStatements asks for thousands of repositories: the pages ask the database as
// often as for one, and stay small.
func TestStatements(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at := c.ask(c.carl, "selection", "selected", "repo", fmt.Sprint(c.one.ID), "plan", "2", "period", "month", "units", "3")
	c.exec(`INSERT INTO repositories (account_id, name, private, created_at, updated_at) SELECT $1, 'many-' || n, true, now(), now() FROM generate_series(1, 5000) n`, c.acme.ID)
	c.exec(`INSERT INTO installation_request_repositories (request_id, repository_id) SELECT (SELECT max(id) FROM installation_requests), id FROM repositories WHERE name LIKE 'many-%'`)
	ada := c.As(t, c.ada)
	ada.Get(listPage)
	for path, most := range map[string]int64{listPage: 4, at: 12, minePage: 4} {
		var a apptest.Answer
		if n := dbtest.Statements(c.DB, func() { a = ada.Get(path) }); n > most || a.Status != 200 {
			t.Errorf("%s: %d, %d statements, more than %d", path, a.Status, n, most)
		} else {
			t.Logf("%s: %d statements, %d bytes", path, n, len(a.Body))
		}
		if len(a.Body) > 60_000 {
			t.Errorf("%s has %d bytes", path, len(a.Body))
		}
	}
}
