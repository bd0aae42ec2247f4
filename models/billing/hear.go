package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/jobs"
)

// Hear keeps what a gateway told, once, and has it worked on.
func (s *Service) Hear(ctx context.Context, from models.GatewayName, e gateway.Event) error {
	defer s.reached("heard")
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		tag, err := tx.Pgx.Exec(ctx, `INSERT INTO gateway_events (gateway, id, kind, body, received_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT ON CONSTRAINT gateway_events_pkey DO NOTHING`, from, e.ID, e.Kind, e, s.now())
		if err != nil {
			return fmt.Errorf("billing: hear: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return nil // it was told before
		}
		return s.queue.Enqueue(ctx, tx, jobs.HearGateway{Gateway: string(from), Event: e.ID})
	})
}

// patience is how long what is told of an unknown charge may be about one whose
// answer is still on its way.
const patience = 10 * time.Minute

// heed works on what a gateway told. Whatever it says of a charge is read from the
// gateway again, so that the order of events doesn't matter.
func (s *Service) heed(ctx context.Context, from models.GatewayName, id string) error {
	var e gateway.Event
	var received time.Time
	var done bool
	err := scan(s.db.Pool().QueryRow(ctx, `SELECT body, received_at, processed_at IS NOT NULL FROM gateway_events WHERE gateway = $1 AND id = $2`, from, id),
		asJSON{&e}, &received, &done)
	if err != nil || done {
		return gone(err)
	}
	problem := ""
	err = s.work(ctx, from, e)
	s.reached("worked")
	switch {
	case errors.Is(err, models.ErrNotFound) && s.now().Sub(received) < patience:
		return river.JobSnooze(10 * time.Second)
	case errors.Is(err, models.ErrNotFound):
		problem = "unknown"
	case err != nil:
		return err
	}
	if _, err := s.db.Pool().Exec(ctx, `UPDATE gateway_events SET processed_at = $3, problem = $4 WHERE gateway = $1 AND id = $2`, from, id, s.now(), problem); err != nil {
		return fmt.Errorf("billing: heed: %w", err)
	}
	return nil
}

func (s *Service) work(ctx context.Context, from models.GatewayName, e gateway.Event) error {
	if e.Kind == gateway.EventCharge {
		var id int64
		if err := scan(s.db.Pool().QueryRow(ctx, `SELECT id FROM charges WHERE gateway = $1 AND reference = $2 AND reference <> ''`, from, e.Reference), &id); err != nil {
			return err
		}
		return s.Settle(ctx, id)
	}
	if l := s.listeners[e.Kind]; l != nil {
		return l(ctx, from, e)
	}
	return nil
}
