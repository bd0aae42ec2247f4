package organizations_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/outside"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*apptest.App
	acme          models.Account
	ada, bob, eve models.Account
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{App: apptest.New(t)}
	w.ada, w.bob, w.eve = dbtest.User(t, w.DB, "ada"), dbtest.User(t, w.DB, "bob"), dbtest.User(t, w.DB, "eve")
	w.acme = dbtest.Organization(t, w.DB, "acme", w.ada)
	dbtest.Member(t, w.DB, w.acme, w.bob, models.RoleMember)
	return w
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if err := w.DB.Read(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func (w *world) text(t *testing.T, sql string, args ...any) string {
	t.Helper()
	var s *string
	if err := w.DB.Read(t.Context()).Raw(`SELECT (`+sql+`)::text`, args...).Row().Scan(&s); err != nil {
		t.Fatal(err)
	}
	if s == nil {
		return ""
	}
	return *s
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// shows fails the test unless a page has a status and all of the texts.
func shows(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s: status %d to %q, want %d: %s", what, a.Status, a.Location, status, a.Body)
	}
	for _, s := range texts {
		if !strings.Contains(a.Body, s) {
			t.Errorf("%s doesn't say %q:\n%s", what, s, a.Body)
		}
	}
}

func leads(t *testing.T, what string, a apptest.Answer, to string) {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Location != to {
		t.Errorf("%s: status %d to %q, want %q: %s", what, a.Status, a.Location, to, a.Body)
	}
}

func TestCreating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := w.As(t, w.eve)
	shows(t, "the form", eve.Get("/organizations/new"), 200, `name="login"`, `action="/organizations/new"`)
	a := eve.Post("/organizations/new", form("login", "ACME", "name", "Ac<me", "mail", "no"))
	shows(t, "a bad form", a, 422, `value="ACME"`, `value="Ac&lt;me"`, "aria-invalid", `href="#f-mail"`)
	shows(t, "a taken login", eve.Post("/organizations/new", form("login", "acme")), 422, `href="#f-login"`)
	leads(t, "creating", eve.Post("/organizations/new", form("login", "globex", "name", "Globex")), "/orgs/globex/people/invitations")
	shows(t, "the list", eve.Get("/settings/organizations"), 200, "Globex", "Owner", "/organizations/globex/settings/profile")
	leads(t, "a stranger", w.Visitor(t).Get("/organizations/new"), "/login?return_to=%2Forganizations%2Fnew")
	w.exec(t, `UPDATE users SET mail_verified_at = NULL`)
	if a := eve.Get("/organizations/new"); a.Status != 403 {
		t.Errorf("without a confirmed address: %d", a.Status)
	}
}

func TestPeoplePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.As(t, w.ada), w.As(t, w.bob)
	shows(t, "for an owner", ada.Get("/orgs/acme/people"), 200, "2 people", "/orgs/acme/people/bob", `name="state"`, "No two-factor")
	a := bob.Get("/orgs/acme/people")
	shows(t, "for a member", a, 200, "2 people", "ada")
	for _, s := range []string{"/orgs/acme/people/bob", `name="state"`, "No two-factor", "/organizations/acme/settings"} {
		if strings.Contains(a.Body, s) {
			t.Errorf("a member sees %q", s)
		}
	}
	shows(t, "a search", bob.Get("/orgs/acme/people?query=AD"), 200, "1 person")
	shows(t, "nothing found", bob.Get("/orgs/acme/people?query=zzz"), 200, "Nobody matches", `href="/orgs/acme/people"`)
	shows(t, "a bad role", bob.Get("/orgs/acme/people?role=king"), 400)
	shows(t, "a stranger", w.As(t, w.eve).Get("/orgs/acme/people"), 404)

	shows(t, "managing", ada.Get("/orgs/acme/people/bob"), 200, `value="member" checked`, "/orgs/acme/people/bob/remove")
	shows(t, "managing, for a member", bob.Get("/orgs/acme/people/ada"), 403)
	shows(t, "nobody", ada.Get("/orgs/acme/people/eve"), 404)
	shows(t, "no role", ada.Post("/orgs/acme/people/bob/role", form("role", "king")), 422, "f-role-problem")
	leads(t, "a role", ada.Post("/orgs/acme/people/bob/role", form("role", "owner")), "/orgs/acme/people")
	shows(t, "removing", ada.Get("/orgs/acme/people/bob/remove"), 200, "Remove bob")
	// Bob is an owner by the next request, and none any more by the one after.
	shows(t, "bob as an owner", bob.Get("/orgs/acme/people/ada"), 200)
	leads(t, "and a member", ada.Post("/orgs/acme/people/bob/role", form("role", "member")), "/orgs/acme/people")
	shows(t, "bob as a member", bob.Post("/orgs/acme/people/ada/remove", nil), 403)
	leads(t, "removing", ada.Post("/orgs/acme/people/bob/remove", nil), "/orgs/acme/people")
	shows(t, "bob as nobody", bob.Get("/orgs/acme/people"), 404)

	shows(t, "the last owner", ada.Get("/orgs/acme/leave"), 200, "An organization needs an owner")
	shows(t, "leaving all the same", ada.Post("/orgs/acme/leave", nil), 409)
}

