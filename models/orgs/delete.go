package orgs

import (
	"context"
	"fmt"
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
}

const consequencesSQL = `SELECT
	(SELECT count(*) FROM memberships WHERE organization_id = @id) members,
	(SELECT count(*) FROM invitations WHERE organization_id = @id AND accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL
		AND expires_at > @now) invitations,
	(SELECT count(*) FROM repositories WHERE account_id = @id) repositories,
	(SELECT count(*) FROM domains WHERE organization_id = @id) domains,
	(SELECT count(*) FROM apps WHERE account_id = @id) apps`

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
	return o, c, nil
}

// Delete deletes an organization with its repositories. Typed is its login as
// the owner typed it, against slips. An organization that has apps stays:
// others use them.
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
		repositories, err := s.erase(ctx, tx, o)
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
func (s *Service) erase(ctx context.Context, tx *db.Tx, o *Organization) (repositories int64, err error) {
	q := tx.WithContext(ctx)
	if err := q.Exec(`SELECT FROM accounts WHERE id = ? FOR UPDATE`, o.ID).Error; err != nil {
		return 0, fmt.Errorf("orgs: delete: %w", err)
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
	err = q.Exec(`DELETE FROM accounts WHERE id = ?`, o.ID).Error
	if db.Violates(err, "apps_account_fk") {
		return 0, models.ErrOwnsApps
	}
	if err != nil {
		return 0, fmt.Errorf("orgs: delete: %w", err)
	}
	return r.RowsAffected, nil
}
