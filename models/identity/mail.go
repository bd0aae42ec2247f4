package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// ResendVerification sends the actor another link that confirms the address.
// Nothing is sent for one that is confirmed already. It returns ErrTooManyTries.
func (s *Service) ResendVerification(ctx context.Context, actor models.Actor) error {
	if err := actor.MayManageSelf(); err != nil {
		return err
	}
	p, err := s.self(ctx, actor)
	if err != nil || p.Verified {
		return err
	}
	if err := s.spend(ctx, mailsToAddress, "mail_to", strings.ToLower(p.Mail)); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.askToVerify(ctx, tx, p, actor.Visit) })
}

// self is the actor's own account.
func (s *Service) self(ctx context.Context, actor models.Actor) (*person, error) {
	var p person
	err := s.db.Read(ctx).Raw(personColumns+`WHERE a.id = ?`, actor.UserID).Take(&p).Error
	found, err := db.Found(err)
	switch {
	case err != nil:
		return nil, fmt.Errorf("identity: self: %w", err)
	case !found:
		return nil, models.ErrNotFound
	}
	return &p, nil
}

// redeemed is a person whose single-use token has just been used up, their row
// locked. Whoever holds the token acts as that person, in this alone.
func (s *Service) redeemed(ctx context.Context, tx *db.Tx, purpose models.Purpose, token string) (*person, string, error) {
	r, err := s.Redeem(ctx, tx, purpose, token)
	if err != nil {
		return nil, "", err
	}
	var p person
	err = tx.WithContext(ctx).Raw(personColumns+`WHERE a.id = ? FOR UPDATE OF u`, r.AccountID).Take(&p).Error
	return &p, r.Subject, usedUnless(err)
}

// VerifyMail confirms an address by the link that was sent there. It returns
// ErrLinkUsed, also when the address has changed since, and ErrMailTaken when
// somebody else has confirmed it meanwhile.
func (s *Service) VerifyMail(ctx context.Context, actor models.Actor, token string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		p, mail, err := s.redeemed(ctx, tx, models.PurposeVerifyMail, token)
		switch {
		case err != nil:
			return err
		case p.Mail != mail:
			return models.ErrLinkUsed
		case p.Verified:
			return nil
		}
		return s.verify(ctx, tx, p, actor.Visit)
	})
}

func (s *Service) verify(ctx context.Context, tx *db.Tx, p *person, visit models.Visit) error {
	err := tx.WithContext(ctx).Exec(`UPDATE users SET mail_verified_at = ? WHERE account_id = ?`, s.now(), p.ID).Error
	if err != nil {
		return takenMail(fmt.Errorf("identity: verify: %w", err))
	}
	p.Verified = true
	return audit.Record(ctx, tx, p.actor(visit), models.AuditEvent{Action: "user.mail_verify", AccountID: &p.ID, TargetKind: "account",
		TargetID: &p.ID, TargetName: p.Login, After: map[string]any{"mail": p.Mail}})
}

// MailChange is a change of address that waits to be confirmed.
type MailChange struct {
	Mail         string
	OldConfirmed bool // the present address has agreed, or needn't
	NewConfirmed bool
	ExpiresAt    time.Time
}

// PendingMailChange returns the actor's change of address that waits, nil for
// none.
func (s *Service) PendingMailChange(ctx context.Context, actor models.Actor) (*MailChange, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	lifetime := models.PurposeNewMail.Lifetime()
	var c struct {
		Mail                       string
		OldConfirmed, NewConfirmed bool
		CreatedAt                  time.Time
	}
	err := s.db.Read(ctx).Raw(`SELECT mail, old_confirmed_at IS NOT NULL old_confirmed, new_confirmed_at IS NOT NULL new_confirmed, created_at
		FROM mail_changes WHERE account_id = ? AND created_at > ?`, actor.UserID, s.now().Add(-lifetime)).Take(&c).Error
	found, err := db.Found(err)
	if err != nil || !found {
		return nil, err
	}
	return &MailChange{Mail: c.Mail, OldConfirmed: c.OldConfirmed, NewConfirmed: c.NewConfirmed, ExpiresAt: c.CreatedAt.Add(lifetime)}, nil
}

