package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// touchAfter is how stale a session's last use may be: less would write on
// every request.
const touchAfter = 5 * time.Minute

// viewerColumns are what every page needs to know of an account, in one
// statement.
const viewerColumns = `a.id user_id, a.login, a.name, a.suspended_at IS NOT NULL suspended,
	u.mail_verified_at IS NOT NULL mail_verified, u.two_factor_at IS NOT NULL two_factor, u.staff, u.language, u.time_zone,
	(SELECT count(*) FROM notifications n WHERE n.account_id = a.id AND n.read_at IS NULL AND n.done_at IS NULL) unread,
	(SELECT json_agg(json_build_object('OrganizationID', o.id, 'Login', o.login, 'Name', o.name, 'Role', m.role,
		'Suspended', m.suspended_at IS NOT NULL) ORDER BY o.login)
		FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = a.id) memberships`

type viewerRow struct {
	UserID       int64
	Login        string
	Name         string
	Suspended    bool
	MailVerified bool
	TwoFactor    bool
	Staff        models.StaffRole
	Language     string
	TimeZone     string
	Unread       int
	Memberships  *string
}

func (r *viewerRow) viewer(visit models.Visit) (*models.Viewer, error) {
	v := &models.Viewer{Login: r.Login, Name: r.Name, Unread: r.Unread, Language: r.Language, TimeZone: r.TimeZone, Actor: models.Actor{
		UserID: r.UserID, Login: r.Login, Staff: r.Staff, Suspended: r.Suspended, MailVerified: r.MailVerified,
		TwoFactor: r.TwoFactor, Visit: visit,
	}}
	if r.Memberships != nil {
		if err := json.Unmarshal([]byte(*r.Memberships), &v.Actor.Memberships); err != nil {
			return nil, fmt.Errorf("identity: memberships: %w", err)
		}
	}
	return v, nil
}

type sessionRow struct {
	Viewer      viewerRow `gorm:"embedded"`
	ID          int64
	UsedAt      time.Time
	ExpiresAt   time.Time
	SudoUntil   *time.Time
	StaffID     *int64
	StaffLogin  string
	StaffServes *bool // still
	StaffReason string
}

// live reports whether the session still signs anyone in. One in which staff
// acts for someone ends with their service.
func (r *sessionRow) live(now time.Time) bool {
	session := models.Session{UsedAt: r.UsedAt, ExpiresAt: r.ExpiresAt}
	return session.Live(now) && (r.StaffID == nil || r.StaffServes != nil && *r.StaffServes)
}

// Resume returns who a session's secret stands for, or nil when it stands for
// nobody (any more).
func (s *Service) Resume(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error) {
	if len(secret) == 0 || len(secret) > 100 {
		return nil, nil
	}
	var r sessionRow
	err := s.db.Read(ctx).Raw(`SELECT s.id, s.used_at, s.expires_at, s.sudo_until, s.staff_id, s.staff_reason,
			coalesce(b.login, '') staff_login, b.suspended_at IS NULL AND bu.staff <> '' staff_serves, `+viewerColumns+`
		FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN users u ON u.account_id = a.id
		LEFT JOIN accounts b ON b.id = s.staff_id LEFT JOIN users bu ON bu.account_id = b.id
		WHERE s.token_hash = ?`, hashOf(secret)).Take(&r).Error
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	now := s.now()
	if !r.live(now) {
		return nil, nil
	}
	v, err := r.Viewer.viewer(visit)
	if err != nil {
		return nil, err
	}
	v.Actor.SessionID, v.Actor.Visit.SessionID = r.ID, r.ID
	if r.SudoUntil != nil {
		v.Actor.SudoUntil = *r.SudoUntil
	}
	if r.StaffID != nil {
		v.Actor.ActingFor = &models.ActingFor{StaffID: *r.StaffID, Login: r.StaffLogin, Reason: r.StaffReason}
	}
	if now.Sub(r.UsedAt) > touchAfter {
		err = s.db.Read(ctx).Exec(`UPDATE sessions SET used_at = ?, ip = ?, user_agent = ? WHERE id = ? AND used_at < ?`,
			now, visit.IP, visit.UserAgent, r.ID, now).Error
	}
	return v, err
}

