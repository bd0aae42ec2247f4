package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// Case is all that a reviewer needs to decide on a submission.
type Case struct {
	Submission models.Submission
	Content    models.ListingContent
	Standing   *apps.Standing
	Sort       Sort
	Submitter  string
	Reviewer   string
	Decider    string
	Mine       bool // the reviewer has claimed it
	Taken      bool // another one has, and it lasts
	Own        error
	Changes    *models.Difference
	Checks     []models.CheckResult
	Alike      []Lookalike
	Publisher  Publisher
	Notes      []Note
	Events     []Event
	Changed    bool  // the app asks for something else than was handed in
	Later      int64 // a newer submission of the listing
}

// Lookalike is another listing that a check found to be like this one.
type Lookalike struct {
	Slug      string `json:"slug"`
	Name      string `json:"name"`
	LogoHash  string `json:"logo"`
	Tagline   string `json:"tagline"`
	Publisher string `json:"publisher"`
	Verified  bool   `json:"verified"`
}

// Publisher is what is known of a listing's integrator.
type Publisher struct {
	Login     string           `json:"login"`
	Name      string           `json:"name"`
	Kind      string           `json:"kind"`
	Since     *time.Time       `json:"since"`
	Verified  bool             `json:"verified"`
	Suspended bool             `json:"suspended"`
	Listings  []PublisherEntry `json:"listings"`
	Decisions map[string]int   `json:"decisions"` // by state of submissions
	Reports   map[string]int   `json:"reports"`   // by decision; "" waits
	TakenDown int              `json:"taken_down"`
}

// PublisherEntry is another listing of the same integrator.
type PublisherEntry struct {
	Slug  string              `json:"slug"`
	Name  string              `json:"name"`
	State models.ListingState `json:"state"`
}

// Note is what staff writes to itself about a listing.
type Note struct {
	ID     int64
	Author string
	Body   string
	At     time.Time
}

// eventsOfCase is how much of a listing's history a case shows.
const eventsOfCase = 30

// Case returns a submission for whoever may review.
func (s *Service) Case(ctx context.Context, actor models.Actor, id int64) (*Case, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	b, err := one(ctx, s.db.Pool(), `b.id = $1`, id)
	if found, err := db.Found(err); err != nil {
		return nil, err
	} else if !found {
		return nil, models.ErrNotFound
	}
	st, err := apps.OfListingID(ctx, s.db.Pool(), actor, b.ListingID, false)
	if err != nil {
		return nil, err
	}
	c := &Case{Submission: b.Submission, Content: b.Content, Standing: st, Own: actor.MayTakeUp(st.Rights()), Sort: sortOf(b)}
	mine := b.ReviewerID != nil && *b.ReviewerID == actor.UserID
	c.Mine = b.State == models.SubmissionInReview && mine
	c.Taken = b.State == models.SubmissionInReview && !mine && !s.lapsed(b)
	if err := s.compare(ctx, c, b); err != nil {
		return nil, err
	}
	if c.Checks, err = s.checks(ctx, id); err != nil {
		return nil, err
	}
	if err := s.around(ctx, c); err != nil {
		return nil, err
	}
	if c.Notes, err = s.notes(ctx, b.ListingID); err != nil {
		return nil, err
	}
	c.Events, err = s.events(ctx, b.ListingID, eventsOfCase)
	return c, err
}

func sortOf(b *submission) Sort {
	switch {
	case b.Afterwards:
		return Afterwards
	case b.Live == nil:
		return First
	}
	return Revision
}

// compare sets what a submission changes: of what is live now while it waits, of
// what was live then once it is decided or is live itself.
func (s *Service) compare(ctx context.Context, c *Case, b *submission) error {
	before := b.Live
	if b.State.Open() && !b.Afterwards {
		now, err := live(ctx, s.db.Pool(), c.Standing)
		if err != nil {
			return err
		}
		before = now
		want, _, err := apps.Wanted(ctx, s.db.Pool(), c.Standing.ID)
		if err != nil {
			return err
		}
		c.Changed = !want.Same(accessOf(&b.Content))
	}
	c.Changes = Compare(before, &b.Content)
	return nil
}

