package review

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Desk is what an integrator sees of a listing's standing and review.
type Desk struct {
	Standing *apps.Standing
	LogoHash string
	Version  int // of the draft
	Findings []models.Finding
	Small    []models.ListingPart // that go live at once
	Changes  *models.Difference   // from what is live to the draft; all is new where nothing is
	Live     bool
	Open     *Open // the revision that waits; nil for none
	After    *Open // a small edit that is live and waits to be looked at
	Last     *Verdict
	Events   []Event
	Reports  int // that wait
	Revision int
	Since    *time.Time // published
}

// Open is a submission that waits, with where it stands.
type Open struct {
	models.Submission
	Place  int // in the queue, from 1
	Of     int // in the queue
	Median time.Duration
	Checks []models.CheckResult
}

// Verdict is the last decision.
type Verdict struct {
	Act     models.ListingAct
	At      time.Time
	Reasons []string
	Words   string
}

// Missing reports whether something keeps the draft from being handed in.
func (d *Desk) Missing() bool { return !d.Standing.Public || models.Blocking(d.Findings) }

// AtOnce reports whether what the draft changes goes live at once.
func (d *Desk) AtOnce() bool {
	return d.Live && d.Standing.ListingState != models.ListingTakenDown && models.Small(d.Changes.Parts, d.Small)
}

// Changed reports whether there is something to hand in.
func (d *Desk) Changed() bool { return !d.Live || len(d.Changes.Parts) > 0 }

// Desk returns a listing's standing with as much of its history as most says, for
// whoever may write it.
func (s *Service) Desk(ctx context.Context, actor models.Actor, slug string, most int) (*Desk, error) {
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MayOwnApp(st.Rights()); err != nil {
		return nil, err
	}
	d := &Desk{Standing: st, Live: st.Live()}
	draft, version, err := written(ctx, s.db.Pool(), st)
	if err != nil {
		return nil, err
	}
	d.Version, d.Findings, d.LogoHash = version, models.LintListing(&draft), logo(&draft)
	now, err := live(ctx, s.db.Pool(), st)
	if err != nil {
		return nil, err
	}
	d.Changes = Compare(now, &draft)
	if d.Small, err = smallParts(ctx, s.db.Pool()); err != nil {
		return nil, err
	}
	if err := s.standings(ctx, d); err != nil {
		return nil, err
	}
	d.Events, err = s.events(ctx, st.ListingID, most)
	return d, err
}

// standings fills in what waits and what was decided.
func (s *Service) standings(ctx context.Context, d *Desk) (err error) {
	if d.Open, err = s.waiting(ctx, d.Standing.ListingID, false); err != nil {
		return err
	}
	if d.After, err = s.waiting(ctx, d.Standing.ListingID, true); err != nil {
		return err
	}
	var v Verdict
	found, err := db.Found(s.db.Pool().QueryRow(ctx, `SELECT act, at, reasons, words FROM listing_events
		WHERE listing_id = $1 AND act IN ('request_changes', 'approve', 'reject', 'roll_back', 'take_down', 'restore', 'reopen') ORDER BY id DESC LIMIT 1`,
		d.Standing.ListingID).Scan(&v.Act, &v.At, &v.Reasons, &v.Words))
	if err != nil {
		return fmt.Errorf("review: verdict: %w", err)
	}
	if found {
		d.Last = &v
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT revision, published_at FROM listings WHERE id = $1`, d.Standing.ListingID).Scan(&d.Revision, &d.Since)
	if err != nil {
		return fmt.Errorf("review: desk: %w", err)
	}
	return nil
}

// waiting is a listing's open submission with its place in the queue, and how long
// the last thirty decisions took.
func (s *Service) waiting(ctx context.Context, listing int64, afterwards bool) (*Open, error) {
	b, err := one(ctx, s.db.Pool(), `b.listing_id = $1 AND b.afterwards = $2 AND b.state IN ('submitted', 'in_review')`, listing, afterwards)
	if found, err := db.Found(err); err != nil || !found {
		return nil, err
	}
	o := &Open{Submission: b.Submission}
	var seconds float64
	err = s.db.Pool().QueryRow(ctx, `SELECT
			(SELECT count(*) + 1 FROM listing_submissions WHERE state = 'submitted' AND NOT afterwards AND (submitted_at, id) < ($1, $2)),
			(SELECT count(*) FROM listing_submissions WHERE state = 'submitted' AND NOT afterwards),
			(SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - submitted_at)), 0)::float8
				FROM (SELECT decided_at, submitted_at FROM listing_submissions WHERE decided_at IS NOT NULL AND NOT afterwards
					ORDER BY decided_at DESC LIMIT 30) lately)`, b.SubmittedAt, b.ID).Scan(&o.Place, &o.Of, &seconds)
	if err != nil {
		return nil, fmt.Errorf("review: place: %w", err)
	}
	o.Median = time.Duration(seconds * float64(time.Second))
	o.Checks, err = s.checks(ctx, b.ID)
	return o, err
}
