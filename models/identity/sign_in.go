package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// SignIn is what someone types to come in. Name is a login or a confirmed mail
// address.
type SignIn struct {
	Name     string
	Password string
	ReturnTo string
}

// person is an account as far as signing in needs it.
type person struct {
	ID           int64
	Login        string
	Mail         string
	Verified     bool
	PasswordHash string
	TwoFactor    bool
	Language     string
	Theme        string
}

func (p *person) actor(visit models.Visit) models.Actor {
	return models.Actor{UserID: p.ID, Login: p.Login, MailVerified: p.Verified, TwoFactor: p.TwoFactor, Visit: visit}
}

const personColumns = `SELECT a.id, a.login, u.mail, u.mail_verified_at IS NOT NULL verified, u.password_hash,
	u.two_factor_at IS NOT NULL two_factor, u.language, u.theme FROM users u JOIN accounts a ON a.id = u.account_id `

// SignIn lets someone in by password. A session in which they come is ended: it
// may be one that somebody else has put into their browser. It returns ErrSignIn
// where name or password is wrong, and ErrTooManyTries; neither answer nor time
// tells whether there is such an account.
func (s *Service) SignIn(ctx context.Context, actor models.Actor, in SignIn) (models.Entrance, error) {
	name := strings.ToLower(strings.TrimSpace(in.Name))
	there := bucket("sign_in_there", name, Network(actor.Visit.IP))
	p, err := s.spendSignIn(ctx, actor, name, there)
	if err != nil {
		return models.Entrance{}, err
	}
	right, outdated, err := s.right(ctx, in.Password, p)
	if err != nil {
		return models.Entrance{}, err
	}
	if !right {
		return models.Entrance{}, s.refuse(ctx, actor, p)
	}
	if err := s.Forgive(ctx, there); err != nil {
		return models.Entrance{}, err
	}
	better := ""
	if outdated {
		if better, err = hashPassword(ctx, in.Password); err != nil {
			return models.Entrance{}, err
		}
	}
	var e models.Entrance
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := s.lock(ctx, tx, p, p.PasswordHash); err != nil {
			return err
		}
		if better != "" {
			if err := s.keepHash(ctx, tx, p.ID, better); err != nil {
				return err
			}
		}
		e, err = s.enter(ctx, tx, p, models.ByPassword, in.ReturnTo, actor.Visit)
		return err
	})
	return e, err
}

// spendSignIn takes a try from each bucket and finds who is meant; a person
// without an ID for nobody. The bucket of the name is there against guessing
// from many addresses: it doesn't keep out someone who has been let in from
// this address before, or anyone could lock anyone out.
func (s *Service) spendSignIn(ctx context.Context, actor models.Actor, name, there string) (*person, error) {
	if err := s.spend(ctx, signInsFromAddress, "sign_in_address", Network(actor.Visit.IP)); err != nil {
		return nil, err
	}
	if err := s.Spend(ctx, there, signInsFromThere.burst, signInsFromThere.per); err != nil {
		return nil, err
	}
	p, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	tooMany := s.spend(ctx, signInsAsName, "sign_in_name", name)
	if !errors.Is(tooMany, models.ErrTooManyTries) {
		return p, tooMany
	}
	seen, err := sightings(s.db.Read(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	if !s.seenFrom(seen, actor.Visit) {
		return nil, tooMany
	}
	return p, nil
}

// find returns who has a login or a confirmed mail address; a person without an
// ID for nobody.
func (s *Service) find(ctx context.Context, name string) (*person, error) {
	where := `WHERE a.login = ?`
	if strings.Contains(name, "@") {
		where = `WHERE lower(u.mail) = ? AND u.mail_verified_at IS NOT NULL`
	}
	var p person
	err := s.db.Read(ctx).Raw(personColumns+where, name).Take(&p).Error
	if _, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("identity: find: %w", err)
	}
	return &p, nil
}

// refuse writes down a failed try: in the log of who was meant, or in nobody's.
// What was typed is not in it.
func (s *Service) refuse(ctx context.Context, actor models.Actor, p *person) error {
	event := models.AuditEvent{Action: "user.sign_in_failed"}
	if p.ID != 0 {
		event.AccountID, event.TargetKind, event.TargetID, event.TargetName = &p.ID, "account", &p.ID, p.Login
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, models.Actor{Visit: actor.Visit}, event)
	})
	if err != nil {
		return err
	}
	return models.ErrSignIn
}

