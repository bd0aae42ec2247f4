// Package insights counts what becomes of listings and sums it up for the
// integrator's desk. It counts honestly: no cookie and no script, robots and
// the integrator's own visits left out, and nobody is followed: a visitor is a
// number that is made anew every day from a salt that is then thrown away.
// Days are those of UTC.
package insights

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// Service holds the verbs.
type Service struct {
	db  *db.DB
	now func() time.Time

	Counter *Counter
}

// New makes a Service.
func New(d *db.DB, now func() time.Time) *Service {
	return &Service{db: d, now: now, Counter: newCounter(d, now)}
}

// Record keeps a fact in the transaction that brings it about.
func Record(ctx context.Context, tx *db.Tx, f models.Fact) error {
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO listing_facts (listing_id, at, kind, country, language, minor, currency) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		f.ListingID, f.At, f.Kind, f.Country, f.Language, f.Minor, f.Currency)
	if err != nil {
		return fmt.Errorf("insights: %w", err)
	}
	return nil
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
