package catalog_test

import (
	"context"
	"testing"
	"time"

	"souk/models/catalog"
	"souk/models/db/dbtest"
	"souk/models/jobs"
)

// beside has the same neighbours for every listing.
type beside struct{ similar, lighter []int64 }

func (b *beside) Similar(string, int) (similar, lighter []int64) { return b.similar, b.lighter }

func TestRememberedCardsAreShownOnlyWhilePublic(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	q, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	near := &beside{}
	s := catalog.New(d, q, func() time.Time { return now }, near)
	load(t, s, lines(append(reference(), translated, linter)...), catalog.ImportOptions{})
	id := func(slug string) int64 { return number(t, d, "SELECT id FROM listings WHERE slug = $1", slug) }
	linterID, reviewerID := id("linter"), id("reviewer")
	near.similar, near.lighter = []int64{reviewerID, linterID}, []int64{reviewerID}
	if _, err := s.Categories(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := func(cards, similar, lighter int) {
		t.Helper()
		n := dbtest.Statements(d, func() {
			list, err := s.Cards(t.Context(), "ja", []int64{linterID, reviewerID})
			if err != nil || len(list) != cards {
				t.Errorf("%d cards, want %d: %v", len(list), cards, err)
			}
			if len(list) == 2 && (list[0].ID != linterID || list[1].Tagline != "プルリクエストをレビュー") {
				t.Errorf("cards %+v", list)
			}
			page, err := s.Listing(t.Context(), "ja", "linter")
			if err != nil || len(page.Similar) != similar || len(page.Lighter) != lighter {
				t.Errorf("%d similar, %d lighter, want %d and %d: %v", len(page.Similar), len(page.Lighter), similar, lighter, err)
			}
		})
		if n != 2 {
			t.Errorf("two pages took %d statements", n)
		}
	}
	look(2, 2, 1) // read
	look(2, 2, 1) // remembered
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := d.Pool().Exec(context.Background(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("UPDATE listings SET state = 'taken_down' WHERE id = $1", reviewerID)
	look(1, 1, 0) // nobody has told the catalogue yet
	exec("UPDATE listings SET state = 'published', tagline = 'New' WHERE id = $1", reviewerID)
	exec("DELETE FROM listing_translations")
	s.Refresh()
	if _, err := s.Categories(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Cards(t.Context(), "ja", []int64{reviewerID}); err != nil || len(list) != 1 || list[0].Tagline != "New" {
		t.Errorf("after a change the card is %+v, %v", list, err)
	}
}
