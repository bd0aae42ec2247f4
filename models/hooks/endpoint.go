package hooks

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/secretbox"
)

// Endpoint is where a listing's purchases are told to, and how it goes.
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

// Endpoint is the one of the listing at slug. One that was never set is empty.
func (s *Service) Endpoint(ctx context.Context, actor models.Actor, slug string) (*apps.Standing, *Endpoint, error) {
	st, err := s.of(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	e, err := s.endpoint(ctx, s.db.Pool(), st.ListingID)
	return st, e, err
}

func (s *Service) endpoint(ctx context.Context, q apps.Querier, listing int64) (*Endpoint, error) {
	e := &Endpoint{HookSettings: models.HookSettings{Active: true, Content: models.HookJSON}}
	var old, hold *time.Time
	var set bool
	err := q.QueryRow(ctx, `SELECT url, active, content_type, secret IS NOT NULL, CASE WHEN old_secret IS NOT NULL THEN old_secret_until END,
			delivered_at, failed_at, failing_since, hold_until, created_at, updated_at
		FROM hook_endpoints WHERE listing_id = $1`, listing).
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

// Save sets where a listing's purchases are told to, and sends a ping there if that
// is new. The first time a secret is made, which is returned this once. What is
// wrong with the settings comes back as Problems.
func (s *Service) Save(ctx context.Context, actor models.Actor, slug string, set models.HookSettings) (secret string, err error) {
	err = s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		set, err := set.Check(s.insecure)
		if err != nil {
			return err
		}
		was, err := s.endpoint(ctx, tx.Pgx, st.ListingID)
		if err != nil {
			return err
		}
		if secret, err = s.keep(ctx, tx, st.ListingID, set, !was.Signed); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "hook.change", st, logged(was.HookSettings), logged(set)); err != nil {
			return err
		}
		if !set.Active || set.URL == "" || was.URL == set.URL && was.Active {
			return nil
		}
		return s.ping(ctx, tx, actor, st)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// keep writes the settings. Another address begins anew.
func (s *Service) keep(ctx context.Context, tx *db.Tx, listing int64, set models.HookSettings, unsigned bool) (secret string, err error) {
	now := s.now()
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_endpoints (listing_id, url, active, content_type, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
		ON CONFLICT ON CONSTRAINT hook_endpoints_listing_key DO UPDATE SET url = excluded.url, active = excluded.active, content_type = excluded.content_type,
			failures = CASE WHEN hook_endpoints.url = excluded.url THEN hook_endpoints.failures ELSE 0 END, hold_until = NULL, updated_at = excluded.updated_at`,
		listing, set.URL, set.Active, set.Content, now)
	if err != nil {
		return "", fmt.Errorf("hooks: save: %w", err)
	}
	if !unsigned {
		return "", nil
	}
	secret = models.NewHookSecret()
	return secret, s.seal(ctx, tx, listing, secret, nil)
}

// seal makes secret the one that signs; the one before signs too until a time, if
// there is one.
func (s *Service) seal(ctx context.Context, tx *db.Tx, listing int64, secret string, until *time.Time) error {
	sealed, err := s.box.Seal(secretbox.PurchaseSecrets, listing, []byte(secret))
	if err != nil {
		return err
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET old_secret = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE secret END, old_secret_until = $3,
		secret = $2, updated_at = $4 WHERE listing_id = $1`, listing, sealed, until, s.now())
	if err != nil {
		return fmt.Errorf("hooks: secret: %w", err)
	}
	return nil
}

func logged(set models.HookSettings) map[string]any {
	return map[string]any{"url": set.URL, "active": set.Active, "content_type": set.Content}
}

// Rotate makes another secret, and returns it this once; own is one that somebody
// brings along. The one before signs too for a week, unless it must end now. It
// returns ErrHookTwoSecrets while two are live, and ErrHookNowhere without an
// address.
func (s *Service) Rotate(ctx context.Context, actor models.Actor, slug, own string, endOld bool) (secret string, err error) {
	err = s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := actor.MayRenewCredentials(st.Rights(), s.now()); err != nil {
			return err
		}
		e, err := s.endpoint(ctx, tx.Pgx, st.ListingID)
		if err != nil {
			return err
		}
		var problems models.Problems
		if err := problems.Add("", models.CheckHookSecret(own)); err != nil {
			return err
		}
		switch {
		case problems.Err() != nil:
			return problems.Err()
		case e.URL == "":
			return models.ErrHookNowhere
		case !e.OldUntil.IsZero() && !endOld:
			return models.ErrHookTwoSecrets
		}
		if secret = own; secret == "" {
			secret = models.NewHookSecret()
		}
		var until *time.Time
		if !endOld && e.Signed {
			until = new(s.now().Add(models.HookOldSecret))
		}
		if err := s.seal(ctx, tx, st.ListingID, secret, until); err != nil {
			return err
		}
		return s.renewed(ctx, tx, actor, st, "hook.rotate_secret")
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// EndOld ends the old secret before its time. It returns ErrHookOneSecret where
// there is none.
func (s *Service) EndOld(ctx context.Context, actor models.Actor, slug string) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := actor.MayRenewCredentials(st.Rights(), s.now()); err != nil {
			return err
		}
		done, err := tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET old_secret = NULL, old_secret_until = NULL, updated_at = $2
			WHERE listing_id = $1 AND old_secret IS NOT NULL`, st.ListingID, s.now())
		if err != nil {
			return fmt.Errorf("hooks: secret: %w", err)
		}
		if done.RowsAffected() == 0 {
			return models.ErrHookOneSecret
		}
		return s.renewed(ctx, tx, actor, st, "hook.end_secret")
	})
}

// renewed records that secrets changed, and tells those who keep the app.
func (s *Service) renewed(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, action models.AuditAction) error {
	if err := s.record(ctx, tx, actor, action, st, nil, nil); err != nil {
		return err
	}
	return s.tell(ctx, tx, st.ID, notices.Notice{Kind: models.NoticeHookSecret, Link: page(st.ListingSlug),
		Params: map[string]string{"listing": st.ListingName, "login": actor.Login}})
}

// Ping sends an event that says only that the webhook is there. It returns
// ErrHookNowhere without an address.
func (s *Service) Ping(ctx context.Context, actor models.Actor, slug string) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := s.ping(ctx, tx, actor, st); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "hook.ping", st, nil, nil)
	})
}

func (s *Service) ping(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing) error {
	e, err := s.endpoint(ctx, tx.Pgx, st.ListingID)
	if err != nil {
		return err
	}
	if !e.Reachable() {
		return models.ErrHookNowhere
	}
	sender := models.HookAccount{ID: actor.UserID, Login: actor.Login, Kind: models.KindUser}
	payload, err := json.Marshal(models.PingOf(st.ListingID, e.HookSettings, e.CreatedAt, e.UpdatedAt, sender, s.site.Base))
	if err != nil {
		return fmt.Errorf("hooks: ping: %w", err)
	}
	guid := uuid.Must(uuid.NewV7()).String()
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_events (guid, listing_id, event, action, payload, state, created_at) VALUES ($1, $2, 'ping', '', $3, 'waiting', $4)`,
		guid, st.ListingID, string(payload), s.now())
	if err != nil {
		return fmt.Errorf("hooks: ping: %w", err)
	}
	if err := unhold(ctx, tx, st.ListingID); err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, jobs.DeliverHook{GUID: guid})
}

// unhold lets a receiver be tried at once, because somebody asked for it.
func unhold(ctx context.Context, tx *db.Tx, listing int64) error {
	if _, err := tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET hold_until = NULL WHERE listing_id = $1`, listing); err != nil {
		return fmt.Errorf("hooks: hold: %w", err)
	}
	return nil
}

// OwnSecret reports whether secret is the one that signs what the app of the listing
// at slug is told, for whoever just had it made.
func (s *Service) OwnSecret(ctx context.Context, actor models.Actor, slug, secret string) (bool, error) {
	st, err := s.of(ctx, actor, slug)
	if err != nil {
		return false, err
	}
	var sealed []byte
	err = s.db.Pool().QueryRow(ctx, `SELECT secret FROM hook_endpoints WHERE listing_id = $1`, st.ListingID).Scan(&sealed)
	if found, err := db.Found(err); err != nil {
		return false, fmt.Errorf("hooks: secret: %w", err)
	} else if !found || sealed == nil {
		return false, nil
	}
	plain, err := s.box.Open(secretbox.PurchaseSecrets, st.ListingID, sealed)
	return err == nil && subtle.ConstantTimeCompare(plain, []byte(secret)) == 1, err
}
