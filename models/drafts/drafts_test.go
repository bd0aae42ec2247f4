package drafts_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/drafts"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// desk is an organization with an app and a draft, and those who write it.
type desk struct {
	db       *db.DB
	drafts   *drafts.Service
	now      time.Time
	org      models.Account
	app      models.App
	listing  int64
	ada, bob models.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{db: dbtest.New(t), now: dbtest.Epoch}
	ada, bob := dbtest.User(t, d.db, "ada"), dbtest.User(t, d.db, "bob")
	d.org = dbtest.Organization(t, d.db, "tools", ada, bob)
	d.app = dbtest.App(t, d.db, d.org, "hammer")
	d.listing = dbtest.Draft(t, d.db, d.app, models.ListingContent{Name: "Hammer", Tagline: "Drives nails", Description: "one\n\ntwo\n\nthree"})
	d.drafts = drafts.New(d.db, nil, func() time.Time { return d.now })
	d.ada, d.bob = d.owner(ada), d.owner(bob)
	return d
}

func (d *desk) owner(a models.Account) models.Actor {
	return models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true,
		Memberships: []models.Membership{{OrganizationID: d.org.ID, Login: d.org.Login, Role: models.RoleOwner}}}
}

func (d *desk) current(t *testing.T) *drafts.Draft {
	t.Helper()
	now, _, err := d.drafts.Current(t.Context(), d.ada, "hammer")
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// edit edits what version said.
func (d *desk) edit(t *testing.T, actor models.Actor, base drafts.Base, edit func(*models.ListingContent)) (*drafts.Saved, error) {
	t.Helper()
	return d.drafts.Edit(t.Context(), actor, "hammer", base, func(c *models.ListingContent) error {
		edit(c)
		return nil
	})
}

func (d *desk) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := d.db.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSaveMergesAndRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.current(t)
	if first.Version != 1 || first.Content.Name != "Hammer" {
		t.Fatalf("%+v", first)
	}
	if s, err := d.edit(t, d.ada, drafts.Base{Version: 1}, func(c *models.ListingContent) { c.Tagline = "by ada" }); err != nil || s.Version != 2 || len(s.Merged) > 0 {
		t.Fatalf("%+v %v", s, err)
	}
	s, err := d.edit(t, d.bob, drafts.Base{Version: 1}, func(c *models.ListingContent) {
		c.Introduction = "by bob"
		c.Description = strings.Replace(c.Description, "three", "three by bob", 1)
	})
	if err != nil || s.Version != 3 || len(s.Merged) != 1 || s.Merged[0] != "tagline" {
		t.Fatalf("%+v %v", s, err)
	}
	now := d.current(t)
	if now.Content.Tagline != "by ada" || now.Content.Introduction != "by bob" || now.Content.Description != "one\n\ntwo\n\nthree by bob" || now.Author != "bob" {
		t.Errorf("%+v", now)
	}

	_, err = d.edit(t, d.bob, drafts.Base{Version: 1}, func(c *models.ListingContent) { c.Tagline, c.Name = "by bob", "Bob’s" })
	conflict, ok := errors.AsType[*drafts.ConflictError](err)
	if !ok || !errors.Is(err, models.ErrDraftConflict) {
		t.Fatalf("%v", err)
	}
	if conflict.Version != 3 || len(conflict.Fields) != 1 || conflict.Fields[0].Field != "tagline" ||
		conflict.Base.Tagline != "Drives nails" || conflict.Theirs.Tagline != "by ada" || conflict.Mine.Tagline != "by bob" ||
		conflict.Merged.Tagline != "by bob" || conflict.Merged.Name != "Bob’s" || conflict.Merged.Introduction != "by bob" {
		t.Errorf("%+v", conflict)
	}
	if now := d.current(t); now.Version != 3 || now.Content.Name != "Hammer" {
		t.Errorf("a conflict wrote something: %+v", now)
	}
	// What one chooses is saved on top of what the other has.
	if s, err := d.edit(t, d.bob, drafts.Base{Version: conflict.Version}, func(c *models.ListingContent) { *c = conflict.Merged }); err != nil || s.Version != 4 {
		t.Errorf("%+v %v", s, err)
	}
}

func TestSaveWithoutChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	events := d.count(t, "SELECT count(*) FROM audit_events")
	s, err := d.drafts.Save(t.Context(), d.ada, "hammer", 1, d.current(t).Content)
	if err != nil || s.Version != 1 {
		t.Errorf("%+v %v", s, err)
	}
	if n := d.count(t, "SELECT count(*) FROM listing_drafts"); n != 1 {
		t.Errorf("%d versions", n)
	}
	if n := d.count(t, "SELECT count(*) FROM audit_events"); n != events {
		t.Error("nothing was recorded as something")
	}
}

// TestLostAnswers: a page that never got the answer to a save goes on from an
// older version than its own last one.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tagline := func(s string) func(*models.ListingContent) { return func(c *models.ListingContent) { c.Tagline = s } }
	page := func(turn int) drafts.Base { return drafts.Base{Version: 1, Editor: "a page of ada's", Turn: turn} }
	if _, err := d.edit(t, d.ada, page(1), tagline("a")); err != nil {
		t.Fatal(err)
	}
	if s, err := d.edit(t, d.ada, page(2), tagline("ab")); err != nil || s.Version != 3 {
		t.Fatalf("the same page conflicts with itself: %+v %v", s, err)
	}
	// The first request, once more and late.
	if s, err := d.edit(t, d.ada, page(1), tagline("a")); err != nil || s.Version != 3 || s.Content.Tagline != "ab" {
		t.Fatalf("a late request was taken for a new one: %+v %v", s, err)
	}
	if now := d.current(t).Content.Tagline; now != "ab" {
		t.Fatalf("%q", now)
	}
	// Somebody else is somebody else, and so is another page of the same person.
	for who, base := range map[string]drafts.Base{"bob": {Version: 1, Editor: "a page of bob's", Turn: 9}, "without a name": {Version: 1}} {
		if _, err := d.edit(t, d.bob, base, tagline("other")); !errors.Is(err, models.ErrDraftConflict) {
			t.Errorf("%s: %v", who, err)
		}
	}
	// With another's version between, the page's own later one counts as theirs.
	if _, err := d.edit(t, d.bob, drafts.Base{Version: 3}, func(c *models.ListingContent) { c.Name = "by bob" }); err != nil {
		t.Fatal(err)
	}
	if s, err := d.edit(t, d.ada, page(3), tagline("abc")); err != nil || s.Version != 5 || s.Content.Name != "by bob" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestRacingEditors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const n = 8
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() {
			_, errs[i] = d.drafts.Edit(t.Context(), d.ada, "hammer", drafts.Base{Version: 1}, func(c *models.ListingContent) error {
				c.Keywords = append(c.Keywords, fmt.Sprint("word ", i))
				return nil
			})
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if now := d.current(t); len(now.Content.Keywords) != n || now.Version != n+1 {
		t.Errorf("%d of %d words are left: %+v", len(now.Content.Keywords), n, now)
	}

	// In the same field one wins, and each other one is told.
	base := d.current(t).Version
	for i := range n {
		wg.Go(func() {
			_, errs[i] = d.drafts.Edit(t.Context(), d.bob, "hammer", drafts.Base{Version: base}, func(c *models.ListingContent) error {
				c.Tagline = fmt.Sprint("tagline ", i)
				return nil
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, models.ErrDraftConflict) {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d editors of one field won", won, n)
	}
}

func TestChangeIsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_, err := d.drafts.Change(t.Context(), d.ada, "hammer", func(c *models.ListingContent) error {
				c.Plans = append(c.Plans, models.PlanTerm{Name: fmt.Sprint("Plan ", len(c.Plans)), Kind: models.PlanFree})
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(d.current(t).Content.Plans); n != 10 {
		t.Errorf("%d plans", n)
	}
	refused := errors.New("refused")
	version := d.current(t).Version
	if _, err := d.drafts.Change(t.Context(), d.ada, "hammer", func(c *models.ListingContent) error { c.Name = "x"; return refused }); !errors.Is(err, refused) || d.current(t).Version != version {
		t.Errorf("%v", err)
	}
}

func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	stranger, manager := dbtest.User(t, d.db, "stranger"), dbtest.User(t, d.db, "manager")
	dbtest.Manager(t, d.db, d.app, manager)
	unproven := d.ada
	unproven.MailVerified = false
	suspended := d.ada
	suspended.Suspended = true
	member := d.ada
	member.Memberships = []models.Membership{{OrganizationID: d.org.ID, Role: models.RoleMember}}
	reviewer := models.Actor{UserID: stranger.ID, MailVerified: true, TwoFactor: true, Staff: models.StaffReviewer}
	for name, c := range map[string]struct {
		actor models.Actor
		want  error
	}{
		"nobody":    {models.Actor{}, models.ErrSignInNeeded},
		"stranger":  {models.Actor{UserID: stranger.ID, MailVerified: true}, models.ErrNotFound},
		"manager":   {models.Actor{UserID: manager.ID, MailVerified: true}, models.ErrForbidden},
		"unproven":  {unproven, models.ErrMailNeeded},
		"suspended": {suspended, models.ErrSuspended},
		"member":    {member, models.ErrForbidden},
		"reviewer":  {reviewer, models.ErrNotFound},
		"owner":     {d.ada, nil},
	} {
		for verb, do := range map[string]func() error{
			"current": func() error { _, _, err := d.drafts.Current(t.Context(), c.actor, "hammer"); return err },
			"save": func() error {
				_, err := d.drafts.Save(t.Context(), c.actor, "hammer", 1, models.ListingContent{Name: "Hammer", Tagline: "Drives nails", Description: "one\n\ntwo\n\nthree"})
				return err
			},
			"change": func() error {
				_, err := d.drafts.Change(t.Context(), c.actor, "hammer", func(*models.ListingContent) error { return nil })
				return err
			},
			"history": func() error { _, _, err := d.drafts.History(t.Context(), c.actor, "hammer"); return err },
			"version": func() error { _, _, _, err := d.drafts.Version(t.Context(), c.actor, "hammer", 1); return err },
			"restore": func() error { return d.drafts.Restore(t.Context(), c.actor, "hammer", 1) },
		} {
			if err := do(); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				t.Errorf("%s, %s: %v, want %v", name, verb, err, c.want)
			}
		}
	}
	if _, _, err := d.drafts.Preview(t.Context(), reviewer, "hammer"); err != nil {
		t.Errorf("a reviewer can't look: %v", err)
	}
	if _, _, err := d.drafts.Preview(t.Context(), models.Actor{UserID: stranger.ID, MailVerified: true}, "hammer"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a stranger looks: %v", err)
	}
	if _, _, err := d.drafts.Current(t.Context(), d.ada, "nothing"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("what isn't there: %v", err)
	}
}

func TestBegin(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	saw := dbtest.App(t, d.db, d.org, "saw", dbtest.OAuth)
	dbtest.App(t, d.db, d.org, "private", func(a *models.App) { a.Public = false })
	dbtest.App(t, d.db, d.org, "compare")
	dbtest.App(t, d.db, d.org, "unregistered", func(a *models.App) { a.RegisteredAt, a.ClientID = nil, nil })
	choices, err := d.drafts.Choices(t.Context(), d.ada)
	if err != nil || len(choices) != 3 || choices[0].Slug != "compare" || choices[1].Slug != "saw" || !choices[2].Private {
		t.Errorf("%+v %v", choices, err)
	}
	slug, err := d.drafts.Begin(t.Context(), d.ada, "saw")
	if err != nil || slug != "saw" {
		t.Fatalf("%q %v", slug, err)
	}
	draft, st, err := d.drafts.Current(t.Context(), d.bob, slug)
	if err != nil || st.ID != saw.ID || st.ListingState != models.ListingDraft || !st.Claimed || draft.Version != 1 || draft.Content.Name != "Saw" ||
		draft.Content.Type != models.OAuthApp || draft.Content.HomepageURL != saw.HomepageURL || draft.Content.Publisher != "tools" || draft.Author != "ada" {
		t.Errorf("%+v %+v %v", draft, st, err)
	}
	for app, want := range map[string]error{"saw": models.ErrListingExists, "hammer": models.ErrListingExists, "private": models.ErrAppPrivate,
		"unregistered": models.ErrNotFound, "nothing": models.ErrNotFound} {
		if _, err := d.drafts.Begin(t.Context(), d.ada, app); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", app, err, want)
		}
	}
	if slug, err := d.drafts.Begin(t.Context(), d.ada, "compare"); err != nil || slug != "compare-2" {
		t.Errorf("the address of another page was given away: %q %v", slug, err)
	}
	stranger := dbtest.User(t, d.db, "stranger")
	if _, err := d.drafts.Begin(t.Context(), models.Actor{UserID: stranger.ID, MailVerified: true}, "private"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if n := d.count(t, "SELECT count(*) FROM audit_events WHERE action = 'listing.begin' AND account_id = $1", d.org.ID); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestBeginAtATakenAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dbtest.Listing(t, d.db, dbtest.Named("plane", "Plane"))
	// The listing's app has the slug too; this one is called otherwise and its
	// address is like the listing's.
	app := dbtest.App(t, d.db, d.org, "plane-app")
	if _, err := d.db.Pool().Exec(t.Context(), "UPDATE listings SET slug = 'plane-app' WHERE slug = 'plane'"); err != nil {
		t.Fatal(err)
	}
	if slug, err := d.drafts.Begin(t.Context(), d.ada, app.Slug); err != nil || slug != "plane-app-2" {
		t.Errorf("%q %v", slug, err)
	}
}

func TestRacingBeginnings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dbtest.App(t, d.db, d.org, "saw")
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() { _, errs[i] = d.drafts.Begin(t.Context(), d.ada, "saw") })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, models.ErrListingExists) {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d listings began for one app", won)
	}
}