// ChangeMail begins a change of the actor's address: it takes effect once links
// sent to both addresses have been used, or only the new one where the old one
// was never confirmed. A change that waits already is replaced. It returns
// ErrSudoNeeded unless the session was confirmed lately, ErrMailForm,
// ErrMailSame, ErrTooManyTries; whether the new address is somebody else's makes
// no difference to be seen.
func (s *Service) ChangeMail(ctx context.Context, actor models.Actor, mail string) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	mail, err := models.ParseMail(mail)
	if err != nil {
		return err
	}
	if err := s.spend(ctx, mailsToAddress, "mail_to", strings.ToLower(mail)); err != nil {
		return err
	}
	p, err := s.self(ctx, actor)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := s.lock(ctx, tx, p, p.PasswordHash); err != nil {
			return err
		}
		if p.Mail == mail {
			return models.ErrMailSame
		}
		return s.changeMail(ctx, tx, actor, p, mail)
	})
}

func (s *Service) changeMail(ctx context.Context, tx *db.Tx, actor models.Actor, p *person, mail string) error {
	now := s.now()
	var agreed *time.Time
	if !p.Verified {
		agreed = &now
	}
	err := tx.WithContext(ctx).Exec(`INSERT INTO mail_changes (account_id, mail, old_confirmed_at, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT mail_changes_pkey DO UPDATE SET mail = excluded.mail, old_confirmed_at = excluded.old_confirmed_at,
			new_confirmed_at = NULL, created_at = excluded.created_at`, p.ID, mail, agreed, now).Error
	if err != nil {
		return fmt.Errorf("identity: change mail: %w", err)
	}
	if err := s.dropMailTokens(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := s.askBoth(ctx, tx, actor, p, mail); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{Action: "user.mail_change_request", AccountID: &p.ID, TargetKind: "account",
		TargetID: &p.ID, TargetName: p.Login, Before: map[string]any{"mail": p.Mail}, After: map[string]any{"mail": mail}})
}

// askBoth sends the links of a change. The owner of an address in use is told
// instead of asked.
func (s *Service) askBoth(ctx context.Context, tx *db.Tx, actor models.Actor, p *person, mail string) error {
	holder, err := s.holder(ctx, tx, mail, p.ID)
	if err != nil {
		return err
	}
	ask := jobs.SendMail{Message: "mail_change_new", AccountID: p.ID, To: mail, Params: s.about(p.Login, mail, actor.Visit),
		Token: &jobs.MailToken{Purpose: models.PurposeNewMail, AccountID: p.ID, Subject: mail}}
	if holder != nil {
		ask = jobs.SendMail{Message: "join_taken", AccountID: holder.ID, To: holder.Mail, Params: s.from(holder.Login, actor.Visit)}
	}
	if err := s.queue.Enqueue(ctx, tx, ask); err != nil || !p.Verified {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "mail_change_old", AccountID: p.ID, Params: s.about(p.Login, mail, actor.Visit),
		Token: &jobs.MailToken{Purpose: models.PurposeOldMail, AccountID: p.ID, Subject: mail}})
}

func (s *Service) dropMailTokens(ctx context.Context, tx *db.Tx, account int64) error {
	err := tx.WithContext(ctx).Exec(`DELETE FROM single_use_tokens WHERE account_id = ? AND purpose IN ('new_mail', 'old_mail')`, account).Error
	if err != nil {
		return fmt.Errorf("identity: drop links: %w", err)
	}
	return nil
}

// CancelMailChange forgets the actor's change of address that waits, if any.
func (s *Service) CancelMailChange(ctx context.Context, actor models.Actor) error {
	if err := actor.MayManageSelf(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r := tx.WithContext(ctx).Exec(`DELETE FROM mail_changes WHERE account_id = ?`, actor.UserID)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		if err := s.dropMailTokens(ctx, tx, actor.UserID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{Action: "user.mail_change_cancel", AccountID: &actor.UserID,
			TargetKind: "account", TargetID: &actor.UserID, TargetName: actor.Login})
	})
}

