package review

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Claim takes a submission on for the actor. One's own claim is renewed by it. It
// returns ErrSubmissionClaimed while another reviewer's claim lasts, and
// ErrSubmissionDecided where there is nothing to decide any more.
func (s *Service) Claim(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayReview(); err != nil {
		return err
	}
	return s.open(ctx, actor, id, func(tx *db.Tx, st *apps.Standing, b *submission) error {
		if err := actor.MayTakeUp(st.Rights()); err != nil {
			return err
		}
		return s.claim(ctx, tx, actor, st, b)
	})
}

// open runs do on a submission that is locked with its app.
func (s *Service) open(ctx context.Context, actor models.Actor, id int64, do func(*db.Tx, *apps.Standing, *submission) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, b, err := locked(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		return do(tx, st, b)
	})
}

// locked locks an app, and then its submission: always in this order.
func locked(ctx context.Context, tx *db.Tx, actor models.Actor, id int64) (*apps.Standing, *submission, error) {
	var listing int64
	found, err := db.Found(tx.Pgx.QueryRow(ctx, `SELECT listing_id FROM listing_submissions WHERE id = $1`, id).Scan(&listing))
	if err != nil {
		return nil, nil, fmt.Errorf("review: %w", err)
	}
	if !found {
		return nil, nil, models.ErrNotFound
	}
	st, err := apps.OfListingID(ctx, tx.Pgx, actor, listing, true)
	if err != nil {
		return nil, nil, err
	}
	b, err := one(ctx, tx.Pgx, `b.id = $1 FOR UPDATE`, id)
	if found, err := db.Found(err); err != nil {
		return nil, nil, err
	} else if !found {
		return nil, nil, models.ErrNotFound
	}
	return st, b, nil
}

// claim gives a submission to the actor, unless another reviewer has it.
func (s *Service) claim(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, b *submission) error {
	if !b.State.Open() {
		return models.ErrSubmissionDecided
	}
	mine := b.ReviewerID != nil && *b.ReviewerID == actor.UserID
	if b.State == models.SubmissionInReview && !mine {
		if !s.lapsed(b) {
			return models.ErrSubmissionClaimed
		}
		if err := s.release(ctx, tx, models.Actor{}, st, b, true); err != nil {
			return err
		}
	}
	if b.State == models.SubmissionSubmitted {
		if err := settle(ctx, tx, b, models.ActClaim); err != nil {
			return err
		}
		done := step{act: models.ActClaim, submission: &b.ID, at: s.now()}
		if err := take(ctx, tx, actor, st, done); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, actor, st, done, b.SubmitterID); err != nil {
			return err
		}
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET reviewer_id = nullif($2, 0), claimed_at = $3 WHERE id = $1`, b.ID, actor.UserID, s.now())
	if err != nil {
		return fmt.Errorf("review: claim: %w", err)
	}
	b.ReviewerID, b.ClaimedAt = &actor.UserID, new(s.now())
	return nil
}

// lapsed reports whether a claim has run out.
func (s *Service) lapsed(b *submission) bool {
	return b.ClaimedAt == nil || !s.now().Before(b.ClaimedAt.Add(models.ClaimLifetime))
}

// Release gives a submission back to the queue. It returns ErrSubmissionClaimed
// where another reviewer has it, and changes nothing where nobody does.
func (s *Service) Release(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayReview(); err != nil {
		return err
	}
	return s.open(ctx, actor, id, func(tx *db.Tx, st *apps.Standing, b *submission) error {
		switch {
		case actor.MayTakeUp(st.Rights()) != nil:
			return actor.MayTakeUp(st.Rights())
		case b.State == models.SubmissionSubmitted:
			return nil
		case b.State == models.SubmissionInReview && (b.ReviewerID == nil || *b.ReviewerID != actor.UserID) && !s.lapsed(b):
			return models.ErrSubmissionClaimed
		}
		return s.release(ctx, tx, actor, st, b, false)
	})
}

func (s *Service) release(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, b *submission, lapsed bool) error {
	if err := settle(ctx, tx, b, models.ActRelease); err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET reviewer_id = NULL, claimed_at = NULL WHERE id = $1`, b.ID); err != nil {
		return fmt.Errorf("review: release: %w", err)
	}
	b.ReviewerID, b.ClaimedAt = nil, nil
	done := step{act: models.ActRelease, submission: &b.ID, at: s.now(), lapsed: lapsed}
	if err := take(ctx, tx, actor, st, done); err != nil {
		return err
	}
	return s.tell(ctx, tx, actor, st, done, b.SubmitterID)
}

// releasing is how many lapsed claims one run gives back.
const releasing = 100

// ReleaseLapsed gives back what reviewers have claimed and then left alone, and
// says how much that was.
func (s *Service) ReleaseLapsed(ctx context.Context) (released int, err error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT id FROM listing_submissions WHERE state = 'in_review' AND claimed_at <= $1 ORDER BY claimed_at LIMIT $2`,
		s.now().Add(-models.ClaimLifetime), releasing)
	if err != nil {
		return 0, fmt.Errorf("review: release: %w", err)
	}
	ids, err := collect(rows)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		err := s.open(ctx, models.Actor{}, id, func(tx *db.Tx, st *apps.Standing, b *submission) error {
			if b.State != models.SubmissionInReview || !s.lapsed(b) {
				return nil
			}
			released++
			return s.release(ctx, tx, models.Actor{}, st, b, true)
		})
		if err != nil {
			return released, err
		}
	}
	return released, nil
}
