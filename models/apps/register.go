package apps

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"souk/models"
	"souk/models/db"
	"souk/models/secretbox"
)

// Owner is the account that an app is registered for.
type Owner struct {
	ID        int64
	Login     string
	Name      string // or the login
	Kind      models.AccountKind
	Suspended bool
}

// Owner finds the account at login, for which the actor may see, if not
// register, apps: "" is the actor.
func (s *Service) Owner(ctx context.Context, actor models.Actor, login string) (*Owner, error) {
	o, err := s.owner(ctx, s.db.Pool(), actor, login, "")
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeAppsOf(o.ID); err != nil {
		return nil, err
	}
	return o, nil
}

func (s *Service) owner(ctx context.Context, q Querier, actor models.Actor, login, lock string) (*Owner, error) {
	if actor.Anonymous() {
		return nil, models.ErrSignInNeeded
	}
	if login == "" {
		login = actor.Login
	}
	if !db.Sayable(login) {
		return nil, models.ErrNotFound
	}
	var o Owner
	err := q.QueryRow(ctx, `SELECT id, login, coalesce(nullif(name, ''), login), kind, suspended_at IS NOT NULL FROM accounts
		WHERE login = lower($1) `+lock, login).Scan(&o.ID, &o.Login, &o.Name, &o.Kind, &o.Suspended)
	if err != nil {
		return nil, missing(err)
	}
	return &o, nil
}

// registering locks the account that an app is registered for, so that apps are
// counted one after the other, and asks whether the actor may.
func (s *Service) registering(ctx context.Context, tx *db.Tx, actor models.Actor, login string) (*Owner, error) {
	o, err := s.owner(ctx, tx.Pgx, actor, login, "FOR UPDATE")
	if err != nil {
		return nil, err
	}
	if err := actor.MayRegisterApp(o.ID); err != nil {
		return nil, err
	}
	if o.Suspended && !actor.Operator {
		return nil, models.ErrSuspended
	}
	return o, nil
}

// Register registers an app for the account at login, "" for the actor's own,
// and returns the app's slug. What is wrong comes back as Problems.
func (s *Service) Register(ctx context.Context, actor models.Actor, login string, kind models.AppKind, settings models.AppSettings, a Access) (slug string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := s.registering(ctx, tx, actor, login)
		if err != nil {
			return err
		}
		made, err := s.register(ctx, tx, actor, o, kind, settings, a)
		if err != nil {
			return err
		}
		slug = made.Slug
		if !settings.WebhookActive {
			return nil
		}
		return s.webhookSet(ctx, tx, actor, made.ID, false)
	})
	if db.Violates(err, "apps_slug_key") {
		return "", models.ErrAppNameTaken
	}
	return slug, err
}

// register writes what Register and a manifest have in common.
func (s *Service) register(ctx context.Context, tx *db.Tx, actor models.Actor, o *Owner, kind models.AppKind, settings models.AppSettings, a Access) (*models.App, error) {
	settings, a, err := s.checked(kind, settings, a)
	if err != nil {
		return nil, err
	}
	if err := s.free(ctx, tx, o.ID, 0, settings.Name); err != nil {
		return nil, err
	}
	var count int
	if err := tx.Pgx.QueryRow(ctx, `SELECT count(*) FROM apps WHERE account_id = $1 AND registered_at IS NOT NULL`, o.ID).Scan(&count); err != nil {
		return nil, fmt.Errorf("apps: count: %w", err)
	}
	if count >= models.MaxAppsOf {
		return nil, models.ErrTooManyApps
	}
	app, err := s.insert(ctx, tx, o.ID, kind, settings, a)
	if err != nil {
		return nil, err
	}
	st := &Standing{App: *app}
	after := settingsLog(settings)
	for k, v := range a.log() {
		after[k] = v
	}
	after["kind"] = kind
	return app, s.record(ctx, tx, actor, "app.create", st, nil, after)
}

