package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// touchAfter is how stale a session's last use may be: less would write on
// every request.
const touchAfter = 5 * time.Minute

// viewerColumns are what every page needs to know of an account, in one
// statement.
const viewerColumns = `a.id user_id, a.login, a.name, a.suspended_at IS NOT NULL suspended,
	u.mail_verified_at IS NOT NULL mail_verified, u.two_factor_at IS NOT NULL two_factor, u.staff, u.language,
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
	Unread       int
	Memberships  *string
}

func (r *viewerRow) viewer(visit models.Visit) (*models.Viewer, error) {
	v := &models.Viewer{Login: r.Login, Name: r.Name, Unread: r.Unread, Language: r.Language, Actor: models.Actor{
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
	StaffReason string
}

// Resume returns who a session's secret stands for, or nil when it stands for
// nobody (any more).
func (s *Service) Resume(ctx context.Context, secret string, visit models.Visit) (*models.Viewer, error) {
	if len(secret) == 0 || len(secret) > 100 {
		return nil, nil
	}
	var r sessionRow
	err := s.db.Read(ctx).Raw(`SELECT s.id, s.used_at, s.expires_at, s.sudo_until, s.staff_id, s.staff_reason,
			coalesce(b.login, '') staff_login, `+viewerColumns+`
		FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN users u ON u.account_id = a.id
		LEFT JOIN accounts b ON b.id = s.staff_id
		WHERE s.token_hash = ?`, hashOf(secret)).Take(&r).Error
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	now := s.now()
	if live := (&models.Session{UsedAt: r.UsedAt, ExpiresAt: r.ExpiresAt}); !live.Live(now) {
		return nil, nil
	}
	v, err := r.Viewer.viewer(visit)
	if err != nil {
		return nil, err
	}
	v.Actor.SessionID = r.ID
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

// begin makes a session for an account and returns its secret for the cookie.
// Signing in counts as a confirmation.
func (s *Service) begin(ctx context.Context, tx *db.Tx, account int64, method models.SignInMethod, visit models.Visit) (secret string, err error) {
	secret, now := newSecret(), s.now()
	err = tx.WithContext(ctx).Exec(`INSERT INTO sessions (account_id, token_hash, method, ip, user_agent, created_at, used_at, expires_at, sudo_until)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, account, hashOf(secret), method, visit.IP, visit.UserAgent,
		now, now, now.Add(models.SessionAbsolute), now.Add(models.SudoWindow)).Error
	if err != nil {
		return "", fmt.Errorf("identity: session: %w", err)
	}
	return secret, nil
}
