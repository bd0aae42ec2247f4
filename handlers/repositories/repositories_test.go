package repositories_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is an organization with everyone around it, and a repository of each
// kind.
type cast struct {
	*apptest.App
	t                                    *testing.T
	owner, member, admin, stranger, gone models.Account
	acme                                 models.Account
	private, public                      models.Repository
}

func newCast(t *testing.T) *cast {
	t.Helper()
	app := apptest.New(t)
	c := &cast{App: app, t: t}
	for login, a := range map[string]*models.Account{"owner-1": &c.owner, "member-1": &c.member, "admin-1": &c.admin, "stranger-1": &c.stranger} {
		*a = dbtest.User(t, app.DB, login)
	}
	c.acme = dbtest.Organization(t, app.DB, "acme", c.owner)
	dbtest.Member(t, app.DB, c.acme, c.member, models.RoleMember)
	c.private = dbtest.Repository(t, app.DB, c.acme, "ledger", dbtest.Private)
	c.public = dbtest.Repository(t, app.DB, c.acme, "website")
	for _, r := range []models.Repository{c.private, c.public} {
		dbtest.Collaborator(t, app.DB, r, c.admin, models.RepositoryAdmin)
	}
	c.gone = dbtest.User(t, app.DB, "gone")
	dbtest.Repository(t, app.DB, c.gone, "left")
	dbtest.Suspend(t, app.DB, c.gone)
	return c
}

func (c *cast) exec(sql string, args ...any) {
	c.t.Helper()
	if err := c.DB.Read(c.t.Context()).Exec(sql, args...).Error; err != nil {
		c.t.Fatal(err)
	}
}

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: status %d, want %d; %s %s", what, a.Status, status, a.Location, main(a.Body))
		return
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(a.Body, without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, main(a.Body))
		}
	}
}

func leads(t *testing.T, what string, a apptest.Answer, status int, to string) {
	t.Helper()
	if a.Status != status || a.Location != to {
		t.Errorf("%s: %d to %q, want %d to %q; %s", what, a.Status, a.Location, status, to, main(a.Body))
	}
}

func main(body string) string {
	_, rest, _ := strings.Cut(body, "<main")
	return rest[:min(len(rest), 3000)]
}

// Whoever may not read a repository finds nothing at any of its addresses; who
// may only read it is refused what needs more.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	browsers := map[string]*apptest.Browser{
		"anonymous": c.Visitor(t), "stranger": c.As(t, c.stranger), "member": c.As(t, c.member), "admin": c.As(t, c.admin), "owner": c.As(t, c.owner)}
	signIn := http.StatusSeeOther
	for _, test := range []struct {
		path string
		want map[string]int
	}{
		{"/acme", map[string]int{"anonymous": 200, "stranger": 200, "owner": 200}},
		{"/gone", map[string]int{"anonymous": 404, "stranger": 404}},
		{"/gone/left", map[string]int{"anonymous": 404, "stranger": 404}},
		{"/nobody-here", map[string]int{"anonymous": 404, "owner": 404}},
		{"/nobody-here/nothing", map[string]int{"anonymous": 404, "owner": 404}},
		{"/.well-known/nothing", map[string]int{"anonymous": 404}},
		{"/acme/website", map[string]int{"anonymous": 200, "stranger": 200, "member": 200, "admin": 200, "owner": 200}},
		{"/acme/ledger", map[string]int{"anonymous": 404, "stranger": 404, "member": 200, "admin": 200, "owner": 200}},
		{"/acme/website/settings", map[string]int{"anonymous": signIn, "stranger": 403, "member": 403, "admin": 200, "owner": 200}},
		{"/acme/ledger/settings", map[string]int{"anonymous": signIn, "stranger": 404, "member": 403, "admin": 200, "owner": 200}},
		{"/acme/ledger/settings/access", map[string]int{"anonymous": signIn, "stranger": 404, "member": 403, "admin": 200, "owner": 200}},
		{"/acme/ledger/settings/visibility", map[string]int{"anonymous": signIn, "stranger": 404, "member": 403, "admin": 200, "owner": 200}},
		{"/acme/ledger/settings/transfer", map[string]int{"anonymous": signIn, "stranger": 404, "member": 403, "admin": 200, "owner": 200}},
		{"/acme/ledger/settings/delete", map[string]int{"anonymous": signIn, "stranger": 404, "member": 403, "admin": 200, "owner": 200}},
		{"/acme/ledger/leave", map[string]int{"anonymous": signIn, "stranger": 404, "member": 404, "admin": 200, "owner": 404}},
		{"/acme/ledger/transfer", map[string]int{"anonymous": signIn, "stranger": 404, "member": 410, "owner": 410}},
		{"/new", map[string]int{"anonymous": signIn, "stranger": 200}},
		{"/new/import", map[string]int{"anonymous": signIn, "stranger": 200}},
		{"/settings/repositories", map[string]int{"anonymous": signIn, "stranger": 200}},
	} {
		for who, status := range test.want {
			if a := browsers[who].Get(test.path); a.Status != status {
				t.Errorf("%s at %s: %d, want %d", who, test.path, a.Status, status)
			}
		}
	}
	for who, status := range map[string]int{"anonymous": 401, "stranger": 404, "member": 403} {
		for _, page := range []string{"", "/rename", "/archive", "/unarchive", "/visibility", "/transfer", "/transfer/cancel", "/delete", "/access", "/access/1", "/access/1/remove"} {
			form := url.Values{"name": {"x"}, "level": {"read"}, "login": {"x"}}
			if a := browsers[who].Post("/acme/ledger/settings"+page, form); a.Status != status {
				t.Errorf("%s posts to settings%s: %d, want %d", who, page, a.Status, status)
			}
		}
	}
}

