package identity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
)

const otherPassword = "nine copper kettles by the river"

func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	here, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	there, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in elsewhere", err, nil)
	ada := w.resumed(t, here.Session)
	link, err := w.Mint(t.Context(), models.PurposeResetPassword, &ada.UserID, "ada@example.test")
	wants(t, "minting", err, nil)
	w.mails(t)

	for _, c := range []struct {
		current, password string
		want              error
		field             string
	}{
		{"wrong", otherPassword, models.ErrConfirmFailed, "current"},
		{"", otherPassword, models.ErrConfirmFailed, "current"},
		{goodPassword, "short", models.ErrPasswordShort, "password"},
		{goodPassword, "ada@example.test", models.ErrPasswordPersonal, "password"},
	} {
		_, err := w.ChangePassword(t.Context(), ada, c.current, c.password)
		wants(t, c.password, err, c.want)
		if p, ok := models.AsProblems(err); !ok || p[0].Field != c.field {
			t.Errorf("%q is a matter of %v", c.password, p)
		}
	}
	secret, err := w.ChangePassword(t.Context(), ada, goodPassword, otherPassword)
	wants(t, "changing", err, nil)
	w.over(t, there.Session)
	w.over(t, here.Session)
	if w.resumed(t, secret).SessionID != ada.SessionID {
		t.Error("ada goes on in another session")
	}
	_, err = w.ResetPassword(t.Context(), visitor, link, otherPassword+"!")
	wants(t, "a link from before", err, models.ErrLinkUsed)
	_, err = w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "the old password", err, models.ErrSignIn)
	_, err = w.signIn(t, visitor, "ada", otherPassword)
	wants(t, "the new password", err, nil)
	if m := w.mail(t, "password_changed"); m.AccountID != ada.UserID {
		t.Errorf("ada is told %+v", m)
	}
	if got := w.count(t, `SELECT count(*) FROM audit_events WHERE action = 'user.password_change' AND before IS NULL AND after IS NULL`); got != 1 {
		t.Error("the log doesn't know, or knows too much")
	}
}

func TestGuessingThePresentPasswordIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	var err error
	n := 0
	for ; n < 50; n++ {
		if _, err = w.ChangePassword(t.Context(), ada, fmt.Sprint("guess ", n), otherPassword); err != nil && !strings.Contains(err.Error(), "confirm_failed") {
			break
		}
	}
	wants(t, "guessing", err, models.ErrTooManyTries)
	if n != 10 {
		t.Errorf("a stolen session has %d guesses", n)
	}
}

func TestAFirstPasswordNeedsAConfirmation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.exec(t, `UPDATE users SET password_hash = '' WHERE account_id = ?`, ada.UserID)
	if right, err := w.RightPassword(t.Context(), ada.UserID, ""); err != nil || right {
		t.Errorf("no password is a password: %v, %v", right, err)
	}
	stale := ada
	stale.SudoUntil = w.clock()
	_, err := w.ChangePassword(t.Context(), stale, "", otherPassword)
	wants(t, "without a confirmation", err, models.ErrSudoNeeded)
	_, err = w.ChangePassword(t.Context(), ada, "", otherPassword)
	wants(t, "with one", err, nil)
}

// reset asks for a link as someone, carries the job out, and returns the mails.
func (w *world) reset(t testing.TB, name string) []jobs.SendMail {
	t.Helper()
	wants(t, "asking for a link", w.RequestReset(t.Context(), visitor, name), nil)
	if n := w.count(t, `SELECT count(*) FROM river_job WHERE kind = 'send_resets' AND args ->> 'name' = ?`, strings.ToLower(name)); n == 0 {
		t.Error("nothing is queued")
	}
	wants(t, "the job", w.SendResets(t.Context(), jobs.SendResets{Name: strings.ToLower(name), Visit: visitor.Visit, At: "2026-01-01T00:00:00Z"}), nil)
	return w.mails(t)
}

func TestResettingThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	before, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	w.mails(t)
	mails := w.reset(t, "Ada@example.test")
	if len(mails) != 1 || mails[0].Message != "reset_password" || mails[0].To != "ada@example.test" || mails[0].Params["ip"] != "192.0.2.1" {
		t.Fatalf("the mails are %+v", mails)
	}
	token := w.token(t, mails[0])
	_, err = w.ResetPassword(t.Context(), visitor, token, "short")
	wants(t, "a bad password", err, models.ErrPasswordShort)
	n := atOnce(t, 6, func(i int) error {
		e, err := w.ResetPassword(t.Context(), visitor, token, fmt.Sprint(otherPassword, i))
		if err == nil && w.resumed(t, e.Session).Login != "ada" {
			t.Error("somebody else is let in")
		}
		return err
	}, models.ErrLinkUsed)
	if n != 1 {
		t.Errorf("one link set %d passwords", n)
	}
	w.over(t, before.Session)
	_, err = w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "the old password", err, models.ErrSignIn)
	w.mail(t, "password_changed")
}

func TestResetsOfOthersAndNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	grace := w.join(t, "grace")
	_, err := w.Join(t.Context(), visitor, identity.Join{Login: "mallory", Mail: "ada@example.test", Password: goodPassword})
	wants(t, "joining", err, nil)
	w.mails(t)
	if mails := w.reset(t, "nobody"); len(mails) != 0 {
		t.Errorf("nobody gets %+v", mails)
	}
	if mails := w.reset(t, "nobody@example.test"); len(mails) != 0 {
		t.Errorf("nobody gets %+v", mails)
	}
	if mails := w.reset(t, "mallory"); len(mails) != 0 {
		t.Errorf("whose address is somebody else's gets %+v", mails)
	}
	if mails := w.reset(t, "ada@example.test"); len(mails) != 1 || mails[0].Params["login"] != "ada" {
		t.Errorf("ada gets %+v", mails)
	}
	// The link proves the address.
	mails := w.reset(t, "grace@example.test")
	if len(mails) != 1 {
		t.Fatalf("grace gets %+v", mails)
	}
	_, err = w.ResetPassword(t.Context(), visitor, w.token(t, mails[0]), otherPassword)
	wants(t, "resetting", err, nil)
	if n := w.count(t, `SELECT count(*) FROM users WHERE account_id = ? AND mail_verified_at IS NOT NULL`, grace.UserID); n != 1 {
		t.Error("grace's address isn't confirmed")
	}
	wants(t, "nothing typed", w.RequestReset(t.Context(), visitor, "  "), models.ErrMissing)
	for range 10 {
		err = w.RequestReset(t.Context(), visitor, "nobody@example.test")
	}
	wants(t, "many", err, models.ErrTooManyTries)
}

func TestAResetDoesNotGetAroundTheSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.exec(t, `UPDATE users SET two_factor_at = now() WHERE account_id = ?`, ada.UserID)
	w.mails(t)
	e, err := w.ResetPassword(t.Context(), visitor, w.token(t, w.reset(t, "ada")[0]), otherPassword)
	if err != nil || e.Session != "" || e.Second == "" {
		t.Errorf("ada gets %+v, %v", e, err)
	}
	if n := w.count(t, `SELECT count(*) FROM sessions`); n != 0 {
		t.Errorf("there are %d sessions", n)
	}
}

func TestALinkToAnAddressThatWasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	w.mails(t)
	m := w.reset(t, "ada")[0]
	early := w.token(t, m)
	w.exec(t, `UPDATE users SET mail = 'countess@example.test' WHERE account_id = ?`, ada.UserID)
	for _, token := range []string{early, w.token(t, m)} {
		_, err := w.ResetPassword(t.Context(), visitor, token, otherPassword)
		wants(t, "a link to the old address", err, models.ErrLinkUsed)
	}
}

func TestSignInLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	_, err := w.SignInLink(t.Context(), ada, ada.UserID)
	wants(t, "by ada", err, models.ErrForbidden)
	path, err := w.SignInLink(t.Context(), models.Operator(), ada.UserID)
	wants(t, "by the operator", err, nil)
	token, ok := strings.CutPrefix(path, "/login/link/")
	if !ok {
		t.Fatalf("the link is %s", path)
	}
	n := atOnce(t, 6, func(int) error {
		e, err := w.SignInByLink(t.Context(), visitor, token)
		if err == nil && w.resumed(t, e.Session).Login != "ada" {
			t.Error("somebody else is let in")
		}
		return err
	}, models.ErrLinkUsed)
	if n != 1 {
		t.Errorf("the link worked %d times", n)
	}
	path, err = w.SignInLink(t.Context(), models.Operator(), ada.UserID)
	wants(t, "another", err, nil)
	w.pass(models.PurposeSignIn.Lifetime())
	_, err = w.SignInByLink(t.Context(), visitor, strings.TrimPrefix(path, "/login/link/"))
	wants(t, "too late", err, models.ErrLinkUsed)
}

// Somebody who knows the old password can't slip in beside its change.
func TestSigningInWhileThePasswordChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	hash, err := w.HashPassword(t.Context(), otherPassword)
	wants(t, "hashing", err, nil)
	result := make(chan error, 1)
	err = w.db.Tx(t.Context(), func(tx *db.Tx) error {
		if err := w.SetPassword(t.Context(), tx, ada.UserID, hash, 0); err != nil {
			return err
		}
		go func() {
			_, err := w.SignIn(t.Context(), visitor, identity.SignIn{Name: "ada", Password: goodPassword})
			result <- err
		}()
		// The hash is right by now, and the row is waited for.
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
			if w.count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0 {
				return nil
			}
		}
		t.Error("signing in doesn't wait")
		return nil
	})
	wants(t, "changing", err, nil)
	wants(t, "signing in by the old password", <-result, models.ErrSignIn)
	if n := w.count(t, `SELECT count(*) FROM sessions`); n != 0 {
		t.Errorf("there are %d sessions", n)
	}
}
