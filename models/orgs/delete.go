package orgs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Consequences are what goes with an organization, and what keeps it.
type Consequences struct {
	Members      int
	Invitations  int // that are open
	Repositories int
	Domains      int
	Apps         int // must go elsewhere first
	Installed    int // apps that are installed on it

	Ties []models.Tie `gorm:"-"` // what it has bought; those that don't end with it must end first
}

// Blocked reports whether something stands against it.
func (c *Consequences) Blocked() bool {
	return c.Apps > 0 || slices.ContainsFunc(c.Ties, func(t models.Tie) bool { return !t.Ends })
}

// Purchases are what an account has bought; billing.Service knows them.
type Purchases interface {
	// Ties are what keeps an account from being deleted, or ends with it.
	Ties(ctx context.Context, account int64) ([]models.Tie, error)
	// Leave ends what costs nothing. It returns models.ErrStillPaying.
	Leave(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) error
}

// Buys tells who knows of purchases. Without, organizations that have some can't be
// deleted. It is called before the service is used.
func (s *Service) Buys(p Purchases) { s.purchases = p }

const consequencesSQL = `SELECT
	(SELECT count(*) FROM memberships WHERE organization_id = @id) members,
	(SELECT count(*) FROM invitations WHERE organization_id = @id AND accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL
		AND expires_at > @now) invitations,
	(SELECT count(*) FROM repositories WHERE account_id = @id) repositories,
	(SELECT count(*) FROM domains WHERE organization_id = @id) domains,
	(SELECT count(*) FROM apps WHERE account_id = @id) apps,
	(SELECT count(*) FROM installations WHERE account_id = @id) installed`

// Deleting says what deleting an organization would do.
func (s *Service) Deleting(ctx context.Context, actor models.Actor, login string) (*Organization, Consequences, error) {
	var c Consequences
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return nil, c, err
	}
	err = s.db.Read(ctx).Raw(consequencesSQL, map[string]any{"id": o.ID, "now": s.now()}).Take(&c).Error
	if err != nil {
		return nil, c, fmt.Errorf("orgs: delete: %w", err)
	}
	if s.purchases != nil {
		if c.Ties, err = s.purchases.Ties(ctx, o.ID); err != nil {
			return nil, c, err
		}
	}
	return o, c, nil
}

// Delete deletes an organization with its repositories. Typed is its login as
// the owner typed it, against slips. An organization that has apps stays:
// others use them. So does one that pays for something, owes money or sells; what
// is free or on trial is cancelled. Where money has moved, an empty shell stays.
func (s *Service) Delete(ctx context.Context, actor models.Actor, login, typed string) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.reshape(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		if !strings.EqualFold(strings.TrimSpace(typed), o.Login) {
			return models.ErrNameMismatch
		}
		members, err := membersOf(ctx, tx, o.ID, "true")
		if err != nil {
			return err
		}
		repositories, err := s.erase(ctx, tx, actor, o)
		if err != nil {
			return err
		}
		e := event(o, "organization.delete")
		e.Before = map[string]any{"name": o.Name, "members": len(members), "repositories": repositories}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		return s.tell(ctx, tx, models.NoticeRemoved, o, "", nil, without(members, actor.UserID)...)
	})
}

// erase deletes the rows. The account is locked first, so that nothing new can
// refer to it; what came before that is seen and deleted, or keeps it.
func (s *Service) erase(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization) (repositories int64, err error) {
	q := tx.WithContext(ctx)
	if err := q.Exec(`SELECT FROM accounts WHERE id = ? FOR UPDATE`, o.ID).Error; err != nil {
		return 0, fmt.Errorf("orgs: delete: %w", err)
	}
	if err := s.follow(func(i Installations) error { return i.AccountDeleting(ctx, tx, actor, o.ID) }); err != nil {
		return 0, err
	}
	if s.purchases != nil {
		if err := s.purchases.Leave(ctx, tx, actor, o.ID); err != nil {
			return 0, err
		}
	}
	err = q.Exec(`INSERT INTO retired_logins (login, until)
			SELECT login, ? FROM (SELECT ? AS login UNION SELECT login FROM account_redirects WHERE account_id = ?) kept
		ON CONFLICT ON CONSTRAINT retired_logins_pkey DO UPDATE SET until = excluded.until`, s.now().Add(models.LoginRetirement), o.Login, o.ID).Error
	if err != nil {
		return 0, fmt.Errorf("orgs: delete: %w", err)
	}
	r := q.Exec(`DELETE FROM repositories WHERE account_id = ?`, o.ID)
	if r.Error != nil {
		return 0, fmt.Errorf("orgs: delete: %w", r.Error)
	}
	err = q.Exec(`SELECT bury_account(?, ?)`, o.ID, s.now()).Error
	switch {
	case db.Violates(err, "apps_account_fk"):
		return 0, models.ErrOwnsApps
	case db.Violates(err, "subscriptions_account_fk"):
		return 0, models.ErrStillPaying
	}
	if err != nil {
		return 0, fmt.Errorf("orgs: delete: %w", err)
	}
	return r.RowsAffected, nil
}