func TestPagesInEveryLanguage(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	owner := c.As(t, c.owner)
	for lang, words := range map[string][]string{"/zh-CN": {"仓库", "公开", "协作者"}, "/ja": {"リポジトリ", "公開", "コラボレーター"}, "/fr": {"Dépôts", "Public", "Collaborateurs"}} {
		expect(t, lang, owner.Get(lang+"/acme"), 200, words[0], `href="`+lang+`/acme/website"`)
		expect(t, lang, owner.Get(lang+"/acme/website"), 200, words[1], `href="`+lang+`/acme/website/settings"`)
		expect(t, lang, owner.Get(lang+"/acme/website/settings/access"), 200, words[2], `action="`+lang+`/acme/website/settings/access"`)
	}
}

// Addresses from before lead to the present ones, with what follows and in the
// same language.
func TestFormerAddressesLeadOn(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	owner, stranger := c.As(t, c.owner), c.As(t, c.stranger)
	leads(t, "rename", owner.Post("/acme/website/settings/rename", url.Values{"name": {"site"}}), 303, "/acme/site/settings")
	leads(t, "rename the private one", owner.Post("/acme/ledger/settings/rename", url.Values{"name": {"books"}}), 303, "/acme/books/settings")
	c.exec("UPDATE accounts SET login = 'acme-2' WHERE id = ?", c.acme.ID)
	c.exec("INSERT INTO account_redirects (login, account_id, created_at) VALUES ('acme', ?, now())", c.acme.ID)
	unclaimed := dbtest.Account(t, c.DB)
	for _, test := range []struct {
		from, to string
	}{
		{"/acme", "/acme-2"},
		{"/ja/acme?q=a&type=public", "/ja/acme-2?q=a&type=public"},
		{"/ACME-2", "/acme-2"},
		{"/acme/site", "/acme-2/site"},
		{"/acme/website", "/acme-2/site"},
		{"/fr/acme-2/Website", "/fr/acme-2/site"},
		{"/acme-2/SITE", "/acme-2/site"},
		{"/zh-CN/acme/website/settings/access?page=1", "/zh-CN/acme-2/site/settings/access?page=1"},
		{"/" + unclaimed.Login, "/publishers/" + unclaimed.Login},
		{"/ja/" + unclaimed.Login, "/ja/publishers/" + unclaimed.Login},
	} {
		a := owner.Get(test.from)
		leads(t, test.from, a, 301, test.to)
		if a.Header.Get("Cache-Control") == "" {
			t.Errorf("%s is kept for good", test.from)
		}
	}
	// Of what is private nobody hears.
	expect(t, "a stranger at the former name", stranger.Get("/acme/ledger"), 404)
	expect(t, "a stranger at the present name", stranger.Get("/acme-2/books"), 404)
}

