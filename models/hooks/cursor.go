package hooks

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// After are the purchase events of an app's listing after a position, in the order
// in which they are to be worked on, and whether there are more. Whoever reads on
// from the last one misses none. It returns ErrNotFound for an app without a
// listing.
//
// Positions are given to events once they can be seen: an id is given while a
// transaction still runs, so that a smaller one may come to light after a larger
// one was read.
func (s *Service) After(ctx context.Context, appID, after int64, most int) (events []models.HookEvent, more bool, err error) {
	listing, unread, err := s.listingOf(ctx, appID)
	if err != nil {
		return nil, false, err
	}
	if unread {
		if err := s.number(ctx, listing); err != nil {
			return nil, false, err
		}
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT e.id, e.guid::text, e.event, e.action, e.subscription_id, e.state, e.created_at, e.delivered_at, e.position, e.payload
		FROM hook_events e WHERE e.listing_id = $1 AND e.position > $2 ORDER BY e.position LIMIT $3`, listing, after, most+1)
	if err != nil {
		return nil, false, fmt.Errorf("hooks: after: %w", err)
	}
	events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e models.HookEvent, err error) {
		var payload string
		err = row.Scan(&e.ID, &e.GUID, &e.Event, &e.Action, &e.SubscriptionID, &e.State, &e.CreatedAt, &e.DeliveredAt, &e.Position, &payload)
		e.Payload = json.RawMessage(payload)
		return e, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("hooks: after: %w", err)
	}
	if len(events) > most {
		return events[:most], true, nil
	}
	return events, false, nil
}

// listingOf is an app's listing, and whether it has events without a position.
func (s *Service) listingOf(ctx context.Context, appID int64) (id int64, unread bool, err error) {
	err = s.db.Pool().QueryRow(ctx, `SELECT l.id, EXISTS (SELECT FROM hook_events e
			WHERE e.listing_id = l.id AND e.position IS NULL AND e.event = 'marketplace_purchase')
		FROM listings l WHERE l.app_id = $1`, appID).Scan(&id, &unread)
	if found, err := db.Found(err); err != nil {
		return 0, false, fmt.Errorf("hooks: listing: %w", err)
	} else if !found {
		return 0, false, models.ErrNotFound
	}
	return id, unread, nil
}

// number gives positions to the events that have none. Readers do so one after the
// other. Of a subscription's events each was written after the one before could be
// seen, so that they keep their order.
func (s *Service) number(ctx context.Context, listing int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Pgx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('hook events of ' || $1::bigint, 0))`, listing); err != nil {
			return fmt.Errorf("hooks: number: %w", err)
		}
		_, err := tx.Pgx.Exec(ctx, `UPDATE hook_events e SET position = m.last + n.place
			FROM (SELECT id, row_number() OVER (ORDER BY id) place FROM hook_events WHERE listing_id = $1 AND position IS NULL AND event = 'marketplace_purchase') n,
				(SELECT coalesce(max(position), 0) last FROM hook_events WHERE listing_id = $1) m
			WHERE e.id = n.id`, listing)
		if err != nil {
			return fmt.Errorf("hooks: number: %w", err)
		}
		return nil
	})
}
