package moderation

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
	"souk/models/review"
)

func collect(rows pgx.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, fmt.Errorf("moderation: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("moderation: %w", err)
	}
	return ids, nil
}

// TakeDown takes the listing at slug from the marketplace at once. Visitors read
// the reason and the note; so do the integrator, who may appeal, and everyone
// whose report waits. It returns Problems, and ErrListingState for what isn't
// there to be taken down.
func (s *Service) TakeDown(ctx context.Context, actor models.Actor, slug string, reason models.ModerationReason, note string) error {
	if err := actor.MayStaffNow(models.StaffReviewer, s.now()); err != nil {
		return err
	}
	note, err := models.CheckTakedown(reason, note)
	if err != nil {
		return err
	}
	return s.locked(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := review.Transition(ctx, tx, actor, st, models.ActTakeDown, []string{string(reason)}, note, s.now()); err != nil {
			return err
		}
		_, err := tx.Pgx.Exec(ctx, `UPDATE listings SET taken_down_at = $2, taken_down_reason = $3, taken_down_note = $4 WHERE id = $1`,
			st.ListingID, s.now(), reason, note)
		if err != nil {
			return fmt.Errorf("moderation: take down: %w", err)
		}
		if err := s.index(ctx, tx, st); err != nil {
			return err
		}
		if _, err := s.handle(ctx, tx, actor, st, nil, models.ReportActed, note); err != nil {
			return err
		}
		return s.tellIntegrator(ctx, tx, st, notices.Notice{Kind: models.NoticeTakenDown, Link: manage(st, "/appeal"),
			Params: map[string]string{"listing": st.ListingName, "matter": string(reason), "words": note}})
	})
}

// Restore brings the listing at slug back to where it was before it was taken
// down, and grants an appeal that waits. The integrator reads the words. It
// returns ErrAnswerNeeded, and ErrListingState for what isn't taken down.
func (s *Service) Restore(ctx context.Context, actor models.Actor, slug, words string) error {
	if err := actor.MayStaffNow(models.StaffReviewer, s.now()); err != nil {
		return err
	}
	words, err := models.Answer(words, models.MaxAnswer, models.ErrAnswerNeeded)
	if err != nil {
		return err
	}
	return s.locked(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := s.restore(ctx, tx, actor, st, words); err != nil {
			return err
		}
		_, err := s.decideAppeals(ctx, tx, actor, st, models.AppealGranted, words)
		return err
	})
}

func (s *Service) restore(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, words string) error {
	if err := review.Transition(ctx, tx, actor, st, models.ActRestore, nil, words, s.now()); err != nil {
		return err
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE listings SET taken_down_at = NULL, taken_down_reason = '', taken_down_note = '' WHERE id = $1`, st.ListingID)
	if err != nil {
		return fmt.Errorf("moderation: restore: %w", err)
	}
	if err := s.index(ctx, tx, st); err != nil {
		return err
	}
	return s.tellIntegrator(ctx, tx, st, notices.Notice{Kind: models.NoticeRestored, Link: manage(st, ""),
		Params: map[string]string{"listing": st.ListingName, "words": words}})
}

// Note keeps what staff writes to itself about the listing at slug.
func (s *Service) Note(ctx context.Context, actor models.Actor, slug, body string) error {
	if err := actor.MayReview(); err != nil {
		return err
	}
	body, err := models.Answer(body, models.MaxListingNote, models.ErrNoteNeeded)
	if err != nil {
		return err
	}
	return s.locked(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		_, err := tx.Pgx.Exec(ctx, `INSERT INTO listing_notes (listing_id, author_id, body, created_at) VALUES ($1, $2, $3, $4)`,
			st.ListingID, who(actor), body, s.now())
		if err != nil {
			return fmt.Errorf("moderation: note: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "listing.annotate", TargetKind: "listing",
			TargetID: &st.ListingID, TargetName: st.ListingSlug})
	})
}
