package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"souk/models"
	"souk/models/apps"
	"souk/models/catalog"
	"souk/models/db"
)

// Decision is what a reviewer decides on a submission.
type Decision struct {
	Act     models.ListingAct // approve, request_changes, reject; roll_back for a small edit
	Reasons []string          // codes of the taxonomy; none when approving
	Words   string            // to the integrator
}

// decisions are the acts that end a submission.
var decisions = []models.ListingAct{models.ActApprove, models.ActRequestChanges, models.ActReject, models.ActRollBack}

// check says what is to be mended in a decision. What is live already is kept or
// rolled back, and nothing else is.
func (d *Decision) check(afterwards bool) error {
	d.Words = strings.TrimSpace(d.Words)
	if !slices.Contains(decisions, d.Act) || d.Act != models.ActApprove && (d.Act == models.ActRollBack) != afterwards {
		return models.ErrReviewDecision
	}
	if d.Act == models.ActApprove {
		d.Reasons = nil
		return models.CheckReviewWords(d.Words, false)
	}
	var problems models.Problems
	_ = problems.Add("reasons", models.CheckReviewReasons(d.Reasons))
	_ = problems.Add("words", models.CheckReviewWords(d.Words, true))
	return problems.Err()
}

// Decide decides on a submission, and publishes what is approved: exactly the
// content that was handed in. A submission that nobody has claimed is claimed by
// it. Deciding the same twice is deciding once; of two reviewers the first one
// wins, and the other gets ErrSubmissionDecided or ErrSubmissionClaimed.
//
// It returns ErrReviewDecision for another act, Problems for missing reasons and
// words, and ErrAccessChanged where the
// app meanwhile asks for something else than was handed in.
func (s *Service) Decide(ctx context.Context, actor models.Actor, id int64, d Decision) error {
	if err := actor.MayReview(); err != nil {
		return err
	}
	return s.open(ctx, actor, id, func(tx *db.Tx, st *apps.Standing, b *submission) error {
		if err := actor.MayDecide(st.Rights(), s.now()); err != nil {
			return err
		}
		if err := d.check(b.Afterwards); err != nil {
			return err
		}
		if s.decided(actor, b, d) {
			return nil
		}
		if err := s.claim(ctx, tx, actor, st, b); err != nil {
			return err
		}
		return s.decide(ctx, tx, actor, st, b, d)
	})
}

// decided reports whether the actor has decided just this before.
func (s *Service) decided(actor models.Actor, b *submission, d Decision) bool {
	to, err := d.Act.On(models.SubmissionInReview)
	return err == nil && b.State == to && b.DeciderID != nil && *b.DeciderID == actor.UserID
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, b *submission, d Decision) error {
	// What the app asks for goes by whether it was live before.
	live := st.Live()
	done := step{act: d.Act, submission: &b.ID, reasons: d.Reasons, words: d.Words, at: s.now()}
	if err := settle(ctx, tx, b, d.Act); err != nil {
		return err
	}
	if err := take(ctx, tx, actor, st, done); err != nil {
		return err
	}
	revision := b.Revision
	switch {
	case d.Act == models.ActRollBack:
		if err := s.rollBack(ctx, tx, st, b); err != nil {
			return err
		}
	case d.Act == models.ActApprove && !b.Afterwards:
		number, err := s.publish(ctx, tx, st, b, live)
		if err != nil {
			return err
		}
		revision = &number
	}
	if d.Reasons == nil {
		d.Reasons = []string{}
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET decider_id = nullif($2, 0), decided_at = $3, reasons = $4, words = $5, revision = $6
		WHERE id = $1`, b.ID, actor.UserID, s.now(), d.Reasons, d.Words, revision)
	if err != nil {
		return fmt.Errorf("review: decide: %w", err)
	}
	return s.tell(ctx, tx, actor, st, done, b.SubmitterID)
}

// publish makes a submission what visitors see, and its permissions those of the
// app.
func (s *Service) publish(ctx context.Context, tx *db.Tx, st *apps.Standing, b *submission, live bool) (revision int, err error) {
	if err := s.grant(ctx, tx, st, b, live); err != nil {
		return 0, err
	}
	return s.store(ctx, tx, st, b.Content)
}

// grant makes what a submission asks for what the app asks for. Nobody approves
// what they haven't seen: an app whose first revision it is changes at once, and
// must still ask for the same. What is proposed since for one that is live waits
// for the next revision.
func (s *Service) grant(ctx context.Context, tx *db.Tx, st *apps.Standing, b *submission, live bool) error {
	want, proposed, err := apps.Wanted(ctx, tx.Pgx, st.ID)
	if err != nil {
		return err
	}
	approved := accessOf(&b.Content)
	if want.Same(approved) {
		return apps.ApplyProposal(ctx, tx, st.ID, s.now())
	}
	if !live || !proposed {
		return models.ErrAccessChanged
	}
	if approved.Same(asked(st)) {
		return nil
	}
	return s.grantOlder(ctx, tx, st.ID, approved)
}

// grantOlder applies what was proposed when a submission was handed in, and lets
// what is proposed since wait on.
func (s *Service) grantOlder(ctx context.Context, tx *db.Tx, app int64, approved apps.Access) error {
	var newer []byte
	err := tx.Pgx.QueryRow(ctx, `SELECT to_jsonb(p) FROM app_proposals p WHERE app_id = $1`, app).Scan(&newer)
	if err != nil {
		return fmt.Errorf("review: grant: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE app_proposals SET permissions = $2, events = $3, scopes = $4, single_file_paths = $5 WHERE app_id = $1`,
		app, approved.Permissions, approved.Events, approved.Scopes, notNil(approved.SingleFilePaths))
	if err != nil {
		return fmt.Errorf("review: grant: %w", err)
	}
	if err := apps.ApplyProposal(ctx, tx, app, s.now()); err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `INSERT INTO app_proposals SELECT * FROM jsonb_populate_record(NULL::app_proposals, $1::jsonb)`, string(newer)); err != nil {
		return fmt.Errorf("review: grant: %w", err)
	}
	return nil
}

// store writes a content to where visitors see it.
func (s *Service) store(ctx context.Context, tx *db.Tx, st *apps.Standing, c models.ListingContent) (revision int, err error) {
	if err := s.catalog.Store(ctx, tx, catalog.ListingEntry{ListingContent: c}); err != nil {
		return 0, err
	}
	err = tx.Pgx.QueryRow(ctx, `UPDATE listings SET published_at = coalesce(published_at, $2), claimed_at = coalesce(claimed_at, $2)
		WHERE id = $1 RETURNING revision`, st.ListingID, s.now()).Scan(&revision)
	if err != nil {
		return 0, fmt.Errorf("review: publish: %w", err)
	}
	return revision, nil
}

// rollBack undoes a small edit, but for what was changed again since.
func (s *Service) rollBack(ctx context.Context, tx *db.Tx, st *apps.Standing, b *submission) error {
	now, err := live(ctx, tx.Pgx, st)
	if err != nil {
		return err
	}
	if now == nil || b.Live == nil {
		return models.ErrListingState
	}
	for _, part := range models.ChangedParts(b.Live, &b.Content) {
		if models.SamePart(part, now, &b.Content) {
			now.TakePart(part, b.Live)
		}
	}
	_, err = s.store(ctx, tx, st, *now)
	return err
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
