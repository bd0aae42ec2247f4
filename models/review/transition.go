package review

import (
	"context"
	"fmt"
	"strings"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// Transition takes a step with a listing, which st has locked: it asks the state
// machine where the act leads and whether actor may take it, changes the state,
// and writes the listing's history and the audit log. Staff's words are to the
// integrator. Who is told, and that the search index follows, is the caller's part.
//
// It returns ErrListingState for a step that the machine doesn't have.
func Transition(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, act models.ListingAct, reasons []string, words string, at time.Time) error {
	return take(ctx, tx, actor, st, step{act: act, reasons: reasons, words: words, at: at})
}

// step is what is written of a step.
type step struct {
	act        models.ListingAct
	submission *int64
	reasons    []string
	words      string
	at         time.Time
	lapsed     bool // nobody took it: a claim has run out
}

func take(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, s step) error {
	before, err := wasBefore(ctx, tx, st, s.act)
	if err != nil {
		return err
	}
	to, who, err := s.act.Step(st.ListingState, before)
	if err != nil {
		return err
	}
	if err := may(actor, st, who, s); err != nil {
		return err
	}
	if to != st.ListingState {
		if _, err := tx.Pgx.Exec(ctx, `UPDATE listings SET state = $2, updated_at = $3 WHERE id = $1`, st.ListingID, to, s.at); err != nil {
			return fmt.Errorf("review: %s: %w", s.act, err)
		}
	}
	if err := remember(ctx, tx, actor, st, s, to, who); err != nil {
		return err
	}
	st.ListingState = to
	return nil
}

// wasBefore is where a listing was before it was taken down, for who restores it.
func wasBefore(ctx context.Context, tx *db.Tx, st *apps.Standing, act models.ListingAct) (before models.ListingState, err error) {
	if act != models.ActRestore {
		return "", nil
	}
	err = tx.Pgx.QueryRow(ctx, `SELECT coalesce((SELECT from_state FROM listing_events WHERE listing_id = $1 AND act = 'take_down'
		ORDER BY id DESC LIMIT 1), 'published')`, st.ListingID).Scan(&before)
	if err != nil {
		return "", fmt.Errorf("review: %s: %w", act, err)
	}
	return before, nil
}

func may(actor models.Actor, st *apps.Standing, who models.ListingWho, s step) error {
	switch {
	case s.lapsed:
		return nil
	case who == models.ByIntegrator:
		return actor.MayEditListing(st.Rights())
	case who == models.ByReviewer:
		return actor.MayTakeUp(st.Rights())
	}
	return actor.MayDecide(st.Rights(), s.at)
}

// remember writes a step into the listing's history and the audit log.
func remember(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, s step, to models.ListingState, who models.ListingWho) error {
	var by *int64
	if actor.UserID != 0 {
		by = &actor.UserID
	}
	if s.reasons == nil {
		s.reasons = []string{}
	}
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO listing_events (listing_id, submission_id, at, act, from_state, to_state, actor_id, by_staff, reasons, words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		st.ListingID, s.submission, s.at, s.act, st.ListingState, to, by, who != models.ByIntegrator, s.reasons, s.words)
	if err != nil {
		return fmt.Errorf("review: %s: %w", s.act, err)
	}
	after := map[string]any{"state": to}
	if len(s.reasons) > 0 {
		after["reasons"] = strings.Join(s.reasons, ", ")
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.at, Action: actions[s.act], AccountID: st.AccountID,
		TargetKind: "listing", TargetID: &st.ListingID, TargetName: st.ListingSlug, Description: s.words,
		Before: map[string]any{"state": st.ListingState}, After: after})
}

// actions are the steps as the audit log names them.
var actions = map[models.ListingAct]models.AuditAction{
	models.ActSubmit:         "listing.submit",
	models.ActWithdraw:       "listing.withdraw",
	models.ActEdit:           "listing.edit",
	models.ActUnlist:         "listing.unlist",
	models.ActRelist:         "listing.relist",
	models.ActArchive:        "listing.archive",
	models.ActRedraft:        "listing.redraft",
	models.ActClaim:          "listing.claim",
	models.ActRelease:        "listing.release",
	models.ActRequestChanges: "listing.request_changes",
	models.ActApprove:        "listing.approve",
	models.ActReject:         "listing.reject",
	models.ActRollBack:       "listing.roll_back",
	models.ActTakeDown:       "listing.take_down",
	models.ActRestore:        "listing.restore",
	models.ActReopen:         "listing.reopen",
}