// Begin makes a session for an account and returns its secret for the cookie.
// Signing in counts as a confirmation.
func (s *Service) Begin(ctx context.Context, tx *db.Tx, account int64, method models.SignInMethod, visit models.Visit) (secret string, err error) {
	secret, now := newSecret(), s.now()
	err = tx.WithContext(ctx).Exec(`INSERT INTO sessions (account_id, token_hash, method, ip, user_agent, created_at, used_at, expires_at, sudo_until)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, account, hashOf(secret), method, visit.IP, visit.UserAgent,
		now, now, now.Add(models.SessionAbsolute), now.Add(models.SudoWindow)).Error
	if err != nil {
		return "", fmt.Errorf("identity: session: %w", err)
	}
	return secret, nil
}

// Renew gives a session another secret, which goes into the cookie in place of
// the old one: after what raises what the session may do, whoever has stolen
// the old one has nothing. It returns ErrNotFound for a session that is gone.
func (s *Service) Renew(ctx context.Context, tx *db.Tx, sessionID int64) (secret string, err error) {
	secret = newSecret()
	r := tx.WithContext(ctx).Exec(`UPDATE sessions SET token_hash = ? WHERE id = ?`, hashOf(secret), sessionID)
	switch {
	case r.Error != nil:
		return "", fmt.Errorf("identity: renew: %w", r.Error)
	case r.RowsAffected == 0:
		return "", models.ErrNotFound
	}
	return secret, nil
}

// Sessions lists the actor's live sessions, the last used one first. The one in
// which the actor acts is actor.SessionID.
func (s *Service) Sessions(ctx context.Context, actor models.Actor) ([]models.Session, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	now := s.now()
	var list []models.Session
	err := s.db.Read(ctx).Raw(`SELECT id, account_id, method, created_at, used_at, expires_at, sudo_until, ip, user_agent, staff_id
		FROM sessions WHERE account_id = ? AND expires_at > ? AND used_at > ? ORDER BY used_at DESC, id DESC LIMIT 200`,
		actor.UserID, now, now.Add(-models.SessionIdle)).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("identity: sessions: %w", err)
	}
	return list, nil
}

// RevokeSession ends one of the actor's sessions. One of somebody else's is
// ErrNotFound.
func (s *Service) RevokeSession(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayEndSessions(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		n, err := s.revoke(ctx, tx, actor, `id = ?`, id)
		if err == nil && n == 0 {
			err = models.ErrNotFound
		}
		return err
	})
}

// RevokeOtherSessions ends all of the actor's sessions but the one in which it
// acts, and says how many.
func (s *Service) RevokeOtherSessions(ctx context.Context, actor models.Actor) (n int, err error) {
	if err := actor.MayEndSessions(); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		n, err = s.revoke(ctx, tx, actor, `id <> ?`, actor.SessionID)
		return err
	})
	return n, err
}

// RevokeAllSessions ends all of the actor's sessions, this one too.
func (s *Service) RevokeAllSessions(ctx context.Context, actor models.Actor) error {
	if err := actor.MayEndSessions(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := s.revoke(ctx, tx, actor, `true`)
		return err
	})
}

// SignOut ends the session in which the actor acts. Nobody who is signed out
// already is told so.
func (s *Service) SignOut(ctx context.Context, actor models.Actor) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.signOut(ctx, tx, actor.Visit) })
}

// signOut ends the session that a visit came with, if any.
func (s *Service) signOut(ctx context.Context, tx *db.Tx, visit models.Visit) error {
	if visit.SessionID == 0 {
		return nil
	}
	var gone struct {
		ID         int64
		Login      string
		StaffID    *int64
		StaffLogin string
	}
	err := tx.WithContext(ctx).Raw(`DELETE FROM sessions s USING accounts a WHERE s.id = ? AND a.id = s.account_id
		RETURNING a.id, a.login, s.staff_id, coalesce((SELECT b.login FROM accounts b WHERE b.id = s.staff_id), '') staff_login`,
		visit.SessionID).Take(&gone).Error
	found, err := db.Found(err)
	if err != nil {
		return fmt.Errorf("identity: sign out: %w", err)
	}
	if !found {
		return nil
	}
	actor := models.Actor{UserID: gone.ID, Login: gone.Login, Visit: visit}
	if gone.StaffID != nil {
		actor.ActingFor = &models.ActingFor{StaffID: *gone.StaffID, Login: gone.StaffLogin}
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{Action: "user.sign_out", AccountID: &gone.ID,
		TargetKind: "session", TargetID: &visit.SessionID, TargetName: models.Device(visit.UserAgent)})
}

// EndSessions ends the sessions of an account but one (0: every one), in a
// change of what signs it in, and with them what else would sign it in: links
// under way and half-done sign-ins.
func (s *Service) EndSessions(ctx context.Context, tx *db.Tx, account, but int64) error {
	for _, e := range []struct {
		statement string
		args      []any
	}{
		{`DELETE FROM sessions WHERE account_id = ? AND id <> ?`, []any{account, but}},
		{`DELETE FROM single_use_tokens WHERE account_id = ? AND purpose IN ('reset_password', 'sign_in')`, []any{account}},
		{`DELETE FROM ceremonies WHERE account_id = ?`, []any{account}},
	} {
		if err := tx.WithContext(ctx).Exec(e.statement, e.args...).Error; err != nil {
			return fmt.Errorf("identity: end sessions: %w", err)
		}
	}
	return nil
}

// revoke deletes the actor's sessions that meet a condition, each with a line in
// the log.
func (s *Service) revoke(ctx context.Context, tx *db.Tx, actor models.Actor, condition string, args ...any) (int, error) {
	var gone []models.Session
	err := tx.WithContext(ctx).Raw(`DELETE FROM sessions WHERE account_id = ? AND `+condition+`
		RETURNING id, account_id, method, created_at, used_at, expires_at, ip, user_agent`, append([]any{actor.UserID}, args...)...).Scan(&gone).Error
	if err != nil {
		return 0, fmt.Errorf("identity: revoke: %w", err)
	}
	for _, g := range gone {
		err := audit.Record(ctx, tx, actor, models.AuditEvent{Action: "session.revoke", AccountID: &actor.UserID, TargetKind: "session",
			TargetID: &g.ID, TargetName: models.Device(g.UserAgent), Before: map[string]any{"ip": g.IP, "method": g.Method, "used_at": g.UsedAt}})
		if err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}
