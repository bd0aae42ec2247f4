package claims_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/outside"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// beyond is what stands outside, by address.
type beyond map[string]string

func (b beyond) LookupTXT(_ context.Context, name string) ([]string, error) {
	if text, ok := b[name]; ok {
		return []string{text}, nil
	}
	return nil, nil
}

func (b beyond) Fetch(_ context.Context, address, _ string) ([]byte, error) {
	if text, ok := b[address]; ok {
		return []byte(text), nil
	}
	return nil, &outside.StatusError{Status: 404}
}

// cast is a marketplace with the imported listing stray of oldco, with ada, who
// owns acme and claims it, eve, who claims it too, and two reviewers.
type cast struct {
	*apptest.App
	t                            *testing.T
	out                          beyond
	ada, eve, grace, linus, acme models.Account
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t, out: beyond{}}
	c.Outside = c.out
	for login, a := range map[string]*models.Account{"ada": &c.ada, "eve": &c.eve, "grace": &c.grace, "linus": &c.linus} {
		*a = dbtest.User(t, c.DB, login)
	}
	dbtest.MakeStaff(t, c.DB, c.grace, models.StaffReviewer)
	dbtest.MakeStaff(t, c.DB, c.linus, models.StaffReviewer)
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada)
	oldco := dbtest.Account(t, c.DB, func(a *models.Account) { a.Login = "oldco" })
	dbtest.Listing(t, c.DB, dbtest.Named("stray", "Stray"), dbtest.By(oldco), dbtest.In("testing"), func(e *dbtest.Entry) {
		e.App.HomepageURL, e.Links.Repository = "https://stray.example", "https://github.com/acme/stray"
	})
	return c
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

// last is the id and the challenge of the newest claim.
func (c *cast) last() (id, challenge string) {
	c.t.Helper()
	var n int64
	err := c.DB.Pool().QueryRow(c.t.Context(), `SELECT id, challenge FROM listing_claims ORDER BY id DESC LIMIT 1`).Scan(&n, &challenge)
	if err != nil {
		c.t.Fatal(err)
	}
	return strconv.FormatInt(n, 10), challenge
}

// claim claims stray for login and proves it by the file on the website.
func (c *cast) claim(b *apptest.Browser, login, words string) (id string) {
	c.t.Helper()
	expect(c.t, "claimed", b.Post("/marketplace/stray/claim", form("account", login, "words", words)), 303)
	id, c.out["https://stray.example/.well-known/souk-claim.txt"] = c.last()
	expect(c.t, "checked", b.Post("/marketplace/stray/claim/check", form("claim", id)), 303)
	return id
}

const script = `<script>alert(1)</script>`