func TestCreate(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	owner, member := c.As(t, c.owner), c.As(t, c.member)
	expect(t, "the form", owner.Get("/new?owner=acme"), 200, `value="acme" selected`, `value="owner-1"`)
	expect(t, "for somebody else", member.Get("/new?owner=acme"), 200, `!value="acme"`)
	form := url.Values{"owner": {"acme"}, "name": {"Website"}, "description": {"<script>alert(1)</script>"}, "visibility": {"public"}}
	expect(t, "taken", owner.Post("/new", form), 422, "repository of that name already", "&lt;script&gt;", `value="Website"`, `value="acme" selected`, `aria-invalid="true"`, "!<script>alert")
	form.Set("name", "a b")
	form.Set("visibility", "")
	expect(t, "no visibility", owner.Post("/new", form), 422)
	form.Set("visibility", "private")
	expect(t, "bad name", owner.Post("/new", form), 422, `value="a b"`)
	form.Set("name", "fresh")
	leads(t, "made", owner.Post("/new", form), 303, "/acme/fresh")
	expect(t, "its page", owner.Get("/acme/fresh"), 200, "The repository is there.", "&lt;script&gt;", "!<script>alert")
	expect(t, "said once", owner.Get("/acme/fresh"), 200, "!The repository is there.")
	form.Set("name", "other")
	expect(t, "by a member", member.Post("/new", form), 403)
	expect(t, "by a stranger", c.As(t, c.stranger).Post("/new", form), 404)
	expect(t, "from another site", fromElsewhere(owner, form), 403)
	for field, value := range map[string]string{"id": "1", "account_id": "1", "archived_at": "2026-01-01", "owner_id": "1"} {
		form.Set(field, value) // nothing that the form doesn't ask for is taken
	}
	form.Set("name", "assigned")
	leads(t, "with more than was asked for", owner.Post("/new", form), 303, "/acme/assigned")
	expect(t, "it is as any other", owner.Get("/acme/assigned"), 200, "!is archived")
}

func fromElsewhere(b *apptest.Browser, form url.Values) apptest.Answer {
	b.Header().Set("Sec-Fetch-Site", "cross-site")
	defer b.Header().Del("Sec-Fetch-Site")
	return b.Post("/new", form)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	admin := c.As(t, c.admin)
	const at = "/acme/website/settings"
	leads(t, "describe", admin.Post(at, url.Values{"description": {"What the world sees"}}), 303, at)
	expect(t, "described", admin.Get(at), 200, "What the world sees", "The description is saved.")
	expect(t, "too long", admin.Post(at, url.Values{"description": {strings.Repeat("x", 351)}}), 422, strings.Repeat("x", 351))
	expect(t, "a name that is taken", admin.Post(at+"/rename", url.Values{"name": {"LEDGER"}}), 422, "repository of that name already", `value="LEDGER"`)
	expect(t, "hide, wrong name", admin.Post(at+"/visibility", url.Values{"visibility": {"hide"}, "confirm_name": {"website"}}), 422, `value="website"`)
	leads(t, "hide", admin.Post(at+"/visibility", url.Values{"visibility": {"hide"}, "confirm_name": {"acme/website"}}), 303, at)
	expect(t, "hidden", c.Visitor(t).Get("/acme/website"), 404)
	expect(t, "the other way now", admin.Get(at+"/visibility"), 200, `value="publish"`)
	leads(t, "archive", admin.Post(at+"/archive", nil), 303, at)
	expect(t, "archived", admin.Get(at), 200, "The repository is archived.", "!settings/rename", "!settings/transfer")
	expect(t, "no change", admin.Post(at, url.Values{"description": {"x"}}), 409)
	expect(t, "no page for a change", admin.Get(at+"/transfer"), 409)
	leads(t, "unarchive", admin.Post(at+"/unarchive", nil), 303, at)
	expect(t, "delete, no name", admin.Post(at+"/delete", nil), 422)
	leads(t, "delete", admin.Post(at+"/delete", url.Values{"confirm_name": {"acme/website"}}), 303, "/settings/repositories")
	expect(t, "deleted", admin.Get("/acme/website"), 404)
}

