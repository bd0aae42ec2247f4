package organizations_test

import (
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

// TestTimesAreTheReaders shows a moment as the reader's clock shows it.
func TestTimesAreTheReaders(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	olga, yuki := dbtest.User(t, app.DB, "olga"), dbtest.User(t, app.DB, "yuki")
	acme := dbtest.Organization(t, app.DB, "acme", olga, yuki)
	joined := time.Date(2026, time.January, 15, 20, 0, 0, 0, time.UTC)
	write := func(sql string, args ...any) {
		t.Helper()
		if _, err := app.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	write(`UPDATE users SET time_zone = 'Asia/Tokyo' WHERE account_id = $1`, yuki.ID)
	write(`UPDATE memberships SET created_at = $1 WHERE organization_id = $2`, joined, acme.ID)
	for reader, want := range map[*models.Account]string{&olga: "Jan 15, 2026", &yuki: "Jan 16, 2026"} {
		if a := app.As(t, *reader).Get("/orgs/acme/people"); !strings.Contains(a.Body, want) {
			t.Errorf("%s doesn't read %s", reader.Login, want)
		}
	}
}