// checked is what is kept of a form, with all that is wrong with either half.
func (s *Service) checked(kind models.AppKind, settings models.AppSettings, a Access) (models.AppSettings, Access, error) {
	var problems models.Problems
	kept, err := settings.Check(kind, s.insecure)
	if err := problems.Add("", err); err != nil {
		return kept, a, err
	}
	want, err := a.check(kind)
	if err := problems.Add("", err); err != nil {
		return kept, a, err
	}
	return kept, want, problems.Err()
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, account int64, kind models.AppKind, set models.AppSettings, a Access) (*models.App, error) {
	now, client := s.now(), models.NewClientID(kind)
	app := &models.App{AccountID: &account, Slug: models.AppSlug(set.Name), Kind: kind, Name: set.Name, ClientID: &client, RegisteredAt: &now}
	if app.Slug == "" {
		app.Slug = "app-" + strings.ToLower(rand.Text()[:10])
	}
	err := tx.Pgx.QueryRow(ctx, `INSERT INTO apps (account_id, slug, kind, name, homepage_url, description, permissions, events, scopes, single_file_paths,
			callback_urls, setup_url, setup_on_update, webhook_active, webhook_url, authorize_on_install, expire_user_tokens, device_flow, public,
			client_id, registered_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, $21) RETURNING id`,
		account, app.Slug, kind, set.Name, set.HomepageURL, set.Description, a.Permissions, a.Events, a.Scopes, a.SingleFilePaths,
		set.CallbackURLs, set.SetupURL, set.SetupOnUpdate, set.WebhookActive, set.WebhookURL, set.AuthorizeOnInstall, set.ExpireUserTokens,
		set.DeviceFlow, set.Public, client, now).Scan(&app.ID)
	if err != nil {
		return nil, fmt.Errorf("apps: register: %w", err)
	}
	return app, s.keepSecret(ctx, tx, app.ID, set)
}

// keepSecret seals the webhook's secret for the app, which keeps it when it
// changes hands.
func (s *Service) keepSecret(ctx context.Context, tx *db.Tx, app int64, set models.AppSettings) error {
	if set.WebhookSecret == "" && !set.ForgetSecret {
		return nil
	}
	var sealed []byte
	if !set.ForgetSecret {
		var err error
		if sealed, err = s.box.Seal(secretbox.WebhookSecrets, app, []byte(set.WebhookSecret)); err != nil {
			return fmt.Errorf("apps: seal: %w", err)
		}
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE apps SET webhook_secret = $2 WHERE id = $1`, app, sealed); err != nil {
		return fmt.Errorf("apps: secret: %w", err)
	}
	return nil
}

// WebhookSecret is what deliveries of an app are signed with, "" for nothing.
func (s *Service) WebhookSecret(app *models.App) (string, error) {
	if len(app.WebhookSecret) == 0 {
		return "", nil
	}
	plain, err := s.box.Open(secretbox.WebhookSecrets, app.ID, app.WebhookSecret)
	if err != nil {
		return "", fmt.Errorf("apps: webhook secret: %w", err)
	}
	return string(plain), nil
}

// free says whether an account may call an app that: not like another account's
// login, not like another app, and not so that it passes for one that people
// know. The key of slugs has the last word.
func (s *Service) free(ctx context.Context, tx *db.Tx, account, app int64, name string) error {
	slug, shape := models.AppSlug(name), models.AppShape(name)
	var taken, login, alike bool
	err := tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM apps WHERE slug = $3 AND id <> $2),
			EXISTS (SELECT FROM accounts WHERE login = $3 AND id <> $1),
			EXISTS (SELECT FROM apps a LEFT JOIN accounts o ON o.id = a.account_id
				WHERE login_skeleton(a.slug) = login_skeleton($4) AND a.id <> $2 AND a.account_id IS DISTINCT FROM $1
				AND (o.verified_at IS NOT NULL OR EXISTS (SELECT FROM listings l WHERE l.app_id = a.id AND l.public)))
			OR EXISTS (SELECT FROM accounts o WHERE login_skeleton(o.login) = login_skeleton($4) AND o.id <> $1 AND o.verified_at IS NOT NULL)`,
		account, app, slug, shape).Scan(&taken, &login, &alike)
	switch {
	case err != nil:
		return fmt.Errorf("apps: name: %w", err)
	case taken:
		return models.ErrAppNameTaken
	case login:
		return models.ErrAppNameLogin
	case alike && shape != "":
		return models.ErrAppNameAlike
	}
	return nil
}

