package review

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Event is a step in a listing's history. Actor is a login, "" for nobody.
type Event struct {
	ID         int64
	Submission int64
	At         time.Time
	Act        models.ListingAct
	From, To   models.ListingState
	Actor      string
	Staff      bool
	Reasons    []string
	Words      string
}

// events are the newest steps of a listing.
func (s *Service) events(ctx context.Context, listing int64, most int) ([]Event, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT e.id, coalesce(e.submission_id, 0), e.at, e.act, e.from_state, e.to_state, coalesce(a.login, ''), e.by_staff, e.reasons, e.words
		FROM listing_events e LEFT JOIN accounts a ON a.id = e.actor_id WHERE e.listing_id = $1 ORDER BY e.id DESC LIMIT $2`, listing, most)
	if err != nil {
		return nil, fmt.Errorf("review: history: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
	if err != nil {
		return nil, fmt.Errorf("review: history: %w", err)
	}
	return all, nil
}

// checks are what the automatic checks found in a submission, in the order of
// pages.
func (s *Service) checks(ctx context.Context, submission int64) ([]models.CheckResult, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT name, outcome, findings, ran_at FROM submission_checks WHERE submission_id = $1`, submission)
	if err != nil {
		return nil, fmt.Errorf("review: checks: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.CheckResult])
	if err != nil {
		return nil, fmt.Errorf("review: checks: %w", err)
	}
	byName := map[models.CheckName]models.CheckResult{}
	for _, r := range found {
		byName[r.Name] = r
	}
	var all []models.CheckResult
	for _, name := range models.CheckNames() {
		if r, ok := byName[name]; ok {
			all = append(all, r)
		}
	}
	return all, nil
}
