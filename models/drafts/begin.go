package drafts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// maxSlugs is how many addresses Begin tries before it gives up.
const maxSlugs = 100

// reservedSlugs are other pages below the address of listings.
var reservedSlugs = []string{"category", "compare", "manage", "new", "suggest"}

// Begin makes a listing for an app, as a draft at an address like the app's, and
// returns that. It returns ErrNotFound for an app that isn't registered or isn't
// the actor's, ErrAppPrivate and ErrListingExists.
func (s *Service) Begin(ctx context.Context, actor models.Actor, appSlug string) (listingSlug string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.Of(ctx, tx.Pgx, actor, appSlug, true)
		if err != nil {
			return err
		}
		if err := actor.MayEditListing(st.Rights()); err != nil {
			return err
		}
		if err := mayBegin(st); err != nil {
			return err
		}
		listingSlug, err = s.begin(ctx, tx, actor, st)
		return err
	})
	if db.Violates(err, "listings_app_key") {
		err = models.ErrListingExists
	}
	return listingSlug, err
}

func mayBegin(st *apps.Standing) error {
	switch {
	case !st.Registered():
		return models.ErrNotFound
	case st.ListingID != 0:
		return models.ErrListingExists
	case !st.Public:
		return models.ErrAppPrivate
	}
	return nil
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing) (string, error) {
	id, slug, err := s.take(ctx, tx, st)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(first(st, slug))
	if err != nil {
		return "", fmt.Errorf("drafts: begin: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO listing_drafts (listing_id, version, content, author_id, created_at) VALUES ($1, 1, $2, $3, $4)`,
		id, string(text), nobodyIs(actor.UserID), s.now())
	if err != nil {
		return "", fmt.Errorf("drafts: begin: %w", err)
	}
	return slug, audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "listing.begin", AccountID: st.AccountID,
		TargetKind: "listing", TargetID: &id, TargetName: slug, After: map[string]any{"app": st.Slug}})
}

func nobodyIs(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// take makes the listing at the first address that is free.
func (s *Service) take(ctx context.Context, tx *db.Tx, st *apps.Standing) (id int64, slug string, err error) {
	for _, slug := range slugs(st.Slug) {
		err := tx.Pgx.QueryRow(ctx, `INSERT INTO listings (app_id, slug, name, state, claimed_at, created_at, updated_at)
			VALUES ($1, $2, $3, 'draft', $4, $4, $4) ON CONFLICT ON CONSTRAINT listings_slug_key DO NOTHING RETURNING id`,
			st.ID, slug, st.Name, s.now()).Scan(&id)
		if err == nil {
			return id, slug, nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return 0, "", fmt.Errorf("drafts: begin: %w", err)
		}
	}
	return 0, "", models.ErrListingExists
}

// slugs are addresses for a listing, the best first.
func slugs(app string) []string {
	app = app[:min(len(app), 95)]
	all := make([]string, 0, maxSlugs)
	if !slices.Contains(reservedSlugs, app) && !models.ReservedLogin(app) {
		all = append(all, app)
	}
	for n := 2; len(all) < maxSlugs; n++ {
		all = append(all, app+"-"+strconv.Itoa(n))
	}
	return all
}

// first is what a draft says before anybody has written.
func first(st *apps.Standing, slug string) models.ListingContent {
	c := models.ListingContent{Slug: slug, AppSlug: st.Slug, Name: st.Name, Type: st.Kind, Publisher: st.Owner,
		HomepageURL: st.HomepageURL, LogoBackdrop: st.LogoBackdrop}
	if st.LogoHash != "" {
		c.Logo = &models.Picture{Hash: st.LogoHash}
	}
	return c
}
