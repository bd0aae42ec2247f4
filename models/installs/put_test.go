package installs_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/installs"
)

func TestOwnersInstallEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i, _, err := w.install(w.as(w.ada), w.on(w.acme))
	if err != nil {
		t.Fatal(err)
	}
	if i.Selection != models.SelectAll || !i.Permissions.Covers(w.helper.Permissions) || i.InstallerID == nil || *i.InstallerID != w.ada.ID || *i.AgreedBy != w.ada.ID {
		t.Errorf("%+v", i)
	}
	if all := w.selected(i.ID); len(all) != 0 {
		t.Errorf("all repositories take %d rows", len(all))
	}
	var p models.InstallationPayload
	w.last(&p)
	if p.Action != "created" || len(p.Repositories) != 3 || p.Requester != nil || p.Sender.Login != "ada" || p.Installation.Account.Login != "acme" {
		t.Errorf("%+v", p)
	}
	w.same("recorded", w.actions(), []string{"installation.create"})
	w.same("ada is told", w.notices(w.ada), nil)

	if _, _, err := w.install(w.as(w.ada), w.on(w.acme)); !errors.Is(err, models.ErrAlreadyInstalled) {
		t.Errorf("twice: %v", err)
	}
	if _, _, err := w.install(w.as(w.ada), w.on(w.acme, w.one)); !errors.Is(err, models.ErrAlreadyInstalled) {
		t.Errorf("on fewer: %v", err)
	}
	w.same("told", w.told(), []string{"installation.created"})
}

func TestAdministratorsInstallOnTheirRepositories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i, out, err := w.install(w.as(w.carl), w.on(w.acme, w.one, w.two))
	if err != nil {
		t.Fatal(err)
	}
	if out.Decision.Outcome != models.InstallSplit || !slices.Equal(out.Mine, []int64{w.one.ID}) || !slices.Equal(out.Others, []int64{w.two.ID}) {
		t.Errorf("%+v", out)
	}
	if got := w.selected(i.ID); !slices.Equal(got, []int64{w.one.ID}) {
		t.Errorf("selected: %v", got)
	}
	w.same("the owner is told", w.notices(w.ada), []string{"installed"})

	// The owner adds to it, and then lets it reach everything.
	if _, _, err := w.install(w.as(w.ada), w.on(w.acme, w.one, w.three)); err != nil {
		t.Fatal(err)
	}
	var p models.InstallationRepositoriesPayload
	w.last(&p)
	if p.Action != "added" || len(p.Added) != 1 || p.Added[0].FullName != "acme/three" || p.Selection != "selected" {
		t.Errorf("%+v", p)
	}
	if _, _, err := w.install(w.as(w.ada), w.on(w.acme)); err != nil {
		t.Fatal(err)
	}
	w.last(&p)
	if len(p.Added) != 1 || p.Added[0].Name != "two" || p.Selection != "all" || len(w.selected(i.ID)) != 0 {
		t.Errorf("%+v", p)
	}
	w.same("told", w.told(), []string{"installation.created", "installation_repositories.added", "installation_repositories.added"})
}

func TestMembersHaveToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i, out, err := w.install(w.as(w.bob), w.on(w.acme, w.one))
	if err != nil || i != nil || out.Decision.Outcome != models.InstallAsk || out.Decision.Why != models.WhyOthers {
		t.Errorf("%+v, %v", out, err)
	}
	if n := len(w.told()); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestWhatCanNotBeChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Member(t, w.db, w.tools, w.ada, models.RoleMember)
	w.exec(`UPDATE organizations SET base_permission = 'none' WHERE account_id = $1`, w.acme.ID)
	none := w.on(w.acme)
	none.Selection = models.SelectSelected
	changed := w.on(w.acme)
	changed.Asked = models.Grants{"issues": "read", "metadata": "read"}
	many := w.on(w.acme, w.one)
	many.Repositories = make([]int64, models.MaxSelected+1)
	nul := w.on(w.acme)
	nul.App = "a\x00b"
	other := w.on(w.acme)
	other.Selection = "everything"
	for what, c := range map[string]struct {
		actor  models.Account
		choice installs.Choice
		want   *models.Error
	}{
		"no repository":             {w.ada, none, models.ErrSelectionNeeded},
		"no such selection":         {w.ada, other, models.ErrSelectionNeeded},
		"too many":                  {w.ada, many, models.ErrTooManySelected},
		"somebody else's":           {w.ada, w.on(w.acme, w.one, w.own), models.ErrRepositoryElsewhere},
		"one that is hidden":        {w.bob, w.on(w.acme, w.three), models.ErrRepositoryElsewhere},
		"what was shown otherwise":  {w.ada, changed, models.ErrAskedChanged},
		"an app that isn't there":   {w.ada, nul, models.ErrNotFound},
		"an account that isn't":     {w.ada, w.on(models.Account{ID: 1 << 40}), models.ErrNotFound},
		"somebody else's account":   {w.ada, w.on(w.bob), models.ErrInstallOther},
		"a stranger's organization": {w.bob, w.on(w.tools), models.ErrInstallOther},
	} {
		if i, _, err := w.install(w.as(c.actor), c.choice); !errors.Is(err, c.want) || i != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := len(w.told()); n != 0 {
		t.Errorf("%d events", n)
	}
	// A page leaves out what it can't show.
	p, err := w.Preview(t.Context(), w.as(w.ada), w.on(w.acme, w.one, w.own))
	if err != nil || !slices.Equal(p.Mine, []int64{w.one.ID}) {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestLevelsAreThoseOfActors holds what is reckoned in SQL to models.Actor.LevelOn.
func TestLevelsAreThoseOfActors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dan := dbtest.User(t, w.db, "dan") // collaborates from outside
	for _, a := range []models.Account{w.bob, dan} {
		dbtest.Collaborator(t, w.db, w.three, a, models.RepositoryWrite)
		dbtest.Collaborator(t, w.db, w.two, a, models.RepositoryAdmin)
	}
	levels := map[string]models.RepositoryLevel{"none": models.NoAccess, "read": models.RepositoryRead, "write": models.RepositoryWrite, "admin": models.RepositoryAdmin}
	for base, level := range levels {
		for _, barred := range []bool{false, true} {
			w.exec(`UPDATE organizations SET base_permission = $2 WHERE account_id = $1`, w.acme.ID, base)
			w.exec(`UPDATE memberships SET suspended_at = CASE WHEN $2 THEN now() END WHERE account_id = $1`, w.bob.ID, barred)
			for _, who := range []models.Account{w.ada, w.bob, w.carl, dan, w.zoe} {
				actor := w.as(who)
				l, err := w.Candidates(t.Context(), actor, w.acme.ID, "", 1, nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range []models.Repository{w.one, w.two, w.three} {
					want := actor.LevelOn(&r, w.granted(r, who), level)
					n := slices.IndexFunc(l.Items, func(c installs.Candidate) bool { return c.ID == r.ID })
					if n >= 0 != (want >= models.RepositoryRead) || n >= 0 && l.Items[n].Administer != (want == models.RepositoryAdmin) {
						t.Errorf("%s on %s, base %s, barred %v: %d in %+v, not %s", who.Login, r.Name, base, barred, n, l.Items, want)
					}
				}
			}
		}
	}
}

func (w *world) granted(r models.Repository, who models.Account) models.RepositoryLevel {
	var name string
	w.get(&name, `SELECT coalesce((SELECT level FROM collaborators WHERE repository_id = $1 AND account_id = $2), 'none')`, r.ID, who.ID)
	if name == "none" {
		return models.NoAccess
	}
	level, err := models.ParseRepositoryLevel(name)
	if err != nil {
		w.t.Fatal(err)
	}
	return level
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 60 {
		dbtest.Repository(t, w.db, w.acme, fmt.Sprintf("service-%02d", n))
	}
	l, err := w.Candidates(t.Context(), w.as(w.ada), w.acme.ID, "SERVICE", 2, []int64{w.three.ID, w.own.ID})
	if err != nil || l.Total != 60 || len(l.Items) != 10 || l.Items[0].Name != "service-50" || len(l.Chosen) != 1 || !l.Chosen[0].Private {
		t.Fatalf("%+v, %v", l, err)
	}
	if ids, err := w.Matching(t.Context(), w.as(w.ada), w.acme.ID, "service-1"); err != nil || len(ids) != 10 {
		t.Errorf("%v, %v", ids, err)
	}
	if l, err := w.Candidates(t.Context(), w.as(w.ada), w.acme.ID, "%", 1, nil); err != nil || l.Total != 0 || len(l.Items) != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	for what, do := range map[string]func() error{
		"beyond the end": func() error { _, err := w.Candidates(t.Context(), w.as(w.ada), w.acme.ID, "", 9, nil); return err },
		"page 0":         func() error { _, err := w.Candidates(t.Context(), w.as(w.ada), w.acme.ID, "", 0, nil); return err },
		"a NUL":          func() error { _, err := w.Matching(t.Context(), w.as(w.ada), w.acme.ID, "\x00"); return err },
		"nobody":         func() error { _, err := w.Matching(t.Context(), models.Actor{}, w.acme.ID, ""); return err },
	} {
		if err := do(); err == nil {
			t.Errorf("%s is listed", what)
		}
	}
	n := dbtest.Statements(w.db, func() {
		if _, err := w.Candidates(t.Context(), w.as(w.ada), w.acme.ID, "", 1, nil); err != nil {
			t.Error(err)
		}
	})
	if n != 2 { // one of them is as's
		t.Errorf("%d statements", n)
	}
}

// TestOneInstallationComesOfMany lets owner and administrator install at once.
func TestOneInstallationComesOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	actors := []models.Actor{w.as(w.ada), w.as(w.ada), w.as(w.carl), w.as(w.carl)}
	errs := make([]error, len(actors))
	var all sync.WaitGroup
	for n, actor := range actors {
		all.Go(func() {
			c := w.on(w.acme, w.one)
			if n%2 == 1 {
				c = w.on(w.acme, w.one, w.two)
			}
			_, _, errs[n] = w.install(actor, c)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, models.ErrAlreadyInstalled) {
			t.Error(err)
		}
	}
	var count, created int
	w.get(&count, `SELECT count(*) FROM installations`)
	w.get(&created, `SELECT count(*) FROM hook_events WHERE action = 'created'`)
	if count != 1 || created != 1 {
		t.Errorf("%d installations, %d events: %v", count, created, errs)
	}
}

// TestDemotedWhileThePageWasOpen installs with what a session knew before its user was
// demoted.
func TestDemotedWhileThePageWasOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, carl := w.as(w.ada), w.as(w.carl)
	w.exec(`UPDATE memberships SET role = 'member' WHERE account_id = $1`, w.ada.ID)
	w.exec(`DELETE FROM collaborators WHERE account_id = $1`, w.carl.ID)
	for what, actor := range map[string]models.Actor{"the owner": ada, "the administrator": carl} {
		i, out, err := w.install(actor, w.on(w.acme, w.one))
		if err != nil || i != nil || out.Decision.Outcome != models.InstallAsk {
			t.Errorf("%s: %+v, %v", what, out, err)
		}
	}
	w.exec(`DELETE FROM memberships WHERE account_id = $1`, w.ada.ID)
	if _, _, err := w.install(ada, w.on(w.acme, w.one)); !errors.Is(err, models.ErrInstallOther) {
		t.Errorf("who left: %v", err)
	}
	// Whoever demotes waits for who installs.
	done := make(chan error)
	err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
		if _, err := installs.Weigh(t.Context(), tx.Pgx, w.as(w.carl), w.on(w.acme, w.one), true); err != nil {
			return err
		}
		go func() {
			_, err := w.db.Pool().Exec(t.Context(), `SET lock_timeout = '50ms'; SELECT FROM organizations WHERE account_id = `+fmt.Sprint(w.acme.ID)+` FOR UPDATE`)
			done <- err
		}()
		if err := <-done; err == nil {
			t.Error("an organization changes while something is installed there")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
