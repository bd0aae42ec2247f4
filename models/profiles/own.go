package profiles

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// Own is all that people's settings show of them.
type Own struct {
	Account models.Account
	User    models.User
	Change  *MailChange // nil: no other mail address waits
}

// MailChange is a mail address that waits to take over.
type MailChange struct {
	Mail      string
	OldAgreed bool // the address so far has agreed
	NewProven bool // the new address is confirmed
	Began     time.Time
}

type ownRow struct {
	Account        models.Account `gorm:"embedded"`
	Mail           string
	MailVerifiedAt *time.Time
	Language       string
	TimeZone       string
	Theme          string
	Notifications  string
	NewMail        *string
	OldConfirmedAt *time.Time
	NewConfirmedAt *time.Time
	ChangeBegan    *time.Time
}

const ownColumns = `a.id, a.login, a.kind, a.name, a.website_url, a.bio, a.location, a.suspended_at, a.suspended_reason, a.created_at, a.updated_at,
	u.mail, u.mail_verified_at, u.language, u.time_zone, u.theme, u.notifications::text notifications`

// Own returns the settings of the actor, of a suspended one too.
func (s *Service) Own(ctx context.Context, actor models.Actor) (*Own, error) {
	if actor.UserID == 0 {
		return nil, models.ErrSignInNeeded
	}
	var r ownRow
	err := s.db.Read(ctx).Raw(`SELECT `+ownColumns+`, m.mail new_mail, m.old_confirmed_at, m.new_confirmed_at, m.created_at change_began
		FROM accounts a JOIN users u ON u.account_id = a.id LEFT JOIN mail_changes m ON m.account_id = a.id AND m.created_at > ?
		WHERE a.id = ?`, s.now().Add(-models.PurposeNewMail.Lifetime()), actor.UserID).Take(&r).Error
	return r.own(err)
}

// locked reads the settings of the actor and keeps others from changing them
// until tx ends.
func locked(ctx context.Context, tx *db.Tx, actor models.Actor) (*Own, error) {
	var r ownRow
	err := tx.WithContext(ctx).Raw(`SELECT `+ownColumns+` FROM accounts a JOIN users u ON u.account_id = a.id
		WHERE a.id = ? FOR UPDATE`, actor.UserID).Take(&r).Error
	return r.own(err)
}

func (r *ownRow) own(err error) (*Own, error) {
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("profiles: read: %w", err)
	} else if !found {
		return nil, models.ErrSignInNeeded // the account is gone
	}
	o := &Own{Account: r.Account, User: models.User{AccountID: r.Account.ID, Mail: r.Mail, MailVerifiedAt: r.MailVerifiedAt,
		Language: r.Language, TimeZone: r.TimeZone, Theme: r.Theme}}
	if err := json.Unmarshal([]byte(r.Notifications), &o.User.Notifications); err != nil {
		return nil, fmt.Errorf("profiles: notifications: %w", err)
	}
	if r.NewMail != nil {
		o.Change = &MailChange{Mail: *r.NewMail, OldAgreed: r.OldConfirmedAt != nil, NewProven: r.NewConfirmedAt != nil, Began: *r.ChangeBegan}
	}
	return o, nil
}

// Zone is the person's time zone, or UTC where Souk no longer knows it.
func (o *Own) Zone() *time.Location {
	zone, err := models.ParseTimeZone(o.User.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