func TestHistoryAndRestore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, step := range []struct {
		actor models.Actor
		pause time.Duration
		edit  func(*models.ListingContent)
	}{
		{d.ada, time.Hour, func(c *models.ListingContent) { c.Tagline = "a" }},
		{d.ada, time.Minute, func(c *models.ListingContent) { c.Name = "b" }},
		{d.ada, time.Minute, func(c *models.ListingContent) { c.Name = "bb" }},
		{d.bob, time.Minute, func(c *models.ListingContent) { c.Links.Support = "https://s.example" }},
		{d.ada, 2 * time.Hour, func(c *models.ListingContent) { c.Tagline = "c" }},
	} {
		d.now = d.now.Add(step.pause)
		if _, err := d.edit(t, step.actor, drafts.Base{Version: i + 1}, step.edit); err != nil {
			t.Fatal(err)
		}
	}
	h, _, err := d.drafts.History(t.Context(), d.ada, "hammer")
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, s := range h.Sittings {
		got += fmt.Sprintf("%d by %q in %d: %s\n", s.Version, s.Author, s.Versions, strings.Join(s.Fields, " "))
	}
	want := "6 by \"ada\" in 1: tagline\n5 by \"bob\" in 1: links.support\n4 by \"ada\" in 3: name tagline\n1 by \"\" in 1: description name tagline\n"
	if got != want || h.Version != 6 || h.More {
		t.Errorf("%d %t\n%s\nwant\n%s", h.Version, h.More, got, want)
	}
	if n := d.count(t, "SELECT count(*) FROM audit_events WHERE action = 'listing.write'"); n != 3 {
		t.Errorf("%d events for three sittings", n)
	}

	then, now, _, err := d.drafts.Version(t.Context(), d.ada, "hammer", 4)
	if err != nil || then.Content.Name != "bb" || now.Version != 6 {
		t.Fatalf("%+v %+v %v", then, now, err)
	}
	changes, err := drafts.Compare(then.Content, now.Content)
	if err != nil || len(changes) != 2 || changes[0] != (drafts.Change{Field: "links.support", After: "https://s.example"}) ||
		changes[1] != (drafts.Change{Field: "tagline", Before: "a", After: "c"}) {
		t.Errorf("%+v %v", changes, err)
	}
	if err := d.drafts.Restore(t.Context(), d.bob, "hammer", 4); err != nil {
		t.Fatal(err)
	}
	if c := d.current(t); c.Version != 7 || c.Content.Tagline != "a" || c.Content.Links.Support != "" || c.Author != "bob" {
		t.Errorf("%+v", c)
	}
	if err := d.drafts.Restore(t.Context(), d.bob, "hammer", 99); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if n := d.count(t, "SELECT count(*) FROM audit_events WHERE action = 'listing.restore_draft'"); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestOldVersionsGo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	write := func(i int) {
		t.Helper()
		if _, err := d.edit(t, d.ada, drafts.Base{Version: i}, func(c *models.ListingContent) { c.Tagline = fmt.Sprint(i) }); err != nil {
			t.Fatal(err)
		}
	}
	for i := 1; i <= 120; i++ {
		write(i)
	}
	if n := d.count(t, "SELECT count(*) FROM listing_drafts"); n != 121 {
		t.Errorf("%d versions of one day are left", n)
	}
	d.now = d.now.Add(31 * 24 * time.Hour)
	write(121)
	if n, oldest := d.count(t, "SELECT count(*) FROM listing_drafts"), d.count(t, "SELECT min(version) FROM listing_drafts"); n != 100 || oldest != 23 {
		t.Errorf("%d versions are left, from %d on", n, oldest)
	}
	// Whoever has had a page open for so long chooses what stays.
	_, err := d.edit(t, d.bob, drafts.Base{Version: 5}, func(c *models.ListingContent) { c.Tagline, c.Name = "121", "Old" })
	conflict, ok := errors.AsType[*drafts.ConflictError](err)
	if !ok || len(conflict.Fields) != 1 || conflict.Fields[0].Field != "name" || conflict.Mine.Name != "Old" {
		t.Errorf("%+v", err)
	}
}

