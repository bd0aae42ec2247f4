package hooks

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
)

// Endpoint is where an app is told things, and how it goes.
type Endpoint struct {
	models.HookSettings
	Signed      bool
	OldUntil    time.Time // until when the old secret signs too; zero: there is none
	DeliveredAt *time.Time
	FailedAt    *time.Time
	FailingFrom *time.Time
	Hold        time.Time // nothing is tried before; zero: at once
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Reachable reports whether there is somewhere to send anything to.
func (e *Endpoint) Reachable() bool { return e.Active && e.URL != "" }

// Endpoint is the one of the listing, or app, at slug. One that was never set is empty.
func (s *Service) Endpoint(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, *Endpoint, error) {
	st, err := s.of(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	e, err := s.endpoint(ctx, s.db.Pool(), s.target(st))
	return st, e, err
}

func (s *Service) endpoint(ctx context.Context, q apps.Querier, t models.HookTarget) (*Endpoint, error) {
	from := `hook_endpoints p LEFT JOIN apps a ON a.id = p.app_id WHERE p.listing_id = $1`
	if t.App {
		from = `apps a LEFT JOIN hook_endpoints p ON p.app_id = a.id WHERE a.id = $1`
	}
	e := &Endpoint{HookSettings: models.HookSettings{Active: true, Content: models.HookJSON}}
	var old, hold *time.Time
	var set bool
	err := q.QueryRow(ctx, `SELECT coalesce(a.webhook_url, p.url), coalesce(a.webhook_active, p.active), coalesce(p.content_type, 'json'),
			length(CASE WHEN a.id IS NULL THEN p.secret ELSE a.webhook_secret END) > 0 IS TRUE, CASE WHEN p.old_secret IS NOT NULL THEN p.old_secret_until END,
			p.delivered_at, p.failed_at, p.failing_since, p.hold_until, coalesce(p.created_at, a.created_at), coalesce(p.updated_at, a.updated_at)
		FROM `+from, t.ID).
		Scan(&e.URL, &e.Active, &e.Content, &e.Signed, &old, &e.DeliveredAt, &e.FailedAt, &e.FailingFrom, &hold, &e.CreatedAt, &e.UpdatedAt)
	if set, err = db.Found(err); err != nil {
		return nil, fmt.Errorf("hooks: endpoint: %w", err)
	}
	if set && e.URL == "" {
		e.Active = true // what a form begins with
	}
	if now := s.now(); old != nil && old.After(now) {
		e.OldUntil = *old
	}
	if hold != nil && hold.After(s.now()) {
		e.Hold = *hold
	}
	return e, nil
}

// Save sets where an app is told things, and sends a ping there if that is new. The
// first time a secret for purchases is made, which is returned this once; an app's own
// webhook goes unsigned until somebody has one made. What is wrong with the settings
// comes back as Problems.
func (s *Service) Save(ctx context.Context, actor models.Actor, slug string, set models.HookSettings) (secret string, err error) {
	err = s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		set, err := set.Check(s.insecure)
		if err != nil {
			return err
		}
		t := s.target(st)
		was, err := s.endpoint(ctx, tx.Pgx, t)
		if err != nil {
			return err
		}
		if secret, err = s.keep(ctx, tx, t, set, was); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "hook.change", st, logged(was.HookSettings), logged(set)); err != nil {
			return err
		}
		if !set.Active || set.URL == "" || was.URL == set.URL && was.Active {
			return nil
		}
		return s.ping(ctx, tx, actor, t)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// keep writes the settings. Another address begins anew.
func (s *Service) keep(ctx context.Context, tx *db.Tx, t models.HookTarget, set models.HookSettings, was *Endpoint) (secret string, err error) {
	if t.App {
		return "", s.keepOfApp(ctx, tx, t.ID, set)
	}
	now := s.now()
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_endpoints (listing_id, url, active, content_type, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
		ON CONFLICT ON CONSTRAINT hook_endpoints_listing_key DO UPDATE SET url = excluded.url, active = excluded.active, content_type = excluded.content_type,
			failures = CASE WHEN hook_endpoints.url = excluded.url THEN hook_endpoints.failures ELSE 0 END, hold_until = NULL, updated_at = excluded.updated_at`,
		t.ID, set.URL, set.Active, set.Content, now)
	if err != nil {
		return "", fmt.Errorf("hooks: save: %w", err)
	}
	if was.Signed {
		return "", nil
	}
	secret = models.NewHookSecret()
	return secret, s.seal(ctx, tx, t, secret, nil)
}

// keepOfApp writes the settings into the app, as the form of all its settings does:
// one that was opened before is out of date.
func (s *Service) keepOfApp(ctx context.Context, tx *db.Tx, app int64, set models.HookSettings) error {
	now := s.now()
	if _, err := s.begin(ctx, tx, app); err != nil {
		return err
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE hook_endpoints p SET content_type = $4, failures = CASE WHEN a.webhook_url = $2 THEN p.failures ELSE 0 END,
			failing_since = CASE WHEN a.webhook_url = $2 THEN p.failing_since END, hold_until = NULL, updated_at = $3
		FROM apps a WHERE a.id = p.app_id AND p.app_id = $1`, app, set.URL, now, set.Content)
	if err != nil {
		return fmt.Errorf("hooks: save: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE apps SET webhook_url = $2, webhook_active = $3, version = version + 1, updated_at = $4 WHERE id = $1`,
		app, set.URL, set.Active, now)
	if err != nil {
		return fmt.Errorf("hooks: save: %w", err)
	}
	return nil
}

func logged(set models.HookSettings) map[string]any {
	return map[string]any{"url": set.URL, "active": set.Active, "content_type": set.Content}
}

// WebhookSet begins anew with an app's webhook that was set or changed elsewhere, and
// sends a ping there if it is active. An old secret ends where another took its place.
func (s *Service) WebhookSet(ctx context.Context, tx *db.Tx, actor models.Actor, app int64, secretToo bool) error {
	if _, err := s.begin(ctx, tx, app); err != nil {
		return err
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET failures = 0, failing_since = NULL, hold_until = NULL, updated_at = $3,
			old_secret = CASE WHEN $2 THEN NULL ELSE old_secret END, old_secret_until = CASE WHEN $2 THEN NULL ELSE old_secret_until END
		WHERE app_id = $1`, app, secretToo, s.now())
	if err != nil {
		return fmt.Errorf("hooks: set: %w", err)
	}
	t := models.HookTarget{App: true, ID: app}
	e, err := s.endpoint(ctx, tx.Pgx, t)
	if err != nil || !e.Reachable() {
		return err
	}
	return s.ping(ctx, tx, actor, t)
}

// Ping sends an event that says only that the webhook is there. It returns
// ErrHookNowhere without an address.
func (s *Service) Ping(ctx context.Context, actor models.Actor, slug string) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := s.ping(ctx, tx, actor, s.target(st)); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "hook.ping", st, nil, nil)
	})
}

func (s *Service) ping(ctx context.Context, tx *db.Tx, actor models.Actor, t models.HookTarget) error {
	e, err := s.endpoint(ctx, tx.Pgx, t)
	if err != nil {
		return err
	}
	if !e.Reachable() {
		return models.ErrHookNowhere
	}
	var events []string
	if t.App {
		if err := tx.Pgx.QueryRow(ctx, `SELECT events FROM apps WHERE id = $1`, t.ID).Scan(&events); err != nil {
			return fmt.Errorf("hooks: ping: %w", err)
		}
	}
	payload, err := json.Marshal(models.PingOf(t, e.HookSettings, events, e.Signed, e.CreatedAt, e.UpdatedAt, actor.Sender(), s.site.Base))
	if err != nil {
		return fmt.Errorf("hooks: ping: %w", err)
	}
	guid := uuid.Must(uuid.NewV7()).String()
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_events (guid, `+column(t)+`, event, action, payload, state, created_at) VALUES ($1, $2, 'ping', '', $3, 'waiting', $4)`,
		guid, t.ID, string(payload), s.now())
	if err != nil {
		return fmt.Errorf("hooks: ping: %w", err)
	}
	if err := unhold(ctx, tx, t); err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.DeliverHook{GUID: guid})
}

// unhold lets a receiver be tried at once, because somebody asked for it.
func unhold(ctx context.Context, tx *db.Tx, t models.HookTarget) error {
	if _, err := tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET hold_until = NULL WHERE `+column(t)+` = $1`, t.ID); err != nil {
		return fmt.Errorf("hooks: hold: %w", err)
	}
	return nil
}