// lock locks a person's row and brings the person up to date. It returns
// ErrSignIn when the password has changed since hash was read: an old password
// must not slip in beside the change.
func (s *Service) lock(ctx context.Context, tx *db.Tx, p *person, hash string) error {
	var locked person
	err := tx.WithContext(ctx).Raw(personColumns+`WHERE a.id = ? FOR UPDATE OF u`, p.ID).Take(&locked).Error
	found, err := db.Found(err)
	switch {
	case err != nil:
		return fmt.Errorf("identity: lock: %w", err)
	case !found, locked.PasswordHash != hash:
		return models.ErrSignIn
	}
	*p = locked
	return nil
}

// enter lets a person in who has proven the first factor: with a session, or
// with a sign-in that waits for the second.
func (s *Service) enter(ctx context.Context, tx *db.Tx, p *person, method models.SignInMethod, returnTo string, visit models.Visit) (models.Entrance, error) {
	e := models.Entrance{Language: p.Language, Theme: p.Theme, ReturnTo: returnTo}
	var err error
	if p.TwoFactor {
		e.Second, err = s.wait(ctx, tx, p.ID, pendingData{ReturnTo: returnTo, Method: method})
		return e, err
	}
	e.Session, err = s.admit(ctx, tx, p, method, visit)
	return e, err
}

// admit begins a person's session, ends the one that their browser came with,
// writes it down, and tells them of it where they haven't been seen like that
// before.
func (s *Service) admit(ctx context.Context, tx *db.Tx, p *person, method models.SignInMethod, visit models.Visit) (secret string, err error) {
	seen, err := sightings(tx.WithContext(ctx), p.ID)
	if err != nil {
		return "", err
	}
	if err := s.signOut(ctx, tx, visit); err != nil {
		return "", err
	}
	if secret, err = s.Begin(ctx, tx, p.ID, method, visit); err != nil {
		return "", err
	}
	err = audit.Record(ctx, tx, p.actor(visit), models.AuditEvent{At: s.now(), Action: "user.sign_in", AccountID: &p.ID, TargetKind: "account",
		TargetID: &p.ID, TargetName: p.Login, After: map[string]any{"method": method, "two_factor": p.TwoFactor}})
	if err != nil || len(seen) == 0 || s.familiar(seen, visit) {
		return secret, err
	}
	return secret, s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "new_sign_in", AccountID: p.ID, Params: s.from(p.Login, visit)})
}

// from says in a mail where something was done, and when.
func (s *Service) from(login string, v models.Visit) map[string]string {
	return map[string]string{"login": login, "ip": v.IP, "device": models.Device(v.UserAgent), "at": s.now().UTC().Format(time.RFC3339)}
}

// memory is for how long a device and an address are remembered.
const memory = 180 * 24 * time.Hour

// sighting is from where and with what someone was let in, and when last.
type sighting struct {
	IP        string
	UserAgent string
	At        time.Time
}

// sightings are the latest of an account; none for one that was never let in.
func sightings(q *gorm.DB, account int64) ([]sighting, error) {
	var list []sighting
	err := q.Raw(`SELECT ip, user_agent, max(at) "at" FROM (
			SELECT ip, user_agent, at FROM audit_events WHERE account_id = ? AND actor_id = account_id AND staff_id IS NULL
			AND action IN ('user.sign_in', 'user.join') ORDER BY id DESC LIMIT 200) latest GROUP BY ip, user_agent`, account).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("identity: sightings: %w", err)
	}
	return list, nil
}

// familiar reports whether someone has been seen lately with this device, and
// from this address, if not with both at once: people carry laptops about.
func (s *Service) familiar(seen []sighting, v models.Visit) bool {
	device := slices.ContainsFunc(seen, func(x sighting) bool {
		return s.lately(x) && models.Device(x.UserAgent) == models.Device(v.UserAgent)
	})
	return device && s.seenFrom(seen, v)
}

func (s *Service) seenFrom(seen []sighting, v models.Visit) bool {
	return slices.ContainsFunc(seen, func(x sighting) bool { return s.lately(x) && Network(x.IP) == Network(v.IP) })
}

func (s *Service) lately(x sighting) bool { return x.At.After(s.now().Add(-memory)) }
