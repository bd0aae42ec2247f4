package drafts

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
)

// Read returns a listing's draft for verbs that work with it, and its version.
// Where nothing was saved yet it is what is live, and version 0. It returns
// ErrNotFound where there is no listing.
func Read(ctx context.Context, q apps.Querier, listingID int64) (models.ListingContent, int, error) {
	d, err := newest(ctx, q, listingID)
	if err != nil {
		return models.ListingContent{}, 0, err
	}
	return d.Content, d.Version, nil
}

func newest(ctx context.Context, q apps.Querier, listingID int64) (*Draft, error) {
	d := Draft{ListingID: listingID}
	err := q.QueryRow(ctx, `SELECT d.version, d.content, d.created_at, coalesce(a.login, '')
		FROM listing_drafts d LEFT JOIN accounts a ON a.id = d.author_id
		WHERE d.listing_id = $1 ORDER BY d.version DESC LIMIT 1`, listingID).Scan(&d.Version, &d.Content, &d.SavedAt, &d.Author)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("drafts: read: %w", err)
	} else if found {
		return &d, nil
	}
	d.Content, d.SavedAt, err = live(ctx, q, listingID)
	return &d, err
}

// at is the draft as it was saved as one version, and whether it is still there.
func at(ctx context.Context, q apps.Querier, listingID int64, version int) (*Draft, bool, error) {
	d := Draft{ListingID: listingID, Version: version}
	err := q.QueryRow(ctx, `SELECT d.content, d.created_at, coalesce(a.login, '')
		FROM listing_drafts d LEFT JOIN accounts a ON a.id = d.author_id
		WHERE d.listing_id = $1 AND d.version = $2`, listingID, version).Scan(&d.Content, &d.SavedAt, &d.Author)
	found, err := db.Found(err)
	if err != nil {
		return nil, false, fmt.Errorf("drafts: read: %w", err)
	}
	return &d, found, nil
}

// Current returns the draft of the listing at slug, for whoever may write it.
func (s *Service) Current(ctx context.Context, actor models.Actor, slug string) (*Draft, *apps.Standing, error) {
	st, err := s.mine(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, nil, err
	}
	d, err := newest(ctx, s.db.Pool(), st.ListingID)
	return d, st, err
}

// Preview is Current for those who look at it without writing, reviewers too. The
// app asks for what it will ask for once the draft is approved.
func (s *Service) Preview(ctx context.Context, actor models.Actor, slug string) (*Draft, *apps.Standing, error) {
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.MayPreviewListing(st.Rights()); err != nil {
		return nil, nil, err
	}
	wanted, _, err := apps.Wanted(ctx, s.db.Pool(), st.ID)
	if err != nil {
		return nil, nil, err
	}
	st.Permissions, st.Events, st.Scopes = wanted.Permissions, wanted.Events, wanted.Scopes
	d, err := newest(ctx, s.db.Pool(), st.ListingID)
	return d, st, err
}

// mine loads the listing at slug with its app, if the actor may write it.
func (s *Service) mine(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*apps.Standing, error) {
	st, err := apps.OfListing(ctx, q, actor, slug, lock)
	if err != nil {
		return nil, err
	}
	if err := actor.MayEditListing(st.Rights()); err != nil {
		return nil, err
	}
	return st, nil
}
