package oversight

import (
	"context"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/db"
)

// Finishing is what finishing a review will do.
type Finishing struct {
	Ending // of what is to be revoked and still there
	Review
	Undecided int // that are still there and not decided for good
}

// Finishing is what finishing a review of an account would do.
func (s *Service) Finishing(ctx context.Context, actor models.Actor, login string, id int64) (*Finishing, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	return s.finishing(ctx, a, id)
}

func (s *Service) finishing(ctx context.Context, a *Account, id int64) (*Finishing, error) {
	var f Finishing
	if err := s.db.Pool().QueryRow(ctx, reviewSQL+`WHERE r.id = $1 AND r.account_id = $2`, id, a.ID).Scan(f.Review.into()...); err != nil {
		return nil, missing(err)
	}
	list, err := items(ctx, s.db.Pool(), `WHERE i.review_id = $1 AND i.decision <> 'keep' ORDER BY i.id`, id)
	if err != nil {
		return nil, err
	}
	all, err := a.all(ctx, s.db.Pool())
	if err != nil {
		return nil, err
	}
	var end []models.Integration
	for i := range list {
		at := slices.IndexFunc(all, func(n models.Integration) bool { return n.Key() == list[i].Key() })
		switch {
		case at < 0: // it has ended by itself
		case list[i].Decision == models.ReviewRevoke:
			end = append(end, all[at])
		default:
			f.Undecided++
		}
	}
	e, err := s.ending(ctx, a, (&models.IntegrationFilter{}).Choose(end, s.now()))
	if err != nil {
		return nil, err
	}
	f.Ending = *e
	return &f, nil
}

// Finish ends what a review decided to end, and closes it. Keys are those of the
// integrations that the page showed: it returns ErrReviewChanged where somebody has
// decided otherwise since, ErrReviewUndecided while something is left to decide, and
// ErrReviewFinished. Where something can't be ended, or more is to be ended than goes
// at once, the review stays open.
func (s *Service) Finish(ctx context.Context, actor models.Actor, login string, id int64, keys []string) (*Revoked, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	if err := actor.MayReviewIntegrations(a.ID, a.Suspended); err != nil {
		return nil, err
	}
	f, err := s.finishing(ctx, a, id)
	if err != nil {
		return nil, err
	}
	switch {
	case f.FinishedAt != nil:
		return nil, models.ErrReviewFinished
	case f.Undecided > 0:
		return nil, models.ErrReviewUndecided
	case !f.shows(keys):
		return nil, models.ErrReviewChanged
	}
	var r Revoked
	for i := range f.Ending.Items {
		n := &f.Ending.Items[i].Integration
		if err := r.note(n, s.end(ctx, actor, a, n)); err != nil {
			return &r, err
		}
	}
	if len(r.Failed) > 0 || f.More > 0 {
		return &r, nil
	}
	if err := s.close(ctx, actor, a, id); err != nil {
		return &r, err
	}
	r.Closed = true
	return &r, nil
}

// shows reports whether keys are those of what is to be ended.
func (f *Finishing) shows(keys []string) bool {
	if len(keys) != len(f.Ending.Items) {
		return false
	}
	for i := range f.Ending.Items {
		if !slices.Contains(keys, f.Ending.Items[i].Key()) {
			return false
		}
	}
	return true
}

// close finishes a review whose decisions are carried out. A year later one is
// reminded of it, and of none before it.
func (s *Service) close(ctx context.Context, actor models.Actor, a *Account, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := open(ctx, tx, a, id); err != nil {
			return err
		}
		var r Review
		if err := tx.Pgx.QueryRow(ctx, reviewSQL+`WHERE r.id = $1`, id).Scan(r.into()...); err != nil {
			return missing(err)
		}
		for _, sql := range []string{
			`UPDATE integration_review_items SET ended_at = $2 WHERE review_id = $1 AND decision = 'revoke' AND ended_at IS NULL`,
			`UPDATE integration_reviews SET reminded_at = $2 WHERE account_id = (SELECT account_id FROM integration_reviews WHERE id = $1)
				AND finished_at IS NOT NULL AND reminded_at IS NULL`,
		} {
			if _, err := tx.Pgx.Exec(ctx, sql, id, s.now()); err != nil {
				return fmt.Errorf("oversight: finish: %w", err)
			}
		}
		_, err := tx.Pgx.Exec(ctx, `UPDATE integration_reviews SET finished_at = $2, finisher_id = $3 WHERE id = $1`, id, s.now(), nobodyIs(actor.UserID))
		if err != nil {
			return fmt.Errorf("oversight: finish: %w", err)
		}
		return s.record(ctx, tx, actor, "integration_review.finish", a, id, map[string]any{"kept": r.Kept, "revoked": r.Revoked})
	})
}
