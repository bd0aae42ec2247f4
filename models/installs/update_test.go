package installs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/installs"
	"souk/models/jobs"
)

// ask makes the app ask for other permissions than before, at once.
func (w *world) ask(g models.Grants, files ...string) {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	w.helper.Permissions, w.helper.SingleFilePaths = g, append([]string{}, files...)
	w.exec(`UPDATE apps SET permissions = $2, single_file_paths = $3, access_note = 'Why not.', access_at = $4 WHERE id = $1`,
		w.helper.ID, g, w.helper.SingleFilePaths, w.now)
}

// more is what the app has at first, with something else.
func more(key string, level models.Level) models.Grants {
	return models.Grants{"issues": "write", "metadata": "read", key: level}
}

func TestMoreWaitsForSomebodyToAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	dbtest.Select(t, w.db, i, w.one)
	if _, err := w.Update(t.Context(), w.as(w.ada), i.ID); !errors.Is(err, models.ErrUpdateDone) {
		t.Fatal(err)
	}
	w.ask(more("checks", "write"))
	u, err := w.Update(t.Context(), w.as(w.ada), i.ID)
	if err != nil {
		t.Fatal(err)
	}
	if u.Problem != nil || u.Note != "Why not." || !u.Since.Equal(w.now) || u.Permissions["checks"] != "" || u.More["checks"] != "write" || len(u.More) != 1 ||
		u.Selects || u.After.Score <= u.Before.Score {
		t.Errorf("%+v", u)
	}
	if err := w.Agree(t.Context(), w.as(w.ada), i.ID, installs.AgreeTo{Permissions: more("checks", "read")}); !errors.Is(err, models.ErrAskedChanged) {
		t.Fatal(err)
	}
	if err := w.Agree(t.Context(), w.as(w.ada), i.ID, installs.AgreeTo{Permissions: more("checks", "write")}); err != nil {
		t.Fatal(err)
	}
	now, err := installs.Of(t.Context(), w.db.Pool(), i.ID, false)
	if err != nil || now.Lacks || now.LacksSince != nil || now.Permissions["checks"] != "write" || *now.AgreedBy != w.ada.ID || !now.AgreedAt.Equal(w.now) {
		t.Errorf("%+v, %v", now, err)
	}
	w.same("told", w.told(), []string{"installation.new_permissions_accepted"})
	var payload models.InstallationPayload
	w.last(&payload)
	if payload.Installation.Permissions["checks"] != "write" || len(payload.Repositories) != 1 || payload.Sender.Login != "ada" {
		t.Errorf("%+v", payload)
	}
	w.same("recorded", w.actions(), []string{"installation.accept_permissions"})
	w.same("ada's notices", w.notices(w.ada), []string{})
	if err := w.Agree(t.Context(), w.as(w.ada), i.ID, installs.AgreeTo{}); !errors.Is(err, models.ErrUpdateDone) {
		t.Error("twice:", err)
	}
}

func TestLessTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(a *models.App) {
		a.Permissions = models.Grants{"issues": "write", "metadata": "read", "single_file": "read"}
		a.SingleFilePaths = []string{"a", "b"}
	})
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	w.ask(models.Grants{"issues": "read", "metadata": "read", "single_file": "read", "checks": "read"}, "b", "c")
	u, err := w.Update(t.Context(), w.as(w.ada), i.ID)
	if err != nil {
		t.Fatal(err)
	}
	if u.Permissions["issues"] != "read" || !slices.Equal(u.SingleFilePaths, []string{"b"}) || !slices.Equal(u.NewFiles, []string{"c"}) || u.More["checks"] != "read" || len(u.More) != 1 {
		t.Errorf("%+v", u)
	}
	files := installs.AgreeTo{Permissions: w.helper.Permissions, Files: []string{"b"}}
	if err := w.Agree(t.Context(), w.as(w.ada), i.ID, files); !errors.Is(err, models.ErrAskedChanged) {
		t.Error("other files were shown:", err)
	}
	// What nobody has agreed to yet isn't asked for any more.
	w.ask(models.Grants{"issues": "read", "metadata": "read"})
	if _, err := w.Update(t.Context(), w.as(w.ada), i.ID); !errors.Is(err, models.ErrUpdateDone) {
		t.Error(err)
	}
}

func TestWhoMayAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dora, eve := dbtest.User(t, w.db, "dora"), dbtest.User(t, w.db, "eve")
	dbtest.Collaborator(t, w.db, w.one, dora, models.RepositoryAdmin) // isn't a member
	dbtest.Collaborator(t, w.db, w.two, eve, models.RepositoryAdmin)  // administers another one
	dbtest.Collaborator(t, w.db, w.one, w.bob, models.RepositoryWrite)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	dbtest.Select(t, w.db, i, w.one)
	staff := models.Actor{UserID: w.zoe.ID, Login: "zoe", Staff: models.StaffSupport}
	checks, members, admin := more("checks", "write"), more("members", "read"), more("administration", "read")
	for _, c := range []struct {
		name  string
		asks  models.Grants
		files []string
		who   models.Actor
		off   bool // owners alone install
		want  error
	}{
		{name: "owner", asks: checks, who: w.as(w.ada)},
		{name: "owner, organization", asks: members, who: w.as(w.ada)},
		{name: "administrator", asks: checks, who: w.as(w.carl)},
		{name: "administrator, organization", asks: members, who: w.as(w.carl), want: models.ErrOwnerNeeded},
		{name: "administrator, administration", asks: admin, who: w.as(w.carl), want: models.ErrOwnerNeeded},
		{name: "administrator, switched off", asks: checks, who: w.as(w.carl), off: true, want: models.ErrOwnerNeeded},
		{name: "outside administrator", asks: checks, who: w.as(dora)},
		{name: "administrator of another repository", asks: checks, who: w.as(eve), want: models.ErrNotFound},
		{name: "who writes", asks: checks, who: w.as(w.bob), want: models.ErrNotFound},
		{name: "stranger", asks: checks, who: w.as(w.zoe), want: models.ErrNotFound},
		{name: "staff", asks: checks, who: staff, want: models.ErrNotFound},
		{name: "nobody", asks: checks, who: models.Actor{}, want: models.ErrSignInNeeded},
		{name: "operator", asks: members, who: models.Operator()},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.exec(`UPDATE organizations SET repository_admins_may_install = $2 WHERE account_id = $1`, w.acme.ID, !c.off)
			w.exec(`UPDATE installations SET permissions = '{"issues": "write", "metadata": "read"}' WHERE id = $1`, i.ID)
			w.ask(models.Grants{"metadata": "read"})
			w.exec(`UPDATE installations SET permissions = '{"issues": "write", "metadata": "read"}' WHERE id = $1`, i.ID)
			w.ask(c.asks, c.files...)
			if err := w.Agree(t.Context(), c.who, i.ID, installs.AgreeTo{Permissions: c.asks}); !errors.Is(err, c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
		})
	}
}

func TestMoreFilesConcernRepositoriesAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(a *models.App) {
		a.Permissions = models.Grants{"metadata": "read", "single_file": "read"}
		a.SingleFilePaths = []string{"a"}
	})
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	w.ask(w.helper.Permissions, "a", "b")
	if err := w.Agree(t.Context(), w.as(w.carl), i.ID, installs.AgreeTo{Permissions: w.helper.Permissions, Files: []string{"b", "a"}}); err != nil {
		t.Fatal(err)
	}
	now, err := installs.Of(t.Context(), w.db.Pool(), i.ID, false)
	if err != nil || now.Lacks || !slices.Equal(now.SingleFilePaths, []string{"a", "b"}) {
		t.Errorf("%+v, %v", now, err)
	}
	w.same("the owner is told", w.notices(w.ada), []string{"update_agreed"})
	w.same("whoever did it isn't", w.notices(w.carl), []string{})
}

func TestPoliciesStopUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	w.exec(`INSERT INTO app_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [{"decision": "deny", "permission": "checks"}], "otherwise": "allow"}', 1, now())`, w.acme.ID)
	w.ask(more("checks", "write"))
	u, err := w.Update(t.Context(), w.as(w.ada), i.ID)
	if err != nil || !errors.Is(u.Problem, models.ErrInstallPolicy) || u.Verdict.Decision != models.DecisionDeny {
		t.Errorf("%+v, %v", u, err)
	}
	if err := w.Agree(t.Context(), w.as(w.ada), i.ID, installs.AgreeTo{}); !errors.Is(err, models.ErrInstallPolicy) {
		t.Error(err)
	}
	w.same("told", w.told(), nil)
}

