package staff

import (
	"context"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
)

// NewUser is an account that the operator makes for somebody.
type NewUser struct {
	Login, Name, Mail string
	Password          string // "": they sign in by a link first
}

// AddUser makes an account, for the operator alone, who answers for the mail
// address: it counts as confirmed. It returns Problems, and what judges
// passwords says.
func (s *Service) AddUser(ctx context.Context, actor models.Actor, in NewUser) (id int64, err error) {
	if err := actor.MayMakeUsers(); err != nil {
		return 0, err
	}
	n := identity.NewUser{Login: in.Login, Mail: in.Mail, Verified: true}
	if n.Name, err = models.PlainText(in.Name, models.MaxAccountName, false); err != nil {
		return 0, err
	}
	if in.Password != "" {
		if n.PasswordHash, err = s.identity.HashPassword(ctx, in.Password, in.Login, in.Mail); err != nil {
			return 0, err
		}
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if id, err = s.identity.Create(ctx, tx, n); err != nil {
			return err
		}
		a, err := locked(ctx, tx, in.Login)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "user.create", AccountID: &id, TargetKind: "account",
			TargetID: &id, TargetName: a.Login, After: map[string]any{"mail": in.Mail, "name": n.Name}})
	})
	return id, err
}