// TestClaiming goes from a listing's page to its desk.
func TestClaiming(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	visitor := c.Visitor(t)
	expect(t, "the listing", visitor.Get("/marketplace/stray"), 200, "This listing was imported", `href="/marketplace/stray/claim"`)
	if a := visitor.Get("/marketplace/stray/claim"); a.Status != 303 || a.Location != "/login?return_to=%2Fmarketplace%2Fstray%2Fclaim" {
		t.Errorf("a visitor is sent to %d %s", a.Status, a.Location)
	}
	ada := c.As(t, c.ada)
	expect(t, "the form", ada.Get("/marketplace/stray/claim"), 200, "Claim Stray", `value="ada"`, `value="acme"`, "stray.example", "github.com/acme/stray", "!souk-claim=")
	expect(t, "for others", ada.Post("/marketplace/stray/claim", form("account", "eve", "words", "typed "+script)), 422, "typed &lt;script&gt;", "!"+script, "Choose yourself")
	expect(t, "nothing there", ada.Get("/marketplace/nothing/claim"), 404)
	expect(t, "claimed", ada.Post("/marketplace/stray/claim", form("account", "acme", "words", "We make it "+script)), 303)
	id, challenge := c.last()
	expect(t, "how to prove it", ada.Get("/marketplace/stray/claim"), 200, challenge, "_souk-claim.stray.example", "https://stray.example/.well-known/souk-claim.txt", ".souk-claim",
		"!"+script, `value="ada"`, `!value="acme"`)
	expect(t, "of others", c.As(t, c.eve).Get("/marketplace/stray/claim"), 200, "!"+challenge)
	c.out["https://stray.example/.well-known/souk-claim.txt"] = "something else"
	expect(t, "checked", ada.Post("/marketplace/stray/claim/check", form("claim", id)), 303)
	expect(t, "what was found", ada.Get("/marketplace/stray/claim"), 200, "Nothing stands there", "Something else stands there", "raw.githubusercontent.com/acme/stray/HEAD/.souk-claim")
	c.out["_souk-claim.stray.example"] = challenge
	expect(t, "checked", ada.Post("/marketplace/stray/claim/check", form("claim", id)), 303)
	expect(t, "waits", ada.Get("/marketplace/stray/claim"), 200, "Waits for staff", "Proven by a DNS record of stray.example", "!Check now")
	expect(t, "checked once more", ada.Post("/marketplace/stray/claim/check", form("claim", id)), 409)
	expect(t, "my claims", ada.Get("/marketplace/manage"), 200, `href="/marketplace/stray/claim"`, "Waits for staff")

	staff := c.As(t, c.grace)
	expect(t, "the desk", staff.Get("/staff"), 200, `href="/staff/claims"`)
	expect(t, "the list", staff.Get("/staff/claims"), 200, "Stray, claimed by acme", "oldco", "!Contested")
	expect(t, "none decided", staff.Get("/staff/claims?view=decided"), 200, "Nothing here")
	expect(t, "the claim", staff.Get("/staff/claims/"+id), 200, "We make it &lt;script&gt;", "!"+script, "Imported, nobody signs in", "Decide on the claim")
	expect(t, "an empty note", staff.Post("/staff/claims/"+id+"/notes", form("body", " ")), 422, "Write something")
	expect(t, "a note", staff.Post("/staff/claims/"+id+"/notes", form("body", "Looks right "+script)), 303)
	expect(t, "the note", staff.Get("/staff/claims/"+id), 200, "Looks right &lt;script&gt;", "!"+script)
	if a := c.AsUnconfirmed(t, c.grace).Get("/staff/claims/" + id + "/decision"); a.Status != 303 || !strings.HasPrefix(a.Location, "/sudo") {
		t.Errorf("without a confirmed session: %d %s", a.Status, a.Location)
	}
	expect(t, "deciding", staff.Get("/staff/claims/"+id+"/decision"), 200, "What it means if acme gets it", "!Words to those")
	expect(t, "no answer", staff.Post("/staff/claims/"+id+"/decision", form("decision", "approved")), 422, "Write what the claimant reads", `value="approved" checked`)
	expect(t, "granted", staff.Post("/staff/claims/"+id+"/decision", form("decision", "approved", "answer", "Welcome "+script)), 303)
	expect(t, "twice", staff.Post("/staff/claims/"+id+"/decision", form("decision", "refused", "answer", "x")), 409)
	for _, nothing := range []string{"999", "0", "-1", "x", "99999999999999999999", "1%00"} {
		expect(t, nothing, staff.Get("/staff/claims/"+nothing), 404)
	}

	expect(t, "the answer", ada.Get("/marketplace/stray/claim"), 200, "Granted", "Welcome &lt;script&gt;", "You look after this listing already")
	expect(t, "the editor", ada.Get("/marketplace/manage/stray/text"), 200, "Stray")
	expect(t, "the app", ada.Get("/settings/apps/stray"), 200, "Iv23")
	expect(t, "the inbox", ada.Get("/notifications"), 200, "Stray is yours")
	expect(t, "for visitors", visitor.Get("/marketplace/stray"), 200, "acme", "!This listing was imported", "!/claim")
	expect(t, "the ledger", visitor.Get("/marketplace/stray/permissions"), 200, "Claimed by acme")
	if a := visitor.Get("/publishers/oldco"); a.Status != 303 || a.Location != "/publishers/acme" {
		t.Errorf("the old publisher leads to %d %s", a.Status, a.Location)
	}
}

