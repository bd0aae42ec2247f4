package hooks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// How long one job goes on sending what waits for a receiver, and how long an event
// belongs to who claimed it: longer than a request may take.
const (
	spell = 4 * time.Minute
	lease = time.Minute
)

// errNothing is that nothing is due.
var errNothing = errors.New("hooks: nothing is due")

// Deliver sends the event, and whatever else is due to the same receiver. Each is
// claimed, sent outside of any transaction, and what came of it is recorded: whoever
// is killed in between leaves an event that is sent again, with the same id.
func (s *Service) Deliver(ctx context.Context, guid string) error {
	var t models.HookTarget
	err := s.db.Pool().QueryRow(ctx, `SELECT app_id IS NOT NULL, coalesce(app_id, listing_id) FROM hook_events WHERE guid = $1`, guid).Scan(&t.App, &t.ID)
	if found, err := db.Found(err); err != nil || !found {
		return err
	}
	for began := time.Now(); time.Since(began) < spell; {
		err := s.next(ctx, t)
		if errors.Is(err, errNothing) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil // the rest is found by Tend
}

func (s *Service) next(ctx context.Context, t models.HookTarget) error {
	c, err := s.claim(ctx, t)
	if err != nil {
		return err
	}
	return s.attempt(ctx, c)
}

// claimed is an event that is about to be sent.
type claimed struct {
	models.HookMessage
	id        int64
	url       string
	tries     int
	redeliver bool
	seen      time.Time
	secrets   []string // the first one signs what every receiver checks
}

// endpoint is a row of hook_endpoints. Where an app's events go to is in its own row,
// until it ends.
type endpoint struct {
	models.HookSettings
	secret, old []byte
	oldUntil    *time.Time
	failures    int
	hold        *time.Time
}

const endpointColumns = `coalesce(a.webhook_url, p.url), coalesce(a.webhook_active, p.active), p.content_type,
		CASE WHEN a.id IS NULL THEN p.secret ELSE a.webhook_secret END, p.old_secret, p.old_secret_until, p.failures, p.hold_until
	FROM hook_endpoints p LEFT JOIN apps a ON a.id = p.app_id`

func (e *endpoint) scan() []any {
	return []any{&e.URL, &e.Active, &e.Content, &e.secret, &e.old, &e.oldUntil, &e.failures, &e.hold}
}

// locked is a target's endpoint, which nobody else changes meanwhile, and whether
// there is one.
func (s *Service) locked(ctx context.Context, tx *db.Tx, t models.HookTarget) (*endpoint, bool, error) {
	e := &endpoint{}
	err := tx.Pgx.QueryRow(ctx, `SELECT `+endpointColumns+` WHERE p.`+column(t)+` = $1 FOR UPDATE OF p`, t.ID).Scan(e.scan()...)
	found, err := db.Found(err)
	if err != nil {
		return nil, false, fmt.Errorf("hooks: endpoint: %w", err)
	}
	if found || !t.App {
		return e, found, nil
	}
	begun, err := s.begin(ctx, tx, t.ID)
	if err != nil || !begun {
		return e, false, err
	}
	return s.locked(ctx, tx, t)
}

// begin makes the row that holds how it goes with an app's webhook, and reports
// whether it did.
func (s *Service) begin(ctx context.Context, tx *db.Tx, app int64) (bool, error) {
	done, err := tx.Pgx.Exec(ctx, `INSERT INTO hook_endpoints (app_id, url, active, created_at, updated_at) SELECT id, '', false, $2, $2 FROM apps WHERE id = $1
		ON CONFLICT ON CONSTRAINT hook_endpoints_app_key DO NOTHING`, app, s.now())
	if err != nil {
		return false, fmt.Errorf("hooks: endpoint: %w", err)
	}
	return done.RowsAffected() == 1, nil
}

// claim takes the next event that is due to a target. It returns errNothing where
// there is none, or enough are on their way.
func (s *Service) claim(ctx context.Context, t models.HookTarget) (c *claimed, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		e, found, err := s.locked(ctx, tx, t)
		if err != nil {
			return err
		}
		if !found || !e.Active || e.URL == "" {
			return s.nowhere(ctx, tx, t)
		}
		c, err = s.pick(ctx, tx, t, e)
		return err
	})
	if err == nil && c == nil {
		err = errNothing
	}
	return c, err
}

