package profiles_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/identity"
)

func TestRenaming(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.must(w.Rename(t.Context(), w.actor(ada), " Countess "))
	if got := one[string](w, `SELECT login FROM accounts WHERE id = ?`, ada.ID); got != "countess" {
		t.Errorf("ada is called %q", got)
	}
	if got := one[int64](w, `SELECT account_id FROM account_redirects WHERE login = 'ada'`); got != ada.ID {
		t.Errorf("the old login leads to %d", got)
	}
	for login, want := range map[string]*models.Error{
		"ada": models.ErrLoginTaken, "Countess": models.ErrLoginTaken, "-x": models.ErrLoginForm, "": models.ErrLoginForm,
		"settings": models.ErrLoginReserved, "аdа": models.ErrLoginForm, // Cyrillic
	} {
		w.refused(w.Rename(t.Context(), w.actor(bob), login), want)
	}
	w.must(w.Rename(t.Context(), w.actor(bob), "bob")) // nothing changes
	w.must(w.Rename(t.Context(), w.actor(ada), "ada")) // back again
	if got := one[string](w, `SELECT string_agg(login, ',') FROM account_redirects`); got != "countess" {
		t.Errorf("what redirects is %q", got)
	}
	if got := w.logged(ada.ID); len(got) != 2 || len(w.logged(bob.ID)) != 0 {
		t.Errorf("the logs have %v and %v", got, w.logged(bob.ID))
	}
}

func TestRenamingIsSlow(t *testing.T) {
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	for _, login := range []string{"one", "two", "three"} {
		w.must(w.Rename(t.Context(), w.actor(ada), login))
	}
	w.refused(w.Rename(t.Context(), w.actor(ada), "four"), models.ErrRenamedLately)
	if got := one[string](w, `SELECT login FROM accounts WHERE id = ?`, ada.ID); got != "three" {
		t.Errorf("ada is called %q", got)
	}
	w.pass(21 * 24 * time.Hour)
	w.must(w.Rename(t.Context(), w.actor(ada), "four"))
}

func TestWhoMayNotRename(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	stale, acting, token := ada, ada, ada
	stale.SudoUntil = w.clock()
	acting.ActingFor = &models.ActingFor{StaffID: 1, Login: "staff"}
	token.TokenID = 1
	w.refused(w.Rename(t.Context(), stale, "x"), models.ErrSudoNeeded)
	w.refused(w.Rename(t.Context(), acting, "x"), models.ErrNotForActing)
	w.refused(w.Rename(t.Context(), token, "x"), models.ErrForbidden)
}

// Nobody gets a login in the moment in which its owner gives it up.
func TestALoginThatIsGivenUpIsKept(t *testing.T) {
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	var taken sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		taken.Go(func() {
			if i == 0 {
				results[i] = w.Rename(t.Context(), w.actor(ada), "countess")
				return
			}
			results[i] = w.db.Read(t.Context()).Exec(`INSERT INTO accounts (login, kind) VALUES ('ada', 'user')`).Error
		})
	}
	taken.Wait()
	w.must(results[0])
	for _, err := range results[1:] {
		if err == nil {
			t.Error("someone else has the login")
		}
	}
	if n := one[int](w, `SELECT count(*) FROM accounts WHERE login = 'ada'`); n != 0 {
		t.Errorf("%d accounts have it", n)
	}
}

// Of two who want the same login at once, one gets it.
func TestTwoWantOneLogin(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, who := range []models.Account{ada, bob} {
		both.Go(func() { errs[i] = w.Rename(t.Context(), w.actor(who), "countess") })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), models.ErrLoginTaken) {
		t.Errorf("the outcomes are %v and %v", errs[0], errs[1])
	}
}

// Who joins can't have a login that leads to someone else, or that someone gave
// up lately.
func TestNobodyJoinsWithAKeptLogin(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.must(w.Rename(t.Context(), w.actor(ada), "countess"))
	w.must(w.Delete(t.Context(), w.actor(bob), "bob"))
	join := func(login string) error {
		_, err := w.identity.Join(t.Context(), models.Actor{Visit: models.Visit{IP: "192.0.2.7"}},
			identity.Join{Login: login, Mail: login + "@join.example.test", Password: "plover kettle orbit 73", Language: "en"})
		return err
	}
	for _, login := range []string{"ada", "Bob", "countess"} {
		w.refused(join(login), models.ErrLoginTaken)
	}
	w.must(join("carol"))
}
