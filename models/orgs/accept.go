package orgs

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Received is an invitation as the invited person sees it.
type Received struct {
	ID             int64
	Login          string // of the organization
	Name           string
	Bio            string
	Verified       bool
	NeedsTwoFactor bool // the organization requires a second factor
	Role           models.OrganizationRole
	Inviter        string
	Mail           string // to which it was sent; "" for an account
	ExpiresAt      time.Time
}

const receivedSQL = `SELECT i.id, o.login, o.name, o.bio, o.verified_at IS NOT NULL verified, g.two_factor_required_at IS NOT NULL needs_two_factor,
		i.role, b.login inviter, i.mail, i.expires_at
	FROM invitations i JOIN accounts o ON o.id = i.organization_id JOIN organizations g ON g.account_id = o.id JOIN accounts b ON b.id = i.inviter_id
	WHERE `

// addressedSQL chooses the invitations to an account: by its login, or by the
// mail address that it has confirmed.
const addressedSQL = `(i.account_id = @actor OR i.mail <> '' AND lower(i.mail) =
	(SELECT lower(u.mail) FROM users u WHERE u.account_id = @actor AND u.mail_verified_at IS NOT NULL))`

// Received lists the invitations that wait for the actor.
func (s *Service) Received(ctx context.Context, actor models.Actor) ([]Received, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	var list []Received
	err := s.db.Read(ctx).Raw(receivedSQL+addressedSQL+` AND `+openSQL+` AND i.expires_at > @now AND `+backedSQL+` ORDER BY i.id DESC LIMIT 100`,
		map[string]any{"actor": actor.UserID, "now": s.now()}).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("orgs: received: %w", err)
	}
	return list, nil
}

// backedSQL says that who invited could invite now. An invitation stands and
// falls with its inviter: whoever was an owner for an hour can't leave doors
// open behind them.
const backedSQL = `EXISTS (SELECT FROM memberships k JOIN accounts ka ON ka.id = k.account_id WHERE k.organization_id = i.organization_id
	AND k.account_id = i.inviter_id AND k.role = 'owner' AND k.suspended_at IS NULL AND ka.suspended_at IS NULL)`

// ReceivedFrom is an organization's invitation to the actor. It returns
// ErrInvitationClosed for one that can't be accepted any more.
func (s *Service) ReceivedFrom(ctx context.Context, actor models.Actor, login string) (*Received, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	return s.received(ctx, `o.login = lower(@login) AND `+addressedSQL, map[string]any{"actor": actor.UserID, "login": login})
}

func (s *Service) received(ctx context.Context, condition string, args map[string]any) (*Received, error) {
	var row struct {
		Received Received `gorm:"embedded"`
		Live     bool
	}
	args["now"] = s.now()
	sql := strings.Replace(receivedSQL, "SELECT ", `SELECT (`+openSQL+` AND i.expires_at > @now AND `+backedSQL+`) live, `, 1)
	err := s.db.Read(ctx).Raw(sql+condition+` ORDER BY live DESC, i.id DESC LIMIT 1`, args).Take(&row).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: received: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	if !row.Live {
		return nil, models.ErrInvitationClosed
	}
	return &row.Received, nil
}

// Standing is how somebody with the link from a mail stands to it.
type Standing string

// The standings. Only the first two can accept; accepting confirms the address
// of the second, whom the link has reached there.
const (
	StandingReader    Standing = "reader"    // signed in, has confirmed the address
	StandingUnproven  Standing = "unproven"  // signed in, hasn't confirmed it
	StandingOther     Standing = "other"     // signed in, with another address
	StandingAnonymous Standing = "anonymous" // not signed in
)

