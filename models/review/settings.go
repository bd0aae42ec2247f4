package review

import (
	"context"
	"encoding/json"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// smallEdits is the name of the setting.
const smallEdits = "small_edits"

// smallParts are the parts of a listing that go live at once.
func smallParts(ctx context.Context, q apps.Querier) ([]models.ListingPart, error) {
	var parts []models.ListingPart
	found, err := db.Found(q.QueryRow(ctx, `SELECT value FROM marketplace_settings WHERE name = $1`, smallEdits).Scan(&parts))
	if err != nil {
		return nil, fmt.Errorf("review: settings: %w", err)
	}
	if !found {
		return models.DefaultSmallParts(), nil
	}
	return parts, nil
}

// SmallParts are the parts of a listing that go live at once and are reviewed
// afterwards, for whoever may set them.
func (s *Service) SmallParts(ctx context.Context, actor models.Actor) ([]models.ListingPart, error) {
	if err := actor.MayStaff(models.StaffAdministrator); err != nil {
		return nil, err
	}
	return smallParts(ctx, s.db.Pool())
}

// SetSmallParts sets them. It returns ErrSmallField for what always waits for a
// review.
func (s *Service) SetSmallParts(ctx context.Context, actor models.Actor, parts []string) error {
	if err := actor.MayConfigureMarketplace(s.now()); err != nil {
		return err
	}
	kept, err := models.CheckSmallParts(parts)
	if err != nil {
		return err
	}
	if kept == nil {
		kept = []models.ListingPart{}
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		before, err := smallParts(ctx, tx.Pgx)
		if err != nil {
			return err
		}
		value, err := json.Marshal(kept)
		if err != nil {
			return fmt.Errorf("review: settings: %w", err)
		}
		_, err = tx.Pgx.Exec(ctx, `INSERT INTO marketplace_settings (name, value, updated_at) VALUES ($1, $2::jsonb, $3)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, smallEdits, string(value), s.now())
		if err != nil {
			return fmt.Errorf("review: settings: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "marketplace.small_edits", TargetKind: "setting", TargetName: smallEdits,
			Before: map[string]any{"parts": before}, After: map[string]any{"parts": kept}})
	})
}