func TestLeaving(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.As(t, w.bob)
	shows(t, "the page", bob.Get("/orgs/acme/leave"), 200, "Leave acme")
	leads(t, "leaving", bob.Post("/orgs/acme/leave", nil), "/settings/organizations")
	shows(t, "afterwards", bob.Get("/settings/organizations"), 200, "You belong to no organization", "You have left the organization")
	shows(t, "leaving again", bob.Post("/orgs/acme/leave", nil), 404)
	shows(t, "a stranger", w.As(t, w.eve).Get("/orgs/acme/leave"), 404)
}

func TestInvitationPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, eve := w.As(t, w.ada), w.As(t, w.eve)
	shows(t, "the page", ada.Get("/orgs/acme/people/invitations"), 200, "No invitation waits", `value="member" checked`)
	shows(t, "a bad one", ada.Post("/orgs/acme/people/invitations", form("invitee", "<nobody>", "role", "owner")), 422, `value="&lt;nobody&gt;"`, `value="owner" checked`)
	leads(t, "inviting eve", ada.Post("/orgs/acme/people/invitations", form("invitee", "eve", "role", "member")), "/orgs/acme/people/invitations")
	leads(t, "inviting a guest", ada.Post("/orgs/acme/people/invitations", form("invitee", "guest@example.test", "role", "owner")), "/orgs/acme/people/invitations")
	list := ada.Get("/orgs/acme/people/invitations")
	shows(t, "the list", list, 200, "eve", "guest@example.test", "/resend", "/withdraw")

	shows(t, "eve's list", eve.Get("/settings/organizations"), 200, "Invitations to you", "/orgs/acme/invitation")
	shows(t, "eve's invitation", eve.Get("/orgs/acme/invitation"), 200, "Join acme", "/orgs/acme/invitation/decline")
	shows(t, "bob's", w.As(t, w.bob).Get("/orgs/acme/invitation"), 404)
	leads(t, "accepting", eve.Post("/orgs/acme/invitation", nil), "/settings/organizations")
	shows(t, "what is over", eve.Get("/orgs/acme/invitation"), 410, "This invitation is over")

	token, err := w.Verbs.Identity.Mint(t.Context(), models.PurposeInvitation, nil, w.text(t, `SELECT id FROM invitations WHERE mail <> ''`))
	if err != nil {
		t.Fatal(err)
	}
	link := "/invitations/" + token
	a := w.Visitor(t).Get(link)
	shows(t, "the link", a, 200, "guest@example.test", "/join?mail=guest%40example.test&amp;return_to=%2Finvitations%2F"+token, "/login?return_to=")
	if a.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the link goes on to other sites")
	}
	leads(t, "accepting as nobody", w.Visitor(t).Get("/orgs/acme/invitation"), "/login?return_to=%2Forgs%2Facme%2Finvitation")
	if a := w.Visitor(t).Post(link, nil); a.Status != 401 {
		t.Errorf("accepting as nobody: %d", a.Status)
	}
	shows(t, "the wrong person", eve.Get(link), 200, "your account has another address")
	shows(t, "the wrong person accepts", eve.Post(link, nil), 403)
	guest := dbtest.User(t, w.DB, "guest")
	w.exec(t, `UPDATE users SET mail_verified_at = NULL WHERE account_id = ?`, guest.ID)
	shows(t, "the right one", w.As(t, guest).Get(link), 200, "also confirms guest@example.test")
	leads(t, "accepts", w.As(t, guest).Post(link, nil), "/settings/organizations")
	shows(t, "the used link", w.Visitor(t).Get(link), 410)
	shows(t, "a made-up link", w.Visitor(t).Get("/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAA"), 410)
}

func TestSettingsPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.As(t, w.ada)
	leads(t, "saving the profile", ada.Post("/organizations/acme/settings/profile", form("name", `"><script>alert(1)</script>`, "bio", "<b>x</b>")), "/organizations/acme/settings/profile")
	a := ada.Get("/organizations/acme/settings/profile")
	shows(t, "the profile", a, 200, "The profile is saved", "&lt;b&gt;x&lt;/b&gt;")
	if strings.Contains(a.Body, "<script>alert") {
		t.Error("the name is script")
	}
	shows(t, "a bad profile", ada.Post("/organizations/acme/settings/profile", form("name", "x", "website_url", "javascript:alert(1)")), 422, `href="#f-website_url"`)
	shows(t, "a bad address", ada.Post("/organizations/acme/settings/mail", form("mail", "a@b\nc")), 422, `href="#f-mail"`)
	leads(t, "an address", ada.Post("/organizations/acme/settings/mail", form("mail", "new@example.test")), "/organizations/acme/settings/profile")
	leads(t, "asking again", ada.Post("/organizations/acme/settings/mail/confirmation", nil), "/organizations/acme/settings/profile")

	shows(t, "privileges", ada.Get("/organizations/acme/settings/member_privileges"), 200, `value="read" checked`, `value="approval" checked`)
	shows(t, "bad privileges", ada.Post("/organizations/acme/settings/member_privileges", form("base_permission", "king", "oauth_policy", "open")), 422, `value="open" checked`)
	leads(t, "saving privileges", ada.Post("/organizations/acme/settings/member_privileges",
		form("base_permission", "none", "oauth_policy", "open", "members_may_request_apps", "true")), "/organizations/acme/settings/member_privileges")
	if got := w.text(t, `SELECT base_permission || members_may_request_apps || repository_admins_may_install || oauth_policy FROM organizations`); got != "nonetruefalseopen" {
		t.Error(got)
	}

	shows(t, "security, without a factor", ada.Get("/organizations/acme/settings/security"), 200, "bob", "Turn on two-factor authentication for your own account")
	shows(t, "requiring without a factor", ada.Post("/organizations/acme/settings/security", form("required", "true")), 403)
	w.exec(t, `UPDATE users SET two_factor_at = now() WHERE account_id = ?`, w.ada.ID)
	shows(t, "security", ada.Get("/organizations/acme/settings/security"), 200, "1 member has no second factor and would be suspended", "Require it and suspend 1 member")
	leads(t, "requiring", ada.Post("/organizations/acme/settings/security", form("required", "true")), "/organizations/acme/settings/security")
	shows(t, "what is required", ada.Get("/organizations/acme/settings/security"), 200, "1 member is suspended", "Stop requiring it")
	shows(t, "bob", w.As(t, w.bob).Get("/orgs/acme/people"), 404)
	shows(t, "bob's list", w.As(t, w.bob).Get("/settings/organizations"), 200, "requires two-factor authentication", `href="/settings/security"`)

	for _, page := range []string{"profile", "rename", "delete", "member_privileges", "security", "domains"} {
		shows(t, page+" for a stranger", w.As(t, w.eve).Get("/organizations/acme/settings/"+page), 404)
	}
}

