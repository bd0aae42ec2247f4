package hooks

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// PerPage is how many events a page of the desk has.
const PerPage = 30

// Desk is what the integrator sees of what an app is told.
type Desk struct {
	Standing *apps.Standing
	Endpoint *Endpoint
	Events   []models.HookEvent // the newest first
	Counts   map[models.HookState]int
	Total    int // of the state that is asked for
	Now      time.Time
}

// All is how many events there are.
func (d *Desk) All() int {
	n := 0
	for _, of := range d.Counts {
		n += of
	}
	return n
}

// Desk shows a page of the events of the listing, or app, at slug, of one state unless that is
// "". It returns ErrUnknownChoice and ErrPageOutOfRange.
func (s *Service) Desk(ctx context.Context, actor models.Actor, slug string, state models.HookState, number int) (*Desk, error) {
	st, e, err := s.Endpoint(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	if _, known := models.HookStates()[state]; !known && state != "" {
		return nil, models.ErrUnknownChoice.On("state")
	}
	d := &Desk{Standing: st, Endpoint: e, Now: s.now()}
	if d.Counts, err = s.counts(ctx, s.target(st)); err != nil {
		return nil, err
	}
	if d.Total = d.Counts[state]; state == "" {
		d.Total = d.All()
	}
	if number < 1 || number > 1 && (number-1)*PerPage >= d.Total {
		return nil, models.ErrPageOutOfRange
	}
	t := s.target(st)
	rows, err := s.db.Pool().Query(ctx, `SELECT `+eventColumns+` WHERE e.`+column(t)+` = $1 AND ($2 = '' OR e.state = $2) ORDER BY e.id DESC LIMIT $3 OFFSET $4`,
		t.ID, state, PerPage, (number-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("hooks: desk: %w", err)
	}
	d.Events, err = pgx.CollectRows(rows, scanEvent)
	if err != nil {
		return nil, fmt.Errorf("hooks: desk: %w", err)
	}
	return d, nil
}

func (s *Service) counts(ctx context.Context, t models.HookTarget) (map[models.HookState]int, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT state, count(*) FROM hook_events WHERE `+column(t)+` = $1 GROUP BY state`, t.ID)
	if err != nil {
		return nil, fmt.Errorf("hooks: counts: %w", err)
	}
	counts := map[models.HookState]int{}
	var state models.HookState
	var n int
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error {
		counts[state] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("hooks: counts: %w", err)
	}
	return counts, nil
}

const eventColumns = `e.id, e.guid::text, e.event, e.action, e.subscription_id, coalesce(e.installation_id, 0), coalesce(a.login, ''), e.state, e.tries, e.created_at, e.delivered_at, e.next_at,
		coalesce((SELECT t.status FROM hook_attempts t WHERE t.event_id = e.id ORDER BY t.id DESC LIMIT 1), 0), coalesce(e.position, 0)
	FROM hook_events e LEFT JOIN subscriptions s ON s.id = e.subscription_id LEFT JOIN installations i ON i.id = e.installation_id
		LEFT JOIN accounts a ON a.id = coalesce(s.account_id, i.account_id)`

func scanEvent(row pgx.CollectableRow) (e models.HookEvent, err error) {
	err = row.Scan(&e.ID, &e.GUID, &e.Event, &e.Action, &e.SubscriptionID, &e.InstallationID, &e.Account, &e.State, &e.Tries, &e.CreatedAt, &e.DeliveredAt, &e.NextAt, &e.Status, &e.Position)
	return e, err
}

// Told is one event with every attempt to send it that is still kept.
type Told struct {
	models.HookEvent
	Standing  *apps.Standing
	Reachable bool // there is somewhere to send it to
	Attempts  []models.HookAttempt
	Now       time.Time
}

// mostShown is how many attempts the page of an event shows.
const mostShown = 50

// Told shows the event with an id. It returns ErrNotFound for another's.
func (s *Service) Told(ctx context.Context, actor models.Actor, slug, guid string) (*Told, error) {
	st, e, err := s.Endpoint(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	id, err := uuid.Parse(guid)
	if err != nil {
		return nil, models.ErrNotFound
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT `+eventColumns+` WHERE e.guid = $1 AND e.`+column(s.target(st))+` = $2`, id.String(), s.target(st).ID)
	if err != nil {
		return nil, fmt.Errorf("hooks: event: %w", err)
	}
	v := &Told{Standing: st, Reachable: e.Reachable(), Now: s.now()}
	v.HookEvent, err = pgx.CollectExactlyOneRow(rows, scanEvent)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("hooks: event: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	var payload string
	if err := s.db.Pool().QueryRow(ctx, `SELECT payload FROM hook_events WHERE id = $1`, v.ID).Scan(&payload); err != nil {
		return nil, fmt.Errorf("hooks: event: %w", err)
	}
	v.Payload = json.RawMessage(payload)
	v.Attempts, err = s.attempts(ctx, v.ID)
	return v, err
}

func (s *Service) attempts(ctx context.Context, event int64) ([]models.HookAttempt, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT id, url, redelivery, status, problem, milliseconds, request_headers, response_headers, response_body, at
		FROM hook_attempts WHERE event_id = $1 ORDER BY id DESC LIMIT $2`, event, mostShown)
	if err != nil {
		return nil, fmt.Errorf("hooks: attempts: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.HookAttempt])
	if err != nil {
		return nil, fmt.Errorf("hooks: attempts: %w", err)
	}
	return slices.Clip(all), nil
}
