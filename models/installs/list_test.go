package installs_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/installs"
)

func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 35 {
		app := dbtest.App(t, w.db, w.tools, fmt.Sprintf("app-%02d", n), func(a *models.App) { a.Name = fmt.Sprintf("App %02d", n) })
		dbtest.Install(t, w.db, app, w.acme, func(i *models.Installation) {
			i.Lacks = n == 3
			if n == 4 {
				i.BarredAt, i.BarredWords = &w.now, "Unpaid."
			}
			if n == 5 {
				i.SuspendedAt, i.SuspendedBy = &w.now, &w.ada.ID
			}
		})
	}
	dbtest.Install(t, w.db, w.helper, w.bob)
	ada := w.as(w.ada)
	list := func(f installs.Filter) *installs.List {
		t.Helper()
		l, err := w.List(t.Context(), ada, "Acme", f)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := list(installs.Filter{Page: 2})
	if l.Total != 35 || len(l.Items) != 5 || l.Items[0].App.Name != "App 30" || l.Counts != (installs.Counts{All: 35, Behind: 1, Suspended: 2}) || !l.MayRun || l.Role != models.RoleOwner {
		t.Errorf("%+v", l)
	}
	if l := list(installs.Filter{View: installs.ViewBehind, Page: 1}); l.Total != 1 || l.Items[0].App.Slug != "app-03" || l.Counts.In(installs.ViewBehind) != 1 {
		t.Errorf("%+v", l)
	}
	if l := list(installs.Filter{View: installs.ViewSuspended, Page: 1}); l.Total != 2 || l.Items[0].BarredWords != "Unpaid." || l.Items[1].StoppedBy.Login != "ada" {
		t.Errorf("%+v", l)
	}
	if l := list(installs.Filter{Query: " aPP 1", Page: 1}); l.Total != 10 {
		t.Errorf("%+v", l)
	}
	if l := list(installs.Filter{Query: "%", Page: 1}); l.Total != 0 {
		t.Errorf("%+v", l)
	}
	if l := list(installs.Filter{Query: "tools", Page: 1}); l.Total != 35 {
		t.Errorf("by its integrator: %+v", l)
	}
	w.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "app": "app-00"}]}', 1, now())`, w.acme.ID)
	if l := list(installs.Filter{Page: 1}); !l.Items[0].Stopped || l.Items[1].Stopped {
		t.Errorf("%+v", l.Items[:2])
	}
	few := dbtest.Statements(w.db, func() { list(installs.Filter{Query: "app 0", Page: 1}) })
	many := dbtest.Statements(w.db, func() { list(installs.Filter{Page: 1}) })
	if few != 2 || many != 2 {
		t.Errorf("%d and %d statements", few, many)
	}

	for what, c := range map[string]struct {
		who   models.Actor
		login string
		f     installs.Filter
		want  error
	}{
		"a member":          {w.as(w.bob), "acme", installs.Filter{Page: 1}, models.ErrForbidden},
		"a stranger":        {w.as(w.zoe), "acme", installs.Filter{Page: 1}, models.ErrNotFound},
		"nobody":            {models.Actor{}, "acme", installs.Filter{Page: 1}, models.ErrSignInNeeded},
		"a view":            {ada, "acme", installs.Filter{View: "x", Page: 1}, models.ErrUnknownChoice},
		"page 0":            {ada, "acme", installs.Filter{}, models.ErrPageOutOfRange},
		"page 9":            {ada, "acme", installs.Filter{Page: 9}, models.ErrPageOutOfRange},
		"a NUL":             {ada, "acme", installs.Filter{Query: "\x00", Page: 1}, models.ErrBadParameter},
		"a login with that": {ada, "a\x00", installs.Filter{Page: 1}, models.ErrNotFound},
	} {
		if _, err := w.List(t.Context(), c.who, c.login, c.f); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if l, err := w.List(t.Context(), w.as(w.bob), "", installs.Filter{Page: 1}); err != nil || l.Total != 1 || !l.MayRun {
		t.Errorf("bob's own: %+v, %v", l, err)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dan := dbtest.User(t, w.db, "dan")
	dbtest.Collaborator(t, w.db, w.three, dan, models.RepositoryAdmin)
	dbtest.Collaborator(t, w.db, w.two, w.bob, models.RepositoryAdmin)
	w.exec(`UPDATE organizations SET base_permission = 'none' WHERE account_id = $1`, w.acme.ID)
	i := dbtest.Install(t, w.db, w.helper, w.acme, func(i *models.Installation) { i.InstallerID, i.RequesterID = &w.ada.ID, &w.bob.ID })
	dbtest.Select(t, w.db, i, w.one, w.three)
	p, err := w.Page(t.Context(), w.as(w.ada), i.ID, 1)
	if err != nil || p.People != (installs.People{Installer: "ada", Requester: "bob", Agreed: "acme"}) || !slices.Equal(p.Chosen, []int64{w.one.ID, w.three.ID}) || !p.MayRun || p.Role != models.RoleOwner {
		t.Errorf("%+v, %v", p, err)
	}
	// Administrators of a repository that it reaches see it, and of its repositories
	// those that they can read.
	for who, want := range map[models.Account]int{w.carl: 1, dan: 2} {
		p, err := w.Page(t.Context(), w.as(who), i.ID, 1)
		if err != nil || !p.Administers || p.MayRun || p.Total != want {
			t.Errorf("%s: %+v, %v", who.Login, p, err)
		}
	}
	for what, actor := range map[string]models.Actor{"administers another one": w.as(w.bob), "integrator": w.as(w.zoe)} {
		if _, err := w.Page(t.Context(), actor, i.ID, 1); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	staff := w.as(w.zoe)
	staff.Staff = models.StaffSupport
	if p, err := w.Page(t.Context(), staff, i.ID, 1); err != nil || p.MayRun || p.Total != 1 {
		t.Errorf("staff: %+v, %v", p, err)
	}
	// A session that is narrowed to less stays so.
	narrow := w.as(w.carl)
	narrow.Memberships = nil
	if p, err := w.Page(t.Context(), narrow, i.ID, 1); err != nil || p.Role != "" {
		t.Errorf("as a collaborator alone: %v", err)
	}
	if _, err := w.Page(t.Context(), models.Actor{}, i.ID, 1); !errors.Is(err, models.ErrSignInNeeded) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := w.Page(t.Context(), w.as(dan), i.ID, 2); !errors.Is(err, models.ErrPageOutOfRange) {
		t.Errorf("page 2: %v", err)
	}
	n := dbtest.Statements(w.db, func() { _, _ = w.Page(t.Context(), models.Actor{UserID: w.ada.ID, Operator: true}, i.ID, 1) })
	if n != 2 {
		t.Errorf("%d statements", n)
	}
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Install(t, w.db, w.helper, w.acme)
	b := dbtest.Install(t, w.db, w.helper, w.bob)
	w.exec(`UPDATE apps SET permissions = '{"issues": "write", "metadata": "read", "checks": "write"}' WHERE id = $1`, w.helper.ID)
	w.exec(`UPDATE installations SET permissions = '{"issues": "write", "metadata": "read", "checks": "write"}', lacks = false WHERE id = $1`, b.ID)
	manager := dbtest.User(t, w.db, "max")
	dbtest.Manager(t, w.db, w.helper, manager)
	c, err := w.Customers(t.Context(), w.as(w.zoe), "helper", installs.Filter{Page: 1})
	if err != nil || c.Total != 2 || c.Items[0].Account.Login != "bob" || len(c.Items[0].More) != 0 || c.Items[1].More["checks"] != "write" || !c.MayBar {
		t.Errorf("%+v, %v", c, err)
	}
	c, err = w.Customers(t.Context(), w.as(manager), "helper", installs.Filter{View: installs.ViewBehind, Query: "ACM", Page: 1})
	if err != nil || c.Total != 1 || c.Counts.Behind != 1 || c.MayBar {
		t.Errorf("%+v, %v", c, err)
	}
	for what, actor := range map[string]models.Actor{"a customer": w.as(w.ada), "a stranger": w.as(dbtest.User(t, w.db, "eve"))} {
		if _, err := w.Customers(t.Context(), actor, "helper", installs.Filter{Page: 1}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, _, err := w.Customer(t.Context(), w.as(manager), "helper", b.ID); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("a manager may suspend: %v", err)
	}
	other := dbtest.App(t, w.db, w.tools, "other")
	if _, _, err := w.Customer(t.Context(), w.as(w.zoe), other.Slug, b.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of another app: %v", err)
	}
	n := dbtest.Statements(w.db, func() {
		_, _ = w.Customers(t.Context(), models.Actor{UserID: w.zoe.ID, Operator: true}, "helper", installs.Filter{Page: 1})
	})
	if n != 3 {
		t.Errorf("%d statements", n)
	}
}

func TestEndsWithAppAndAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.App(t, w.db, w.tools, "other", func(a *models.App) { a.WebhookActive, a.WebhookURL = true, "https://x.example" })
	dbtest.Install(t, w.db, w.helper, w.acme)
	dbtest.Install(t, w.db, w.helper, w.bob)
	dbtest.Install(t, w.db, other, w.bob)
	in := func(do func(*db.Tx) error) {
		t.Helper()
		if err := w.db.Tx(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	in(func(tx *db.Tx) error { return w.AccountDeleting(t.Context(), tx, w.as(w.bob), w.bob.ID) })
	w.same("told", w.told(), []string{"installation.deleted", "installation.deleted"})
	in(func(tx *db.Tx) error { return w.EndOfApp(t.Context(), tx, w.as(w.zoe), w.helper.ID) })
	w.same("told", w.told(), []string{"installation.deleted", "installation.deleted", "installation.deleted"})
	w.same("ada is told", w.notices(w.ada), []string{"installation_gone"})
	var left int
	w.get(&left, `SELECT count(*) FROM installations`)
	if left != 0 {
		t.Errorf("%d are left", left)
	}
	in(func(tx *db.Tx) error { return w.EndOfApp(t.Context(), tx, w.as(w.zoe), w.helper.ID) })
}

func TestCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	imported := dbtest.Listing(t, w.db)
	listing := dbtest.Draft(t, w.db, w.helper, models.ListingContent{Name: "Helper"})
	count := func() (n *int64) {
		t.Helper()
		if err := w.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.get(&n, `SELECT installs FROM listings WHERE id = $1`, listing)
		return n
	}
	var before, after *int64
	w.get(&before, `SELECT installs FROM listings WHERE id = $1`, imported.Listing.ID)
	if n := count(); n != nil {
		t.Errorf("nobody has installed it: %d", *n)
	}
	w.exec(`UPDATE listings SET installs = 5000, installs_as_of = '2020-01-01' WHERE id = $1`, listing)
	if n := count(); n == nil || *n != 5000 {
		t.Errorf("what was imported is gone: %v", n)
	}
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	if n := count(); n == nil || *n != 1 {
		t.Errorf("%v", n)
	}
	w.exec(`UPDATE apps SET registered_at = $2 WHERE id = $1`, w.helper.ID, w.now.Add(-time.Hour))
	w.exec(`DELETE FROM installations WHERE id = $1`, i.ID)
	if n := count(); n == nil || *n != 0 {
		t.Errorf("%v", n)
	}
	var queued int
	w.get(&queued, `SELECT count(*) FROM river_job WHERE kind = 'index_listings'`)
	count()
	var again int
	w.get(&again, `SELECT count(*) FROM river_job WHERE kind = 'index_listings'`)
	w.get(&after, `SELECT installs FROM listings WHERE id = $1`, imported.Listing.ID)
	if queued != 2 || again != queued || (before == nil) != (after == nil) || before != nil && *before != *after {
		t.Errorf("%d and %d jobs; imported: %v, %v", queued, again, before, after)
	}
}
