package catalog

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/db"
)

// Content is what a public listing says, as its integrator would write it, without
// what visitors don't see. Pictures are named by hash. It returns ErrNotFound.
func (s *Service) Content(ctx context.Context, slug string) (*models.ListingContent, error) {
	var content []byte
	var p storedHashes
	found, err := db.Found(s.db.Pool().QueryRow(ctx, `SELECT r.content, `+hashesSQL+`
		FROM listings l JOIN listing_revisions r ON r.listing_id = l.id AND r.number = l.revision
		WHERE l.public AND l.slug = $1`, slug).Scan(&content, &p.logo, &p.feature, &p.screenshots))
	if err != nil {
		return nil, fmt.Errorf("catalog: content: %w", err)
	}
	if !found {
		return nil, models.ErrNotFound
	}
	e, err := decode[ListingEntry](content)
	if err != nil {
		return nil, fmt.Errorf("catalog: content: %w", err)
	}
	e.normalize()
	p.name(&e)
	e.Contacts = nil
	e.offered()
	return &e.ListingContent, nil
}

// offered leaves out the plans that nobody can choose.
func (e *ListingEntry) offered() {
	kept := e.Plans[:0:0]
	for i := range e.Plans {
		if s := e.Plans[i].State; s == "" || s == models.PlanPublished {
			kept = append(kept, e.Plans[i])
		}
	}
	e.Plans = kept
}

// storedHashes are the pictures of a listing as they are stored. hashesSQL reads
// them of a listing l.
type storedHashes struct {
	logo, feature string
	screenshots   []string
}

const hashesSQL = `l.logo_hash, l.feature_hash, ARRAY(SELECT s.image_hash FROM screenshots s WHERE s.listing_id = l.id ORDER BY s.position)`

// name names the entry's pictures by hash, since their files are elsewhere.
func (p *storedHashes) name(e *ListingEntry) {
	if e.Logo != nil && e.Logo.File != "" {
		e.Logo.File, e.Logo.Hash = "", p.logo
	}
	if e.Feature != nil && e.Feature.File != "" {
		e.Feature.File, e.Feature.Hash = "", p.feature
	}
	for i := range e.Screenshots {
		if i < len(p.screenshots) {
			e.Screenshots[i].File, e.Screenshots[i].Hash = "", p.screenshots[i]
		}
	}
}
