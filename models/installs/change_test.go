package installs_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestUninstall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := dbtest.User(t, w.db, "eve")
	dbtest.Member(t, w.db, w.acme, eve, models.RoleOwner)
	i, _, err := w.install(w.as(w.ada), w.on(w.acme, w.one))
	if err != nil {
		t.Fatal(err)
	}
	w.exec(`INSERT INTO installation_tokens (installation_id, token_hash, permissions, created_at, expires_at) VALUES ($1, 'x', '{}', now(), now())`, i.ID)
	for who, want := range map[models.Account]error{w.bob: models.ErrNotFound, w.carl: models.ErrNotFound, w.zoe: models.ErrNotFound} {
		if err := w.Uninstall(t.Context(), w.as(who), i.ID); !errors.Is(err, want) {
			t.Errorf("%s: %v", who.Login, err)
		}
	}
	if err := w.Uninstall(t.Context(), models.Actor{}, i.ID); !errors.Is(err, models.ErrSignInNeeded) {
		t.Errorf("nobody: %v", err)
	}
	stale := w.as(w.ada)
	w.exec(`UPDATE memberships SET role = 'member' WHERE account_id = $1`, w.ada.ID)
	if err := w.Uninstall(t.Context(), stale, i.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("who was demoted meanwhile: %v", err)
	}
	w.exec(`UPDATE memberships SET role = 'owner' WHERE account_id = $1`, w.ada.ID)

	if err := w.Uninstall(t.Context(), w.as(w.ada), i.ID); err != nil {
		t.Fatal(err)
	}
	var p models.InstallationPayload
	w.last(&p)
	if p.Action != "deleted" || len(p.Repositories) != 1 || p.Repositories[0].Name != "one" || p.Sender.Login != "ada" {
		t.Errorf("%+v", p)
	}
	var left int
	w.get(&left, `SELECT (SELECT count(*) FROM installations) + (SELECT count(*) FROM installation_tokens) + (SELECT count(*) FROM installation_repositories)`)
	if left != 0 {
		t.Errorf("%d rows are left", left)
	}
	w.same("recorded", w.actions(), []string{"installation.create", "installation.delete"})
	w.same("the other owner is told", w.notices(eve), []string{"installed", "uninstalled"})
	if err := w.Uninstall(t.Context(), w.as(w.ada), i.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
}

func TestUninstalledOnceByMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	ada, zoe := w.as(w.ada), w.as(w.zoe)
	errs := make([]error, 6)
	var all sync.WaitGroup
	for n := range errs {
		all.Go(func() {
			switch n % 3 {
			case 0:
				errs[n] = w.Uninstall(t.Context(), ada, i.ID)
			case 1:
				errs[n] = w.Remove(t.Context(), zoe, "helper", i.ID)
			default:
				errs[n] = w.ChangeRepositories(t.Context(), ada, i.ID, models.SelectSelected, []int64{w.one.ID})
			}
		})
	}
	all.Wait()
	ended := 0
	for n, err := range errs {
		if err == nil && n%3 != 2 {
			ended++
		} else if err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	}
	told := slices.DeleteFunc(w.told(), func(s string) bool { return s != "installation.deleted" })
	if ended != 1 || len(told) != 1 {
		t.Errorf("ended %d times, told %d times", ended, len(told))
	}
}

