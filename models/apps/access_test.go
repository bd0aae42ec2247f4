package apps_test

import (
	"testing"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/db/dbtest"
)

// Why and since when an app asks for more is kept for those who have to agree, and
// nobody is told of anything else.
func TestWhatIsKeptOfRaises(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	app := dbtest.App(t, d.db, d.tools, "hammer", func(a *models.App) { a.Permissions = models.Grants{"issues": "read", "metadata": "read"} })
	var note string
	var at *time.Time
	var told int
	check := func(what, wantNote string, raised, tells bool) {
		t.Helper()
		before := at
		d.one(&note, `SELECT access_note FROM apps WHERE id = $1`, app.ID)
		d.one(&at, `SELECT access_at FROM apps WHERE id = $1`, app.ID)
		d.one(&told, `WITH done AS (DELETE FROM river_job WHERE kind = 'tell_updates' RETURNING id) SELECT count(*) FROM done`)
		if note != wantNote || (told == 1) != tells || raised != (at != nil && (before == nil || at.After(*before))) {
			t.Errorf("%s: %q, %v after %v, told %d", what, note, at, before, told)
		}
	}
	set := func(g models.Grants, note string, files ...string) {
		t.Helper()
		d.exec(`UPDATE apps SET access_at = access_at - interval '1 hour' WHERE id = $1`, app.ID)
		d.one(&at, `SELECT access_at FROM apps WHERE id = $1`, app.ID)
		if _, err := d.SetAccess(t.Context(), d.asAda, "hammer", apps.Access{Permissions: g, SingleFilePaths: files, Note: note}); err != nil {
			t.Fatal(err)
		}
	}
	set(models.Grants{"metadata": "read"}, "less")
	check("less", "", false, false)
	set(models.Grants{"checks": "write"}, "to check")
	check("more", "to check", true, true)
	set(models.Grants{"checks": "write", "single_file": "read"}, "to see", "a")
	check("a file", "to see", true, true)
	set(models.Grants{"checks": "write", "single_file": "read"}, "to see more", "a", "b")
	check("another file", "to see more", true, true)
	set(models.Grants{"checks": "read", "single_file": "read"}, "never mind", "b")
	check("less again", "to see more", false, false)
	set(models.Grants{"checks": "read", "single_file": "read", "emails": "read"}, "to write to you", "b")
	check("of people's own", "to write to you", true, false)

	// What waited for review is told of once it is approved.
	now := time.Now()
	d.exec(`INSERT INTO app_proposals (app_id, permissions, events, single_file_paths, note, created_at) VALUES ($1, '{"members": "read"}', '{}', '{}', 'for teams', $2)`, app.ID, now)
	if err := d.db.Tx(t.Context(), func(tx *db.Tx) error { return apps.ApplyProposal(t.Context(), tx, app.ID, now.Add(time.Hour)) }); err != nil {
		t.Fatal(err)
	}
	check("approved", "for teams", true, true)
}
