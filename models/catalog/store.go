package catalog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// Store writes a content that was approved to where visitors see it: the listing
// at its slug with its categories, texts, pictures and plans, and one more
// revision, and queues the indexing. Figures of the entry that are missing stay
// as they are.
//
// It doesn't ask who may, leaves the listing's state to whoever takes the step,
// and the app's permissions to the app, but for the sum of their risk: the one of
// the entry's permissions, or of the app's where the entry has none. It returns
// ErrNotFound where there is no such listing, and models.Problems for categories
// or pictures that aren't there any more.
func (s *Service) Store(ctx context.Context, tx *db.Tx, e ListingEntry) error {
	e.normalize()
	im := &importer{s: s, report: &ImportReport{}, began: s.now()}
	was, err := liveOf(ctx, tx, &e)
	if err != nil {
		return err
	}
	r, err := rowOfEntry(&e)
	if err != nil {
		return fmt.Errorf("catalog: store: %w", err)
	}
	at := im.began
	r.ID, r.AppID, r.State, r.revisionState, r.PublishedAt = was.id, was.appID, was.state, models.ListingPublished, &at
	for i := range e.Screenshots {
		r.screenshots = append(r.screenshots, shotRow{e.Screenshots[i].Hash, e.Screenshots[i].Caption})
	}
	if err := im.check(ctx, tx, r); err != nil {
		return err
	}
	if r.Content, err = marshal(&e); err != nil {
		return fmt.Errorf("catalog: store: %w", err)
	}
	r.DigestHex = fmt.Sprintf("%x", digestOf(&e))
	if err := im.storeOne(ctx, tx, r); err != nil {
		return fmt.Errorf("catalog: store: %w", err)
	}
	return nil
}

func (im *importer) storeOne(ctx context.Context, tx *db.Tx, r *listingRow) error {
	rows := []*listingRow{r}
	if err := im.storeListings(ctx, tx, rows); err != nil {
		return err
	}
	if r.Homepage != "" {
		_, err := tx.Pgx.Exec(ctx, "UPDATE apps SET homepage_url = $2, updated_at = $3 WHERE id = $1 AND homepage_url <> $2", r.AppID, r.Homepage, im.s.now())
		if err != nil {
			return err
		}
	}
	if err := im.storeParts(ctx, tx, rows); err != nil {
		return err
	}
	if err := im.storePlans(ctx, tx, rows); err != nil {
		return err
	}
	return im.s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: []int64{r.ID}})
}

// liveOf locks the listing at the entry's slug, and completes the entry by what
// it leaves to the database.
func liveOf(ctx context.Context, tx *db.Tx, e *ListingEntry) (existing, error) {
	var was existing
	var permissions models.Grants
	var events, scopes []string
	var now ListingEntry
	err := tx.Pgx.QueryRow(ctx, `SELECT l.id, l.app_id, l.state, a.kind, a.slug, a.permissions, a.events, a.scopes, l.installs, l.stars, l.discontinued,
			coalesce(to_char(l.installs_as_of, 'YYYY-MM-DD'), ''), coalesce(to_char(l.stars_as_of, 'YYYY-MM-DD'), '')
		FROM listings l JOIN apps a ON a.id = l.app_id WHERE l.slug = $1 FOR UPDATE OF l`, e.Slug).Scan(
		&was.id, &was.appID, &was.state, &e.Type, &e.AppSlug, &permissions, &events, &scopes, &now.Installs, &now.Stars, &now.Discontinued,
		&now.InstallsAsOf, &now.StarsAsOf)
	if found, err := db.Found(err); err != nil {
		return was, fmt.Errorf("catalog: store: %w", err)
	} else if !found {
		return was, models.ErrNotFound
	}
	if e.Permissions == nil && e.Scopes == nil {
		e.Permissions, e.Events, e.Scopes = permissions, events, scopes
	}
	if e.Installs == nil {
		e.Installs, e.InstallsAsOf = now.Installs, now.InstallsAsOf
	}
	if e.Stars == nil {
		e.Stars, e.StarsAsOf = now.Stars, now.StarsAsOf
	}
	e.Discontinued = e.Discontinued || now.Discontinued
	e.State, e.PublishedAt = "", ""
	if e.AppSlug == e.Slug {
		e.AppSlug = ""
	}
	return was, nil
}

// check finds the categories and pictures of a row.
func (im *importer) check(ctx context.Context, tx *db.Tx, r *listingRow) error {
	im.categories = map[string]*categoryRow{}
	rows, err := tx.Pgx.Query(ctx, "SELECT slug, id FROM categories WHERE slug = ANY($1)", notNil(r.entry.Categories))
	if err != nil {
		return fmt.Errorf("catalog: store: %w", err)
	}
	var slug string
	var id int64
	if _, err := pgx.ForEachRow(rows, []any{&slug, &id}, func() error {
		im.categories[slug] = &categoryRow{id: id}
		return nil
	}); err != nil {
		return fmt.Errorf("catalog: store: %w", err)
	}
	var problems models.Problems
	for i, slug := range r.entry.Categories {
		if im.categories[slug] == nil {
			problems = append(problems, models.ErrUnknownChoice.On("categories["+itoa(i)+"]"))
		}
	}
	stored, err := storedPictures(ctx, tx, r.entry)
	if err != nil {
		return fmt.Errorf("catalog: store: %w", err)
	}
	for _, field := range r.entry.unknownPictures(stored) {
		problems = append(problems, models.ErrUnknownChoice.On(field))
	}
	return problems.Err()
}
