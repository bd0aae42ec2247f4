package orgs

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
)

// NewOrganization is what it takes to make an organization.
type NewOrganization struct {
	Login string
	Name  string
	Mail  string // optional
	Owner string // login of its first owner; for the operator, who can't be one
}

// Create makes an organization and returns its login. The actor becomes its
// owner, or whom the operator names. For the operator alone, a publisher that was
// imported and is nobody's yet becomes the organization, with its listings.
func (s *Service) Create(ctx context.Context, actor models.Actor, in NewOrganization) (string, error) {
	if err := actor.MayActWithMail(); err != nil {
		return "", err
	}
	in, err := checked(actor, in)
	if err != nil {
		return "", err
	}
	if err := s.spend(ctx, actor, creations, "create", actor.UserID); err != nil {
		return "", err
	}
	return in.Login, s.db.Tx(ctx, func(tx *db.Tx) error {
		owner, err := firstOwner(ctx, tx, actor, in.Owner)
		if err != nil {
			return err
		}
		o, claimed, err := s.found(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		if err := s.admit(ctx, tx, actor, o, owner, models.RoleOwner); err != nil {
			return err
		}
		e := event(o, "organization.create")
		e.After = map[string]any{"name": o.Name, "owner": owner.Login}
		if claimed {
			e.After["claimed"] = true
		}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		return s.askMail(ctx, tx, o)
	})
}

func checked(actor models.Actor, in NewOrganization) (NewOrganization, error) {
	var problems models.Problems
	var err error
	in.Login, err = models.NewLogin(in.Login)
	_ = problems.Add("login", err)
	in.Name, err = models.PlainText(in.Name, models.MaxAccountName, false)
	_ = problems.Add("name", err)
	if in.Mail != "" {
		in.Mail, err = models.ParseMail(in.Mail)
		_ = problems.Add("mail", err)
	}
	if actor.Operator && in.Owner == "" {
		_ = problems.Add("owner", models.ErrMissing)
	}
	return in, problems.Err()
}

// person is a user as far as membership goes.
type person struct {
	ID        int64
	Login     string
	TwoFactor bool
}

// personOf loads a user by login, so that what it says holds until tx ends. It
// returns nil for nobody.
func personOf(ctx context.Context, tx *db.Tx, condition string, arg any) (*person, error) {
	var p person
	err := tx.WithContext(ctx).Raw(`SELECT a.id, a.login, u.two_factor_at IS NOT NULL two_factor FROM accounts a JOIN users u ON u.account_id = a.id
		WHERE `+condition+` FOR SHARE OF u`, arg).Take(&p).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: %w", err)
	} else if !found {
		return nil, nil
	}
	return &p, nil
}

func firstOwner(ctx context.Context, tx *db.Tx, actor models.Actor, login string) (*person, error) {
	condition, arg := "a.id = ?", any(actor.UserID)
	if actor.Operator {
		condition, arg = "a.login = lower(?)", login
	}
	p, err := personOf(ctx, tx, condition, arg)
	if err == nil && p == nil {
		err = models.ErrNoSuchAccount.On("owner")
	}
	return p, err
}

// found makes the organization: a new account, or for the operator that of an
// imported publisher whom nobody has claimed yet.
func (s *Service) found(ctx context.Context, tx *db.Tx, actor models.Actor, in NewOrganization) (o *Organization, claimed bool, err error) {
	if actor.Operator {
		id, err := unclaimed(ctx, tx, in.Login)
		if err != nil {
			return nil, false, err
		}
		if id != 0 {
			o, err = s.claim(ctx, tx, id, in)
			return o, true, err
		}
	}
	if _, err := s.identity.ClaimLogin(ctx, tx, in.Login, 0); err != nil {
		return nil, false, err
	}
	o, err = s.insert(ctx, tx, in)
	return o, false, err
}

// unclaimed is the account of an imported publisher that is nobody's yet, locked
// until tx ends; 0 for none.
func unclaimed(ctx context.Context, tx *db.Tx, login string) (id int64, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT a.id FROM accounts a WHERE a.login = ? AND a.kind = 'organization'
		AND NOT EXISTS (SELECT FROM organizations o WHERE o.account_id = a.id) FOR UPDATE`, login).Scan(&id).Error
	if err != nil {
		return 0, fmt.Errorf("orgs: unclaimed: %w", err)
	}
	return id, nil
}

func (s *Service) claim(ctx context.Context, tx *db.Tx, id int64, in NewOrganization) (*Organization, error) {
	now := s.now()
	err := tx.WithContext(ctx).Exec(`UPDATE accounts SET name = coalesce(nullif(?, ''), name), updated_at = ? WHERE id = ?`, in.Name, now, id).Error
	if err == nil {
		err = tx.WithContext(ctx).Exec(`INSERT INTO organizations (account_id, mail, created_at) VALUES (?, ?, ?)`, id, in.Mail, now).Error
	}
	if err != nil {
		return nil, fmt.Errorf("orgs: claim: %w", err)
	}
	return lockID(ctx, tx, id)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, in NewOrganization) (*Organization, error) {
	var id int64
	now := s.now()
	err := tx.WithContext(ctx).Raw(`INSERT INTO accounts (login, kind, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
		in.Login, models.KindOrganization, in.Name, now, now).Row().Scan(&id)
	if err = identity.TakenLogin(err); err != nil {
		return nil, fmt.Errorf("orgs: create: %w", err)
	}
	err = tx.WithContext(ctx).Exec(`INSERT INTO organizations (account_id, mail, created_at) VALUES (?, ?, ?)`, id, in.Mail, now).Error
	if err != nil {
		return nil, fmt.Errorf("orgs: create: %w", err)
	}
	return lockID(ctx, tx, id)
}

// admit makes a user a member of a locked organization, or leaves a member as
// they are. Where a second factor is required, who has none joins suspended.
func (s *Service) admit(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization, p *person, role models.OrganizationRole) error {
	now := s.now()
	suspended := &now
	if o.TwoFactorRequiredAt == nil || p.TwoFactor {
		suspended = nil
	}
	in := tx.WithContext(ctx).Exec(`INSERT INTO memberships (organization_id, account_id, role, suspended_at, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT memberships_pkey DO NOTHING`, o.ID, p.ID, role, suspended, now)
	if in.Error != nil {
		return fmt.Errorf("orgs: admit: %w", in.Error)
	}
	if in.RowsAffected > 0 {
		if err := s.follow(func(i Installations) error { return i.MemberAdded(ctx, tx, actor, o.ID, p.ID, role) }); err != nil {
			return err
		}
	}
	if suspended == nil {
		return nil
	}
	if err := s.tellOwners(ctx, tx, models.NoticeMemberSuspended, o, peopleAt(o), map[string]string{"login": p.Login}); err != nil {
		return err
	}
	return s.tellRequired(ctx, tx, o, p.ID)
}

// askMail asks the organization's address to confirm itself.
func (s *Service) askMail(ctx context.Context, tx *db.Tx, o *Organization) error {
	if o.Mail == "" || o.MailVerifiedAt != nil {
		return nil
	}
	language, err := languageOf(ctx, tx, o)
	if err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{
		Message: "organization_mail", To: o.Mail, Language: language, Params: map[string]string{"organization": o.DisplayName(), "mail": o.Mail},
		Token: &jobs.MailToken{Purpose: models.PurposeOrgMail, Subject: mailSubject(o.ID, o.Mail)},
	})
}
