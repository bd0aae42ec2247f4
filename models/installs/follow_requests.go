package installs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// wish is an open, locked request for an installation, as far as it follows what
// happens.
type wish struct {
	ID           int64
	AppID        int64
	App          string // name
	Slug         string
	Organization int64
	Name         string // of the organization
	Requester    int64
	models.InstallWish
}

// wishes locks the open requests that a condition fits. One that is being approved is
// left to that.
func (s *Service) wishes(ctx context.Context, tx *db.Tx, where string, args ...any) ([]wish, error) {
	rows, err := tx.Pgx.Query(ctx, `SELECT r.id, r.app_id, a.name, a.slug, r.organization_id, coalesce(nullif(o.name, ''), o.login), r.requester_id, r.selection,
			coalesce(r.plan_id, 0), r.period, r.units
		FROM installation_requests r JOIN apps a ON a.id = r.app_id JOIN accounts o ON o.id = r.organization_id
		WHERE r.state = 'open' AND (r.placing_until IS NULL OR r.placing_until <= $1) AND `+where+` ORDER BY r.id FOR NO KEY UPDATE OF r`, append([]any{s.now()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("installs: requests: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w wish, err error) {
		return w, row.Scan(&w.ID, &w.AppID, &w.App, &w.Slug, &w.Organization, &w.Name, &w.Requester, &w.Selection, &w.PlanID, &w.Period, &w.Units)
	})
	if err != nil {
		return nil, fmt.Errorf("installs: requests: %w", err)
	}
	return all, nil
}

// narrowRequests takes a repository out of what is asked for. A request for nothing
// else ends; one that asks for the same as another by then joins it.
func (s *Service) narrowRequests(ctx context.Context, tx *db.Tx, actor models.Actor, repository int64) error {
	all, err := s.wishes(ctx, tx, `EXISTS (SELECT FROM installation_request_repositories x WHERE x.request_id = r.id AND x.repository_id = $2)`, repository)
	if err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM installation_request_repositories WHERE repository_id = $1`, repository); err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	for i := range all {
		if err := s.narrow(ctx, tx, actor, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) narrow(ctx context.Context, tx *db.Tx, actor models.Actor, w *wish) error {
	err := tx.Pgx.QueryRow(ctx, `SELECT coalesce(array_agg(repository_id ORDER BY repository_id), '{}') FROM installation_request_repositories WHERE request_id = $1`, w.ID).
		Scan(&w.Repositories)
	if err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	if len(w.Repositories) == 0 {
		return s.lapse(ctx, tx, actor, w)
	}
	var same int64
	err = tx.Pgx.QueryRow(ctx, `SELECT id FROM installation_requests WHERE app_id = $1 AND organization_id = $2 AND digest = $3 AND state = 'open' AND id <> $4 FOR NO KEY UPDATE`,
		w.AppID, w.Organization, w.Digest(), w.ID).Scan(&same)
	if errors.Is(err, pgx.ErrNoRows) {
		_, err = tx.Pgx.Exec(ctx, `UPDATE installation_requests SET digest = $2 WHERE id = $1`, w.ID, w.Digest())
	} else if err == nil {
		return s.join(ctx, tx, actor, w, same)
	}
	if err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	return nil
}

// join makes whoever asks for one thing ask for another that is the same by now.
func (s *Service) join(ctx context.Context, tx *db.Tx, actor models.Actor, w *wish, same int64) error {
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO installation_request_votes (request_id, account_id, reason, created_at)
		SELECT $2, account_id, reason, created_at FROM installation_request_votes WHERE request_id = $1 ON CONFLICT DO NOTHING`, w.ID, same)
	if err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	return s.closeWish(ctx, tx, actor, w, models.RequestWithdrawn)
}

// lapse ends a request whose repositories are all gone, and tells whoever asked.
func (s *Service) lapse(ctx context.Context, tx *db.Tx, actor models.Actor, w *wish) error {
	voters, err := votersOf(ctx, tx, w.ID)
	if err != nil {
		return err
	}
	if err := s.closeWish(ctx, tx, actor, w, models.RequestExpired); err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeInstallRequestLapsed, Link: "/settings/installations/requests",
		Params: map[string]string{"app": w.App, "organization": w.Name}}, slices.DeleteFunc(voters, func(id int64) bool { return id == actor.UserID })...)
}

func (s *Service) closeWish(ctx context.Context, tx *db.Tx, actor models.Actor, w *wish, state models.RequestState) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET state = $2, decided_at = $3, placing_until = NULL WHERE id = $1`, w.ID, state, s.now())
	if err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "installation_request.lapse", AccountID: &w.Organization,
		TargetKind: "app", TargetID: &w.AppID, TargetName: w.Slug, After: map[string]any{"request": w.ID}})
}

// votersOf are who asks for a request, the first one first.
func votersOf(ctx context.Context, tx *db.Tx, request int64) ([]int64, error) {
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM installation_request_votes WHERE request_id = $1 ORDER BY created_at, account_id`, request)
	if err != nil {
		return nil, fmt.Errorf("installs: requests: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("installs: requests: %w", err)
	}
	return ids, nil
}

// dropUnrelated is dropVotes for somebody who collaborates on a repository no more, and
// has nothing else to do with its account.
func (s *Service) dropUnrelated(ctx context.Context, tx *db.Tx, actor models.Actor, repository, person int64) error {
	var account int64
	var related bool
	err := tx.Pgx.QueryRow(ctx, `SELECT r.account_id, EXISTS (SELECT FROM memberships m WHERE m.organization_id = r.account_id AND m.account_id = $2)
			OR EXISTS (SELECT FROM collaborators c JOIN repositories x ON x.id = c.repository_id WHERE c.account_id = $2 AND x.account_id = r.account_id)
		FROM repositories r WHERE r.id = $1`, repository, person).Scan(&account, &related)
	if err != nil {
		return missing(err)
	}
	if related {
		return nil
	}
	return s.dropVotes(ctx, tx, actor, account, person)
}

// dropVotes ends what a person asks of an organization that they have nothing to do
// with any more. What others ask for, too, is theirs from then on.
func (s *Service) dropVotes(ctx context.Context, tx *db.Tx, actor models.Actor, organization, person int64) error {
	all, err := s.wishes(ctx, tx, `r.organization_id = $2 AND EXISTS (SELECT FROM installation_request_votes v WHERE v.request_id = r.id AND v.account_id = $3)`,
		organization, person)
	if err != nil {
		return err
	}
	for i := range all {
		if err := s.dropVote(ctx, tx, actor, &all[i], person); err != nil {
			return err
		}
	}
	_, err = tx.Pgx.Exec(ctx, `DELETE FROM oauth_approvals WHERE organization_id = $1 AND requester_id = $2 AND state = 'requested'`, organization, person)
	if err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	return nil
}

func (s *Service) dropVote(ctx context.Context, tx *db.Tx, actor models.Actor, w *wish, person int64) error {
	voters, err := votersOf(ctx, tx, w.ID)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(voters, func(id int64) bool { return id == person })
	if len(others) == 0 {
		return s.closeWish(ctx, tx, actor, w, models.RequestWithdrawn)
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM installation_request_votes WHERE request_id = $1 AND account_id = $2`, w.ID, person); err != nil {
		return fmt.Errorf("installs: requests: %w", err)
	}
	if w.Requester == person {
		if _, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET requester_id = $2 WHERE id = $1`, w.ID, others[0]); err != nil {
			return fmt.Errorf("installs: requests: %w", err)
		}
	}
	return nil
}
