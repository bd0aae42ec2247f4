// Package installchoices reads what people choose from before they install an app:
// the accounts that it can be installed on, the plans that it has there, and apps
// that do with fewer permissions. It writes nothing, and decides nothing: that is
// models.Actor's DecideInstall.
package installchoices

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Service holds the verbs.
type Service struct{ db *db.DB }

// New makes a Service.
func New(d *db.DB) *Service { return &Service{db: d} }

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("installchoices: %w", err)
}

// Likely is what comes of an actor's wish on their own repositories, where none is
// chosen yet: administers says that they administer one.
func Likely(actor models.Actor, f models.InstallFacts, administers bool) models.InstallDecision {
	if f.Selection == models.SelectSelected && f.Chosen == 0 && administers {
		f.Chosen, f.Mine = 1, 1
	}
	return actor.DecideInstall(&f)
}
