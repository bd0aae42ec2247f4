package profiles_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/profiles"
)

// exported is what the export of an actor says.
func (w *world) exported(actor models.Actor) (map[string]any, string) {
	w.t.Helper()
	e, err := w.Export(w.t.Context(), actor)
	w.must(err)
	var b bytes.Buffer
	w.must(e.Write(w.t.Context(), &b))
	var all map[string]any
	if err := json.Unmarshal(b.Bytes(), &all); err != nil {
		w.t.Fatalf("%v in %s", err, b.String())
	}
	return all, b.String()
}

// furnish gives a user something of everything, with secrets that all begin with
// "hush".
func (w *world) furnish(ada, bob models.Account) (token, cookie string) {
	w.t.Helper()
	t, d := w.t, w.db
	acme := dbtest.Organization(t, d, "acme", bob)
	dbtest.Member(t, d, acme, ada, models.RoleMember)
	dbtest.Repository(t, d, ada, "engine", dbtest.Private)
	dbtest.Collaborator(t, d, dbtest.Repository(t, d, bob, "his"), ada, models.RepositoryWrite)
	token, cookie = dbtest.AccessToken(t, d, ada, "repo"), dbtest.Session(t, d, ada, w.clock(), true)
	w.exec(`UPDATE users SET password_hash = 'hush-password', totp_secret = 'hush-totp', passkey_handle = 'hush-handle' WHERE account_id = ?`, ada.ID)
	w.exec(`INSERT INTO recovery_codes (account_id, code_hash) VALUES (?, 'hush-code')`, ada.ID)
	w.exec(`INSERT INTO passkeys (account_id, credential_id, credential, name, created_at) VALUES (?, 'hush-credential', '{"key": "hush-key"}', 'Phone', now())`, ada.ID)
	w.exec(`INSERT INTO single_use_tokens (purpose, account_id, token_hash, created_at, expires_at) VALUES ('sign_in', ?, 'hush-link', now(), now())`, ada.ID)
	w.exec(`INSERT INTO mail_changes (account_id, mail, created_at) VALUES (?, 'new@example.test', now())`, ada.ID)
	w.exec(`INSERT INTO invitations (organization_id, mail, role, inviter_id, created_at, expires_at) VALUES (?, 'ADA@example.test', 'owner', ?, now(), now())`, acme.ID, bob.ID)
	w.exec(`INSERT INTO notifications (account_id, kind, created_at) VALUES (?, 'invitation', now())`, ada.ID)
	app := dbtest.App(t, d, bob, "hammer")
	dbtest.Install(t, d, app, ada)
	authorization := dbtest.Authorize(t, d, app, ada)
	w.exec(`INSERT INTO authorization_tokens (authorization_id, token_hash, tail, created_at) VALUES (?, 'hush-token', 'tail', now())`, authorization)
	w.exec(`INSERT INTO oauth_approvals (organization_id, app_id, state, requester_id, reason, requested_at) VALUES (?, ?, 'requested', ?, 'Please.', now())`, acme.ID, app.ID, ada.ID)
	w.exec(`INSERT INTO installation_requests (app_id, organization_id, requester_id, selection, digest, state, created_at, expires_at)
		VALUES (?, ?, ?, 'all', 'x', 'open', now(), now() + interval '1 day')`, app.ID, acme.ID, ada.ID)
	w.exec(`INSERT INTO installation_request_votes (request_id, account_id, reason, created_at) SELECT id, requester_id, 'We need it.', now() FROM installation_requests`)
	w.must(w.ChangeProfile(t.Context(), w.actor(ada), profiles.Profile{Name: "Ada “the” Countess", Bio: "a\nb"}))
	w.must(w.Rename(t.Context(), w.actor(ada), "countess"))
	return token, cookie
}

func TestExport(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	token, cookie := w.furnish(ada, bob)
	all, text := w.exported(w.actor(ada))
	for part, want := range map[string]int{
		"profile": 1, "previous_logins": 1, "mail": 1, "mail_changes": 1, "settings": 1, "sign_in": 1, "passkeys": 1, "sessions": 1,
		"personal_access_tokens": 1, "organizations": 1, "invitations_received": 1, "invitations_sent": 0, "repositories": 1,
		"collaborations": 1, "repository_transfers": 0, "apps": 0, "notifications": 1,
		"installed_apps": 1, "authorized_apps": 1, "requests_to_let_apps_in": 1, "requests_to_install": 1, "audit_log": 3,
	} {
		list, ok := all[part].([]any)
		if !ok || len(list) != want {
			t.Errorf("%s has %d of %d in %s", part, len(list), want, text)
		}
	}
	if all["format"] != "souk-account" || !strings.Contains(text, "Ada “the” Countess") || !strings.Contains(text, "ada@example.test") || !strings.Contains(text, "Phone") {
		t.Error(text)
	}
	for _, secret := range []string{"hush", hex.EncodeToString([]byte("hush")), token, cookie, token[6:30]} {
		if strings.Contains(text, secret) {
			t.Errorf("it gives %q away", secret)
		}
	}
	for _, column := range []string{"hash", "secret", "handle", "credential", "totp_step"} {
		if strings.Contains(text, column) {
			t.Errorf("it speaks of %q", column)
		}
	}
}

// One person's export has nothing of another's.
func TestExportsAreOnesOwn(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.furnish(ada, bob)
	if _, text := w.exported(w.actor(bob)); strings.Contains(text, "Countess") || strings.Contains(text, "engine") || strings.Contains(text, "ada@example.test\"}") {
		t.Errorf("bob's export has %s", text)
	}
	// What others did to ada's account is in it, but not from where.
	w.exec(`INSERT INTO audit_events (at, actor_id, actor_login, action, account_id, ip, user_agent) VALUES (now(), ?, 'bob', 'x.y', ?, '203.0.113.77', 'Secret browser')`, bob.ID, ada.ID)
	if _, text := w.exported(w.actor(ada)); !strings.Contains(text, "x.y") || strings.Contains(text, "203.0.113.77") || strings.Contains(text, "Secret browser") {
		t.Errorf("ada's export has %s", text)
	}
}

func TestWhoMayExport(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	acting, token, suspended := ada, ada, ada
	acting.ActingFor, token.TokenID, suspended.Suspended = &models.ActingFor{StaffID: 1}, 1, true
	for want, actor := range map[*models.Error]models.Actor{models.ErrSignInNeeded: {}, models.ErrNotForActing: acting, models.ErrForbidden: token} {
		_, err := w.Export(t.Context(), actor)
		w.refused(err, want)
	}
	for range 3 {
		w.exported(suspended)
	}
	_, err := w.Export(t.Context(), ada)
	w.refused(err, models.ErrTooManyTries)
	w.pass(20 * time.Minute)
	w.exported(ada)
	if got := w.logged(ada.UserID); len(got) != 4 {
		t.Errorf("the log has %v", got)
	}
}

// limited fails after some bytes, as a connection that breaks.
type limited struct{ left int }

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, errors.New("broken")
	}
	return len(b), nil
}

func TestABrokenExportIsAnError(t *testing.T) {
	w := newWorld(t)
	ada, bob := dbtest.User(t, w.db, "ada"), dbtest.User(t, w.db, "bob")
	w.furnish(ada, bob)
	e, err := w.Export(t.Context(), w.actor(ada))
	w.must(err)
	for _, n := range []int{0, 10, 200, 1000} {
		if err := e.Write(t.Context(), &limited{n}); err == nil {
			t.Errorf("it breaks after %d bytes without an error", n)
		}
	}
	// The connection is fit for others.
	w.exported(w.actor(bob))
}
