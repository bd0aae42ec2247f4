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

// Join is what someone types to get an account.
type Join struct {
	Login    string
	Mail     string
	Password string
	Language string // of the page
	ReturnTo string
}

// Join makes an account and lets its owner in at once; the mail address waits
// to be confirmed. It returns Problems with all that is to be mended, and
// ErrTooManyTries. Whether the address belongs to somebody already makes no
// difference to be seen: only its owner is told.
func (s *Service) Join(ctx context.Context, actor models.Actor, in Join) (models.Entrance, error) {
	address := Network(actor.Visit.IP)
	if err := s.spend(ctx, formsFromAddress, "join_form", address); err != nil {
		return models.Entrance{}, err
	}
	n, err := s.checkJoin(ctx, &in)
	if err != nil {
		return models.Entrance{}, err
	}
	if err := s.spend(ctx, joinsFromAddress, "join_address", address); err != nil {
		return models.Entrance{}, err
	}
	if err := s.spend(ctx, mailsToAddress, "mail_to", strings.ToLower(n.Mail)); err != nil {
		return models.Entrance{}, err
	}
	if n.PasswordHash, err = hashPassword(ctx, in.Password); err != nil {
		return models.Entrance{}, err
	}
	var e models.Entrance
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		e, err = s.join(ctx, tx, actor, n, in.ReturnTo)
		return err
	})
	return e, err
}

// checkJoin returns the account to be, or all that is wrong with what was typed.
func (s *Service) checkJoin(ctx context.Context, in *Join) (n NewUser, err error) {
	var problems models.Problems
	if n.Login, err = s.claimLogin(s.db.Read(ctx), in.Login, 0); problems.Add("login", err) != nil {
		return n, err
	}
	if n.Mail, err = models.ParseMail(in.Mail); problems.Add("mail", err) != nil {
		return n, err
	}
	if err = CheckPassword(in.Password, in.Login, in.Mail); problems.Add("password", err) != nil {
		return n, err
	}
	if n.Language = in.Language; !models.IsLanguage(n.Language) {
		n.Language = "en"
	}
	return n, problems.Err()
}

func (s *Service) join(ctx context.Context, tx *db.Tx, actor models.Actor, n NewUser, returnTo string) (models.Entrance, error) {
	id, err := s.Create(ctx, tx, n)
	if err != nil {
		return models.Entrance{}, err
	}
	p := &person{ID: id, Login: n.Login, Mail: n.Mail, Language: n.Language}
	err = audit.Record(ctx, tx, p.actor(actor.Visit), models.AuditEvent{At: s.now(), Action: "user.join", AccountID: &id, TargetKind: "account",
		TargetID: &id, TargetName: n.Login, After: map[string]any{"mail": n.Mail, "language": n.Language}})
	if err != nil {
		return models.Entrance{}, err
	}
	if err := s.askToVerify(ctx, tx, p, actor.Visit); err != nil {
		return models.Entrance{}, err
	}
	if err := s.signOut(ctx, tx, actor.Visit); err != nil {
		return models.Entrance{}, err
	}
	e := models.Entrance{Language: n.Language, ReturnTo: returnTo}
	e.Session, err = s.Begin(ctx, tx, id, models.ByJoining, actor.Visit)
	return e, err
}

// NewUser is an account to be made.
type NewUser struct {
	Login        string
	Name         string
	Mail         string
	Verified     bool   // nobody needs to confirm the address
	PasswordHash string // of HashPassword; "" for one that signs in otherwise
	Language     string // en unless it says otherwise
}

// HashPassword checks a password like CheckPassword and returns its hash. It
// takes some tens of milliseconds and doesn't belong into a transaction.
func (s *Service) HashPassword(ctx context.Context, password string, personal ...string) (string, error) {
	if err := CheckPassword(password, personal...); err != nil {
		return "", err
	}
	return hashPassword(ctx, password)
}

// Create makes a user's account and returns its id. It writes nothing into the
// audit log: who makes it knows why. It returns ErrLoginForm, ErrLoginReserved,
// ErrLoginTaken, ErrMailForm, and ErrMailTaken for a verified address of
// somebody else.
func (s *Service) Create(ctx context.Context, tx *db.Tx, n NewUser) (id int64, err error) {
	if n.Login, err = s.ClaimLogin(ctx, tx, n.Login, 0); err != nil {
		return 0, err
	}
	if n.Mail, err = models.ParseMail(n.Mail); err != nil {
		return 0, err
	}
	if n.Name, err = models.PlainText(n.Name, models.MaxAccountName, false); err != nil {
		return 0, err
	}
	if n.Language == "" {
		n.Language = "en"
	}
	now := s.now()
	var verifiedAt, changedAt *time.Time
	if n.Verified {
		verifiedAt = &now
	}
	if n.PasswordHash != "" {
		changedAt = &now
	}
	err = tx.WithContext(ctx).Raw(`INSERT INTO accounts (login, kind, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
		n.Login, models.KindUser, n.Name, now, now).Row().Scan(&id)
	if err != nil {
		return 0, TakenLogin(fmt.Errorf("identity: create: %w", err))
	}
	err = tx.WithContext(ctx).Exec(`INSERT INTO users (account_id, mail, mail_verified_at, password_hash, password_changed_at, language, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, id, n.Mail, verifiedAt, n.PasswordHash, changedAt, n.Language, now).Error
	if err != nil {
		return 0, takenMail(fmt.Errorf("identity: create: %w", err))
	}
	return id, nil
}

// takenMail turns the violation of the key of mail addresses into ErrMailTaken.
func takenMail(err error) error {
	if db.Violates(err, "users_mail_key") {
		return models.ErrMailTaken
	}
	return err
}

// askToVerify sends whoever has an address a link that confirms it; or, where it
// is somebody's already, tells them what was tried. Both are one statement and
// one job.
func (s *Service) askToVerify(ctx context.Context, tx *db.Tx, p *person, visit models.Visit) error {
	holder, err := s.holder(ctx, tx, p.Mail, p.ID)
	if err != nil {
		return err
	}
	if holder != nil {
		return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "join_taken", AccountID: holder.ID, To: holder.Mail, Params: s.from(holder.Login, visit)})
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "verify_mail", AccountID: p.ID, Params: s.about(p.Login, p.Mail, visit),
		Token: &jobs.MailToken{Purpose: models.PurposeVerifyMail, AccountID: p.ID, Subject: p.Mail}})
}

// about is from with a mail address.
func (s *Service) about(login, mail string, visit models.Visit) map[string]string {
	params := s.from(login, visit)
	params["mail"] = mail
	return params
}

// holder returns who has confirmed a mail address, nil for nobody but the
// account self.
func (s *Service) holder(ctx context.Context, tx *db.Tx, mail string, self int64) (*person, error) {
	var p person
	err := tx.WithContext(ctx).Raw(personColumns+`WHERE lower(u.mail) = lower(?) AND u.mail_verified_at IS NOT NULL AND a.id <> ?`, mail, self).Take(&p).Error
	found, err := db.Found(err)
	if err != nil {
		return nil, fmt.Errorf("identity: holder: %w", err)
	}
	if !found {
		return nil, nil
	}
	return &p, nil
}