// ConfirmNewMail is the new address's consent to a change, ConfirmOldMail the
// old one's, by the links that were sent there; done says that it has taken
// effect, which is when both have agreed. They return ErrLinkUsed, also for a
// change that was replaced or withdrawn, and ErrMailTaken when somebody else has
// confirmed the new address meanwhile.
func (s *Service) ConfirmNewMail(ctx context.Context, actor models.Actor, token string) (done bool, err error) {
	return s.agree(ctx, actor, models.PurposeNewMail, `new_confirmed_at`, token)
}

// ConfirmOldMail: see ConfirmNewMail.
func (s *Service) ConfirmOldMail(ctx context.Context, actor models.Actor, token string) (done bool, err error) {
	return s.agree(ctx, actor, models.PurposeOldMail, `old_confirmed_at`, token)
}

func (s *Service) agree(ctx context.Context, actor models.Actor, purpose models.Purpose, column, token string) (done bool, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		p, mail, err := s.redeemed(ctx, tx, purpose, token)
		if err != nil {
			return err
		}
		var both bool
		err = tx.WithContext(ctx).Raw(`UPDATE mail_changes SET `+column+` = ? WHERE account_id = ? AND mail = ?
			RETURNING old_confirmed_at IS NOT NULL AND new_confirmed_at IS NOT NULL`, s.now(), p.ID, mail).Row().Scan(&both)
		if err := usedUnless(err); err != nil || !both {
			return err
		}
		done = true
		return s.takeMail(ctx, tx, p, mail, actor.Visit)
	})
	return done && err == nil, err
}

// takeMail carries a change out. Links that were sent to the old address for
// other ends are void.
func (s *Service) takeMail(ctx context.Context, tx *db.Tx, p *person, mail string, visit models.Visit) error {
	old := *p
	err := tx.WithContext(ctx).Exec(`UPDATE users SET mail = ?, mail_verified_at = ? WHERE account_id = ?`, mail, s.now(), p.ID).Error
	if err != nil {
		return takenMail(fmt.Errorf("identity: take mail: %w", err))
	}
	for _, statement := range []string{
		`DELETE FROM mail_changes WHERE account_id = ?`,
		`DELETE FROM single_use_tokens WHERE account_id = ? AND purpose IN ('verify_mail', 'reset_password', 'new_mail', 'old_mail') AND used_at IS NULL`,
	} {
		if err := tx.WithContext(ctx).Exec(statement, p.ID).Error; err != nil {
			return fmt.Errorf("identity: take mail: %w", err)
		}
	}
	p.Mail, p.Verified = mail, true
	err = audit.Record(ctx, tx, p.actor(visit), models.AuditEvent{Action: "user.mail_change", AccountID: &p.ID, TargetKind: "account",
		TargetID: &p.ID, TargetName: p.Login, Before: map[string]any{"mail": old.Mail}, After: map[string]any{"mail": mail}})
	if err != nil || !old.Verified {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "mail_changed", AccountID: p.ID, To: old.Mail, Params: s.about(p.Login, mail, visit)})
}

// ConfirmOrganizationMail uses up the link by which an organization's address
// confirms itself; what follows from it is the organization's business, and
// noted in the same transaction. It returns the organization's login, and
// ErrLinkUsed.
func (s *Service) ConfirmOrganizationMail(ctx context.Context, actor models.Actor, token string,
	note func(ctx context.Context, tx *db.Tx, actor models.Actor, subject string) (login string, err error)) (login string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := s.Redeem(ctx, tx, models.PurposeOrgMail, token)
		if err != nil {
			return err
		}
		login, err = note(ctx, tx, actor, r.Subject)
		return err
	})
	return login, err
}
