package checks

import (
	"context"
	"fmt"
	"strconv"

	"souk/models"
)

// What pictures should measure, as GitHub asks for.
const (
	logoSide        = 200
	screenshotWidth = 1200
	featureWidth    = 965
	featureHeight   = 482
	shapeTolerance  = 0.02 // of width to height
)

type size struct{ width, height int }

// images looks at what pictures measure, and whether each is there and used
// once.
func (s *Service) images(ctx context.Context, sub *subject) ([]models.Finding, error) {
	c := &sub.content
	var hashes []string
	if c.Logo != nil {
		hashes = append(hashes, c.Logo.Hash)
	}
	if c.Feature != nil {
		hashes = append(hashes, c.Feature.Hash)
	}
	for _, p := range c.Screenshots {
		hashes = append(hashes, p.Hash)
	}
	sizes, err := s.sizes(ctx, hashes)
	if err != nil {
		return nil, err
	}
	var found []models.Finding
	if c.Logo != nil {
		found = append(found, small(sizes, "logo", c.Logo.Hash, logoSide, logoSide)...)
	}
	if c.Feature != nil {
		found = append(found, small(sizes, "feature", c.Feature.Hash, featureWidth, featureHeight)...)
	}
	return append(found, screenshots(sizes, c.Screenshots)...), nil
}

func screenshots(sizes map[string]size, pictures []models.Picture) (found []models.Finding) {
	seen := map[string]bool{}
	var shape float64
	for i, p := range pictures {
		at := "screenshots[" + strconv.Itoa(i) + "]"
		found = append(found, small(sizes, at, p.Hash, screenshotWidth, 1)...)
		if seen[p.Hash] {
			found = append(found, models.Finding{Rule: "picture_twice", Severity: models.SeverityWarning, Field: at})
		}
		seen[p.Hash] = true
		is, ok := sizes[p.Hash]
		if !ok {
			continue
		}
		mine := float64(is.width) / float64(is.height)
		if shape == 0 {
			shape = mine
		}
		if mine/shape > 1+shapeTolerance || shape/mine > 1+shapeTolerance {
			found = append(found, models.Finding{Rule: "picture_shape", Severity: models.SeverityWarning, Field: at})
		}
	}
	return found
}

func small(sizes map[string]size, field, hash string, width, height int) []models.Finding {
	is, ok := sizes[hash]
	switch {
	case !ok:
		return []models.Finding{{Rule: "picture_missing", Severity: models.SeverityError, Field: field}}
	case is.width < width || is.height < height:
		return []models.Finding{{Rule: "picture_small", Severity: models.SeverityWarning, Field: field, Params: map[string]string{
			"width": strconv.Itoa(is.width), "height": strconv.Itoa(is.height), "needed": strconv.Itoa(width)}}}
	}
	return nil
}

func (s *Service) sizes(ctx context.Context, hashes []string) (map[string]size, error) {
	rows, err := s.db.Pool().Query(ctx, "SELECT hash, width, height FROM images WHERE hash = ANY($1)", hashes)
	if err != nil {
		return nil, fmt.Errorf("checks: images: %w", err)
	}
	defer rows.Close()
	sizes := make(map[string]size, len(hashes))
	for rows.Next() {
		var hash string
		var is size
		if err := rows.Scan(&hash, &is.width, &is.height); err != nil {
			return nil, fmt.Errorf("checks: images: %w", err)
		}
		sizes[hash] = is
	}
	return sizes, rows.Err()
}