func TestRenamingAndDeleting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.As(t, w.ada)
	dbtest.Listing(t, w.DB, dbtest.By(w.acme))
	leads(t, "without a confirmed session", w.AsUnconfirmed(t, w.ada).Get("/organizations/acme/settings/delete"), "/sudo?return_to=%2Forganizations%2Facme%2Fsettings%2Fdelete")
	shows(t, "renaming", ada.Get("/organizations/acme/settings/rename"), 200, `value="acme"`)
	shows(t, "a taken login", ada.Post("/organizations/acme/settings/rename", form("login", "bob")), 422, `value="bob"`)
	leads(t, "a new login", ada.Post("/organizations/acme/settings/rename", form("login", "Acme-Labs")), "/organizations/acme-labs/settings/profile")
	leads(t, "the old people", ada.Get("/orgs/acme/people?role=owner"), "/orgs/acme-labs/people?role=owner")
	leads(t, "the old settings", ada.Get("/organizations/acme/settings/domains"), "/organizations/acme-labs/settings/domains")
	leads(t, "the old publisher", w.Visitor(t).Get("/publishers/acme"), "/publishers/acme-labs")
	shows(t, "the publisher", w.Visitor(t).Get("/publishers/acme-labs"), 200, "acme-labs")
	shows(t, "an app keeps it", ada.Get("/organizations/acme-labs/settings/delete"), 200, "owns 1 app")
	shows(t, "all the same", ada.Post("/organizations/acme-labs/settings/delete", form("confirm_name", "acme-labs")), 409)
	w.exec(t, `DELETE FROM listings`)
	w.exec(t, `DELETE FROM apps`)
	dbtest.Repository(t, w.DB, w.acme, "widget")
	shows(t, "what goes with it", ada.Get("/organizations/acme-labs/settings/delete"), 200, "1 repository is deleted", "2 people no longer belong")
	shows(t, "a slip", ada.Post("/organizations/acme-labs/settings/delete", form("confirm_name", "acme")), 422, `value="acme"`, `href="#f-confirm_name"`)
	leads(t, "deleting", ada.Post("/organizations/acme-labs/settings/delete", form("confirm_name", "acme-labs")), "/settings/organizations")
	shows(t, "what is gone", ada.Get("/orgs/acme-labs/people"), 404)
}

// proofs is a network in which every domain is proven by a record that the test
// puts there.
type proofs map[string]string

func (p proofs) LookupTXT(_ context.Context, name string) ([]string, error) {
	return []string{"v=spf1 -all", p[name]}, nil
}

func (proofs) Fetch(context.Context, string, string) ([]byte, error) {
	return nil, &outside.StatusError{Status: 404}
}

func TestDomainPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	found := proofs{}
	w.Outside = found
	ada := w.As(t, w.ada)
	shows(t, "no domain", ada.Get("/organizations/acme/settings/domains"), 200, "No domain yet", "Verified publisher")
	shows(t, "a bad domain", ada.Post("/organizations/acme/settings/domains", form("domain", "co.uk")), 422, `value="co.uk"`, `href="#f-domain"`)
	a := ada.Post("/organizations/acme/settings/domains", form("domain", "https://Example.org/"))
	page := "/organizations/acme/settings/domains/" + w.text(t, `SELECT id FROM domains`)
	leads(t, "adding", a, page)
	challenge := w.text(t, `SELECT challenge FROM domains`)
	shows(t, "the domain", ada.Get(page), 200, "_souk-challenge.example.org", "https://example.org/.well-known/souk-challenge.txt", challenge)
	shows(t, "checking too early", ada.Post(page+"/check", nil), 422, "v=spf1 -all", "Nothing stands there")
	found["_souk-challenge.example.org"] = challenge
	leads(t, "checking", ada.Post(page+"/check", nil), "/organizations/acme/settings/domains")
	shows(t, "the list", ada.Get("/organizations/acme/settings/domains"), 200, "Verified", "DNS record")
	shows(t, "removing", ada.Get(page+"/remove"), 200, "Remove example.org?")

	// All three together make a verified publisher, and its pages say which.
	dbtest.Listing(t, w.DB, dbtest.Named("widget", "Widget"), dbtest.By(w.acme))
	w.exec(t, `UPDATE users SET two_factor_at = now()`)
	w.exec(t, `UPDATE organizations SET mail_verified_at = now()`)
	leads(t, "requiring a factor", ada.Post("/organizations/acme/settings/security", form("required", "true")), "/organizations/acme/settings/security")
	for _, public := range []string{"/publishers/acme", "/marketplace/widget"} {
		shows(t, public, w.Visitor(t).Get(public), 200, "proven that it holds example.org", "Nobody has checked the code", "/docs/verified-publishers")
	}
	leads(t, "removing", ada.Post(page+"/remove", nil), "/organizations/acme/settings/domains")
	shows(t, "the publisher", w.Visitor(t).Get("/publishers/acme"), 200, "Nobody has checked who stands behind")
	shows(t, "what is gone", ada.Get(page), 404)
	shows(t, "no number", ada.Get("/organizations/acme/settings/domains/x"), 404)
}