func TestBothSidesSuspend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	ada, zoe := w.as(w.ada), w.as(w.zoe)
	state := func() string {
		var s string
		w.get(&s, `SELECT concat_ws(' ', CASE WHEN suspended_at IS NOT NULL THEN 'suspended' END, CASE WHEN barred_at IS NOT NULL THEN 'barred' END) FROM installations`)
		return s
	}
	step := func(what string, err error, want error, now string) {
		t.Helper()
		if !errors.Is(err, want) || state() != now {
			t.Errorf("%s: %v, %q", what, err, state())
		}
	}
	ctx := t.Context()
	step("lift nothing", w.Unsuspend(ctx, ada, i.ID), nil, "")
	step("suspend", w.Suspend(ctx, ada, i.ID), nil, "suspended")
	step("again", w.Suspend(ctx, ada, i.ID), nil, "suspended")
	step("the integrator lifts it", w.Unbar(ctx, zoe, "helper", i.ID), nil, "suspended")
	step("bar without words", w.Bar(ctx, zoe, "helper", i.ID, " "), models.ErrBarWords, "suspended")
	step("bar with a book", w.Bar(ctx, zoe, "helper", i.ID, strings.Repeat("x", models.MaxBarWords+1)), models.ErrTooLong, "suspended")
	step("a stranger bars", w.Bar(ctx, ada, "helper", i.ID, "no"), models.ErrNotFound, "suspended")
	step("bar", w.Bar(ctx, zoe, "helper", i.ID, "Unpaid."), nil, "suspended barred")
	step("lift one's own", w.Unsuspend(ctx, ada, i.ID), nil, "barred")
	step("lift the other's", w.Unsuspend(ctx, ada, i.ID), models.ErrInstallationBarred, "barred")
	var words string
	w.get(&words, `SELECT barred_words FROM installations`)
	if words != "Unpaid." {
		t.Errorf("%q", words)
	}
	step("unbar", w.Unbar(ctx, zoe, "helper", i.ID), nil, "")
	step("the app bars", w.BarAsApp(ctx, models.Visit{}, w.helper.ID, i.ID), nil, "barred")
	step("another app lifts it", w.UnbarAsApp(ctx, models.Visit{}, w.helper.ID+1, i.ID), models.ErrNotFound, "barred")
	step("the app lifts it", w.UnbarAsApp(ctx, models.Visit{}, w.helper.ID, i.ID), nil, "")

	w.same("told", w.told(), []string{"installation.suspend", "installation.unsuspend", "installation.suspend", "installation.unsuspend"})
	w.same("recorded", w.actions(), []string{"installation.suspend", "installation.bar", "installation.unsuspend", "installation.unbar", "installation.bar", "installation.unbar"})
	w.same("the owner is told", w.notices(w.ada), []string{"installation_barred", "installation_unbarred", "installation_stopped", "installation_unbarred"})
	var p models.InstallationPayload
	w.last(&p)
	if p.Sender.Login != "helper[bot]" || p.Installation.SuspendedAt != nil {
		t.Errorf("%+v", p)
	}
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := dbtest.Install(t, w.db, w.helper, w.acme), dbtest.Install(t, w.db, w.helper, w.bob)
	other := dbtest.App(t, w.db, w.tools, "other")
	if err := w.Remove(t.Context(), w.as(w.zoe), other.Slug, a.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("through another app: %v", err)
	}
	manager := dbtest.User(t, w.db, "max")
	dbtest.Manager(t, w.db, w.helper, manager)
	if err := w.Remove(t.Context(), w.as(manager), "helper", a.ID); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("a manager: %v", err)
	}
	if err := w.Remove(t.Context(), w.as(w.zoe), "helper", a.ID); err != nil {
		t.Error(err)
	}
	if err := w.RemoveAsApp(t.Context(), models.Visit{}, w.helper.ID, b.ID); err != nil {
		t.Error(err)
	}
	w.same("told", w.told(), []string{"installation.deleted", "installation.deleted"})
	w.same("ada is told", w.notices(w.ada), []string{"installation_removed"})
	w.same("bob is told", w.notices(w.bob), []string{"installation_removed"})
}

func TestChangeRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	ada := w.as(w.ada)
	change := func(s models.Selection, rs ...models.Repository) error {
		ids := []int64{}
		for _, r := range rs {
			ids = append(ids, r.ID)
		}
		return w.ChangeRepositories(t.Context(), ada, i.ID, s, ids)
	}
	must := func(err error, want ...models.Repository) {
		t.Helper()
		ids := []int64{}
		for _, r := range want {
			ids = append(ids, r.ID)
		}
		if got := w.selected(i.ID); err != nil || !slices.Equal(got, ids) {
			t.Errorf("%v, %v", got, err)
		}
	}
	must(change(models.SelectSelected, w.two, w.one, w.one), w.one, w.two)
	var p models.InstallationRepositoriesPayload
	w.last(&p)
	if p.Action != "removed" || len(p.Removed) != 1 || p.Removed[0].Name != "three" {
		t.Errorf("%+v", p)
	}
	must(change(models.SelectSelected, w.two, w.three), w.two, w.three)
	must(change(models.SelectSelected, w.two, w.three), w.two, w.three)
	must(change(models.SelectAll))
	must(change(models.SelectAll))
	must(change(models.SelectSelected, w.one), w.one)
	w.same("told", w.told(), []string{"installation_repositories.removed", "installation_repositories.added", "installation_repositories.removed",
		"installation_repositories.added", "installation_repositories.removed"})

	must(w.AddRepository(t.Context(), ada, i.ID, w.two.ID), w.one, w.two)
	must(w.AddRepository(t.Context(), ada, i.ID, w.two.ID), w.one, w.two)
	must(w.RemoveRepository(t.Context(), ada, i.ID, w.one.ID), w.two)
	for what, c := range map[string]struct{ got, want error }{
		"none":              {change(models.SelectSelected), models.ErrSelectionNeeded},
		"somebody else's":   {change(models.SelectSelected, w.two, w.own), models.ErrRepositoryElsewhere},
		"the last one":      {w.RemoveRepository(t.Context(), ada, i.ID, w.two.ID), models.ErrSelectionNeeded},
		"one that isn't":    {w.RemoveRepository(t.Context(), ada, i.ID, w.one.ID), models.ErrNotFound},
		"add another's":     {w.AddRepository(t.Context(), ada, i.ID, w.own.ID), models.ErrNotFound},
		"by a member":       {w.ChangeRepositories(t.Context(), w.as(w.bob), i.ID, models.SelectAll, nil), models.ErrNotFound},
		"far too many":      {w.ChangeRepositories(t.Context(), ada, i.ID, models.SelectSelected, manyIDs()), models.ErrTooManySelected},
		"an app that isn't": {w.ChangeRepositories(t.Context(), ada, i.ID+1, models.SelectAll, nil), models.ErrNotFound},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v", what, c.got)
		}
	}
	must(nil, w.two)
}

func manyIDs() []int64 {
	ids := make([]int64, models.MaxSelected+1)
	for n := range ids {
		ids[n] = int64(n)
	}
	return ids
}

// TestNothingGrowsWhereItMayNot lets repositories be taken away, and no others given.
func TestNothingGrowsWhereItMayNot(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		do   func(*world)
		want error
	}{
		"policy": {func(w *world) {
			w.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "app": "helper"}]}', 1, now())`, w.acme.ID)
		}, models.ErrInstallPolicy},
		"integrator": {func(w *world) { dbtest.Suspend(t, w.db, w.tools) }, models.ErrAppStopped},
		"account":    {func(w *world) { dbtest.Suspend(t, w.db, w.acme) }, models.ErrSuspended},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			i := dbtest.Install(t, w.db, w.helper, w.acme)
			dbtest.Select(t, w.db, i, w.one, w.two)
			c.do(w)
			ada := w.as(w.ada)
			if err := w.ChangeRepositories(t.Context(), ada, i.ID, models.SelectAll, nil); !errors.Is(err, c.want) {
				t.Errorf("all: %v", err)
			}
			if err := w.AddRepository(t.Context(), ada, i.ID, w.three.ID); !errors.Is(err, c.want) {
				t.Errorf("one: %v", err)
			}
			if err := w.ChangeRepositories(t.Context(), ada, i.ID, models.SelectSelected, []int64{w.two.ID}); err != nil {
				t.Errorf("fewer: %v", err)
			}
			if err := w.Uninstall(t.Context(), ada, i.ID); err != nil {
				t.Errorf("end: %v", err)
			}
		})
	}
}

