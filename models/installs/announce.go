package installs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/hooks"
	"souk/models/jobs"
)

// The actions of the webhook "installation".
const (
	Created   = models.InstallationCreated
	Deleted   = models.InstallationDeleted
	Suspended = models.InstallationSuspended
	Resumed   = models.InstallationUnsuspended
	Accepted  = models.InstallationAgreed
)

// Event is what an app is told of an installation.
type Event struct {
	Installation *Standing
	Action       string
	Requester    *int64 // with Created: who asked for it
}

// Announce tells an app of one of its installations, in the transaction that changes
// it: before that, where the installation ends.
func (s *Service) Announce(ctx context.Context, tx *db.Tx, actor models.Actor, e Event) error {
	i := e.Installation
	if !i.listens() {
		return nil
	}
	reached, err := reached(ctx, tx.Pgx, i)
	if err != nil {
		return err
	}
	var requester *models.HookAccount
	if e.Requester != nil {
		a := models.HookAccount{ID: *e.Requester, Kind: models.KindUser}
		if err := tx.Pgx.QueryRow(ctx, `SELECT login FROM accounts WHERE id = $1`, a.ID).Scan(&a.Login); err != nil {
			return missing(err)
		}
		requester = &a
	}
	hook := i.Hook()
	return s.tell(ctx, tx, i, models.EventInstallation, e.Action,
		models.InstallationPayloadOf(e.Action, &hook, reached, requester, actor.Sender(), s.site.Base))
}

// AnnounceRepositories tells an app which repositories an installation has got and
// lost. Those that are deleted are told of before they are.
func (s *Service) AnnounceRepositories(ctx context.Context, tx *db.Tx, actor models.Actor, i *Standing, added, removed []int64) error {
	if !i.listens() {
		return nil
	}
	hook := i.Hook()
	for n, ids := range [][]int64{added, removed} {
		if len(ids) == 0 {
			continue
		}
		all, err := repositories(ctx, tx.Pgx, `r.id = ANY ($1)`, ids)
		if err != nil {
			return err
		}
		got, lost := all, []models.HookRepository(nil)
		if n == 1 {
			got, lost = lost, got
		}
		payload := models.InstallationRepositoriesPayloadOf(&hook, got, lost, nil, actor.Sender(), s.site.Base)
		if err := s.tell(ctx, tx, i, models.EventInstallationRepositories, payload.Action, payload); err != nil {
			return err
		}
	}
	return nil
}

func (i *Standing) listens() bool { return i.App.WebhookActive && i.App.WebhookURL != "" }

func (s *Service) tell(ctx context.Context, tx *db.Tx, i *Standing, event, action string, payload any) error {
	var b pgx.Batch
	job, err := hooks.Tell(&b, hooks.AppEvent{AppID: i.AppID, InstallationID: i.ID, Event: event, Action: action, Payload: payload, At: s.now()})
	if err != nil {
		return err
	}
	if err := jobs.Add(&b, river.JobArgs(job)); err != nil {
		return err
	}
	if err := tx.Pgx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("installs: announce: %w", err)
	}
	return nil
}

// reached are the repositories that an installation reaches.
func reached(ctx context.Context, q Querier, i *Standing) ([]models.HookRepository, error) {
	switch i.Selection {
	case models.SelectAll:
		return repositories(ctx, q, `r.account_id = $1`, i.AccountID)
	case models.SelectSelected:
		return repositories(ctx, q, `r.id IN (SELECT repository_id FROM installation_repositories WHERE installation_id = $1)`, i.ID)
	}
	return nil, nil
}

func repositories(ctx context.Context, q Querier, where string, what any) ([]models.HookRepository, error) {
	rows, err := q.Query(ctx, `SELECT r.id, o.id, o.login, o.kind, r.name, r.description, r.private, r.archived_at IS NOT NULL, r.created_at, r.updated_at
		FROM repositories r JOIN accounts o ON o.id = r.account_id WHERE `+where+` ORDER BY r.id`, what)
	if err != nil {
		return nil, fmt.Errorf("installs: repositories: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r models.HookRepository, err error) {
		return r, row.Scan(&r.ID, &r.Owner.ID, &r.Owner.Login, &r.Owner.Kind, &r.Name, &r.Description, &r.Private, &r.Archived, &r.CreatedAt, &r.UpdatedAt)
	})
	if err != nil {
		return nil, fmt.Errorf("installs: repositories: %w", err)
	}
	return all, nil
}
