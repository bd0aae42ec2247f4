package entry_test

import (
	"net/http"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/jobs"
	"souk/web/paths"
)

// carryOut does what the workers do with the resets that wait.
func carryOut(t *testing.T, app *apptest.App, name string) {
	t.Helper()
	if n := count(t, app, `SELECT count(*) FROM river_job WHERE kind = 'send_resets' AND args ->> 'name' = ?`, name); n == 0 {
		t.Fatalf("nothing waits for %s", name)
	}
	if err := app.Verbs.Identity.SendResets(t.Context(), jobs.SendResets{Name: name, At: "2026-01-01T00:00:00Z"}); err != nil {
		t.Fatal(err)
	}
}

// From joining to a forgotten password, by the links in the letters.
func TestAJourneyByLetters(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	const address = "hanako@example.test"
	b := app.Visitor(t)
	b.Post("/ja/join", form("login", "hanako", "mail", address, "password", goodPassword))
	letters := app.Letters(t, address)
	if len(letters) != 1 || letters[0].Language != "ja" {
		t.Fatalf("the letters are %+v", letters)
	}
	link := app.Link(t, letters[0], "/verify/")
	if a := b.Get(link); a.Status != http.StatusOK || !strings.Contains(a.Body, address) {
		t.Fatalf("the link leads to %d", a.Status)
	}
	leads(t, "confirming", b.Post(link, nil), paths.Localized("ja", paths.SettingsAccount))

	leads(t, "asking for a new password", app.Visitor(t).Post(paths.PasswordReset, form("login", address)), paths.PasswordResetSent)
	carryOut(t, app, address)
	link = app.Link(t, app.Letters(t, address)[0], "/password-reset/")
	elsewhere := app.Visitor(t)
	leads(t, "setting it", elsewhere.Post(link, form("password", "nine copper kettles by the river")), "/ja")
	if !signedIn(elsewhere) || signedIn(b) {
		t.Error("hanako isn't where she should be")
	}
	if l := app.Letters(t, address); len(l) != 3 {
		t.Errorf("hanako has %d letters, want one more that tells of the change", len(l))
	}
}

// Whose address it is gets to know, and nobody else.
func TestTheOwnerOfAnAddressIsTold(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	user(t, app, "ada")
	mallory := app.Visitor(t)
	mallory.Post(paths.Join, form("login", "mallory", "mail", "ada@example.test", "password", goodPassword))
	letters := app.Letters(t, "ada@example.test")
	if len(letters) != 1 || letters[0].Language != "fr" || strings.Contains(letters[0].Text, "/verify/") || strings.Contains(letters[0].Text, "mallory") {
		t.Errorf("ada's letters are %+v", letters)
	}
	// What mallory's account has to say never reaches ada.
	mallory.Post(paths.PasswordReset, form("login", "mallory"))
	carryOut(t, app, "mallory")
	if letters := app.Letters(t, "ada@example.test"); len(letters) != 1 {
		t.Errorf("ada got %+v", letters[0])
	}
}

func TestChangingTheAddressByLetters(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	ada := user(t, app, "ada")
	actor := models.Actor{UserID: ada.ID, Login: "ada", MailVerified: true, SessionID: 1, SudoUntil: app.Clock.Now().Add(models.SudoWindow)}
	if err := app.Verbs.Identity.ChangeMail(t.Context(), actor, "countess@example.test"); err != nil {
		t.Fatal(err)
	}
	newLink := app.Link(t, app.Letters(t, "countess@example.test")[0], "/verify/")
	oldLink := app.Link(t, app.Letters(t, "ada@example.test")[0], "/verify/")
	b := app.Visitor(t)
	leads(t, "the new address", b.Post(newLink, nil), "/fr/login")
	if n := count(t, app, `SELECT count(*) FROM users WHERE mail = 'ada@example.test'`); n != 1 {
		t.Error("the new address alone changed it")
	}
	leads(t, "the old address", b.Post(oldLink, nil), "/fr/login")
	if n := count(t, app, `SELECT count(*) FROM users WHERE mail = 'countess@example.test' AND mail_verified_at IS NOT NULL`); n != 1 {
		t.Error("both didn't change it")
	}
	for _, link := range []string{newLink, oldLink} {
		if a := b.Post(link, nil); a.Status != http.StatusGone {
			t.Errorf("a used link: %d", a.Status)
		}
	}
}
