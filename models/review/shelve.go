package review

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
)

// Withdraw takes back what was handed in and not yet decided on. What is live
// already can't be. It returns ErrSubmissionDecided where nothing waits.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, slug string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.OfListing(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayEditListing(st.Rights()); err != nil {
			return err
		}
		b, err := one(ctx, tx.Pgx, `b.listing_id = $1 AND NOT b.afterwards AND b.state IN ('submitted', 'in_review') FOR UPDATE`, st.ListingID)
		if found, err := db.Found(err); err != nil {
			return err
		} else if !found {
			return models.ErrSubmissionDecided
		}
		if err := settle(ctx, tx, b, models.ActWithdraw); err != nil {
			return err
		}
		done := step{act: models.ActWithdraw, submission: &b.ID, at: s.now()}
		if err := take(ctx, tx, actor, st, done); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, st, done, b.SubmitterID)
	})
}

// settle moves a submission to where an act leads it.
func settle(ctx context.Context, tx *db.Tx, b *submission, act models.ListingAct) error {
	to, err := act.On(b.State)
	if err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET state = $2 WHERE id = $1`, b.ID, to); err != nil {
		return fmt.Errorf("review: %s: %w", act, err)
	}
	b.State = to
	return nil
}

// Move takes a step with a listing that needs no review: unlist, relist, archive
// or redraft. Doing it twice is doing it once. It returns ErrListingState for a
// step that the machine doesn't have.
func (s *Service) Move(ctx context.Context, actor models.Actor, slug string, act models.ListingAct) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.OfListing(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayEditListing(st.Rights()); err != nil {
			return err
		}
		to, ok := moves[act]
		switch {
		case !ok:
			return models.ErrListingState
		case st.ListingState == to:
			return nil
		}
		was := st.ListingState
		done := step{act: act, at: s.now()}
		if err := take(ctx, tx, actor, st, done); err != nil {
			return err
		}
		if act == models.ActArchive {
			// What waits for a decision waits no more.
			_, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET state = 'withdrawn' WHERE listing_id = $1 AND state IN ('submitted', 'in_review')`, st.ListingID)
			if err != nil {
				return fmt.Errorf("review: archive: %w", err)
			}
		}
		if was == models.ListingPublished || to == models.ListingPublished {
			if err := s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: []int64{st.ListingID}}); err != nil {
				return err
			}
		}
		return s.tell(ctx, tx, actor, st, done, nil)
	})
}

// moves are the acts that need no review, and where they lead.
var moves = map[models.ListingAct]models.ListingState{
	models.ActUnlist:  models.ListingUnlisted,
	models.ActRelist:  models.ListingPublished,
	models.ActArchive: models.ListingArchived,
	models.ActRedraft: models.ListingDraft,
}

// Moves reports whether an act needs no review.
func Moves(act models.ListingAct) bool {
	_, ok := moves[act]
	return ok
}