// around loads who handed it in, the publisher's past, and what looks alike.
func (s *Service) around(ctx context.Context, c *Case) error {
	b, account := &c.Submission, int64(0)
	if c.Standing.AccountID != nil {
		account = *c.Standing.AccountID
	}
	var publisher, alike []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT
			coalesce((SELECT login FROM accounts WHERE id = $1), ''), coalesce((SELECT login FROM accounts WHERE id = $2), ''),
			coalesce((SELECT login FROM accounts WHERE id = $3), ''),
			coalesce((SELECT max(id) FROM listing_submissions WHERE listing_id = $4 AND id > $5 AND afterwards = $6), 0),
			coalesce((SELECT jsonb_build_object('login', o.login, 'name', o.name, 'kind', o.kind, 'since', o.created_at,
				'verified', o.verified_at IS NOT NULL, 'suspended', o.suspended_at IS NOT NULL,
				'listings', (SELECT jsonb_agg(jsonb_build_object('slug', x.slug, 'name', x.name, 'state', x.state)) FROM (
					SELECT l.slug, l.name, l.state FROM apps a JOIN listings l ON l.app_id = a.id WHERE a.account_id = o.id AND l.id <> $4
					ORDER BY l.id DESC LIMIT 10) x),
				'decisions', (SELECT jsonb_object_agg(x.state, x.n) FROM (SELECT b.state, count(*) n FROM apps a JOIN listings l ON l.app_id = a.id
					JOIN listing_submissions b ON b.listing_id = l.id WHERE a.account_id = o.id AND b.decided_at IS NOT NULL GROUP BY b.state) x),
				'reports', (SELECT jsonb_object_agg(x.decision, x.n) FROM (SELECT r.decision, count(*) n FROM apps a JOIN listings l ON l.app_id = a.id
					JOIN listing_reports r ON r.listing_id = l.id WHERE a.account_id = o.id GROUP BY r.decision) x),
				'taken_down', (SELECT count(*) FROM apps a JOIN listings l ON l.app_id = a.id JOIN listing_events e ON e.listing_id = l.id
					WHERE a.account_id = o.id AND e.act = 'take_down')) FROM accounts o WHERE o.id = $7), '{}'),
			coalesce((SELECT jsonb_agg(jsonb_build_object('slug', l.slug, 'name', l.name, 'logo', l.logo_hash, 'tagline', l.tagline,
				'publisher', coalesce(o.login, ''), 'verified', o.verified_at IS NOT NULL) ORDER BY l.slug)
				FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts o ON o.id = a.account_id WHERE l.slug = ANY($8)), '[]')`,
		b.SubmitterID, b.ReviewerID, b.DeciderID, b.ListingID, b.ID, b.Afterwards, account, alikes(c.Checks)).
		Scan(&c.Submitter, &c.Reviewer, &c.Decider, &c.Later, &publisher, &alike)
	if err != nil {
		return fmt.Errorf("review: case: %w", err)
	}
	if err := json.Unmarshal(publisher, &c.Publisher); err != nil {
		return fmt.Errorf("review: case: %w", err)
	}
	if err := json.Unmarshal(alike, &c.Alike); err != nil {
		return fmt.Errorf("review: case: %w", err)
	}
	return nil
}

// alikes are the listings that the checks of names and logos, and of copied texts,
// found.
func alikes(checks []models.CheckResult) []string {
	slugs := []string{}
	for _, r := range checks {
		for _, f := range r.Findings {
			if slug := f.Params["slug"]; slug != "" && !strings.HasSuffix(f.Rule, "_account") && !slices.Contains(slugs, slug) {
				slugs = append(slugs, slug)
			}
		}
	}
	return slugs
}

func (s *Service) notes(ctx context.Context, listing int64) ([]Note, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT n.id, coalesce(a.login, ''), n.body, n.created_at FROM listing_notes n
		LEFT JOIN accounts a ON a.id = n.author_id WHERE n.listing_id = $1 ORDER BY n.id DESC LIMIT 50`, listing)
	if err != nil {
		return nil, fmt.Errorf("review: notes: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Note])
	if err != nil {
		return nil, fmt.Errorf("review: notes: %w", err)
	}
	return all, nil
}

// Annotate writes a private note about a submission's listing. It counts as doing
// something with one's own claim.
func (s *Service) Annotate(ctx context.Context, actor models.Actor, id int64, body string) error {
	if err := actor.MayReview(); err != nil {
		return err
	}
	body = strings.TrimSpace(body)
	return s.open(ctx, actor, id, func(tx *db.Tx, st *apps.Standing, b *submission) error {
		if err := actor.MayTakeUp(st.Rights()); err != nil {
			return err
		}
		if err := models.CheckReviewNote(body, true); err != nil {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `INSERT INTO listing_notes (listing_id, author_id, body, created_at) VALUES ($1, nullif($2, 0), $3, $4)`,
			st.ListingID, actor.UserID, body, s.now()); err != nil {
			return fmt.Errorf("review: note: %w", err)
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE listing_submissions SET claimed_at = $3 WHERE id = $1 AND state = 'in_review' AND reviewer_id = $2`,
			b.ID, actor.UserID, s.now()); err != nil {
			return fmt.Errorf("review: note: %w", err)
		}
		// The note itself stays out of the log: the integrator reads it.
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "listing.note", TargetKind: "listing", TargetID: &st.ListingID, TargetName: st.ListingSlug})
	})
}
