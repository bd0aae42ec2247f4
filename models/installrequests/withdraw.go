package installrequests

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/db"
)

// Withdraw takes back what the actor asked for. Where others ask for the same, the
// request stays theirs. It returns ErrRequestClosed for one that isn't open, and
// ErrRequestBusy while its plan is being ordered.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := one(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		others, err := r.voters(ctx, tx.Pgx, actor.UserID)
		if err != nil {
			return err
		}
		if len(others) == r.Others+1 {
			return models.ErrNotFound // the actor isn't among those who ask
		}
		if err := s.unplaced(ctx, tx, r); err != nil {
			return err
		}
		if len(others) == 0 {
			return s.end(ctx, tx, actor, r, models.RequestWithdrawn, "install_request.withdraw", "")
		}
		return s.leave(ctx, tx, actor, r)
	})
}

// leave takes the actor's vote away from a request of several, which passes to whoever
// asked next.
func (s *Service) leave(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request) error {
	if err := s.record(ctx, tx, actor, "install_request.leave", r, ""); err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM installation_request_votes WHERE request_id = $1 AND account_id = $2`, r.ID, actor.UserID); err != nil {
		return fmt.Errorf("installrequests: leave: %w", err)
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET requester_id = (SELECT account_id FROM installation_request_votes WHERE request_id = $1
		ORDER BY created_at, account_id LIMIT 1) WHERE id = $1 AND requester_id = $2`, r.ID, actor.UserID)
	if err != nil {
		return fmt.Errorf("installrequests: leave: %w", err)
	}
	return nil
}