// TestContesting goes from a claimed listing to its rightful owner.
func TestContesting(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	eve, ada, staff := c.As(t, c.eve), c.As(t, c.ada), c.As(t, c.grace)
	id := c.claim(eve, "eve", "")
	expect(t, "granted", staff.Post("/staff/claims/"+id+"/decision", form("decision", "approved", "answer", "Welcome")), 303)
	expect(t, "the form", ada.Get("/marketplace/stray/claim"), 200, "eve looks after this listing", "Why is it yours")
	expect(t, "without words", ada.Post("/marketplace/stray/claim", form("account", "acme", "words", "mine")), 422, "Say in a sentence or two")
	id = c.claim(ada, "acme", "We have made it since 2019, and eve never had a part in it.")
	expect(t, "eve hears", eve.Get("/notifications"), 200, "acme says that Stray is theirs")
	expect(t, "the list", staff.Get("/staff/claims"), 200, "Contested", "Publisher: eve")
	expect(t, "the claim", staff.Get("/staff/claims/"+id), 200, "eve has this listing", "Other claims of this listing", "Granted")
	expect(t, "deciding", staff.Get("/staff/claims/"+id+"/decision"), 200, "eve loses the listing", "danger-zone", `name="others"`)
	expect(t, "no words to eve", staff.Post("/staff/claims/"+id+"/decision", form("decision", "approved", "answer", "Sorry")), 422, "Others lose by this", "Sorry")
	expect(t, "granted", staff.Post("/staff/claims/"+id+"/decision", form("decision", "approved", "answer", "Sorry", "others", "It is theirs")), 303)
	expect(t, "eve's desk", eve.Get("/marketplace/manage/stray"), 404)
	expect(t, "eve's inbox", eve.Get("/notifications"), 200, "Stray now belongs to acme")
	expect(t, "ada's desk", ada.Get("/marketplace/manage/stray/text"), 200)
}

// TestWithdrawing ends a claim, and others don't learn of it.
func TestWithdrawing(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	expect(t, "claimed", ada.Post("/marketplace/stray/claim", form("account", "acme")), 303)
	expect(t, "twice", ada.Post("/marketplace/stray/claim", form("account", "acme")), 409)
	id, _ := c.last()
	expect(t, "another's", c.As(t, c.eve).Post("/marketplace/stray/claim/withdraw", form("claim", id)), 404)
	expect(t, "withdrawn", ada.Post("/marketplace/stray/claim/withdraw", form("claim", id)), 303)
	expect(t, "afterwards", ada.Get("/marketplace/stray/claim"), 200, "Withdrawn", `value="acme"`)
	expect(t, "claimed again", ada.Post("/marketplace/stray/claim", form("account", "acme")), 303)
	c.Clock.Pass(15 * 24 * time.Hour)
	id, _ = c.last()
	ada = c.As(t, c.ada)
	expect(t, "too late", ada.Get("/marketplace/stray/claim"), 200, "Ran out")
	expect(t, "checked", ada.Post("/marketplace/stray/claim/check", form("claim", id)), 409)
}

// TestPagesInAllLanguages are there.
func TestPagesInAllLanguages(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	id := c.claim(c.As(t, c.ada), "acme", "")
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		expect(t, lang, c.As(t, c.eve).Get("/"+lang+"/marketplace/stray/claim"), 200, "Stray")
		expect(t, lang, c.As(t, c.grace).Get("/"+lang+"/staff/claims"), 200, "Stray")
		expect(t, lang, c.As(t, c.grace).Get("/"+lang+"/staff/claims/"+id), 200, "Stray")
		expect(t, lang, c.Visitor(t).Get("/"+lang+"/docs/claiming"), 200, "souk-claim")
	}
}
