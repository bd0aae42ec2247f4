package orgs

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

// openSQL is what an invitation is while nobody has answered it or taken it
// back. It may have expired.
const openSQL = `accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL`

// NewInvitation is whom to invite as what. Invitee is a login or a mail address.
type NewInvitation struct {
	Invitee string
	Role    models.OrganizationRole
}

// Invite asks somebody into an organization. Who has a confirmed account with
// the address is told there; an address without one gets a mail, whose link
// waits for the person to join. Neither the reply nor the list tells which.
func (s *Service) Invite(ctx context.Context, actor models.Actor, login string, in NewInvitation) error {
	if err := mayInvite(actor); err != nil {
		return err
	}
	in, err := in.checked()
	if err != nil {
		return err
	}
	if err := s.spendOf(ctx, actor, invitations, "invite", login); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		i := models.Invitation{OrganizationID: o.ID, Role: in.Role, InviterID: actor.UserID, CreatedAt: s.now()}
		if err := address(ctx, tx, &i, in.Invitee); err != nil {
			return err
		}
		if err := s.offer(ctx, tx, &i); err != nil {
			return err
		}
		e := aboutInvitation(o, "invitation.create", &i, in.Invitee)
		e.After = map[string]any{"role": in.Role}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		return s.sendInvitation(ctx, tx, o, &i, actor.Login)
	})
}

// mayInvite is for people: an invitation is in somebody's name.
func mayInvite(actor models.Actor) error {
	if actor.Operator {
		return models.ErrForbidden
	}
	return actor.MayActWithMail()
}

func (in NewInvitation) checked() (NewInvitation, error) {
	var problems models.Problems
	in.Invitee = strings.TrimSpace(in.Invitee)
	if at := strings.LastIndexByte(in.Invitee, '@'); at > 0 {
		var err error
		in.Invitee, err = models.ParseMail(in.Invitee)
		_ = problems.Add("invitee", err)
	} else if in.Invitee = strings.ToLower(strings.TrimPrefix(in.Invitee, "@")); in.Invitee == "" {
		_ = problems.Add("invitee", models.ErrMissing)
	} else if !models.ValidLogin(in.Invitee) {
		_ = problems.Add("invitee", models.ErrNoSuchAccount)
	}
	if !in.Role.Valid() {
		_ = problems.Add("role", models.ErrUnknownRole)
	}
	return in, problems.Err()
}

// address settles whom an invitation is for.
func address(ctx context.Context, tx *db.Tx, i *models.Invitation, invitee string) error {
	if strings.Contains(invitee, "@") {
		i.Mail = invitee
		return nil
	}
	p, err := personOf(ctx, tx, "a.login = ?", invitee)
	if err != nil {
		return err
	}
	if p == nil {
		return models.ErrNoSuchAccount
	}
	m, err := membership(ctx, tx, i.OrganizationID, p.ID)
	if err != nil {
		return err
	}
	if m != nil {
		return models.ErrAlreadyMember
	}
	i.AccountID = &p.ID
	return nil
}

