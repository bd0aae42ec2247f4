package identity_test

import (
	"fmt"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
)

func TestSessionsAreListedAndRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	grace := w.verified(t, "grace")
	var secrets []string
	for range 3 {
		w.pass(time.Minute)
		e, err := w.signIn(t, visitor, "ada", goodPassword)
		wants(t, "signing in", err, nil)
		secrets = append(secrets, e.Session)
	}
	ada := w.resumed(t, secrets[2])
	list, err := w.Sessions(t.Context(), ada)
	if err != nil || len(list) != 4 || list[0].ID != ada.SessionID || list[0].IP != "192.0.2.1" || list[0].Method != models.ByPassword || list[3].Method != models.ByJoining {
		t.Fatalf("ada's sessions are %+v, %v", list, err)
	}
	wants(t, "grace's session", w.RevokeSession(t.Context(), ada, grace.SessionID), models.ErrNotFound)
	wants(t, "one", w.RevokeSession(t.Context(), ada, list[1].ID), nil)
	wants(t, "the same again", w.RevokeSession(t.Context(), ada, list[1].ID), models.ErrNotFound)
	w.over(t, secrets[1])
	n, err := w.RevokeOtherSessions(t.Context(), ada)
	if err != nil || n != 2 {
		t.Errorf("%d others are revoked, %v", n, err)
	}
	w.over(t, secrets[0])
	w.resumed(t, secrets[2])
	wants(t, "all", w.RevokeAllSessions(t.Context(), ada), nil)
	w.over(t, secrets[2])
	if list, err := w.Sessions(t.Context(), grace); err != nil || len(list) != 1 {
		t.Errorf("grace has %d sessions, %v", len(list), err)
	}
	if n := w.count(t, `SELECT count(*) FROM audit_events WHERE action = 'session.revoke' AND account_id = ?`, ada.UserID); n != 4 {
		t.Errorf("the log knows of %d revoked sessions", n)
	}
}

func TestWhoMayEndSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.verified(t, "ada")
	wants(t, "nobody", w.RevokeAllSessions(t.Context(), visitor), models.ErrSignInNeeded)
	acting := ada
	acting.ActingFor = &models.ActingFor{StaffID: 1, Login: "sam"}
	wants(t, "staff", w.RevokeAllSessions(t.Context(), acting), models.ErrNotForActing)
	token := ada
	token.TokenID = 1
	wants(t, "a token", w.RevokeAllSessions(t.Context(), token), models.ErrForbidden)
	suspended := ada
	suspended.Suspended = true
	wants(t, "a suspended person", w.RevokeAllSessions(t.Context(), suspended), nil)
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	e, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	ada := w.resumed(t, e.Session)
	wants(t, "signing out", w.SignOut(t.Context(), ada), nil)
	w.over(t, e.Session)
	wants(t, "signing out twice", w.SignOut(t.Context(), ada), nil)
	wants(t, "nobody signing out", w.SignOut(t.Context(), visitor), nil)
	if got := w.actions(t, ada.UserID); fmt.Sprint(got) != "[user.join user.sign_in user.sign_out]" {
		t.Errorf("the log says %v", got)
	}
}

func TestARenewedSessionHasAnotherSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	e, err := w.signIn(t, visitor, "ada", goodPassword)
	wants(t, "signing in", err, nil)
	ada := w.resumed(t, e.Session)
	var secret string
	err = w.db.Tx(t.Context(), func(tx *db.Tx) (err error) {
		secret, err = w.Renew(t.Context(), tx, ada.SessionID)
		return err
	})
	wants(t, "renewing", err, nil)
	w.over(t, e.Session)
	if w.resumed(t, secret).SessionID != ada.SessionID {
		t.Error("it is another session")
	}
}

func TestOddSecretsStandForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.verified(t, "ada")
	for _, secret := range []string{"", "x", "' OR true --", "\x00", string(make([]byte, 5000))} {
		w.over(t, secret)
	}
}
