package hooks

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
)

// again is what makes an event wait once more. One that is just on its way is left
// as it is.
const again = `UPDATE hook_events SET state = 'waiting', redeliver = true, tries = 0, next_at = NULL, seen_at = NULL, claimed_until = NULL`

// Redeliver sends an event again, with the same id. It returns ErrNotFound for
// another's, and ErrHookNowhere where there is no address.
func (s *Service) Redeliver(ctx context.Context, actor models.Actor, slug, guid string) error {
	id, err := uuid.Parse(guid)
	if err != nil {
		return models.ErrNotFound
	}
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		t, on := s.target(st), false
		err := tx.Pgx.QueryRow(ctx, `SELECT coalesce(claimed_until > $3 AND state = 'waiting', false) FROM hook_events WHERE guid = $1 AND `+column(t)+` = $2 FOR UPDATE`,
			id.String(), t.ID, s.now()).Scan(&on)
		if found, err := db.Found(err); err != nil {
			return fmt.Errorf("hooks: redeliver: %w", err)
		} else if !found {
			return models.ErrNotFound
		}
		if err := s.reachable(ctx, tx, st); err != nil || on {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, again+` WHERE guid = $1`, id.String()); err != nil {
			return fmt.Errorf("hooks: redeliver: %w", err)
		}
		return s.resend(ctx, tx, actor, st, id.String(), map[string]any{"delivery": id.String()})
	})
}

// reachable returns ErrHookNowhere where a target's events can't be sent anywhere.
// It locks the endpoint, as whoever sends something does.
func (s *Service) reachable(ctx context.Context, tx *db.Tx, st *apps.Standing) error {
	e, err := s.endpoint(ctx, tx.Pgx, s.target(st))
	if err != nil {
		return err
	}
	if !e.Reachable() {
		return models.ErrHookNowhere
	}
	return unhold(ctx, tx, s.target(st))
}

func (s *Service) resend(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, guid string, what map[string]any) error {
	if err := s.record(ctx, tx, actor, "hook.redeliver", st, nil, what); err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.DeliverHook{GUID: guid})
}

// Range says which events are sent again: those that happened from one time until
// another, and of these all, or those that were never taken.
type Range struct {
	From, Until time.Time // Until isn't part of it
	All         bool
}

func (r Range) check() error {
	if r.From.IsZero() || !r.Until.After(r.From) {
		return models.Problems{models.ErrHookRange}
	}
	return nil
}

// inRange are the events of a Range that aren't on their way.
func inRange(t models.HookTarget) string {
	return ` WHERE ` + column(t) + ` = $1 AND created_at >= $2 AND created_at < $3 AND event <> 'ping'
	AND (state IN ('failed', 'nowhere') OR $4 AND state = 'delivered')`
}

// CountRange is how many events a Range has: at most models.MaxRedeliver of them are
// sent at once.
func (s *Service) CountRange(ctx context.Context, actor models.Actor, slug string, r Range) (st *apps.Standing, e *Endpoint, n int, err error) {
	if st, e, err = s.Endpoint(ctx, actor, slug); err != nil {
		return nil, nil, 0, err
	}
	if err := r.check(); err != nil {
		return st, e, 0, err
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM hook_events`+inRange(s.target(st)), s.target(st).ID, r.From, r.Until, r.All).Scan(&n)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("hooks: range: %w", err)
	}
	return st, e, n, nil
}

// RedeliverRange sends the events of a Range again, the oldest first, and returns how
// many there are. It returns Problems for a Range that is none, and ErrHookNowhere.
func (s *Service) RedeliverRange(ctx context.Context, actor models.Actor, slug string, r Range) (n int, err error) {
	err = s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := r.check(); err != nil {
			return err
		}
		if err := s.reachable(ctx, tx, st); err != nil {
			return err
		}
		rows, err := tx.Pgx.Query(ctx, again+` WHERE id IN (SELECT id FROM hook_events`+inRange(s.target(st))+` ORDER BY id LIMIT $5) RETURNING guid::text`,
			s.target(st).ID, r.From, r.Until, r.All, models.MaxRedeliver)
		if err != nil {
			return fmt.Errorf("hooks: range: %w", err)
		}
		guids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("hooks: range: %w", err)
		}
		if n = len(guids); n == 0 {
			return nil
		}
		return s.resend(ctx, tx, actor, st, guids[0], map[string]any{"from": r.From, "until": r.Until, "events": n})
	})
	return n, err
}
