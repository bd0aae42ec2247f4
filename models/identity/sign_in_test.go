package identity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/identity"
)

func (w *world) signIn(t testing.TB, actor models.Actor, name, password string) (models.Entrance, error) {
	t.Helper()
	return w.SignIn(t.Context(), actor, identity.SignIn{Name: name, Password: password, ReturnTo: "/settings/profile"})
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join(t, "grace")
	ada := w.verified(t, "ada")
	w.exec(t, `UPDATE users SET theme = 'dark' WHERE account_id = ?`, ada.UserID)
	for _, name := range []string{"ada", " ADA ", "ada@example.test", "Ada@Example.Test"} {
		e, err := w.signIn(t, visitor, name, goodPassword)
		if err != nil || e.Language != "fr" || e.Theme != "dark" || e.ReturnTo != "/settings/profile" {
			t.Errorf("%q gets %+v, %v", name, e, err)
			continue
		}
		if a := w.resumed(t, e.Session); a.UserID != ada.UserID || a.SessionID == ada.SessionID {
			t.Errorf("%q is let in as %+v", name, a)
		}
	}
	for _, c := range []struct{ name, password string }{
		{"ada", goodPassword + "!"}, {"ada", ""}, {"ada", strings.Repeat("x", 100_000)}, {"", ""}, {"nobody", goodPassword},
		{"grace@example.test", goodPassword}, // not confirmed
		{"ada@example.test ", "x"}, {"a%", goodPassword}, {"' OR 1=1 --", goodPassword},
	} {
		if _, err := w.signIn(t, visitor, c.name, c.password); err == nil {
			t.Errorf("%q is let in with %.20q", c.name, c.password)
		} else {
			wants(t, c.name, err, models.ErrSignIn)
		}
	}
	log := w.actions(t, ada.UserID)
	if n := len(slices.DeleteFunc(slices.Clone(log), func(a string) bool { return a != "user.sign_in_failed" })); n != 4 {
		t.Errorf("ada's log knows of %d failures: %v", n, log)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_events WHERE action = 'user.sign_in_failed' AND (audit_events::text LIKE '%nobody%' OR audit_events::text LIKE ?)`, "%"+goodPassword+"%"); n != 0 {
		t.Error("the log keeps what was typed")
	}
}

// Whether there is an account makes no difference in what the database is
// asked, nor, by the hash that is reckoned either way, in time.
func TestAFailureDoesNotTellWhetherThereIsAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	cost := map[string]int64{}
	took := map[string]time.Duration{}
	names := []string{"ada", "nobody", "ada@example.test", "nobody@example.test"}
	for range 3 { // a connection that is new asks a little more
		for _, name := range names {
			n := dbtest.Statements(w.db, func() {
				began := time.Now()
				_, err := w.signIn(t, visitor, name, "not the password")
				took[name] = time.Since(began)
				wants(t, name, err, models.ErrSignIn)
			})
			if cost[name] == 0 || n < cost[name] {
				cost[name] = n
			}
		}
	}
	for name, n := range cost {
		if n != cost["ada"] {
			t.Errorf("%s costs %d statements, ada %d", name, n, cost["ada"])
		}
		// A hash takes ten times what everything else does.
		if took[name] < 5*time.Millisecond {
			t.Errorf("%s takes %v: no hash was reckoned", name, took[name])
		}
	}
}

// Somebody else may have put a session into the browser, to see later what is
// done in it: signing in makes another one and ends that.
func TestSigningInEndsTheSessionThatWasThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	mallory, err := w.Join(t.Context(), visitor, identity.Join{Login: "mallory", Mail: "m@example.test", Password: goodPassword})
	wants(t, "joining", err, nil)
	actor := w.resumed(t, mallory.Session)
	ada, err := w.signIn(t, actor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	w.over(t, mallory.Session)
	if ada.Session == mallory.Session || w.resumed(t, ada.Session).Login != "ada" {
		t.Error("ada goes on in mallory's session")
	}
	again, err := w.signIn(t, w.resumed(t, ada.Session), "ada", goodPassword)
	wants(t, "signing in again", err, nil)
	w.over(t, ada.Session)
	w.resumed(t, again.Session)
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	e, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	for range 6 { // in use all the time
		w.pass(models.SessionIdle - time.Minute)
		w.resumed(t, e.Session)
	}
	w.pass(models.SessionAbsolute - 6*models.SessionIdle + 10*time.Minute)
	w.over(t, e.Session)

	e, err = w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	w.pass(models.SessionIdle)
	w.over(t, e.Session)
}

func TestGuessingIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	w.verified(t, "grace")
	tries := func(actor models.Actor, name string) int {
		for i := range 200 {
			if _, err := w.signIn(t, actor, name, "wrong"); err != nil && !strings.Contains(err.Error(), "sign_in_failed") {
				wants(t, name, err, models.ErrTooManyTries)
				return i
			}
		}
		return 200
	}
	// One account from one address.
	if n := tries(from("198.51.100.1"), "ada"); n != 10 {
		t.Errorf("one address has %d tries at an account", n)
	}
	_, err := w.signIn(t, from("198.51.100.1"), "ada", goodPassword)
	wants(t, "even with the right password", err, models.ErrTooManyTries)
	_, err = w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "from elsewhere", err, nil)
	// A name that nobody has is throttled alike.
	if n := tries(from("198.51.100.2"), "nobody"); n != 10 {
		t.Errorf("one address has %d tries at a name that nobody has", n)
	}
	// Many accounts from one network.
	n := 0
	for ; n < 200; n++ {
		if _, err := w.signIn(t, from(fmt.Sprintf("2001:db8::%x", n+1)), fmt.Sprint("user", n), "wrong"); err != nil && strings.Contains(err.Error(), "too_many") {
			break
		}
	}
	if n != 60 {
		t.Errorf("one network has %d tries at many accounts", n)
	}
	// Many addresses at one account: its owner, who has been here before, gets in.
	n = 0
	for ; n < 200; n++ {
		if _, err := w.signIn(t, from(fmt.Sprintf("203.0.113.%d", n)), "grace", "wrong"); err != nil && strings.Contains(err.Error(), "too_many") {
			break
		}
	}
	if n != 100 {
		t.Errorf("many addresses have %d tries at one account", n)
	}
	_, err = w.signIn(t, from("203.0.113.250"), "grace", goodPassword)
	wants(t, "from yet another address", err, models.ErrTooManyTries)
	_, err = w.signIn(t, visitor, "grace", goodPassword)
	wants(t, "from where grace joined", err, nil)
}

func TestNewDevicesAndPlacesAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.mails(t)
	phone := from("192.0.2.1")
	phone.Visit.UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
	for _, c := range []struct {
		what  string
		actor models.Actor
		told  bool
	}{
		{"where ada joined", visitor, false},
		{"another device", phone, true},
		{"the same device again", phone, false},
		{"another place", from("198.51.100.9"), true},
		{"the same place again", from("198.51.100.9"), false},
		{"a year later", from("198.51.100.9"), true},
	} {
		if c.what == "a year later" {
			w.pass(366 * 24 * time.Hour)
		}
		_, err := w.signIn(t, c.actor, "ada", goodPassword)
		wants(t, c.what, err, nil)
		mails := w.mails(t)
		if !c.told && len(mails) > 0 {
			t.Errorf("%s: ada is told %+v", c.what, mails)
		}
		if c.told && (len(mails) != 1 || mails[0].Message != "new_sign_in" || mails[0].AccountID != ada.UserID ||
			mails[0].Params["ip"] != c.actor.Visit.IP || mails[0].Params["device"] == "" || mails[0].Params["at"] == "") {
			t.Errorf("%s: ada is told %+v", c.what, mails)
		}
	}
}

func TestASecondFactorComesBeforeTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.exec(t, `UPDATE users SET two_factor_at = now() WHERE account_id = ?`, ada.UserID)
	w.exec(t, `DELETE FROM sessions`)
	e, err := w.signIn(t, visitor, "ada", goodPassword)
	if err != nil || e.Session != "" || e.Second == "" {
		t.Fatalf("ada gets %+v, %v", e, err)
	}
	w.over(t, e.Second)
	if n := w.count(t, `SELECT count(*) FROM sessions`); n != 0 {
		t.Errorf("there are %d sessions already", n)
	}
	p, err := w.PendingSecondFactor(t.Context(), e.Second)
	if err != nil || p.AccountID != ada.UserID || p.Login != "ada" || p.ReturnTo != "/settings/profile" {
		t.Errorf("who waits is %+v, %v", p, err)
	}
	n := atOnce(t, 8, func(int) error {
		done, err := w.finish(t, e.Second, visitor)
		if err == nil && (w.resumed(t, done.Session).UserID != ada.UserID || done.ReturnTo != "/settings/profile") {
			t.Errorf("the entrance is %+v", done)
		}
		return err
	}, models.ErrLinkUsed)
	if n != 1 {
		t.Errorf("%d sign-ins came out of one", n)
	}
	e, err = w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	w.pass(models.SecondFactorLifetime)
	_, err = w.finish(t, e.Second, visitor)
	wants(t, "too late", err, models.ErrLinkUsed)
}

func (w *world) finish(t *testing.T, secret string, visitor models.Actor) (e models.Entrance, err error) {
	t.Helper()
	err = w.db.Tx(t.Context(), func(tx *db.Tx) error {
		e, err = w.FinishSecondFactor(t.Context(), tx, secret, visitor.Visit)
		return err
	})
	return e, err
}

func TestHashesAreMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.exec(t, `UPDATE users SET password_hash = ? WHERE account_id = ?`, identity.WeakHash(goodPassword), ada.UserID)
	_, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in by an old hash", err, nil)
	if n := w.count(t, `SELECT count(*) FROM users WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'`); n != 1 {
		t.Error("the hash is still the old one")
	}
	_, err = w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in by the new hash", err, nil)
}

func TestStaffStopsActingWithItsService(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, sam := w.verified(t, "ada"), w.verified(t, "sam")
	e, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	w.exec(t, `UPDATE users SET staff = 'support' WHERE account_id = ?`, sam.UserID)
	w.exec(t, `UPDATE sessions SET staff_id = ?, method = 'staff' WHERE id = ?`, sam.UserID, w.resumed(t, e.Session).SessionID)
	if a := w.resumed(t, e.Session); a.UserID != ada.UserID || a.ActingFor == nil || a.ActingFor.Login != "sam" {
		t.Errorf("sam acts as %+v", a)
	}
	w.exec(t, `UPDATE users SET staff = '' WHERE account_id = ?`, sam.UserID)
	w.over(t, e.Session)
}