// What shows, moves or deletes asks first whether it is still the same person.
func TestSensitiveActsAskForConfirmation(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	stale := c.AsUnconfirmed(t, c.owner)
	for _, page := range []string{"visibility", "transfer", "delete"} {
		if a := stale.Get("/acme/website/settings/" + page); a.Status != 303 || !strings.HasPrefix(a.Location, "/sudo") {
			t.Errorf("%s: %d %s", page, a.Status, a.Location)
		}
		stale.Post("/acme/website/settings/"+page, url.Values{"confirm_name": {"acme/website"}, "visibility": {"hide"}, "account": {"owner-1"}})
	}
	expect(t, "nothing happened", c.Visitor(t).Get("/acme/website"), 200)
	expect(t, "the first page needs none", stale.Get("/acme/website/settings"), 200)
}

func TestTransferBetweenTwo(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	owner, stranger := c.As(t, c.owner), c.As(t, c.stranger)
	const at = "/acme/ledger/settings/transfer"
	expect(t, "to nobody", owner.Post(at, url.Values{"account": {"nobody-here"}, "confirm_name": {"acme/ledger"}}), 422, `value="nobody-here"`)
	leads(t, "offer", owner.Post(at, url.Values{"account": {"stranger-1"}, "confirm_name": {"acme/ledger"}}), 303, "/acme/ledger/settings")
	expect(t, "it waits", owner.Get("/acme/ledger/settings"), 200, "Waiting for stranger-1", "transfer/cancel")
	expect(t, "the page that asks", stranger.Get("/acme/ledger/transfer"), 200, "Take acme/ledger?", "transfer/accept", "transfer/decline")
	expect(t, "no more of it", stranger.Get("/acme/ledger"), 404)
	theirs := dbtest.Repository(t, c.DB, c.stranger, "Ledger")
	expect(t, "the name is taken", stranger.Post("/acme/ledger/transfer/accept", nil), 422, "One of the two must be renamed")
	c.exec("DELETE FROM repositories WHERE id = ?", theirs.ID)
	leads(t, "decline", stranger.Post("/acme/ledger/transfer/decline", nil), 303, "/settings/repositories")
	expect(t, "too late", stranger.Post("/acme/ledger/transfer/accept", nil), 404)
	leads(t, "offer again", owner.Post(at, url.Values{"account": {"stranger-1"}, "confirm_name": {"acme/ledger"}}), 303, "/acme/ledger/settings")
	leads(t, "accept", stranger.Post("/acme/ledger/transfer/accept", nil), 303, "/stranger-1/ledger")
	expect(t, "theirs", stranger.Get("/stranger-1/ledger"), 200)
	expect(t, "no longer the owner's", owner.Get("/acme/ledger"), 404)
	leads(t, "the old address", c.As(t, c.admin).Get("/acme/ledger"), 301, "/stranger-1/ledger")
}

