package apps

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// Standing is an app with what the rules, and most pages, need to know about it
// for one actor.
type Standing struct {
	models.App
	Owner        string              // login of its integrator; "" for none
	OwnerName    string              // or the login
	OwnerKind    models.AccountKind  // "" for none
	Managed      bool                // the actor is one of its managers
	Suspended    bool                // its integrator is, by staff
	ListingID    int64               // 0 while there is none
	ListingSlug  string              // "" while there is none
	ListingName  string              // what is live
	ListingLogo  string              // hash of the live one; "" for none
	ListingState models.ListingState // "" while there is none
	Claimed      bool                // the listing is its integrator's, not just imported
	Proposed     bool                // other permissions wait for approval
}

// Rights is what the rules of models/access_publish.go ask for.
func (s *Standing) Rights() models.AppRights {
	r := models.AppRights{ID: s.ID, Managed: s.Managed, Suspended: s.Suspended}
	if s.AccountID != nil {
		r.AccountID = *s.AccountID
	}
	return r
}

// Live reports whether visitors see the listing, or will again without another
// review: what the app asks for then changes by review alone.
func (s *Standing) Live() bool {
	return s.ListingState == models.ListingPublished || s.ListingState == models.ListingUnlisted || s.ListingState == models.ListingTakenDown
}

// Querier is the pool, or a transaction on one of its connections (db.Tx.Pgx).
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Of loads the app at slug, whoever may see it. Within a transaction it is
// locked if lock is set, and its listing with it. It returns ErrNotFound.
func Of(ctx context.Context, q Querier, actor models.Actor, slug string, lock bool) (*Standing, error) {
	return stand(ctx, q, actor, "a.slug = $2", slug, lock)
}

// OfListing is Of for the app whose listing is at slug.
func OfListing(ctx context.Context, q Querier, actor models.Actor, slug string, lock bool) (*Standing, error) {
	return stand(ctx, q, actor, "l.slug = $2", slug, lock)
}

// OfListingID is OfListing by the listing's id.
func OfListingID(ctx context.Context, q Querier, actor models.Actor, id int64, lock bool) (*Standing, error) {
	return stand(ctx, q, actor, "l.id = $2", id, lock)
}

func stand(ctx context.Context, q Querier, actor models.Actor, where string, what any, lock bool) (*Standing, error) {
	if slug, ok := what.(string); ok && !db.Sayable(slug) {
		return nil, models.ErrNotFound
	}
	if lock {
		// The row that is decided on. Locking it by itself keeps the other tables
		// of the statement below out of it, and shows what they say afterwards.
		var id int64
		err := q.QueryRow(ctx, `SELECT id FROM apps WHERE id = (SELECT a.id FROM apps a LEFT JOIN listings l ON l.app_id = a.id
			WHERE `+where+` AND $1::bigint IS NOT NULL) FOR UPDATE`, actor.UserID, what).Scan(&id)
		if err != nil {
			return nil, missing(err)
		}
	}
	var s Standing
	a := &s.App
	err := q.QueryRow(ctx, `SELECT a.id, a.account_id, a.slug, a.kind, a.name, a.homepage_url, a.description, a.permissions, a.events, a.scopes,
			a.single_file_paths, a.callback_urls, a.setup_url, a.setup_on_update, a.webhook_active, a.webhook_url, a.webhook_secret,
			a.authorize_on_install, a.expire_user_tokens, a.device_flow, a.public, a.client_id, a.logo_hash, a.logo_backdrop, a.version,
			a.registered_at, a.created_at, a.updated_at,
			coalesce(o.login, ''), coalesce(nullif(o.name, ''), o.login, ''), coalesce(o.kind, ''), o.suspended_at IS NOT NULL,
			EXISTS (SELECT FROM app_managers m WHERE m.app_id = a.id AND m.account_id = $1),
			coalesce(l.id, 0), coalesce(l.slug, ''), coalesce(l.name, ''), coalesce(l.logo_hash, ''), coalesce(l.state, ''), l.claimed_at IS NOT NULL,
			EXISTS (SELECT FROM app_proposals p WHERE p.app_id = a.id)
		FROM apps a LEFT JOIN accounts o ON o.id = a.account_id LEFT JOIN listings l ON l.app_id = a.id
		WHERE `+where, actor.UserID, what).Scan(
		&a.ID, &a.AccountID, &a.Slug, &a.Kind, &a.Name, &a.HomepageURL, &a.Description, &a.Permissions, &a.Events, &a.Scopes,
		&a.SingleFilePaths, &a.CallbackURLs, &a.SetupURL, &a.SetupOnUpdate, &a.WebhookActive, &a.WebhookURL, &a.WebhookSecret,
		&a.AuthorizeOnInstall, &a.ExpireUserTokens, &a.DeviceFlow, &a.Public, &a.ClientID, &a.LogoHash, &a.LogoBackdrop, &a.Version,
		&a.RegisteredAt, &a.CreatedAt, &a.UpdatedAt,
		&s.Owner, &s.OwnerName, &s.OwnerKind, &s.Suspended, &s.Managed,
		&s.ListingID, &s.ListingSlug, &s.ListingName, &s.ListingLogo, &s.ListingState, &s.Claimed, &s.Proposed)
	if err != nil {
		return nil, missing(err)
	}
	return &s, nil
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("apps: %w", err)
}
