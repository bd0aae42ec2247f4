// Package hooks tells apps of what happens to their listings' purchases: each event
// is written in the transaction that causes it, signed, and sent until it is taken
// or three days are over. It decides nothing about what is told.
package hooks

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/jobs"
)

// Event is what an app is told.
type Event struct {
	ListingID      int64
	SubscriptionID int64
	Event          string // "marketplace_purchase"
	Action         models.HookAction
	Payload        any
	At             time.Time
}

// Emit adds the event to what b writes, and returns the job that sends it, which
// the same transaction has to queue.
func Emit(b *pgx.Batch, e Event) (jobs.DeliverHook, error) {
	payload, err := json.Marshal(e.Payload)
	if err != nil {
		return jobs.DeliverHook{}, fmt.Errorf("hooks: %w", err)
	}
	guid := uuid.Must(uuid.NewV7())
	b.Queue(`INSERT INTO hook_events (guid, listing_id, subscription_id, event, action, payload, state, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)`, guid.String(), e.ListingID, e.SubscriptionID, e.Event, e.Action, string(payload), e.At)
	return jobs.DeliverHook{GUID: guid.String()}, nil
}
