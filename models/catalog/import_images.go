package catalog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// namedPicture is a picture of an entry and the field that it stands in.
type namedPicture struct {
	field   string
	picture *models.Picture
}

func (e *ListingEntry) pictures() []namedPicture {
	var all []namedPicture
	if e.Logo != nil {
		all = append(all, namedPicture{"logo", e.Logo})
	}
	if e.Feature != nil && e.Feature.Picture != (models.Picture{}) {
		all = append(all, namedPicture{"feature", &e.Feature.Picture})
	}
	for i := range e.Screenshots {
		all = append(all, namedPicture{"screenshots[" + itoa(i) + "]", &e.Screenshots[i]})
	}
	return all
}

// storedPictures finds which of the pictures that entries name by hash are here,
// in one statement for all of them.
func storedPictures(ctx context.Context, tx *db.Tx, entries ...*ListingEntry) (map[string]bool, error) {
	stored := map[string]bool{}
	var asked []string
	for _, e := range entries {
		for _, p := range e.pictures() {
			if p.picture.Hash != "" {
				asked = append(asked, p.picture.Hash)
			}
		}
	}
	if len(asked) == 0 {
		return stored, nil
	}
	rows, err := tx.Pgx.Query(ctx, "SELECT hash FROM images WHERE hash = ANY($1)", asked)
	if err != nil {
		return nil, fmt.Errorf("pictures: %w", err)
	}
	var hash string
	_, err = pgx.ForEachRow(rows, []any{&hash}, func() error {
		stored[hash] = true
		return nil
	})
	return stored, err
}

// unknownPictures names the fields whose picture isn't here.
func (e *ListingEntry) unknownPictures(stored map[string]bool) (fields []string) {
	for _, p := range e.pictures() {
		if h := p.picture.Hash; h != "" && !stored[h] {
			fields = append(fields, p.field+".hash")
		}
	}
	return fields
}
