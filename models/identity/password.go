package identity

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// keepHash writes a password's hash.
func (s *Service) keepHash(ctx context.Context, tx *db.Tx, account int64, hash string) error {
	if err := tx.WithContext(ctx).Exec(`UPDATE users SET password_hash = ? WHERE account_id = ?`, hash, account).Error; err != nil {
		return fmt.Errorf("identity: keep hash: %w", err)
	}
	return nil
}

// SetPassword gives an account another password by its hash, which HashPassword
// makes, or takes its password away with "". Every session but one (0: every
// one), every link that signs in and every half-done sign-in ends. The log and
// the person are for the caller to tell.
func (s *Service) SetPassword(ctx context.Context, tx *db.Tx, account int64, hash string, but int64) error {
	err := tx.WithContext(ctx).Exec(`UPDATE users SET password_hash = ?, password_changed_at = ? WHERE account_id = ?`, hash, s.now(), account).Error
	if err != nil {
		return fmt.Errorf("identity: set password: %w", err)
	}
	return s.EndSessions(ctx, tx, account, but)
}

// RightPassword reports whether password is the account's. An account without a
// password has no right one. Tries are for the caller to bound.
func (s *Service) RightPassword(ctx context.Context, account int64, password string) (right bool, err error) {
	p, err := s.self(ctx, models.Actor{UserID: account})
	if err != nil {
		return false, err
	}
	right, _, err = s.right(ctx, password, p)
	return right, err
}

// right is rightPassword, short of what nobody types.
func (s *Service) right(ctx context.Context, password string, p *person) (right, outdated bool, err error) {
	if len(password) > 4*models.MaxPassword {
		return rightPassword(ctx, "", "")
	}
	return rightPassword(ctx, password, p.PasswordHash)
}

// ChangePassword gives the actor another password, given the present one, or
// a first password to an account without one, if the session was confirmed
// lately. Every other session ends, and the actor's goes on under another secret,
// which is returned for the cookie. It returns ErrConfirmFailed on "current" for
// a wrong one, the errors of CheckPassword on "password", and ErrTooManyTries.
func (s *Service) ChangePassword(ctx context.Context, actor models.Actor, current, password string) (secret string, err error) {
	if err := actor.MayManageSelf(); err != nil {
		return "", err
	}
	p, err := s.self(ctx, actor)
	if err != nil {
		return "", err
	}
	if err := s.mayReplace(ctx, actor, p, current); err != nil {
		return "", err
	}
	hash, err := s.HashPassword(ctx, password, p.Login, p.Mail)
	if err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := s.lock(ctx, tx, p, p.PasswordHash); err != nil {
			return err
		}
		if err := s.SetPassword(ctx, tx, p.ID, hash, actor.SessionID); err != nil {
			return err
		}
		if secret, err = s.Renew(ctx, tx, actor.SessionID); err != nil {
			return err
		}
		return s.tellPassword(ctx, tx, actor, p, "user.password_change")
	})
	return secret, err
}

// mayReplace asks for the present password, or for a confirmation where there is
// none.
func (s *Service) mayReplace(ctx context.Context, actor models.Actor, p *person, current string) error {
	if p.PasswordHash == "" {
		return actor.MayManageSelfNow(s.now())
	}
	key := bucket("password:" + strconv.FormatInt(p.ID, 10))
	if err := s.spend(ctx, passwordsOfAccount, key); err != nil {
		return err
	}
	right, _, err := s.right(ctx, current, p)
	switch {
	case err != nil:
		return err
	case !right:
		return models.ErrConfirmFailed.On("current")
	}
	return s.Forgive(ctx, key)
}

// tellPassword writes a change of password down and tells its owner.
func (s *Service) tellPassword(ctx context.Context, tx *db.Tx, actor models.Actor, p *person, action models.AuditAction) error {
	err := audit.Record(ctx, tx, actor, models.AuditEvent{Action: action, AccountID: &p.ID, TargetKind: "account", TargetID: &p.ID, TargetName: p.Login})
	if err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "password_changed", AccountID: p.ID, Params: s.from(p.Login, actor.Visit)})
}

// RequestReset asks for a link by which whoever forgot a password sets another.
// Name is a login or a mail address. What is returned tells nothing about it but
// ErrMissing and ErrTooManyTries; the rest happens in a job.
func (s *Service) RequestReset(ctx context.Context, actor models.Actor, name string) error {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" || len(name) > models.MaxMail {
		return models.ErrMissing.On("login")
	}
	if err := s.spend(ctx, mailsFromAddress, "reset_address", Network(actor.Visit.IP)); err != nil {
		return err
	}
	if err := s.spend(ctx, mailsToAddress, "reset_name", name); err != nil {
		return err
	}
	visit := actor.Visit
	visit.SessionID = 0
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		return s.queue.Enqueue(ctx, tx, jobs.SendResets{Name: name, Visit: visit, At: s.now().UTC().Format(time.RFC3339)})
	})
}