// TestAdministratorsChooseTheirRepository lets those who administer a repository give it
// to what is installed, and take it away, where they could install the app.
func TestAdministratorsChooseTheirRepository(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		do        func(*world)
		add, away error
		by        func(*world) models.Account
	}{
		"as it is": {},
		"owners alone install": {do: func(w *world) { w.exec(`UPDATE organizations SET repository_admins_may_install = false`) },
			add: models.ErrOwnerNeeded, away: models.ErrOwnerNeeded},
		"and nobody asks": {do: func(w *world) {
			w.exec(`UPDATE organizations SET repository_admins_may_install = false, members_may_request_apps = false`)
		}, add: models.ErrOwnerNeeded, away: models.ErrOwnerNeeded},
		"something of the organization": {do: func(w *world) { w.exec(`UPDATE apps SET permissions = permissions || '{"members": "read"}'`) },
			add: models.ErrOwnerNeeded, away: models.ErrOwnerNeeded},
		"a policy": {do: func(w *world) {
			w.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "app": "helper"}]}', 1, now())`, w.acme.ID)
		}, add: models.ErrInstallPolicy},
		"the integrator is suspended": {do: func(w *world) { dbtest.Suspend(t, w.db, w.tools) }, add: models.ErrAppStopped},
		"the organization is":         {do: func(w *world) { dbtest.Suspend(t, w.db, w.acme) }, add: models.ErrSuspended},
		"so is the administrator": {do: func(w *world) { dbtest.Suspend(t, w.db, w.carl) },
			add: models.ErrSuspended, away: models.ErrSuspended},
		"no longer an administrator": {do: func(w *world) { w.exec(`UPDATE collaborators SET level = 'maintain'`) },
			add: models.ErrNotFound, away: models.ErrNotFound},
		"a member":   {by: func(w *world) models.Account { return w.bob }, add: models.ErrNotFound, away: models.ErrNotFound},
		"a stranger": {by: func(w *world) models.Account { return w.zoe }, add: models.ErrNotFound, away: models.ErrNotFound},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			actor := w.as(w.carl)
			if c.by != nil {
				actor = w.as(c.by(w))
			}
			without := dbtest.Install(t, w.db, w.helper, w.acme)
			dbtest.Select(t, w.db, without, w.two)
			if c.do != nil {
				c.do(w)
			}
			reaches := []int64{w.two.ID}
			if c.add == nil {
				reaches = []int64{w.one.ID, w.two.ID}
			}
			if err := w.AddRepository(t.Context(), actor, without.ID, w.one.ID); !errors.Is(err, c.add) || !slices.Equal(w.selected(without.ID), reaches) {
				t.Errorf("give: %v, %v", err, w.selected(without.ID))
			}
			if err := w.AddRepository(t.Context(), actor, without.ID, w.three.ID); err == nil {
				t.Error("gave another's")
			}
			w.exec(`DELETE FROM installations`)
			with := dbtest.Install(t, w.db, w.helper, w.acme)
			dbtest.Select(t, w.db, with, w.one, w.two)
			reaches = []int64{w.one.ID, w.two.ID}
			if c.away == nil {
				reaches = []int64{w.two.ID}
			}
			if err := w.RemoveRepository(t.Context(), actor, with.ID, w.one.ID); !errors.Is(err, c.away) || !slices.Equal(w.selected(with.ID), reaches) {
				t.Errorf("take: %v, %v", err, w.selected(with.ID))
			}
			if err := w.RemoveRepository(t.Context(), actor, with.ID, w.two.ID); err == nil {
				t.Error("took another's")
			}
		})
	}
}

// TestNothingIsToldWhereNobodyListens keeps apps without a webhook from being told.
func TestNothingIsToldWhereNobodyListens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(a *models.App) { a.WebhookActive = false })
	i, _, err := w.install(w.as(w.ada), w.on(w.acme))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Uninstall(t.Context(), w.as(w.ada), i.ID); err != nil {
		t.Fatal(err)
	}
	if told := w.told(); len(told) != 0 {
		t.Errorf("%q", told)
	}
}

// TestWhatIsToldRollsBack keeps apps from hearing of what didn't happen.
func TestWhatIsToldRollsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	failed := errors.New("something else went wrong")
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		if err := w.UninstallIn(t.Context(), tx, w.as(w.ada), i.ID); err != nil {
			return err
		}
		return failed
	})
	var jobs, left int
	w.get(&jobs, `SELECT count(*) FROM river_job WHERE kind = 'deliver_hook'`)
	w.get(&left, `SELECT count(*) FROM installations`)
	if !errors.Is(err, failed) || jobs != 0 || left != 1 || len(w.told()) != 0 {
		t.Errorf("%v: %d jobs, %d installations, %q", err, jobs, left, w.told())
	}
}
