package review

import (
	"context"
	"fmt"
	"strings"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
)

// Handing is what an integrator says when handing a listing in.
type Handing struct {
	Note    string // to the reviewer
	Agreed  bool   // to the rules of the marketplace
	Version int    // of the draft that they looked at; 0: whichever it is
}

// Submit hands in the draft of the listing at slug. Where it changes nothing but
// what staff lets go live at once, it does, and is reviewed afterwards. Doing it
// twice is doing it once.
//
// It returns ErrSubmissionOpen while another revision waits, ErrNothingToSubmit
// where the draft is what is live, ErrSubmissionStale where the draft has changed
// since, and Problems for what is to be mended first.
func (s *Service) Submit(ctx context.Context, actor models.Actor, slug string, in Handing) (afterwards bool, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.OfListing(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayEditListing(st.Rights()); err != nil {
			return err
		}
		h := &handing{s: s, tx: tx, actor: actor, st: st, in: in}
		if done, err := h.look(ctx); err != nil || done {
			afterwards = h.afterwards
			return err
		}
		if err := h.check(); err != nil {
			return err
		}
		afterwards = h.afterwards
		return h.hand(ctx)
	})
	return afterwards, err
}

// handing is one handing in, within its transaction.
type handing struct {
	s     *Service
	tx    *db.Tx
	actor models.Actor
	st    *apps.Standing
	in    Handing

	content    models.ListingContent
	live       *models.ListingContent
	version    int
	changed    []models.ListingPart
	afterwards bool
	earlier    *submission // a small edit that still waits
}

// look reads what there is, and says whether the same was handed in already.
func (h *handing) look(ctx context.Context) (done bool, err error) {
	if h.content, h.version, err = written(ctx, h.tx.Pgx, h.st); err != nil {
		return false, err
	}
	if h.live, err = live(ctx, h.tx.Pgx, h.st); err != nil {
		return false, err
	}
	waiting, err := h.open(ctx, false)
	if err != nil {
		return false, err
	}
	if h.earlier, err = h.open(ctx, true); err != nil {
		return false, err
	}
	same := func(b *submission) bool {
		return b != nil && len(models.ChangedParts(&b.Content, &h.content)) == 0
	}
	switch {
	case waiting != nil && same(waiting):
		return true, nil
	case waiting != nil:
		return false, models.ErrSubmissionOpen
	}
	if h.live == nil {
		return false, nil
	}
	h.changed = models.ChangedParts(h.live, &h.content)
	if len(h.changed) == 0 {
		if h.afterwards = same(h.earlier); h.afterwards {
			return true, nil
		}
		return false, models.ErrNothingToSubmit
	}
	small, err := smallParts(ctx, h.tx.Pgx)
	h.afterwards = models.Small(h.changed, small) && h.st.ListingState != models.ListingTakenDown
	return false, err
}

// open is the submission of this kind that waits for staff, nil for none.
func (h *handing) open(ctx context.Context, afterwards bool) (*submission, error) {
	b, err := one(ctx, h.tx.Pgx, `b.listing_id = $1 AND b.afterwards = $2 AND b.state IN ('submitted', 'in_review')`, h.st.ListingID, afterwards)
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	return b, nil
}

// check says what is to be mended first.
func (h *handing) check() error {
	if h.in.Version != 0 && h.in.Version != h.version {
		return models.ErrSubmissionStale
	}
	var problems models.Problems
	_ = problems.Add("note", models.CheckReviewNote(h.in.Note, false))
	if !h.in.Agreed {
		problems = append(problems, models.ErrAgreementNeeded)
	}
	if !ready(h.st, &h.content) {
		problems = append(problems, models.ErrNotReady)
	}
	return problems.Err()
}

// ready reports whether nothing keeps a content from being handed in.
func ready(st *apps.Standing, c *models.ListingContent) bool {
	return st.Public && !models.Blocking(models.LintListing(c))
}

func (h *handing) hand(ctx context.Context) error {
	act, baseline := models.ActSubmit, h.live
	if h.afterwards {
		act = models.ActEdit
		if h.earlier != nil { // one review for both
			baseline = h.earlier.Live
			if err := supersede(ctx, h.tx, h.earlier.ID); err != nil {
				return err
			}
		}
	}
	var id int64
	err := h.tx.Pgx.QueryRow(ctx, `INSERT INTO listing_submissions (listing_id, state, afterwards, content, live, note, submitter_id, submitted_at)
		VALUES ($1, 'submitted', $2, $3, $4, $5, nullif($6, 0), $7) RETURNING id`,
		h.st.ListingID, h.afterwards, h.content, baseline, strings.TrimSpace(h.in.Note), h.actor.UserID, h.s.now()).Scan(&id)
	if db.Violates(err, "listing_submissions_open") {
		return models.ErrSubmissionOpen
	}
	if err != nil {
		return fmt.Errorf("review: submit: %w", err)
	}
	done := step{act: act, submission: &id, at: h.s.now()}
	if err := take(ctx, h.tx, h.actor, h.st, done); err != nil {
		return err
	}
	if h.afterwards {
		revision, err := h.s.store(ctx, h.tx, h.st, h.content)
		if err != nil {
			return err
		}
		if _, err := h.tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET revision = $2 WHERE id = $1`, id, revision); err != nil {
			return fmt.Errorf("review: submit: %w", err)
		}
	}
	if err := h.s.queue.Enqueue(ctx, h.tx, jobs.CheckSubmission{ID: id}); err != nil {
		return err
	}
	return h.s.tell(ctx, h.tx, h.actor, h.st, done, nil)
}

// supersede closes a small edit that a later one takes in.
func supersede(ctx context.Context, tx *db.Tx, id int64) error {
	if _, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET state = 'withdrawn' WHERE id = $1`, id); err != nil {
		return fmt.Errorf("review: supersede: %w", err)
	}
	return nil
}