// Pages speak every language, and forms stay in it.
func TestLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.As(t, w.ada)
	for lang, word := range map[string]string{"ja": "メンバー", "zh-CN": "成员", "fr": "Membres"} {
		shows(t, lang, ada.Get("/"+lang+"/orgs/acme/people"), 200, word, `href="/`+lang+`/orgs/acme/people/bob"`)
	}
	leads(t, "a form", ada.Post("/ja/organizations/acme/settings/profile", form("name", "アクメ")), "/ja/organizations/acme/settings/profile")
}

func TestStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.As(t, w.ada)
	for page, want := range map[string]int64{
		"/orgs/acme/people": 3, "/orgs/acme/people/invitations": 3, "/settings/organizations": 3, "/organizations/acme/settings/domains": 3,
		"/organizations/acme/settings/security": 3, "/organizations/acme/settings/profile": 2,
	} {
		if got := dbtest.Statements(w.DB, func() { shows(t, page, ada.Get(page), 200) }); got != want {
			t.Errorf("%s takes %d statements, not %d", page, got, want)
		}
	}
}

// Somebody without an account follows the link, joins with the address that was
// invited, comes back and accepts; the link has confirmed the address too. The
// person who was told in the inbox gets there from it.
func TestJoiningByInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.As(t, w.ada)
	leads(t, "inviting", ada.Post("/orgs/acme/people/invitations", form("invitee", "newcomer@example.test", "role", "member")), "/orgs/acme/people/invitations")
	token, err := w.Verbs.Identity.Mint(t.Context(), models.PurposeInvitation, nil, w.text(t, `SELECT id FROM invitations`))
	if err != nil {
		t.Fatal(err)
	}
	link := "/invitations/" + token
	guest := w.Visitor(t)
	shows(t, "the form", guest.Get("/join?mail=newcomer%40example.test&return_to="+url.QueryEscape(link)), 200, `value="newcomer@example.test"`)
	leads(t, "joining", guest.Post("/join", form("login", "newcomer", "mail", "newcomer@example.test", "password", "quite-a-long-Sentence-7", "return_to", link)), link)
	shows(t, "back again", guest.Get(link), 200, "also confirms newcomer@example.test")
	leads(t, "accepting", guest.Post(link, nil), "/settings/organizations")
	shows(t, "the list", guest.Get("/settings/organizations"), 200, "acme", "Welcome. You now belong")
	if got := w.text(t, `SELECT mail_verified_at IS NOT NULL FROM users JOIN accounts ON id = account_id WHERE login = 'newcomer'`); got != "true" {
		t.Error("the address isn't confirmed")
	}
	leads(t, "inviting eve", ada.Post("/orgs/acme/people/invitations", form("invitee", "eve", "role", "owner")), "/orgs/acme/people/invitations")
	eve := w.As(t, w.eve)
	shows(t, "eve's inbox", eve.Get("/notifications"), 200, "ada invites you to join acme")
	leads(t, "following it", eve.Get("/notifications/"+w.text(t, `SELECT id FROM notifications WHERE account_id = ?`, w.eve.ID)), "/orgs/acme/invitation")
}