// pick finds what is due and claims it. Of one subscription, or installation, the
// events go out in their order: while an earlier one is still tried, a later one waits.
func (s *Service) pick(ctx context.Context, tx *db.Tx, t models.HookTarget, e *endpoint) (*claimed, error) {
	now, together := s.now(), models.HookTogether
	if e.hold != nil && e.hold.After(now) {
		return nil, nil
	}
	if e.failures >= models.HookTroubled {
		together = 1
	}
	c := &claimed{url: e.URL, HookMessage: models.HookMessage{Target: t, Content: e.Content}}
	err := tx.Pgx.QueryRow(ctx, `UPDATE hook_events SET claimed_until = $3, seen_at = coalesce(seen_at, $2) WHERE id = (
			SELECT e.id FROM hook_events e
			WHERE e.`+column(t)+` = $1 AND e.state = 'waiting' AND (e.next_at IS NULL OR e.next_at <= $2)
				AND (e.claimed_until IS NULL OR e.claimed_until <= $2)
				AND (e.`+thread(t)+` IS NULL OR NOT EXISTS (SELECT FROM hook_events p
					WHERE p.`+thread(t)+` = e.`+thread(t)+` AND p.id < e.id AND p.state = 'waiting' AND p.redeliver = e.redeliver))
				AND (SELECT count(*) FROM hook_events b WHERE b.`+column(t)+` = $1 AND b.state = 'waiting' AND b.claimed_until > $2) < $4
			ORDER BY (e.redeliver OR e.event = 'ping') DESC, e.id LIMIT 1)
		RETURNING id, guid, event, payload, tries, redeliver, seen_at`,
		t.ID, now, now.Add(lease), together).
		Scan(&c.id, &c.GUID, &c.Event, &c.Payload, &c.tries, &c.redeliver, &c.seen)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hooks: claim: %w", err)
	}
	c.secrets, err = s.secrets(t, e, c.tries)
	return c, err
}

// secrets are those that sign. While two are live, each attempt of an event puts
// the other one first: a receiver that knows either takes it.
func (s *Service) secrets(t models.HookTarget, e *endpoint, tries int) ([]string, error) {
	sealed := [][]byte{e.secret}
	if e.twoLive(s.now()) {
		sealed = append(sealed, e.old)
	}
	var all []string
	for _, one := range sealed {
		if len(one) == 0 {
			continue
		}
		plain, err := s.box.Open(secretsOf(t), t.ID, one)
		if err != nil {
			return nil, fmt.Errorf("hooks: secret of %s %d: %w", t.Type(), t.ID, err)
		}
		all = append(all, string(plain))
	}
	if len(all) == 2 && tries%2 == 1 {
		all[0], all[1] = all[1], all[0]
	}
	return all, nil
}

func (e *endpoint) twoLive(now time.Time) bool {
	return e.old != nil && e.oldUntil != nil && e.oldUntil.After(now)
}

// nowhere ends what waits where there is no address to send it to. The listing's
// endpoint is where it is kept that its app hears nothing of what was bought.
func (s *Service) nowhere(ctx context.Context, tx *db.Tx, t models.HookTarget) error {
	now := s.now()
	done, err := tx.Pgx.Exec(ctx, `UPDATE hook_events SET state = CASE WHEN delivered_at IS NULL THEN 'nowhere' ELSE 'delivered' END,
			seen_at = coalesce(seen_at, $2), claimed_until = NULL, redeliver = false
		WHERE `+column(t)+` = $1 AND state = 'waiting'`, t.ID, now)
	if err != nil {
		return fmt.Errorf("hooks: nowhere: %w", err)
	}
	if done.RowsAffected() == 0 || t.App {
		return nil
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_endpoints (listing_id, url, active, failing_since, created_at, updated_at)
		SELECT id, '', false, $2, $2, $2 FROM listings WHERE id = $1
		ON CONFLICT ON CONSTRAINT hook_endpoints_listing_key DO UPDATE SET failing_since = coalesce(hook_endpoints.failing_since, $2)`, t.ID, now)
	if err != nil {
		return fmt.Errorf("hooks: nowhere: %w", err)
	}
	return nil
}