func TestTheFirstRepositoryPermissionSelects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(a *models.App) { a.Permissions = models.Grants{"members": "read"} })
	i := dbtest.Install(t, w.db, w.helper, w.acme, func(i *models.Installation) { i.Selection = models.SelectNone })
	w.ask(models.Grants{"members": "read", "issues": "read", "metadata": "read"})
	u, err := w.Update(t.Context(), w.as(w.ada), i.ID)
	if err != nil || !u.Selects || u.Problem != nil {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, err := w.Update(t.Context(), w.as(w.carl), i.ID); !errors.Is(err, models.ErrNotFound) {
		t.Error("it reaches nothing that carl administers:", err)
	}
	for _, c := range []struct {
		to   installs.AgreeTo
		want error
	}{
		{installs.AgreeTo{}, models.ErrSelectionNeeded},
		{installs.AgreeTo{Selection: models.SelectNone}, models.ErrSelectionNeeded},
		{installs.AgreeTo{Selection: models.SelectSelected}, models.ErrSelectionNeeded},
		{installs.AgreeTo{Selection: models.SelectSelected, Repositories: []int64{w.one.ID, w.own.ID}}, models.ErrRepositoryElsewhere},
		{installs.AgreeTo{Selection: models.SelectSelected, Repositories: make([]int64, models.MaxSelected+1)}, models.ErrTooManySelected},
		{installs.AgreeTo{Selection: models.SelectSelected, Repositories: []int64{w.two.ID, w.one.ID, w.two.ID}}, nil},
	} {
		if err := w.Agree(t.Context(), w.as(w.ada), i.ID, c.to); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, not %v", c.to.Selection, err, c.want)
		}
	}
	if got := w.selected(i.ID); !slices.Equal(got, []int64{w.one.ID, w.two.ID}) {
		t.Error(got)
	}
	var payload models.InstallationPayload
	w.last(&payload)
	if payload.Installation.Selection != "selected" || len(payload.Repositories) != 2 || payload.Action != "new_permissions_accepted" {
		t.Errorf("%+v", payload)
	}
}

func TestEveryDeciderIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	many := make([]models.Account, 120)
	for n := range many {
		many[n] = dbtest.User(t, w.db, "u"+strings.Repeat("x", n%30)+string(rune('a'+n/30)))
		dbtest.Install(t, w.db, w.helper, many[n])
	}
	dora := dbtest.User(t, w.db, "dora")
	dbtest.Collaborator(t, w.db, w.two, dora, models.RepositoryAdmin)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	dbtest.Select(t, w.db, i, w.one)
	tell := func() {
		t.Helper()
		for range 2 {
			if err := w.TellUpdates(t.Context(), jobs.TellUpdates{AppID: w.helper.ID, At: w.now}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.ask(more("checks", "write"))
	tell()
	for _, who := range append(many, w.ada, w.carl) {
		w.same(who.Login, w.notices(who), []string{"update_asked"})
	}
	for _, who := range []models.Account{w.bob, dora, w.zoe} {
		w.same(who.Login, w.notices(who), []string{})
	}
	var link string
	w.get(&link, `SELECT link FROM notifications WHERE account_id = $1`, w.carl.ID)
	if !strings.HasPrefix(link, "/organizations/acme/settings/installations/") || !strings.HasSuffix(link, "/permissions/update") {
		t.Error(link)
	}
	// Of the organization's nobody but owners is told; and of each change once more.
	before := jobs.TellUpdates{AppID: w.helper.ID, At: w.now}
	w.ask(more("members", "read"))
	if err := w.TellUpdates(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	w.same("ada, of what is past", w.notices(w.ada), []string{"update_asked"})
	tell()
	w.same("ada", w.notices(w.ada), []string{"update_asked", "update_asked"})
	w.same("carl", w.notices(w.carl), []string{"update_asked"})
	w.ask(models.Grants{"metadata": "read"})
	tell()
	w.same("nothing is lacking", w.notices(w.ada), []string{"update_asked", "update_asked"})
}

func TestTwoAgreeAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	w.ask(more("checks", "write"))
	ada, carl := w.as(w.ada), w.as(w.carl)
	var all sync.WaitGroup
	errs := make([]error, 8)
	for n := range errs {
		all.Go(func() {
			errs[n] = w.Agree(context.Background(), []models.Actor{ada, carl}[n%2], i.ID, installs.AgreeTo{Permissions: w.helper.Permissions})
		})
	}
	all.Wait()
	agreed := 0
	for _, err := range errs {
		switch {
		case err == nil:
			agreed++
		case !errors.Is(err, models.ErrUpdateDone):
			t.Error(err)
		}
	}
	if agreed != 1 {
		t.Error(errs)
	}
	w.same("told", w.told(), []string{"installation.new_permissions_accepted"})
}

func TestWhatIsAskedChangesWhileSomebodyAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	shown := more("checks", "write")
	ada := w.as(w.ada)
	for range 12 {
		w.exec(`UPDATE installations SET permissions = '{"metadata": "read"}' WHERE id = $1`, i.ID)
		w.ask(shown)
		var all sync.WaitGroup
		all.Go(func() {
			err := w.Agree(context.Background(), ada, i.ID, installs.AgreeTo{Permissions: shown})
			if err != nil && !errors.Is(err, models.ErrAskedChanged) {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := w.db.Pool().Exec(context.Background(), `UPDATE apps SET permissions = '{"issues": "read", "metadata": "read", "members": "read"}' WHERE id = $1`, w.helper.ID); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		now, err := installs.Of(t.Context(), w.db.Pool(), i.ID, false)
		if err != nil || !now.Lacks || now.Permissions["checks"] != "" || now.Permissions["members"] != "" || now.Permissions["issues"] == "write" {
			t.Fatalf("%+v, %v", now, err)
		}
	}
}

func TestWhatIsAskedChangesWhileSomebodyInstalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.as(w.ada)
	for range 12 {
		w.exec(`DELETE FROM installations`)
		w.ask(more("checks", "write"))
		var all sync.WaitGroup
		all.Go(func() {
			if _, _, err := w.install(ada, w.on(w.acme)); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := w.db.Pool().Exec(context.Background(), `UPDATE apps SET permissions = '{"issues": "read", "metadata": "read"}' WHERE id = $1`, w.helper.ID); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		var held models.Grants
		w.get(&held, `SELECT permissions FROM installations`)
		if held["checks"] != "" || held["issues"] != "read" {
			t.Fatalf("%v", held)
		}
	}
}

func TestDemotedWhileTheUpdateWasOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	dbtest.Select(t, w.db, i, w.one)
	w.ask(more("checks", "write"))
	ada, carl := w.as(w.ada), w.as(w.carl)
	w.exec(`UPDATE memberships SET role = 'member' WHERE account_id = $1`, w.ada.ID)
	w.exec(`UPDATE collaborators SET level = 'maintain' WHERE account_id = $1`, w.carl.ID)
	for name, who := range map[string]models.Actor{"owner": ada, "administrator": carl} {
		if err := w.Agree(t.Context(), who, i.ID, installs.AgreeTo{}); !errors.Is(err, models.ErrNotFound) {
			t.Error(name, err)
		}
	}
}

// The rule in SQL is that of models.Actor.
func TestAdministersIsWhatLevelsSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := dbtest.Install(t, w.db, w.helper, w.acme)
	dbtest.Select(t, w.db, i, w.one)
	w.ask(more("checks", "write"))
	who := dbtest.User(t, w.db, "who")
	for _, base := range []string{"none", "write", "admin"} {
		for _, role := range []string{"", "owner", "member", "billing_manager"} {
			for _, barred := range []bool{false, true} {
				for _, granted := range []models.RepositoryLevel{models.NoAccess, models.RepositoryMaintain, models.RepositoryAdmin} {
					w.exec(`UPDATE organizations SET base_permission = $2 WHERE account_id = $1`, w.acme.ID, base)
					w.exec(`DELETE FROM memberships WHERE account_id = $1`, who.ID)
					w.exec(`DELETE FROM collaborators WHERE account_id = $1`, who.ID)
					if role != "" {
						w.exec(`INSERT INTO memberships (organization_id, account_id, role, suspended_at, created_at) VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END, now())`, w.acme.ID, who.ID, role, barred)
					}
					if granted != models.NoAccess {
						dbtest.Collaborator(t, w.db, w.one, who, granted)
					}
					actor := w.as(who)
					b, err := models.ParseRepositoryLevel(base)
					if err != nil {
						b = models.NoAccess
					}
					want := actor.LevelOn(&w.one, granted, b) == models.RepositoryAdmin
					_, err = w.Update(t.Context(), actor, i.ID)
					if (err == nil) != want {
						t.Errorf("base %s, role %q, barred %v, granted %v: %v", base, role, barred, granted, err)
					}
				}
			}
		}
	}
}