func TestFirstDraftIsWhatIsLive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dbtest.Listing(t, d.db, dbtest.Named("plane", "Plane"), dbtest.By(d.org), dbtest.In("testing"))
	live, _, err := d.drafts.Current(t.Context(), d.ada, "plane")
	if err != nil || live.Version != 0 || live.Content.Name != "Plane" || len(live.Content.Categories) != 1 || live.Content.Slug != "plane" || live.Content.Publisher != "tools" {
		t.Fatalf("%+v %v", live, err)
	}
	s, err := d.drafts.Edit(t.Context(), d.ada, "plane", drafts.Base{}, func(c *models.ListingContent) error { c.Tagline = "by ada"; return nil })
	if err != nil || s.Version != 1 || s.Content.Name != "Plane" {
		t.Fatalf("%+v %v", s, err)
	}
	// A second page that was opened before, too.
	if s, err = d.drafts.Edit(t.Context(), d.bob, "plane", drafts.Base{}, func(c *models.ListingContent) error { c.Introduction = "by bob"; return nil }); err != nil || s.Content.Tagline != "by ada" {
		t.Errorf("%+v %v", s, err)
	}
	if n := d.count(t, "SELECT count(*) FROM listings WHERE slug = 'plane' AND tagline = 'by ada'"); n != 0 {
		t.Error("a draft went live")
	}
}

