package apptest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"souk/handlers/apptest"
)

// A letter arrives in the reader's language, and its link does what it says.
func TestLettersLeadOn(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	b := app.Visitor(t)
	a := b.Post("/ja/join", url.Values{"login": {"hanako"}, "mail": {"hanako@example.test"}, "password": {"korrekt pferd batterie 42"}})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	letters := app.Letters(t, "hanako@example.test")
	if len(letters) != 1 || letters[0].Language != "ja" || !strings.Contains(letters[0].Text, "hanako 様") {
		t.Fatalf("%+v", letters)
	}
	link := app.Link(t, letters[0], "/verify/")
	if !strings.HasPrefix(link, "/ja/verify/") {
		t.Errorf("%s", link)
	}
	confirmed := func() (n int) {
		t.Helper()
		if err := app.DB.Read(t.Context()).Raw(`SELECT count(*) FROM users WHERE mail_verified_at IS NOT NULL`).Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	// Programs that look at mail follow its links; that alone does nothing.
	if a := app.Visitor(t).Get(link); a.Status != http.StatusOK || confirmed() != 0 {
		t.Errorf("%d, %d confirmed", a.Status, confirmed())
	}
	if a := b.Post(link, nil); a.Status != http.StatusSeeOther || confirmed() != 1 {
		t.Errorf("%d, %d confirmed", a.Status, confirmed())
	}
	if a := b.Post(link, nil); a.Status != http.StatusGone {
		t.Errorf("the link works twice: %d", a.Status)
	}
	if again := app.Letters(t, ""); len(again) != 1 {
		t.Errorf("%d letters", len(again))
	}
}
