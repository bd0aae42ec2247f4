package profiles_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/profiles"
)

func TestConsequences(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	dbtest.Organization(t, w.db, "acme", ada, bob)
	mine := dbtest.Organization(t, w.db, "mine", ada)
	dbtest.Member(t, w.db, mine, bob, models.RoleMember)
	dbtest.Repository(t, w.db, ada, "Beta", dbtest.Private)
	dbtest.Repository(t, w.db, ada, "alpha")
	dbtest.Collaborator(t, w.db, dbtest.Repository(t, w.db, bob, "his"), ada, models.RepositoryWrite)
	dbtest.Listing(t, w.db, dbtest.Named("builder", "Builder"), dbtest.By(ada))
	dbtest.AccessToken(t, w.db, ada)
	dbtest.Session(t, w.db, ada, w.clock(), true)
	dbtest.Authorize(t, w.db, dbtest.App(t, w.db, bob, "hammer"), ada)

	var c *profiles.Consequences
	var err error
	if n := dbtest.Statements(w.db, func() { c, err = w.Consequences(t.Context(), w.actor(ada)) }); n != 1 {
		t.Errorf("they take %d statements", n)
	}
	w.must(err)
	slugs := func(list []profiles.Named) (s []string) {
		for _, n := range list {
			s = append(s, n.Slug)
		}
		return s
	}
	for name, c := range map[string]struct{ got, want []string }{
		"sole owned":    {slugs(c.SoleOwned), []string{"mine"}},
		"organizations": {slugs(c.Organizations), []string{"acme"}},
		"repositories":  {slugs(c.Repositories), []string{"alpha", "Beta"}},
		"apps":          {slugs(c.Apps), []string{"builder"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s are %v, want %v", name, c.got, c.want)
		}
	}
	if want := (profiles.DeletionCounts{Repositories: 2, Collaborations: 1, Authorizations: 1, Tokens: 1, Sessions: 1}); c.Counts != want || !c.Blocked() || c.LastAdministrator {
		t.Errorf("the rest is %+v", c)
	}
	if c, err = w.Consequences(t.Context(), w.actor(dbtest.User(t, w.db, "dora"))); err != nil || c.Blocked() {
		t.Errorf("dora is held by %+v (%v)", c, err)
	}
}

func TestDeleting(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	acme := dbtest.Organization(t, w.db, "acme", ada, bob)
	dbtest.Collaborator(t, w.db, dbtest.Repository(t, w.db, ada, "mine"), bob, models.RepositoryAdmin)
	secret, cookie := dbtest.AccessToken(t, w.db, ada, "repo"), dbtest.Session(t, w.db, ada, w.clock(), true)
	w.must(w.Rename(t.Context(), w.actor(ada), "countess"))
	w.exec(`UPDATE users SET language = 'fr' WHERE account_id = ?`, ada.ID)
	actor := w.actor(ada)
	actor.Login = "countess"

	w.refused(w.Delete(t.Context(), actor, "ada"), models.ErrNameMismatch)
	w.must(w.Delete(t.Context(), actor, " Countess"))

	for _, table := range []string{"users", "sessions", "access_tokens", "repositories", "collaborators", "account_redirects"} {
		if n := one[int](w, `SELECT count(*) FROM `+table); n != 0 && table != "users" || table == "users" && n != 1 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
	if got := one[string](w, `SELECT string_agg(login, ',' ORDER BY login) FROM accounts`); got != "acme,bob" {
		t.Errorf("the accounts are %s", got)
	}
	if n := one[int](w, `SELECT count(*) FROM memberships WHERE organization_id = ?`, acme.ID); n != 1 {
		t.Errorf("acme has %d members", n)
	}
	if v, err := w.identity.ResumeToken(t.Context(), secret, models.Visit{}); v != nil || err != nil {
		t.Errorf("the token stands for %v (%v)", v, err)
	}
	if v, err := w.identity.Resume(t.Context(), cookie, models.Visit{}); v != nil || err != nil {
		t.Errorf("the session stands for %v (%v)", v, err)
	}
	if got := w.logged(ada.ID); !slices.Equal(got, []string{"user.rename", "user.delete"}) {
		t.Errorf("the log has %v", got)
	}
	mails := w.mails()
	if len(mails) != 1 || mails[0].Message != "account_deleted" || mails[0].To != "ada@example.test" || mails[0].Language != "fr" || mails[0].Params["login"] != "countess" {
		t.Errorf("the mails are %+v", mails)
	}
	w.refused(w.Delete(t.Context(), actor, "countess"), models.ErrSignInNeeded)
}

// Nobody takes the login of someone who left, for a month.
func TestLoginsOfThoseWhoLeftAreKept(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.must(w.Rename(t.Context(), w.actor(ada), "countess"))
	actor := w.actor(ada)
	actor.Login = "countess"
	w.must(w.Delete(t.Context(), actor, "countess"))
	for _, login := range []string{"ada", "countess"} {
		w.refused(w.Rename(t.Context(), w.actor(bob), login), models.ErrLoginTaken)
	}
	w.pass(models.LoginRetirement - time.Minute)
	w.must(w.Tend(t.Context()))
	w.refused(w.Rename(t.Context(), w.actor(bob), "ada"), models.ErrLoginTaken)
	w.pass(time.Minute)
	w.must(w.Tend(t.Context()))
	w.must(w.Rename(t.Context(), w.actor(bob), "ada"))
}

func TestWhatKeepsAnAccount(t *testing.T) {
	w := newWorld(t)
	owner, integrator, admin := dbtest.User(t, w.db, "owner"), dbtest.User(t, w.db, "integrator"), dbtest.User(t, w.db, "admin")
	other := dbtest.User(t, w.db, "other")
	acme := dbtest.Organization(t, w.db, "acme", owner)
	dbtest.Member(t, w.db, acme, other, models.RoleMember)
	dbtest.Listing(t, w.db, dbtest.By(integrator))
	dbtest.MakeStaff(t, w.db, admin, models.StaffAdministrator)
	w.refused(w.Delete(t.Context(), w.actor(owner), "owner"), models.ErrStillOwner)
	w.refused(w.Delete(t.Context(), w.actor(integrator), "integrator"), models.ErrStillOwner)
	w.refused(w.Delete(t.Context(), w.actor(admin), "admin"), models.ErrLastAdmin)
	stale, acting, suspended := w.actor(other), w.actor(other), w.actor(other)
	stale.SudoUntil, acting.ActingFor, suspended.Suspended = w.clock(), &models.ActingFor{StaffID: 1}, true
	w.refused(w.Delete(t.Context(), stale, "other"), models.ErrSudoNeeded)
	w.refused(w.Delete(t.Context(), acting, "other"), models.ErrNotForActing)
	w.refused(w.Delete(t.Context(), suspended, "other"), models.ErrSuspended)
	if n := one[int](w, `SELECT count(*) FROM users`); n != 4 {
		t.Errorf("%d are left", n)
	}
	dbtest.MakeStaff(t, w.db, other, models.StaffAdministrator)
	w.must(w.Delete(t.Context(), w.actor(admin), "admin"))
}

// Of two who own an organization and both leave at once, one has to stay.
func TestTheLastTwoOwnersLeaveAtOnce(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	acme := dbtest.Organization(t, w.db, "acme", ada, bob)
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, who := range []models.Account{ada, bob} {
		both.Go(func() { errs[i] = w.Delete(t.Context(), w.actor(who), who.Login) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), models.ErrStillOwner) {
		t.Errorf("the outcomes are %v and %v", errs[0], errs[1])
	}
	if n := one[int](w, `SELECT count(*) FROM memberships WHERE organization_id = ? AND role = 'owner'`, acme.ID); n != 1 {
		t.Errorf("acme has %d owners", n)
	}
}

// Of two administrators who leave at once, one has to stay.
func TestTheLastTwoAdministratorsLeaveAtOnce(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	dbtest.MakeStaff(t, w.db, ada, models.StaffAdministrator)
	dbtest.MakeStaff(t, w.db, bob, models.StaffAdministrator)
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, who := range []models.Account{ada, bob} {
		both.Go(func() { errs[i] = w.Delete(t.Context(), w.actor(who), who.Login) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), models.ErrLastAdmin) {
		t.Errorf("the outcomes are %v and %v", errs[0], errs[1])
	}
}

// While an account is deleted, other sessions of it go on doing things. Either
// they come first and their work goes too, or they find nobody; nothing is left
// behind.
func TestDeletingWhileOtherSessionsAct(t *testing.T) {
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	actor := w.actor(ada)
	begin := make(chan struct{})
	var all sync.WaitGroup
	acts := []func() error{
		func() error {
			_, err := w.CreateToken(t.Context(), actor, profiles.NewToken{Name: "late", Expires: models.ExpiryNever})
			return err
		},
		func() error { return w.ChangeProfile(t.Context(), actor, profiles.Profile{Name: rand.Text()}) },
		func() error { return w.ChangeTheme(t.Context(), actor, "dark") },
		func() error { return w.Rename(t.Context(), actor, "countess") },
		func() error {
			return w.db.Read(t.Context()).Exec(`INSERT INTO repositories (account_id, name, private, created_at, updated_at) VALUES (?, ?, false, now(), now())`,
				ada.ID, rand.Text()).Error
		},
	}
	errs := make([]error, len(acts))
	for i, act := range acts {
		all.Go(func() {
			<-begin
			errs[i] = act()
		})
	}
	var deleted error
	all.Go(func() {
		<-begin
		if deleted = w.Delete(t.Context(), actor, "ada"); errors.Is(deleted, models.ErrNameMismatch) { // renamed meanwhile
			deleted = w.Delete(t.Context(), actor, "countess")
		}
	})
	close(begin)
	all.Wait()
	w.must(deleted)
	for i, err := range errs[:4] {
		if err != nil && !errors.Is(err, models.ErrSignInNeeded) {
			t.Errorf("act %d: %v", i, err)
		}
	}
	for _, table := range []string{"accounts", "users", "access_tokens", "repositories", "account_redirects"} {
		if n := one[int](w, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("%s has %d rows left", table, n)
		}
	}
}