// ReceivedByMail is the invitation that a link from a mail leads to, and how the
// actor stands to it. It returns ErrLinkUsed for a link that is none any more.
func (s *Service) ReceivedByMail(ctx context.Context, actor models.Actor, token string) (*Received, Standing, error) {
	id, err := s.peek(ctx, token)
	if err != nil {
		return nil, "", err
	}
	r, err := s.received(ctx, `i.id = @id`, map[string]any{"id": id})
	if err != nil {
		return nil, "", err
	}
	if actor.UserID == 0 {
		return r, StandingAnonymous, nil
	}
	var user struct {
		Mail     string
		Verified bool
	}
	err = s.db.Read(ctx).Raw(`SELECT mail, mail_verified_at IS NOT NULL verified FROM users WHERE account_id = ?`, actor.UserID).Take(&user).Error
	if err != nil {
		return nil, "", fmt.Errorf("orgs: received: %w", err)
	}
	return r, standing(r.Mail, user.Mail, user.Verified), nil
}

func standing(invited, own string, verified bool) Standing {
	switch {
	case invited == "" || !strings.EqualFold(invited, own):
		return StandingOther
	case verified:
		return StandingReader
	}
	return StandingUnproven
}

func (s *Service) peek(ctx context.Context, token string) (invitation int64, err error) {
	t, err := s.identity.Peek(ctx, token, models.PurposeInvitation)
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseInt(t.Subject, 10, 64)
	if err != nil {
		return 0, models.ErrLinkUsed.Because(err)
	}
	return id, nil
}

// Answer is what somebody says to an invitation.
type Answer string

// The answers.
const (
	Accepted Answer = "accepted"
	Declined Answer = "declined"
)

// Answer answers an organization's invitation to the actor.
func (s *Service) Answer(ctx context.Context, actor models.Actor, login string, answer Answer) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	r, err := s.ReceivedFrom(ctx, actor, login)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		o, i, err := s.lockOpen(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		switch how, err := s.stands(ctx, tx, actor, i); {
		case err != nil:
			return err
		case how != StandingReader:
			return models.ErrNotFound
		}
		return s.answer(ctx, tx, actor, o, i, answer)
	})
}

// AnswerByMail answers the invitation that a link from a mail leads to, once,
// and returns the organization's login. Whoever accepts must have the address
// that was invited: ErrInvitationOther says that they have another. To decline,
// the link is enough.
func (s *Service) AnswerByMail(ctx context.Context, actor models.Actor, token string, answer Answer) (login string, err error) {
	if answer == Accepted {
		if err := actor.MayAct(); err != nil {
			return "", err
		}
	}
	id, err := s.peek(ctx, token)
	if err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		o, i, err := s.lockOpen(ctx, tx, id)
		if err != nil {
			return err
		}
		login = o.Login
		if _, err := s.identity.Redeem(ctx, tx, models.PurposeInvitation, token); err != nil {
			return err
		}
		if answer == Accepted {
			if err := s.prove(ctx, tx, actor, i); err != nil {
				return err
			}
		}
		return s.answer(ctx, tx, actor, o, i, answer)
	})
	return login, err
}

// prove makes sure that the actor has the address that was invited. The link has
// reached that address, so an account that gave it and hasn't confirmed it yet
// has done so now.
func (s *Service) prove(ctx context.Context, tx *db.Tx, actor models.Actor, i *invitationRow) error {
	how, err := s.stands(ctx, tx, actor, i)
	switch {
	case err != nil || how == StandingReader:
		return err
	case how != StandingUnproven || actor.ActingFor != nil:
		return models.ErrInvitationOther
	}
	err = tx.WithContext(ctx).Exec(`UPDATE users SET mail_verified_at = ? WHERE account_id = ? AND mail_verified_at IS NULL`, s.now(), actor.UserID).Error
	if db.Violates(err, "users_mail_key") {
		return models.ErrInvitationOther
	}
	if err != nil {
		return fmt.Errorf("orgs: accept: %w", err)
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{Action: "user.mail_verify", AccountID: &actor.UserID, TargetKind: "user",
		TargetID: &actor.UserID, TargetName: actor.Login, After: map[string]any{"mail": i.Invitation.Mail}})
}