// offer writes an invitation down. One to the same person that has expired makes
// room for it.
func (s *Service) offer(ctx context.Context, tx *db.Tx, i *models.Invitation) error {
	q := tx.WithContext(ctx)
	i.ExpiresAt = i.CreatedAt.Add(models.InvitationLifetime)
	err := q.Exec(`UPDATE invitations SET withdrawn_at = expires_at WHERE organization_id = ? AND `+openSQL+` AND expires_at <= ?
		AND (account_id = ? OR mail <> '' AND lower(mail) = lower(?))`, i.OrganizationID, i.CreatedAt, i.AccountID, i.Mail).Error
	if err != nil {
		return fmt.Errorf("orgs: invite: %w", err)
	}
	err = q.Raw(`INSERT INTO invitations (organization_id, account_id, mail, role, inviter_id, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, i.OrganizationID, i.AccountID, i.Mail, i.Role, i.InviterID, i.CreatedAt, i.ExpiresAt).Row().Scan(&i.ID)
	if db.Violates(err, "invitations_account_open") || db.Violates(err, "invitations_mail_open") {
		return models.ErrAlreadyInvited
	}
	if err != nil {
		return fmt.Errorf("orgs: invite: %w", err)
	}
	return nil
}

// sendInvitation tells the invited person: in the inbox where they have a
// confirmed account, by mail where they have none.
func (s *Service) sendInvitation(ctx context.Context, tx *db.Tx, o *Organization, i *models.Invitation, inviter string) error {
	params := map[string]string{"organization": o.DisplayName(), "inviter": inviter, "role": string(i.Role)}
	reader := i.AccountID
	if reader == nil {
		var err error
		if reader, err = holder(ctx, tx, i.Mail); err != nil {
			return err
		}
	}
	if reader != nil {
		return s.tell(ctx, tx, models.NoticeInvitation, o, invitationAt(o), params, *reader)
	}
	language, err := languageOf(ctx, tx, o)
	if err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "invitation", To: i.Mail, Language: language, Params: params,
		Token: &jobs.MailToken{Purpose: models.PurposeInvitation, Subject: fmt.Sprint(i.ID)}})
}

// holder is the account that has confirmed a mail address, or nil.
func holder(ctx context.Context, tx *db.Tx, mail string) (*int64, error) {
	var id int64
	err := tx.WithContext(ctx).Raw(`SELECT account_id FROM users WHERE lower(mail) = lower(?) AND mail_verified_at IS NOT NULL`, mail).Row().Scan(&id)
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	return &id, nil
}

// Offer is an invitation as the organization's owners see it.
type Offer struct {
	ID        int64
	Login     string // of the invited account, if it was invited by login
	Name      string
	Mail      string
	Role      models.OrganizationRole
	Inviter   string
	CreatedAt time.Time
	ExpiresAt time.Time
	Expired   bool `gorm:"-"`
}

// Offers lists the invitations that nobody has answered, the latest first,
// expired ones too.
func (s *Service) Offers(ctx context.Context, actor models.Actor, login string) (*Organization, []Offer, error) {
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return nil, nil, err
	}
	var list []Offer
	err = s.db.Read(ctx).Raw(`SELECT i.id, coalesce(a.login, '') login, coalesce(a.name, '') AS name, i.mail, i.role, b.login inviter, i.created_at, i.expires_at
		FROM invitations i LEFT JOIN accounts a ON a.id = i.account_id JOIN accounts b ON b.id = i.inviter_id
		WHERE i.organization_id = ? AND `+openSQL+` ORDER BY i.id DESC LIMIT 500`, o.ID).Scan(&list).Error
	if err != nil {
		return nil, nil, fmt.Errorf("orgs: offers: %w", err)
	}
	for n := range list {
		list[n].Expired = !s.now().Before(list[n].ExpiresAt)
	}
	return o, list, nil
}

// Withdraw takes an invitation back.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, login string, id int64) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		i, err := lockInvitation(ctx, tx, "organization_id = ? AND id = ?", o.ID, id)
		if err != nil {
			return err
		}
		if !unanswered(i) {
			return models.ErrInvitationClosed
		}
		if err := s.close(ctx, tx, i, "withdrawn_at"); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, aboutInvitation(o, "invitation.withdraw", &i.Invitation, i.Invitee))
	})
}

// Resend offers an invitation once more, for another week, in the actor's name.
func (s *Service) Resend(ctx context.Context, actor models.Actor, login string, id int64) error {
	if err := mayInvite(actor); err != nil {
		return err
	}
	if err := s.spendOf(ctx, actor, invitations, "invite", login); err != nil {
		return err
	}
	return s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		i, err := lockInvitation(ctx, tx, "organization_id = ? AND id = ?", o.ID, id)
		if err != nil {
			return err
		}
		if !unanswered(i) {
			return models.ErrInvitationClosed
		}
		err = tx.WithContext(ctx).Exec(`UPDATE invitations SET expires_at = ?, inviter_id = ? WHERE id = ?`,
			s.now().Add(models.InvitationLifetime), actor.UserID, id).Error
		if err != nil {
			return fmt.Errorf("orgs: resend: %w", err)
		}
		if err := audit.Record(ctx, tx, actor, aboutInvitation(o, "invitation.resend", &i.Invitation, i.Invitee)); err != nil {
			return err
		}
		return s.sendInvitation(ctx, tx, o, &i.Invitation, actor.Login)
	})
}

// invitationRow is an invitation with whom it is for, in words.
type invitationRow struct {
	Invitation models.Invitation `gorm:"embedded"`
	Invitee    string
}

// lockInvitation locks an invitation, or returns ErrNotFound. The organization
// is locked already.
func lockInvitation(ctx context.Context, tx *db.Tx, condition string, args ...any) (*invitationRow, error) {
	var i invitationRow
	err := tx.WithContext(ctx).Raw(`SELECT i.id, i.organization_id, i.account_id, i.mail, i.role, i.inviter_id, i.created_at, i.expires_at,
			i.accepted_at, i.declined_at, i.withdrawn_at, coalesce((SELECT login FROM accounts WHERE id = i.account_id), i.mail) invitee
		FROM invitations i WHERE `+condition+` FOR UPDATE OF i`, args...).Take(&i).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: invitation: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &i, nil
}

func unanswered(i *invitationRow) bool {
	return i.Invitation.AcceptedAt == nil && i.Invitation.DeclinedAt == nil && i.Invitation.WithdrawnAt == nil
}

// close ends an invitation: column says how.
func (s *Service) close(ctx context.Context, tx *db.Tx, i *invitationRow, column string) error {
	if err := tx.WithContext(ctx).Exec(`UPDATE invitations SET `+column+` = ? WHERE id = ?`, s.now(), i.Invitation.ID).Error; err != nil {
		return fmt.Errorf("orgs: invitation: %w", err)
	}
	return nil
}

func aboutInvitation(o *Organization, action models.AuditAction, i *models.Invitation, invitee string) models.AuditEvent {
	return models.AuditEvent{Action: action, AccountID: &o.ID, TargetKind: "invitation", TargetID: &i.ID, TargetName: invitee}
}

// languageOf is the language for readers whose own isn't known: that of the
// owner who has been there longest.
func languageOf(ctx context.Context, tx *db.Tx, o *Organization) (language string, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT u.language FROM memberships m JOIN users u ON u.account_id = m.account_id
		WHERE m.organization_id = ? AND m.role = 'owner' ORDER BY m.created_at, m.account_id LIMIT 1`, o.ID).Row().Scan(&language)
	if _, err := db.Found(err); err != nil {
		return "", fmt.Errorf("orgs: language: %w", err)
	}
	return language, nil
}
