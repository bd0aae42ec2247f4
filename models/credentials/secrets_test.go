package credentials_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

func TestSecretsAreRenewedWithoutAGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.NewSecret(t.Context(), w.as(w.bob), "hammer", "a")
	w.must(err)
	if !models.WellFormedClientSecret(first) {
		t.Fatalf("%q is no secret", first)
	}
	second, err := w.NewSecret(t.Context(), w.as(w.ada), "hammer", "b")
	w.must(err)
	_, err = w.NewSecret(t.Context(), w.as(w.ada), "hammer", "c")
	w.refused("a third", err, models.ErrTooManySecrets)
	for _, secret := range []string{first, second} {
		if id, err := w.CheckSecret(t.Context(), *w.hammer.ClientID, secret); err != nil || id != w.hammer.ID {
			t.Errorf("%d, %v", id, err)
		}
	}
	_, all, err := w.Secrets(t.Context(), w.as(w.bob), "hammer")
	w.must(err)
	if len(all) != 2 || all[0].Tail != second[len(second)-8:] || all[1].Creator != "bob" || all[0].UsedAt == nil {
		t.Fatalf("%+v", all)
	}
	w.must(w.RevokeSecret(t.Context(), w.as(w.ada), "hammer", all[1].ID, false))
	_, err = w.CheckSecret(t.Context(), *w.hammer.ClientID, first)
	w.refused("the old one", err, models.ErrBadClient)
	w.refused("revoked twice", w.RevokeSecret(t.Context(), w.as(w.ada), "hammer", all[1].ID, false), models.ErrNotFound)
	w.refused("the last one", w.RevokeSecret(t.Context(), w.as(w.ada), "hammer", all[0].ID, false), models.ErrLastSecret)
	w.must(w.RevokeSecret(t.Context(), w.as(w.ada), "hammer", all[0].ID, true))

	if n := w.count(`SELECT count(*) FROM audit_events WHERE account_id = ? AND target_id = ? AND action IN ('app_secret.create', 'app_secret.revoke')`,
		w.tools.ID, w.hammer.ID); n != 4 {
		t.Errorf("%d lines in the log", n)
	}
	for who, id := range map[string]int64{"ada": w.ada.ID, "bob": w.bob.ID} {
		if n := w.count(`SELECT count(*) FROM notifications WHERE account_id = ? AND kind IN ('app_secret_made', 'app_secret_revoked')`, id); n != 4 {
			t.Errorf("%s was told %d times", who, n)
		}
	}
	for _, table := range []string{"app_secrets", "audit_events", "river_job", "notifications"} {
		if n := w.count(`SELECT count(*) FROM `+table+` x WHERE x::text LIKE ?`, "%"+first[6:24]+"%"); n != 0 {
			t.Errorf("%s holds the secret", table)
		}
	}
}

func TestCheckSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := dbtest.App(t, w.db, w.tools, "saw")
	secret, err := w.NewSecret(t.Context(), w.as(w.ada), "hammer", "a")
	w.must(err)
	for name, c := range map[string][2]string{
		"another app": {*other.ClientID, secret}, "no app": {"Iv23none", secret}, "nothing": {"", ""},
		"no secret": {*w.hammer.ClientID, ""}, "nearly": {*w.hammer.ClientID, secret + " "}, "its tail": {*w.hammer.ClientID, secret[6:]},
	} {
		if id, err := w.CheckSecret(t.Context(), c[0], c[1]); id != 0 || !errors.Is(err, models.ErrBadClient) {
			t.Errorf("%s: %d, %v", name, id, err)
		}
	}
	used := func() time.Time {
		t.Helper()
		_, err := w.CheckSecret(t.Context(), *w.hammer.ClientID, secret)
		w.must(err)
		_, all, err := w.Secrets(t.Context(), w.as(w.ada), "hammer")
		w.must(err)
		return *all[0].UsedAt
	}
	start := w.now
	if at := used(); !at.Equal(start) {
		t.Errorf("used at %s", at)
	}
	w.now = start.Add(59 * time.Second)
	if at := used(); !at.Equal(start) {
		t.Errorf("within a minute it is %s", at)
	}
	w.now = start.Add(time.Minute)
	if at := used(); !at.Equal(w.now) {
		t.Errorf("after a minute it is %s", at)
	}
}

func TestWhoMayRenewSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := dbtest.User(t, w.db, "eve")
	imported := dbtest.Listing(t, w.db, dbtest.Named("ghost", "Ghost"), dbtest.By(w.tools))
	stale := w.as(w.ada)
	stale.SudoUntil = w.now
	acting := w.as(w.ada)
	acting.ActingFor, acting.SudoUntil = &models.ActingFor{StaffID: eve.ID}, time.Time{}
	barred := w.as(w.bob)
	barred.Suspended = true
	for name, c := range map[string]struct {
		actor models.Actor
		slug  string
		want  error
	}{
		"a stranger": {w.as(eve), "hammer", models.ErrNotFound}, "nobody": {models.Actor{}, "hammer", models.ErrSignInNeeded},
		"an old session": {stale, "hammer", models.ErrSudoNeeded}, "staff acting": {acting, "hammer", models.ErrSudoNeeded},
		"a suspended manager": {barred, "hammer", models.ErrSuspended}, "only imported": {w.as(w.ada), imported.App.Slug, models.ErrNotFound},
		"no app": {w.as(w.ada), "none", models.ErrNotFound},
	} {
		_, err := w.NewSecret(t.Context(), c.actor, c.slug, "a")
		w.refused(name, err, c.want)
		_, _, err = w.NewKey(t.Context(), c.actor, c.slug, "a")
		w.refused(name+", a key", err, c.want)
	}
	if n := w.count(`SELECT (SELECT count(*) FROM app_secrets) + (SELECT count(*) FROM app_keys)`); n != 0 {
		t.Errorf("there are %d", n)
	}
	dbtest.Suspend(t, w.db, w.tools)
	_, err := w.NewSecret(t.Context(), w.as(w.ada), "hammer", "a")
	w.refused("a suspended integrator", err, models.ErrSuspended)
}

// The second click of two brings another answer to the same wish; what nobody
// has seen doesn't stay.
func TestTheSameFormMakesOneSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost, err := w.NewSecret(t.Context(), w.as(w.ada), "hammer", "form")
	w.must(err)
	w.now = w.now.Add(time.Second)
	seen, err := w.NewSecret(t.Context(), w.as(w.ada), "hammer", "form")
	w.must(err)
	_, err = w.CheckSecret(t.Context(), *w.hammer.ClientID, lost)
	w.refused("the first click's", err, models.ErrBadClient)
	if _, err := w.CheckSecret(t.Context(), *w.hammer.ClientID, seen); err != nil {
		t.Error(err)
	}
	if n := w.count(`SELECT count(*) FROM app_secrets`); n != 1 {
		t.Errorf("there are %d", n)
	}
	// What was used is somebody's; so is what another person made, or what was
	// made long before.
	w.now = w.now.Add(time.Second)
	_, err = w.NewSecret(t.Context(), w.as(w.ada), "hammer", "form")
	w.must(err)
	_, err = w.NewSecret(t.Context(), w.as(w.bob), "hammer", "form")
	w.refused("beside two", err, models.ErrTooManySecrets)
	w.now = w.now.Add(time.Hour)
	_, err = w.NewSecret(t.Context(), w.as(w.ada), "hammer", "form")
	w.refused("an hour later", err, models.ErrTooManySecrets)
}

func TestTheLimitOfSecretsHoldsInARace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = w.NewSecret(t.Context(), w.as(w.ada), "hammer", "") })
	}
	all.Wait()
	refused := 0
	for _, err := range errs {
		if errors.Is(err, models.ErrTooManySecrets) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if n := w.count(`SELECT count(*) FROM app_secrets`); n != models.MaxAppSecrets || refused != 4 {
		t.Errorf("there are %d, %d were refused", n, refused)
	}
	// Two who revoke at once can't leave none by mistake.
	_, live, err := w.Secrets(t.Context(), w.as(w.ada), "hammer")
	w.must(err)
	both := make([]error, 2)
	for i := range both {
		all.Go(func() { both[i] = w.RevokeSecret(t.Context(), w.as(w.ada), "hammer", live[i].ID, false) })
	}
	all.Wait()
	if (both[0] == nil) == (both[1] == nil) || w.count(`SELECT count(*) FROM app_secrets`) != 1 {
		t.Errorf("%v, %v", both[0], both[1])
	}
}

func TestOwnSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.App(t, w.db, w.tools, "saw")
	secret, err := w.NewSecret(t.Context(), w.as(w.ada), "hammer", "a")
	w.must(err)
	if one, err := w.OwnSecret(t.Context(), w.as(w.ada), "hammer", secret); err != nil || one.Tail != secret[len(secret)-8:] {
		t.Errorf("%+v, %v", one, err)
	}
	_, err = w.OwnSecret(t.Context(), w.as(w.ada), "saw", secret)
	w.refused("of another app", err, models.ErrNotFound)
	_, err = w.OwnSecret(t.Context(), w.as(w.ada), "hammer", "planted")
	w.refused("planted", err, models.ErrNotFound)
}