func TestAccess(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	owner := c.As(t, c.owner)
	const at = "/acme/ledger/settings/access"
	expect(t, "who has access", owner.Get(at), 200, "admin-1", "Members of acme", "As an owner of acme", "/organizations/acme/settings/member_privileges")
	expect(t, "nobody", owner.Post(at, url.Values{"login": {"nobody-here"}, "level": {"write"}}), 422, `value="nobody-here"`, `value="write" checked`)
	expect(t, "no level", owner.Post(at, url.Values{"login": {"stranger-1"}, "level": {"god"}}), 422)
	leads(t, "add", owner.Post(at, url.Values{"login": {"member-1"}, "level": {"write"}}), 303, at)
	expect(t, "added", owner.Get(at), 200, "member-1")
	member := fmt.Sprint(at, "/", c.member.ID)
	leads(t, "change", owner.Post(member, url.Values{"level": {"triage"}}), 303, at)
	expect(t, "it explains", c.As(t, c.member).Get("/acme/ledger"), 200, "Triage", "As a collaborator")
	leads(t, "remove", owner.Post(member+"/remove", nil), 303, at)
	expect(t, "by the base permission", c.As(t, c.member).Get("/acme/ledger"), 200, "From the base permission of acme")
	expect(t, "not a number", owner.Post(at+"/x/remove", nil), 404)
	admin := c.As(t, c.admin)
	expect(t, "leave?", admin.Get("/acme/ledger/leave"), 200, "Leave acme/ledger?")
	leads(t, "leave", admin.Post("/acme/ledger/leave", nil), 303, "/settings/repositories")
	expect(t, "left", admin.Get("/acme/ledger"), 404)
}

func TestMine(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	expect(t, "administrator", c.As(t, c.admin).Get("/settings/repositories"), 200, "acme/ledger", "acme/website", "As a collaborator", "/acme/ledger/leave")
	expect(t, "owner", c.As(t, c.owner).Get("/settings/repositories?q=ledger"), 200, "acme/ledger", "!acme/website", "As an owner of acme", "!/acme/ledger/leave")
	expect(t, "member", c.As(t, c.member).Get("/settings/repositories"), 200, "!acme/ledger", "No repositories yet")
	expect(t, "nothing found", c.As(t, c.owner).Get("/settings/repositories?q=zzz"), 200, "Nothing fits")
	expect(t, "odd kind", c.As(t, c.owner).Get("/settings/repositories?type=odd"), 400)
	expect(t, "odd page", c.As(t, c.owner).Get("/settings/repositories?page=9"), 400)
}

func TestImport(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	owner := c.As(t, c.owner)
	good := "name,description,visibility\na,\"<b>One</b>\",public\nb,,\n"
	bad := good + "bad name,,\nA,,\n"
	send := func(text, act, skip string) apptest.Answer {
		return owner.Post("/new/import", url.Values{"owner": {"acme"}, "text": {text}, "act": {act}, "skip": {skip}})
	}
	expect(t, "check", send(good, "check", ""), 200, "2 new", "0 bad lines", "&lt;b&gt;", "!<b>One")
	expect(t, "nothing yet", owner.Get("/acme/a"), 404)
	expect(t, "check bad lines", send(bad, "check", ""), 200, "2 new", "2 bad lines", ">4<", ">5<")
	expect(t, "refused", send(bad, "create", ""), 422, "Nothing was created", "bad name")
	expect(t, "still nothing", owner.Get("/acme/a"), 404)
	expect(t, "bad lines skipped", send(bad, "create", "true"), 200, "2 repositories created", "2 bad lines")
	expect(t, "made", owner.Get("/acme/a"), 200)
	expect(t, "again", send(good, "create", ""), 200, "0 repositories created", "2 exist already")
	expect(t, "no list", send("hello", "create", ""), 422, "whose first line names the columns", ">hello</textarea>")
	expect(t, "nothing at all", send("", "create", ""), 422)
	expect(t, "by a member", c.As(t, c.member).Post("/new/import", url.Values{"owner": {"acme"}, "text": {good}}), 403)
	expect(t, "a file", upload(t, owner, "[{\"name\":\"from-file\"}]"), 200, "1 repository created")
	expect(t, "a file that is no text", upload(t, owner, "\xff\xfe\x00"), 422)
}

