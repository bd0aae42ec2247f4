package hooks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/secretbox"
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
	var listing int64
	err := s.db.Pool().QueryRow(ctx, `SELECT listing_id FROM hook_events WHERE guid = $1`, guid).Scan(&listing)
	if found, err := db.Found(err); err != nil || !found {
		return err
	}
	for began := time.Now(); time.Since(began) < spell; {
		err := s.next(ctx, listing)
		if errors.Is(err, errNothing) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil // the rest is found by Tend
}

func (s *Service) next(ctx context.Context, listing int64) error {
	c, err := s.claim(ctx, listing)
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

// endpoint is a row of hook_endpoints.
type endpoint struct {
	models.HookSettings
	secret, old []byte
	oldUntil    *time.Time
	failures    int
	hold        *time.Time
}

const endpointColumns = `url, active, content_type, secret, old_secret, old_secret_until, failures, hold_until`

func (e *endpoint) scan() []any {
	return []any{&e.URL, &e.Active, &e.Content, &e.secret, &e.old, &e.oldUntil, &e.failures, &e.hold}
}

// claim takes the next event that is due to a listing's app. It returns errNothing
// where there is none, or enough are on their way.
func (s *Service) claim(ctx context.Context, listing int64) (c *claimed, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		var e endpoint
		err := tx.Pgx.QueryRow(ctx, `SELECT `+endpointColumns+` FROM hook_endpoints WHERE listing_id = $1 FOR UPDATE`, listing).Scan(e.scan()...)
		if found, err := db.Found(err); err != nil {
			return fmt.Errorf("hooks: claim: %w", err)
		} else if !found || !e.Active || e.URL == "" {
			return s.nowhere(ctx, tx, listing)
		}
		c, err = s.pick(ctx, tx, listing, &e)
		return err
	})
	if err == nil && c == nil {
		err = errNothing
	}
	return c, err
}

// pick finds what is due and claims it. Of one subscription the events go out in
// their order: while an earlier one is still tried, a later one waits.
func (s *Service) pick(ctx context.Context, tx *db.Tx, listing int64, e *endpoint) (*claimed, error) {
	now, together := s.now(), models.HookTogether
	if e.hold != nil && e.hold.After(now) {
		return nil, nil
	}
	if e.failures >= models.HookTroubled {
		together = 1
	}
	c := &claimed{url: e.URL, HookMessage: models.HookMessage{ListingID: listing, Content: e.Content}}
	err := tx.Pgx.QueryRow(ctx, `UPDATE hook_events SET claimed_until = $3, seen_at = coalesce(seen_at, $2) WHERE id = (
			SELECT e.id FROM hook_events e
			WHERE e.listing_id = $1 AND e.state = 'waiting' AND (e.next_at IS NULL OR e.next_at <= $2)
				AND (e.claimed_until IS NULL OR e.claimed_until <= $2)
				AND (e.subscription_id IS NULL OR NOT EXISTS (SELECT FROM hook_events p
					WHERE p.subscription_id = e.subscription_id AND p.id < e.id AND p.state = 'waiting' AND p.redeliver = e.redeliver))
				AND (SELECT count(*) FROM hook_events b WHERE b.listing_id = $1 AND b.state = 'waiting' AND b.claimed_until > $2) < $4
			ORDER BY (e.redeliver OR e.event = 'ping') DESC, e.id LIMIT 1)
		RETURNING id, guid, event, payload, tries, redeliver, seen_at`,
		listing, now, now.Add(lease), together).
		Scan(&c.id, &c.GUID, &c.Event, &c.Payload, &c.tries, &c.redeliver, &c.seen)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hooks: claim: %w", err)
	}
	c.secrets, err = s.secrets(listing, e, c.tries)
	return c, err
}

// secrets are those that sign. While two are live, each attempt of an event puts
// the other one first: a receiver that knows either takes it.
func (s *Service) secrets(listing int64, e *endpoint, tries int) ([]string, error) {
	sealed := [][]byte{e.secret}
	if e.twoLive(s.now()) {
		sealed = append(sealed, e.old)
	}
	var all []string
	for _, one := range sealed {
		if one == nil {
			continue
		}
		plain, err := s.box.Open(secretbox.PurchaseSecrets, listing, one)
		if err != nil {
			return nil, fmt.Errorf("hooks: secret of listing %d: %w", listing, err)
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
// endpoint is where it is kept that its app hears nothing.
func (s *Service) nowhere(ctx context.Context, tx *db.Tx, listing int64) error {
	now := s.now()
	done, err := tx.Pgx.Exec(ctx, `UPDATE hook_events SET state = CASE WHEN delivered_at IS NULL THEN 'nowhere' ELSE 'delivered' END,
			seen_at = coalesce(seen_at, $2), claimed_until = NULL, redeliver = false
		WHERE listing_id = $1 AND state = 'waiting'`, listing, now)
	if err != nil {
		return fmt.Errorf("hooks: nowhere: %w", err)
	}
	if done.RowsAffected() == 0 {
		return nil
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_endpoints (listing_id, url, active, failing_since, created_at, updated_at)
		SELECT id, '', false, $2, $2, $2 FROM listings WHERE id = $1
		ON CONFLICT ON CONSTRAINT hook_endpoints_listing_key DO UPDATE SET failing_since = coalesce(hook_endpoints.failing_since, $2)`, listing, now)
	if err != nil {
		return fmt.Errorf("hooks: nowhere: %w", err)
	}
	return nil
}
