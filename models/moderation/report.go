package moderation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
)

// Subject is a listing that somebody wants to report, with what they reported of
// it before.
type Subject struct {
	Slug     string
	Name     string
	LogoHash string
	There    bool // visitors see it; else only its reporters get here
	Mine     []Mine
}

// Mine is a report of the reader's own.
type Mine struct {
	Reason    models.ModerationReason `json:"reason"`
	Words     string                  `json:"words"`
	At        time.Time               `json:"at"`
	Decision  models.ReportDecision   `json:"decision"`
	HandledAt *time.Time              `json:"handled_at"`
	Answer    string                  `json:"answer"`
}

// Waiting reports whether one of the reader's own reports waits for staff.
func (s *Subject) Waiting() bool {
	for i := range s.Mine {
		if s.Mine[i].Decision == models.ReportWaiting {
			return true
		}
	}
	return false
}

// visible is what can be reported: what visitors can open.
const visible = `(l.public OR l.state = 'unlisted' AND p.suspended_at IS NULL)`

// Subject is the listing at slug, for the form to report it. It returns
// ErrNotFound for what the reader can't open and hasn't reported.
func (s *Service) Subject(ctx context.Context, actor models.Actor, slug string) (*Subject, error) {
	if actor.UserID == 0 {
		return nil, models.ErrSignInNeeded
	}
	var sub Subject
	var mine []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT l.slug, l.name, l.logo_hash, `+visible+`, coalesce((SELECT json_agg(r) FROM (
			SELECT reason, words, created_at AS at, decision, handled_at, answer FROM listing_reports
			WHERE listing_id = l.id AND reporter_id = $2 ORDER BY id DESC LIMIT 10) r), '[]')
		FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts p ON p.id = a.account_id
		WHERE l.slug = $1`, slug, actor.UserID).Scan(&sub.Slug, &sub.Name, &sub.LogoHash, &sub.There, &mine)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(mine, &sub.Mine)
	}
	if err != nil {
		return nil, fmt.Errorf("moderation: subject: %w", err)
	}
	if !sub.There && len(sub.Mine) == 0 {
		return nil, models.ErrNotFound
	}
	return &sub, nil
}

// How often one may report, by account and by address.
const (
	reportsOfAccount   = 5
	reportsPerAccount  = 30 * time.Minute
	reportsFromAddress = 20
	reportsPerAddress  = 10 * time.Minute
)

// Report tells staff that something is wrong with the listing at slug. One may
// have one report of a listing that waits. It returns Problems, ErrNotFound,
// ErrReported and ErrTooManyReports.
func (s *Service) Report(ctx context.Context, actor models.Actor, slug string, reason models.ModerationReason, words string) error {
	if err := actor.MayReport(); err != nil {
		return err
	}
	words, err := models.CheckReport(reason, words)
	if err != nil {
		return err
	}
	if err := s.spend(ctx, actor); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var id int64
		err := tx.Pgx.QueryRow(ctx, `INSERT INTO listing_reports (listing_id, reporter_id, reason, words, created_at)
			SELECT l.id, $2, $3, $4, $5 FROM listings l JOIN apps a ON a.id = l.app_id LEFT JOIN accounts p ON p.id = a.account_id
			WHERE l.slug = $1 AND `+visible+` RETURNING id`, slug, actor.UserID, reason, words, s.now()).Scan(&id)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return models.ErrNotFound
		case db.Violates(err, "listing_reports_open"):
			return models.ErrReported
		case err != nil:
			return fmt.Errorf("moderation: report: %w", err)
		}
		// In the reporter's own log: whom it is about doesn't learn who it was.
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "report.create", AccountID: who(actor),
			TargetKind: "report", TargetID: &id, TargetName: slug, After: map[string]any{"reason": reason}})
	})
}

func (s *Service) spend(ctx context.Context, actor models.Actor) error {
	err := s.identity.Spend(ctx, "report:"+strconv.FormatInt(actor.UserID, 10), reportsOfAccount, reportsPerAccount)
	if err == nil && actor.Visit.IP != "" {
		err = s.identity.Spend(ctx, "report_from:"+identity.Network(actor.Visit.IP), reportsFromAddress, reportsPerAddress)
	}
	if errors.Is(err, models.ErrTooManyTries) {
		return models.ErrTooManyReports
	}
	return err
}