// stands is how the actor stands to an invitation, until tx ends.
func (s *Service) stands(ctx context.Context, tx *db.Tx, actor models.Actor, i *invitationRow) (Standing, error) {
	if to := i.Invitation.AccountID; to != nil {
		if *to == actor.UserID {
			return StandingReader, nil
		}
		return StandingOther, nil
	}
	var user struct {
		Mail     string
		Verified bool
	}
	err := tx.WithContext(ctx).Raw(`SELECT mail, mail_verified_at IS NOT NULL verified FROM users WHERE account_id = ? FOR UPDATE`, actor.UserID).Take(&user).Error
	if err != nil {
		return "", fmt.Errorf("orgs: invitation: %w", err)
	}
	return standing(i.Invitation.Mail, user.Mail, user.Verified), nil
}

// lockOpen locks an invitation and its organization. It returns
// ErrInvitationClosed unless the invitation can be answered.
func (s *Service) lockOpen(ctx context.Context, tx *db.Tx, id int64) (*Organization, *invitationRow, error) {
	var organization int64
	if err := tx.WithContext(ctx).Raw(`SELECT organization_id FROM invitations WHERE id = ?`, id).Scan(&organization).Error; err != nil {
		return nil, nil, fmt.Errorf("orgs: invitation: %w", err)
	}
	o, err := lockID(ctx, tx, organization)
	if err != nil {
		return nil, nil, err
	}
	i, err := lockInvitation(ctx, tx, "i.id = ?", id)
	if err != nil {
		return nil, nil, err
	}
	var backed bool
	if err := tx.WithContext(ctx).Raw(`SELECT `+backedSQL+` FROM invitations i WHERE i.id = ?`, id).Row().Scan(&backed); err != nil {
		return nil, nil, fmt.Errorf("orgs: invitation: %w", err)
	}
	if !i.Invitation.Open(s.now()) || !backed || o.SuspendedAt != nil {
		return nil, nil, models.ErrInvitationClosed
	}
	return o, i, nil
}

// answer writes down what was answered, and tells who invited.
func (s *Service) answer(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization, i *invitationRow, answer Answer) error {
	kind, column, action, who := models.NoticeInvitationDeclined, "declined_at", models.AuditAction("invitation.decline"), i.Invitee
	if answer == Accepted {
		kind, column, action, who = models.NoticeInvitationAccepted, "accepted_at", "invitation.accept", actor.Login
		if err := s.join(ctx, tx, actor, o, i); err != nil {
			return err
		}
	}
	if err := s.close(ctx, tx, i, column); err != nil {
		return err
	}
	e := aboutInvitation(o, action, &i.Invitation, i.Invitee)
	e.After = map[string]any{"role": i.Invitation.Role}
	if err := audit.Record(ctx, tx, actor, e); err != nil {
		return err
	}
	return s.tell(ctx, tx, kind, o, peopleAt(o), map[string]string{"login": who}, i.Invitation.InviterID)
}

// join makes the actor a member. Whoever is one already stays as they are.
func (s *Service) join(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization, i *invitationRow) error {
	p, err := personOf(ctx, tx, "a.id = ?", actor.UserID)
	if err != nil {
		return err
	}
	if p == nil {
		return models.ErrNotFound
	}
	if err := s.admit(ctx, tx, actor, o, p, i.Invitation.Role); err != nil {
		return err
	}
	// The same person may have been invited by login and by mail.
	err = tx.WithContext(ctx).Exec(`UPDATE invitations i SET withdrawn_at = @now WHERE i.organization_id = @id AND i.id <> @this AND `+openSQL+` AND `+addressedSQL,
		map[string]any{"now": s.now(), "id": o.ID, "this": i.Invitation.ID, "actor": actor.UserID}).Error
	if err != nil {
		return fmt.Errorf("orgs: join: %w", err)
	}
	return nil
}
