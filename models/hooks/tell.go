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

// AppEvent is what an app is told over the webhook of its own.
type AppEvent struct {
	AppID          int64
	InstallationID int64 // 0: of none
	Event          string
	Action         string
	Payload        any
	At             time.Time
}

// Tell adds the event to what b writes, and returns the job that sends it, which the
// same transaction has to queue. Nothing is written for an app whose webhook isn't
// active, and what doesn't go to every app is only written for one that asked for
// it: the job then finds nothing to do. Whether an installation's permissions unlock
// an event is for the caller to say, with models.EventsFor.
func Tell(b *pgx.Batch, e AppEvent) (jobs.DeliverHook, error) {
	payload, err := json.Marshal(e.Payload)
	if err != nil {
		return jobs.DeliverHook{}, fmt.Errorf("hooks: %w", err)
	}
	guid := uuid.Must(uuid.NewV7()).String()
	b.Queue(`INSERT INTO hook_events (guid, app_id, installation_id, event, action, payload, state, created_at)
		SELECT $1, a.id, nullif($3::bigint, 0), $4, $5, $6, 'waiting', $7 FROM apps a
		WHERE a.id = $2 AND a.webhook_active AND a.webhook_url <> '' AND ($8 OR $4 = ANY (a.events))`,
		guid, e.AppID, e.InstallationID, e.Event, e.Action, string(payload), e.At, models.AutomaticEvent(e.Event))
	return jobs.DeliverHook{GUID: guid}, nil
}