// Change saves what an integrator sets about an app, from a form that was opened
// at this version of it, and returns its slug, which follows the name until there
// is a listing. It returns Problems, and ErrAppChanged if somebody was faster.
func (s *Service) Change(ctx context.Context, actor models.Actor, slug string, version int, settings models.AppSettings) (now string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.managed(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		if version != st.Version {
			return models.ErrAppChanged
		}
		set, err := settings.Check(st.Kind, s.insecure)
		if err != nil {
			return err
		}
		if now, err = s.rename(ctx, tx, st, set.Name); err != nil {
			return err
		}
		if st.Public && !set.Public && st.Live() {
			return models.ErrAppListed
		}
		return s.change(ctx, tx, actor, st, now, set)
	})
	if db.Violates(err, "apps_slug_key") {
		return "", models.ErrAppNameTaken
	}
	return now, err
}

// rename is the slug of an app under a name.
func (s *Service) rename(ctx context.Context, tx *db.Tx, st *Standing, name string) (slug string, err error) {
	if name == st.Name {
		return st.Slug, nil
	}
	if err := s.free(ctx, tx, *st.AccountID, st.ID, name); err != nil {
		return "", err
	}
	if slug = models.AppSlug(name); st.ListingID != 0 || slug == "" {
		return st.Slug, nil
	}
	return slug, nil
}

func (s *Service) change(ctx context.Context, tx *db.Tx, actor models.Actor, st *Standing, slug string, set models.AppSettings) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE apps SET slug = $2, name = $3, homepage_url = $4, description = $5, callback_urls = $6, setup_url = $7,
			setup_on_update = $8, webhook_active = $9, webhook_url = $10, authorize_on_install = $11, expire_user_tokens = $12, device_flow = $13,
			public = $14, version = version + 1, updated_at = $15 WHERE id = $1`,
		st.ID, slug, set.Name, set.HomepageURL, set.Description, set.CallbackURLs, set.SetupURL, set.SetupOnUpdate, set.WebhookActive,
		set.WebhookURL, set.AuthorizeOnInstall, set.ExpireUserTokens, set.DeviceFlow, set.Public, s.now())
	if err != nil {
		return fmt.Errorf("apps: change: %w", err)
	}
	if err := s.keepSecret(ctx, tx, st.ID, set); err != nil {
		return err
	}
	before, after := settingsLog(models.SettingsOf(&st.App)), settingsLog(set)
	before["slug"], after["slug"] = st.Slug, slug
	secret := set.WebhookSecret != "" || set.ForgetSecret
	after["webhook_secret_changed"] = secret
	if err := s.record(ctx, tx, actor, "app.change", st, before, after); err != nil {
		return err
	}
	if !secret && set.WebhookURL == st.WebhookURL && set.WebhookActive == st.WebhookActive {
		return nil
	}
	return s.webhookSet(ctx, tx, actor, st.ID, secret)
}

// settingsLog is how the audit log tells of settings.
func settingsLog(s models.AppSettings) map[string]any {
	return map[string]any{"name": s.Name, "homepage_url": s.HomepageURL, "description": s.Description, "callback_urls": s.CallbackURLs,
		"setup_url": s.SetupURL, "setup_on_update": s.SetupOnUpdate, "webhook_active": s.WebhookActive, "webhook_url": s.WebhookURL,
		"authorize_on_install": s.AuthorizeOnInstall, "expire_user_tokens": s.ExpireUserTokens, "device_flow": s.DeviceFlow, "public": s.Public}
}

// Find loads an app for the pages of its settings. Those whom staff has
// suspended may look at their own.
func (s *Service) Find(ctx context.Context, actor models.Actor, slug string) (*Standing, error) {
	st, err := Of(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeAppSettings(st.Rights()); err != nil {
		return nil, err
	}
	if !st.Registered() {
		return nil, models.ErrNotFound
	}
	return st, nil
}