func TestReadAndWriteInATransaction(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	err := d.db.Tx(t.Context(), func(tx *db.Tx) error {
		c, version, err := drafts.Read(t.Context(), tx.Pgx, d.listing)
		if err != nil || version != 1 {
			t.Errorf("%d %v", version, err)
		}
		c.Name, c.Slug = "Written", "other"
		version, err = drafts.Write(t.Context(), tx, d.ada, d.listing, c)
		if err != nil || version != 2 {
			t.Errorf("%d %v", version, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if now := d.current(t); now.Content.Name != "Written" || now.Content.Slug != "hammer" {
		t.Errorf("%+v", now)
	}
	st, err := apps.Of(t.Context(), d.db.Pool(), d.ada, "hammer", false)
	if err != nil || st.ListingName != "Written" {
		t.Errorf("a listing that was never published isn't called what its draft says: %+v %v", st, err)
	}
	if _, _, err := drafts.Read(t.Context(), d.db.Pool(), 0); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestDraftsHaveASize(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.edit(t, d.ada, drafts.Base{Version: 1}, func(c *models.ListingContent) { c.Description = strings.Repeat("a", models.MaxDraftBytes) }); !errors.Is(err, models.ErrDraftSize) {
		t.Errorf("%v", err)
	}
	if s, err := d.edit(t, d.ada, drafts.Base{Version: 1}, func(c *models.ListingContent) { c.Description = strings.Repeat("a", models.MaxDescription*2) }); err != nil || s.Version != 2 {
		t.Errorf("a text that is too long isn't kept: %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	saw := dbtest.App(t, d.db, models.Account{ID: d.ada.UserID}, "saw")
	d.now = d.now.Add(time.Hour)
	dbtest.Draft(t, d.db, saw, models.ListingContent{Name: "Saw"})
	other := dbtest.User(t, d.db, "other")
	dbtest.Draft(t, d.db, dbtest.App(t, d.db, other, "else"), models.ListingContent{})
	dbtest.Listing(t, d.db, dbtest.Named("imported", "Imported"), dbtest.By(d.org))
	if _, err := d.edit(t, d.ada, drafts.Base{Version: 1}, func(c *models.ListingContent) { c.Name = "Better hammer" }); err != nil {
		t.Fatal(err)
	}
	before := d.db.Statements()
	list, err := d.drafts.List(t.Context(), d.ada)
	if err != nil || len(list) != 2 || list[0].Name != "Better hammer" || list[0].Owner != "tools" || list[1].Slug != "saw" ||
		list[0].State != models.ListingDraft || list[0].Published || !list[0].ChangedAt.Equal(d.now) {
		t.Errorf("%+v %v", list, err)
	}
	if n := d.db.Statements() - before; n != 1 {
		t.Errorf("%d statements", n)
	}
	for name, c := range map[string]struct {
		sql  string
		want func(drafts.Listed) bool
	}{
		"waits":        {`'submitted', now() + interval '1 day', NULL`, func(l drafts.Listed) bool { return l.Waiting == models.SubmissionSubmitted && !l.Asked && !l.Ahead }},
		"asked":        {`'changes_requested', '2020-01-01', now() + interval '1 day'`, func(l drafts.Listed) bool { return l.Waiting == "" && l.Asked }},
		"asked before": {`'changes_requested', '2020-01-01', '2020-01-02'`, func(l drafts.Listed) bool { return l.Waiting == "" && !l.Asked && l.Ahead }},
	} {
		_, err := d.db.Pool().Exec(t.Context(), `INSERT INTO listing_submissions (listing_id, content, state, submitted_at, decided_at)
			SELECT id, '{}', `+c.sql+` FROM listings WHERE slug = 'hammer'`)
		if err != nil {
			t.Fatal(err)
		}
		list, err := d.drafts.List(t.Context(), d.ada)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if l.Slug == "hammer" && !c.want(l) {
				t.Errorf("%s: %+v", name, l)
			}
		}
		if _, err := d.db.Pool().Exec(t.Context(), `DELETE FROM listing_submissions`); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.drafts.List(t.Context(), models.Actor{}); !errors.Is(err, models.ErrSignInNeeded) {
		t.Errorf("%v", err)
	}
}