// resets bounds how many accounts that share an address nobody has confirmed
// are sent a link.
const resets = 3

// SendResets carries jobs.SendResets out. An address that is confirmed stands
// for the one account that confirmed it; one that nobody has confirmed stands
// for the latest accounts that gave it, since using the link confirms it.
func (s *Service) SendResets(ctx context.Context, job jobs.SendResets) error {
	where := `WHERE a.login = ?`
	if strings.Contains(job.Name, "@") {
		where = `WHERE lower(u.mail) = ?`
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var people []person
		err := tx.WithContext(ctx).Raw(personColumns+where+` ORDER BY u.mail_verified_at IS NULL, a.id DESC LIMIT ?`, job.Name, resets).Scan(&people).Error
		if err != nil {
			return fmt.Errorf("identity: resets: %w", err)
		}
		for i, p := range people {
			if i > 0 && people[0].Verified {
				break
			}
			if err := s.sendReset(ctx, tx, p, job); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) sendReset(ctx context.Context, tx *db.Tx, p person, job jobs.SendResets) error {
	if holder, err := s.holder(ctx, tx, p.Mail, p.ID); err != nil || holder != nil {
		return err
	}
	params := s.about(p.Login, p.Mail, job.Visit)
	params["at"] = job.At
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "reset_password", AccountID: p.ID, To: p.Mail, Params: params,
		Token: &jobs.MailToken{Purpose: models.PurposeResetPassword, AccountID: p.ID, Subject: p.Mail}})
}

// ResetPassword sets another password by a link that was sent by mail, signs the
// account out everywhere, and lets in who did it: at once, or once they have
// proven their second factor. Using the link confirms the address it was sent
// to. It returns ErrLinkUsed, and the errors of CheckPassword, which don't use
// the link up.
func (s *Service) ResetPassword(ctx context.Context, actor models.Actor, token, password string) (models.Entrance, error) {
	known, err := s.Peek(ctx, token, models.PurposeResetPassword)
	if err != nil {
		return models.Entrance{}, err
	}
	hash, err := s.HashPassword(ctx, password, known.Login, known.Subject)
	if err != nil {
		return models.Entrance{}, err
	}
	var e models.Entrance
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		e, err = s.reset(ctx, tx, actor, token, hash)
		return err
	})
	return e, err
}

func (s *Service) reset(ctx context.Context, tx *db.Tx, actor models.Actor, token, hash string) (models.Entrance, error) {
	p, mail, err := s.redeemed(ctx, tx, models.PurposeResetPassword, token)
	switch {
	case err != nil:
		return models.Entrance{}, err
	case p.Mail != mail:
		return models.Entrance{}, models.ErrLinkUsed
	}
	if err := s.SetPassword(ctx, tx, p.ID, hash, 0); err != nil {
		return models.Entrance{}, err
	}
	if !p.Verified {
		if err := s.verify(ctx, tx, p, actor.Visit); err != nil {
			return models.Entrance{}, err
		}
	}
	if err := s.tellPassword(ctx, tx, p.actor(actor.Visit), p, "user.password_reset"); err != nil {
		return models.Entrance{}, err
	}
	return s.enter(ctx, tx, p, models.ByPassword, "", actor.Visit)
}

// SignInLink makes a one-time link that signs an account in, and returns its
// path. It returns ErrForbidden for everyone but the operator.
func (s *Service) SignInLink(ctx context.Context, actor models.Actor, account int64) (path string, err error) {
	if err := actor.MayMakeSignInLinks(); err != nil {
		return "", err
	}
	p, err := s.self(ctx, models.Actor{UserID: account})
	if err != nil {
		return "", err
	}
	token, err := s.Mint(ctx, models.PurposeSignIn, &account, "")
	if err != nil {
		return "", err
	}
	return "/login/link/" + token, s.db.Tx(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, models.AuditEvent{Action: "user.sign_in_link", AccountID: &account, TargetKind: "account", TargetID: &account, TargetName: p.Login})
	})
}

// SignInByLink lets in whoever holds a one-time link; a second factor is asked
// for all the same. It returns ErrLinkUsed.
func (s *Service) SignInByLink(ctx context.Context, actor models.Actor, token string) (models.Entrance, error) {
	var e models.Entrance
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		p, _, err := s.redeemed(ctx, tx, models.PurposeSignIn, token)
		if err != nil {
			return err
		}
		e, err = s.enter(ctx, tx, p, models.ByLink, "", actor.Visit)
		return err
	})
	return e, err
}