func TestImportOfTenThousand(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	var text strings.Builder
	text.WriteString("name,description,visibility\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "r%d,%s,private\n", i, strings.Repeat("x", 300))
	}
	if text.Len() < 3<<20 {
		t.Fatal("the list is no larger than any other request may be")
	}
	expect(t, "ten thousand", upload(t, c.As(t, c.owner), text.String()), 200, "10,000 repositories created")
	a := c.As(t, c.owner).Do(http.MethodPost, "/new", "application/x-www-form-urlencoded", "name="+strings.Repeat("x", 3<<20))
	expect(t, "other addresses take less", a, 413)
	a = c.As(t, c.owner).Do(http.MethodPost, "/new/import", "application/x-www-form-urlencoded", "text="+strings.Repeat("x", 9<<20))
	expect(t, "and this one no more than it must", a, 413)
}

func upload(t *testing.T, b *apptest.Browser, text string) apptest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"owner": "acme", "act": "create"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "list.csv")
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Do(http.MethodPost, "/new/import", w.FormDataContentType(), body.String())
}

// A page costs the same however much there is on it.
func TestPagesCostAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec(`INSERT INTO repositories (account_id, name, private, created_at, updated_at)
		SELECT ?, 'r' || n, n % 2 = 0, now(), now() FROM generate_series(1, 3000) n`, c.acme.ID)
	for path, wanted := range map[string]struct{ anonymous, owner int64 }{
		"/acme":                         {2, 3},
		"/acme?q=r1&page=2":             {2, 3},
		"/acme/website":                 {1, 2},
		"/settings/repositories?page=9": {0, 2},
		"/acme/website/settings/access": {0, 4},
	} {
		visitor, owner := c.Visitor(t), c.As(t, c.owner)
		if n := dbtest.Statements(c.DB, func() { visitor.Get(path) }); n != wanted.anonymous {
			t.Errorf("%s anonymously: %d statements, want %d", path, n, wanted.anonymous)
		}
		if n := dbtest.Statements(c.DB, func() { expect(t, path, owner.Get(path), 200) }); n != wanted.owner {
			t.Errorf("%s as its owner: %d statements, want %d", path, n, wanted.owner)
		}
	}
}

func TestAccountPage(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.exec("UPDATE accounts SET name = 'Acme <Inc>', bio = '<script>x</script>', website_url = 'https://acme.example/', location = 'Kyōto', verified_at = now() WHERE id = ?", c.acme.ID)
	c.exec("INSERT INTO domains (organization_id, name, challenge, method, verified_at, created_at) VALUES (?, 'acme.example', 'x', 'dns', now(), now())", c.acme.ID)
	dbtest.Listing(t, c.DB, dbtest.By(c.acme))
	visitor := c.Visitor(t).Get("/acme")
	expect(t, "anyone", visitor, 200, "Acme &lt;Inc&gt;", "&lt;script&gt;", "!<script>x", "Kyōto", "Verified publisher", "Holds acme.example.",
		"/publishers/acme", "website", "!ledger", "!member", "!/organizations/acme/settings", "!noindex", "index")
	expect(t, "member", c.As(t, c.member).Get("/acme"), 200, "ledger", "2 members", "/orgs/acme/people", "!/organizations/acme/settings")
	expect(t, "owner", c.As(t, c.owner).Get("/acme"), 200, "/organizations/acme/settings/profile", "/new?owner=acme")
	expect(t, "narrowed", c.Visitor(t).Get("/acme?q=web"), 200, "noindex")
	expect(t, "oneself", c.As(t, c.stranger).Get("/stranger-1"), 200, "/settings/profile", "No repositories yet")
	expect(t, "somebody", c.Visitor(t).Get("/stranger-1"), 200, "No public repositories", "!/settings/profile")
	staff := dbtest.User(t, c.DB, "staff-1")
	dbtest.MakeStaff(t, c.DB, staff, models.StaffSupport)
	expect(t, "staff sees the suspended", c.As(t, staff).Get("/gone"), 200, "Suspended", "noindex")
	expect(t, "private pages aren't indexed", c.As(t, c.owner).Get("/acme/ledger"), 200, "noindex")
}
