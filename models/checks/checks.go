// Package checks looks at a submission before a person does, in a job: dead
// links, look-alikes, secrets, spam. It decides nothing: what it finds stands
// beside the submission, for its integrator and for the reviewer.
package checks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// Outside reaches addresses on the network; models/outside does, and refuses
// private networks.
type Outside interface {
	// Reach returns the status that an address answers with.
	Reach(ctx context.Context, address string) (status int, err error)
}

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service
	outside Outside
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, out Outside, now func() time.Time) *Service {
	return &Service{db: d, notices: n, outside: out, now: now}
}

// subject is what is checked, and what has to be known about it.
type subject struct {
	id        int64
	listingID int64
	slug      string
	name      string
	accountID *int64
	age       time.Duration // of the integrator's account
	verified  bool          // the publisher is
	domains   []string      // that the publisher has proven
	content   models.ListingContent
}

// Run does every check of a submission and keeps what it found; doing it again
// replaces that. It returns ErrUnfinished where a check could not be done, which
// another try may mend. A submission that is gone, or was decided on, is left
// alone.
func (s *Service) Run(ctx context.Context, submission int64) error {
	sub, err := s.load(ctx, submission)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("checks: %w", err)
	}
	results := make([]models.CheckResult, 0, len(models.CheckNames()))
	unfinished := false
	for _, name := range models.CheckNames() {
		findings, err := s.one(ctx, name, sub)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r := models.CheckResult{Name: name, Outcome: models.OutcomeOf(findings), Findings: findings, RanAt: s.now()}
		if err != nil {
			slog.WarnContext(ctx, "a check could not be done", "check", name, "submission", submission, "error", err)
			r.Outcome, unfinished = models.CheckError, true
		}
		results = append(results, r)
	}
	if err := s.keep(ctx, sub, results); err != nil {
		return err
	}
	if unfinished {
		return ErrUnfinished
	}
	return nil
}

// ErrUnfinished says that a check could not be done.
var ErrUnfinished = errors.New("checks: not all of them could be done")

func (s *Service) one(ctx context.Context, name models.CheckName, sub *subject) ([]models.Finding, error) {
	switch name {
	case models.CheckFields:
		return models.LintListing(&sub.content), nil
	case models.CheckReserved:
		return models.ReservedFindings(&sub.content, sub.domains), nil
	case models.CheckSecrets:
		return models.SecretFindings(&sub.content), nil
	case models.CheckLinks:
		return s.links(ctx, sub)
	case models.CheckImages:
		return s.images(ctx, sub)
	case models.CheckNamed:
		return s.names(ctx, sub)
	case models.CheckLogos:
		return s.logos(ctx, sub)
	case models.CheckSpam:
		return s.spam(ctx, sub)
	}
	return nil, fmt.Errorf("checks: no check is called %s", name)
}

func (s *Service) load(ctx context.Context, id int64) (*subject, error) {
	sub := subject{id: id}
	var content []byte
	var since *time.Time
	err := s.db.Pool().QueryRow(ctx, `SELECT l.id, l.slug, b.content, a.account_id, o.created_at, o.verified_at IS NOT NULL,
			ARRAY(SELECT d.name FROM domains d WHERE d.organization_id = a.account_id AND d.verified_at IS NOT NULL)
		FROM listing_submissions b JOIN listings l ON l.id = b.listing_id JOIN apps a ON a.id = l.app_id
			LEFT JOIN accounts o ON o.id = a.account_id
		WHERE b.id = $1 AND b.state IN ('submitted', 'in_review')`, id).
		Scan(&sub.listingID, &sub.slug, &content, &sub.accountID, &since, &sub.verified, &sub.domains)
	if err != nil {
		return nil, err
	}
	if since != nil {
		sub.age = s.now().Sub(*since)
	}
	if err := json.Unmarshal(content, &sub.content); err != nil {
		return nil, err
	}
	sub.name = sub.content.Name
	return &sub, nil
}

// keep writes the results, and tells the owners once when what reviewers turn
// down was found.
func (s *Service) keep(ctx context.Context, sub *subject, results []models.CheckResult) error {
	failed := false
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var again bool
		err := tx.Pgx.QueryRow(ctx, `UPDATE listing_submissions b SET checked_at = $2 FROM (SELECT id, checked_at FROM listing_submissions WHERE id = $1 FOR UPDATE) was
			WHERE b.id = was.id RETURNING was.checked_at IS NOT NULL`, sub.id, s.now()).Scan(&again)
		if err != nil {
			return fmt.Errorf("checks: %w", err)
		}
		for _, r := range results {
			findings, err := json.Marshal(notNil(r.Findings))
			if err != nil {
				return fmt.Errorf("checks: %w", err)
			}
			if _, err := tx.Pgx.Exec(ctx, `INSERT INTO submission_checks (submission_id, name, outcome, findings, ran_at) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (submission_id, name) DO UPDATE SET outcome = excluded.outcome, findings = excluded.findings, ran_at = excluded.ran_at`,
				sub.id, r.Name, r.Outcome, findings, r.RanAt); err != nil {
				return fmt.Errorf("checks: %w", err)
			}
			failed = failed || r.Outcome == models.CheckFail
		}
		if !failed || again || sub.accountID == nil {
			return nil
		}
		return s.tell(ctx, tx, sub)
	})
}

func notNil(f []models.Finding) []models.Finding {
	if f == nil {
		return []models.Finding{}
	}
	return f
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, sub *subject) error {
	owners, err := apps.OwnersOf(ctx, tx, *sub.accountID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeChecksFailed, Params: map[string]string{"listing": sub.name},
		Link: "/marketplace/manage/" + sub.slug + "/review"}, owners...)
}
