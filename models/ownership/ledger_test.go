package ownership_test

import (
	"errors"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/ownership"
)

func TestLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(w.tools), func(e *dbtest.Entry) {
		e.App.Permissions, e.App.Events = models.Grants{"issues": "read"}, []string{"issues"}
	})
	change := func(permissions, events string) {
		w.exec(`UPDATE apps SET permissions = ?::jsonb, events = ?::text[] WHERE id = ?`, permissions, events, e.App.ID)
	}
	w.exec(`UPDATE apps SET account_id = ? WHERE id = ?`, w.works.ID, e.App.ID)
	w.exec(`UPDATE apps SET registered_at = now() WHERE id = ?`, e.App.ID)
	change(`{"issues": "write", "contents": "read"}`, `{issues,push}`)
	w.exec(`UPDATE apps SET name = 'Other' WHERE id = ?`, e.App.ID)
	change(`{"contents": "read"}`, `{push}`)
	w.exec(`UPDATE apps SET account_id = ? WHERE id = ?`, w.tools.ID, e.App.ID)

	l, err := w.Ledger(t.Context(), "en", "checker", 0)
	w.must(err)
	if l.Total != 6 || len(l.Lines) != 6 || l.Name != "Checker" || !l.Public || l.Kind != models.GitHubApp {
		t.Fatalf("%+v", l)
	}
	if got := l.Lines[0]; got.Cause != models.OwnerTransferred || got.From != "works" || got.To != "tools" {
		t.Errorf("the last: %+v", got)
	}
	if got := l.Lines[1]; len(got.Change.Removed) != 1 || got.Change.Removed[0] != (models.GrantChange{Key: "issues", From: "write"}) ||
		len(got.Change.EventsRemoved) != 1 || got.Change.More() || got.Imported {
		t.Errorf("less: %+v", got)
	}
	if got := l.Lines[2]; len(got.Change.Raised) != 1 || len(got.Change.Added) != 1 || !got.Change.More() || len(got.Change.EventsAdded) != 1 {
		t.Errorf("more: %+v", got)
	}
	if got := l.Lines[3]; got.Cause != models.OwnerClaimed || got.To != "works" {
		t.Errorf("claimed: %+v", got)
	}
	if got := l.Lines[4]; got.Cause != models.OwnerImported || got.From != "tools" {
		t.Errorf("imported: %+v", got)
	}
	if got := l.Lines[5]; !got.First || !got.Imported || len(got.Change.Added) != 1 || !got.Known() {
		t.Errorf("the first: %+v", got)
	}
}

func TestTheLedgerIsReadWithTheListing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(w.tools))
	read := func() error {
		_, err := w.Ledger(t.Context(), "en", "checker", 1)
		return err
	}
	for state, want := range map[models.ListingState]error{models.ListingPublished: nil, models.ListingUnlisted: nil, models.ListingTakenDown: nil,
		models.ListingArchived: models.ErrNotFound, models.ListingDraft: models.ErrNotFound, models.ListingRejected: models.ErrNotFound} {
		w.exec(`UPDATE listings SET state = ? WHERE id = ?`, state, e.ID)
		w.refused(string(state), read(), want)
	}
	dbtest.Suspend(t, w.db, w.tools)
	for _, state := range []models.ListingState{models.ListingPublished, models.ListingUnlisted} {
		w.exec(`UPDATE listings SET state = ? WHERE id = ?`, state, e.ID)
		w.refused("of somebody suspended", read(), models.ErrNotFound)
	}
	_, err := w.Ledger(t.Context(), "en", "nothing", 1)
	w.refused("no listing", err, models.ErrNotFound)
}

func TestPagesOfTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"))
	for i := range ownership.LinesPerPage {
		w.exec(`UPDATE apps SET permissions = ?::jsonb WHERE id = ?`, []string{`{"issues": "read"}`, `{}`}[i%2], e.App.ID)
	}
	second, err := w.Ledger(t.Context(), "en", "checker", 2)
	w.must(err)
	if second.Total != ownership.LinesPerPage+1 || len(second.Lines) != 1 || second.Lines[0].Known() {
		t.Errorf("%+v", second)
	}
	_, err = w.Ledger(t.Context(), "en", "checker", 3)
	w.refused("beyond the last", err, models.ErrPageOutOfRange)
	before := w.db.Statements()
	_, err = w.Ledger(t.Context(), "en", "checker", 1)
	w.must(err)
	if n := w.db.Statements() - before; n != 2 {
		t.Errorf("it takes %d statements", n)
	}
}

// The database lets nobody rewrite what it wrote down.
func TestTheLedgerIsAppendOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`UPDATE apps SET account_id = ? WHERE id = ?`, w.works.ID, w.hammer.ID)
	for _, table := range []string{"app_permission_changes", "app_owner_changes"} {
		for _, sql := range []string{`DELETE FROM ` + table, `UPDATE ` + table + ` SET at = now()`, `TRUNCATE ` + table} {
			if err := w.db.Read(t.Context()).Exec(sql).Error; err == nil {
				t.Errorf("%s went through", sql)
			}
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, actor := range map[string]models.Actor{"nobody": {}, "a stranger": w.as(w.cleo)} {
		if p, err := w.Page(t.Context(), actor, "hammer"); err != nil || p.Owner != "tools" || p.Mine {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	w.exec(`UPDATE apps SET public = false WHERE id = ?`, w.hammer.ID)
	for name, c := range map[string]struct {
		actor models.Actor
		want  error
	}{"nobody": {models.Actor{}, models.ErrNotFound}, "a stranger": {w.as(w.cleo), models.ErrNotFound}, "the owner": {w.as(w.ada), nil}, "a manager": {w.as(w.bob), nil}} {
		p, err := w.Page(t.Context(), c.actor, "hammer")
		if !errors.Is(err, c.want) || err == nil && !p.Mine {
			t.Errorf("private, %s: %+v, %v", name, p, err)
		}
	}
	w.exec(`UPDATE apps SET public = true WHERE id = ?`, w.hammer.ID)
	dbtest.Suspend(t, w.db, w.tools)
	_, err := w.Page(t.Context(), models.Actor{}, "hammer")
	w.refused("of somebody suspended", err, models.ErrNotFound)
	e := dbtest.Listing(t, w.db, dbtest.Named("ghost", "Ghost"), dbtest.By(w.works))
	_, err = w.Page(t.Context(), w.as(w.cleo), e.App.Slug)
	w.refused("only imported", err, models.ErrNotFound)
}
