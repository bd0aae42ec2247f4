package hooks

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// seal makes secret the one that signs; the one before signs too until a time, if
// there is one.
func (s *Service) seal(ctx context.Context, tx *db.Tx, t models.HookTarget, secret string, until *time.Time) error {
	sealed, err := s.box.Seal(secretsOf(t), t.ID, []byte(secret))
	if err != nil {
		return err
	}
	now := s.now()
	if !t.App {
		_, err = tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET old_secret = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE secret END, old_secret_until = $3,
			secret = $2, updated_at = $4 WHERE listing_id = $1`, t.ID, sealed, until, now)
		if err != nil {
			return fmt.Errorf("hooks: secret: %w", err)
		}
		return nil
	}
	if _, err := s.begin(ctx, tx, t.ID); err != nil {
		return err
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE hook_endpoints p SET old_secret = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE a.webhook_secret END, old_secret_until = $2,
		updated_at = $3 FROM apps a WHERE a.id = p.app_id AND p.app_id = $1`, t.ID, until, now)
	if err != nil {
		return fmt.Errorf("hooks: secret: %w", err)
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE apps SET webhook_secret = $2, version = version + 1, updated_at = $3 WHERE id = $1`, t.ID, sealed, now); err != nil {
		return fmt.Errorf("hooks: secret: %w", err)
	}
	return nil
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
		e, err := s.endpoint(ctx, tx.Pgx, s.target(st))
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
		if err := s.seal(ctx, tx, s.target(st), secret, until); err != nil {
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
		t := s.target(st)
		done, err := tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET old_secret = NULL, old_secret_until = NULL, updated_at = $2
			WHERE `+column(t)+` = $1 AND old_secret IS NOT NULL`, t.ID, s.now())
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
	n := notices.Notice{Kind: models.NoticeHookSecret, Link: page(st.ListingSlug), Params: map[string]string{"listing": st.ListingName, "login": actor.Login}}
	if s.ofApps {
		n.Link, n.Params["listing"] = appPage(st.Slug), st.Name
	}
	return s.tell(ctx, tx, st.ID, n)
}

// OwnSecret reports whether secret is the one that signs what the app of the listing,
// or the app, at slug is told, for whoever just had it made.
func (s *Service) OwnSecret(ctx context.Context, actor models.Actor, slug, secret string) (bool, error) {
	st, err := s.of(ctx, actor, slug)
	if err != nil {
		return false, err
	}
	t, sealed := s.target(st), st.WebhookSecret
	if !t.App {
		err = s.db.Pool().QueryRow(ctx, `SELECT secret FROM hook_endpoints WHERE listing_id = $1`, t.ID).Scan(&sealed)
		if _, err := db.Found(err); err != nil {
			return false, fmt.Errorf("hooks: secret: %w", err)
		}
	}
	if len(sealed) == 0 {
		return false, nil
	}
	plain, err := s.box.Open(secretsOf(t), t.ID, sealed)
	return err == nil && subtle.ConstantTimeCompare(plain, []byte(secret)) == 1, err
}
