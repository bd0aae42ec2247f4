package pg_test

import (
	"context"
	"slices"
	"testing"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/search"
	"souk/search/columns"
	"souk/search/pg"
)

// following starts a follower of d and returns a function that waits until
// the set says what want says.
func following(t *testing.T, d *db.DB) (*columns.Set, func(what string, want func() bool)) {
	set := columns.New()
	f := pg.NewFollower(d, set)
	changed := make(chan struct{}, 1000)
	f.OnChange(func() { changed <- struct{}{} })
	if err := f.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { f.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	<-changed // connected
	return set, func(what string, want func() bool) {
		t.Helper()
		for !want() {
			select {
			case <-changed:
			case <-t.Context().Done():
				t.Fatal(what)
			}
		}
	}
}

func exec(t *testing.T, d *db.DB, sql string, args ...any) {
	t.Helper()
	if err := d.Read(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatal(err)
	}
}

func browse(set *columns.Set, f search.Filters) search.Result {
	return set.View().Browse(search.Query{Filters: f, PerPage: 100})
}

func TestFollowerShowsEveryChange(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	a := dbtest.Account(t, d)
	first := dbtest.Listing(t, d, dbtest.Named("first", "First"), dbtest.By(a), dbtest.In("security", "testing"))
	set, until := following(t, d)
	if n := set.View().Len(); n != 1 {
		t.Fatalf("%d listings are loaded", n)
	}
	in := func(f search.Facet, v string) func() bool {
		return func() bool { return browse(set, search.Filters{f: {v}}).Total == 1 }
	}
	second := dbtest.Listing(t, d, dbtest.Named("second", "Second"))
	until("a new listing", func() bool { return set.View().Len() == 2 })
	exec(t, d, "UPDATE listings SET state = 'unlisted' WHERE id = ?", second.ID)
	until("an unlisted one", func() bool { return set.View().Len() == 1 })
	exec(t, d, "UPDATE listings SET pricing = '{paid}' WHERE id = ?", first.ID)
	until("a price", in(search.Pricing, "paid"))
	exec(t, d, "UPDATE apps SET permissions = '{\"contents\":\"write\"}' WHERE id = ?", first.AppID)
	until("a permission", in(search.Permission, "contents"))
	exec(t, d, "UPDATE accounts SET verified_at = now() WHERE id = ?", a.ID)
	until("a publisher", in(search.Verified, "true"))
	exec(t, d, "DELETE FROM listing_categories WHERE listing_id = ? AND position = 0", first.ID)
	until("a category", func() bool { return !in(search.Category, "security")() })
	exec(t, d, "UPDATE listings SET state = 'published' WHERE id = ?", second.ID)
	until("a listing that is back", func() bool { return set.View().Len() == 2 })
	for i := range 250 {
		dbtest.Listing(t, d, dbtest.Named("bulk-"+string(rune('a'+i%26))+string(rune('a'+i/26)), "Bulk"))
	}
	until("many", func() bool { return set.View().Len() == 252 })
	exec(t, d, "UPDATE listings SET installs = id")
	until("all at once", func() bool {
		hits := set.View().Browse(search.Query{Sort: search.Installs, PerPage: 100}).Hits
		return slices.IsSortedFunc(hits, func(x, y search.Hit) int { return int(y.ID - x.ID) }) && hits[0].ID > second.ID
	})
	exec(t, d, "DELETE FROM listings WHERE id = ?", second.ID)
	until("a deleted one", func() bool { return set.View().Len() == 251 })
}

func TestDocumentsHoldWhatSearchNeeds(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	a := dbtest.Account(t, d, dbtest.Verified, func(a *models.Account) { a.Name = "Acme" })
	e := dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(a), dbtest.In("code-quality", "testing"),
		dbtest.WithPlan(models.Plan{}), dbtest.Translated("ja", "確認", "確認します"), func(e *dbtest.Entry) {
			e.Tagline, e.Keywords, e.Programming, e.Installs = "Checks", []string{"lint"}, []string{"Go", "C++"}, new(int64(7))
			e.App.Permissions = models.Grants{"contents": models.LevelRead}
		})
	hidden := dbtest.Listing(t, d, func(e *dbtest.Entry) { e.State = models.ListingDraft })
	docs := pg.NewDocuments(d)
	got, err := docs.Documents(t.Context(), []int64{e.ID, hidden.ID, 99_999})
	if err != nil || len(got) != 1 {
		t.Fatalf("%d documents: %v", len(got), err)
	}
	doc := got[0]
	if doc.ID != e.ID || doc.Slug != "checker" || doc.PublisherName != "Acme" || doc.Publisher != a.Login || !doc.Verified ||
		doc.Taglines["ja"] != "確認" || doc.Introductions["ja"] != "確認します" || doc.Taglines["en"] != "Checks" ||
		!slices.Equal(doc.Categories, []string{"code-quality", "testing"}) || doc.CategoryNames[0]["en"] == "" ||
		!slices.Equal(doc.Programming, []string{"c++", "go"}) || !slices.Equal(doc.Pricing, []string{"free"}) ||
		*doc.Installs != 7 || doc.Permissions["contents"] != models.LevelRead || !doc.PublishedAt.Equal(dbtest.Epoch) {
		t.Errorf("the document is %+v", doc)
	}
	n, err := docs.Count(t.Context())
	if err != nil || n != 1 {
		t.Errorf("%d documents are counted: %v", n, err)
	}
	versions, err := docs.Versions(t.Context())
	if err != nil || len(versions) != 1 || versions[e.ID] != doc.Version {
		t.Errorf("versions are %v, of the document %s: %v", versions, doc.Version, err)
	}
	exec(t, d, "UPDATE listing_translations SET tagline = '点検' WHERE listing_id = ?", e.ID)
	if again, _ := docs.Versions(t.Context()); again[e.ID] == doc.Version {
		t.Error("a changed translation doesn't change the version")
	}
	n = 0
	for next := docs.All(); ; {
		some, err := next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			break
		}
		n += len(some)
	}
	if n != 1 {
		t.Errorf("%d documents are read one after the other", n)
	}
}
