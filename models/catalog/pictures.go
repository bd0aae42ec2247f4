package catalog

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"souk/models"
	"souk/models/db"
	"souk/models/raster"
)

// widestPicture is how many pixels the longer side of an imported picture has
// at most.
const widestPicture = 2560

// pictureProblems say what is wrong with a file, for the report of an import.
var pictureProblems = map[string]string{
	models.ErrPictureMissing.Code: "is empty",
	models.ErrPictureLarge.Code:   "is larger than 5 MiB",
	models.ErrPicturePixels.Code:  "has more pixels than are taken in (12,000 a side, 16 million in all, fewer where it is costly to decode)",
	models.ErrPictureKind.Code:    "is not a PNG, JPEG, GIF or WebP picture",
	models.ErrPictureSVG.Code:     "is an SVG or packed file, which can hold scripts; make it a PNG",
	models.ErrPictureBroken.Code:  "is broken or cut off",
}

// shotRow is a screenshot whose picture is stored.
type shotRow struct{ hash, caption string }

// pictures stores the files that an entry names and returns its screenshots.
func (im *importer) pictures(ctx context.Context, tx *db.Tx, e *ListingEntry, c *check) []shotRow {
	var rows []shotRow
	for i, s := range e.Screenshots {
		hash := s.Hash
		if s.File != "" {
			var err error
			if hash, err = im.picture(ctx, tx, s.File); err != nil {
				c.fail("screenshots["+itoa(i)+"].file", err.Error())
				continue
			}
		}
		rows = append(rows, shotRow{hash, s.Caption})
	}
	return rows
}

func (im *importer) picture(ctx context.Context, tx *db.Tx, name string) (hash string, err error) {
	if im.opts.Files == nil {
		return "", errors.New("can't be read: no folder was given")
	}
	f, err := im.opts.Files.Open(name)
	if err != nil {
		return "", fmt.Errorf("can't be read: %w", errors.Unwrap(err))
	}
	defer f.Close()
	img, err := readPicture(f)
	if err != nil {
		return "", err
	}
	// Its bytes wait here for being moved into the bucket, since no network is
	// asked within a transaction.
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO images (hash, media_type, bytes, width, height, phash, luminance, size, created_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at`,
		img.Hash, img.MediaType, img.Bytes, img.Width, img.Height, img.Phash, img.Luminance, img.Size, im.s.now())
	return img.Hash, err
}

// readPicture decodes a picture and encodes it anew, which drops everything
// that isn't the picture.
func readPicture(f fs.File) (*models.Image, error) {
	raw, err := io.ReadAll(io.LimitReader(f, models.MaxPictureBytes+1))
	if err != nil {
		return nil, err
	}
	r, err := raster.Read(raw)
	if err != nil {
		if known, ok := errors.AsType[*models.Error](err); ok && pictureProblems[known.Code] != "" {
			return nil, errors.New(pictureProblems[known.Code])
		}
		return nil, err
	}
	picture := r.Within(widestPicture)
	out, err := raster.Encode(picture, r.Photo && r.Opaque)
	if err != nil {
		return nil, err
	}
	return &models.Image{Hash: fmt.Sprintf("%x", sha256.Sum256(out.Bytes)), MediaType: out.MediaType, Bytes: out.Bytes, Size: len(out.Bytes),
		Width: out.Width, Height: out.Height, Phash: raster.Look(picture), Luminance: raster.Luminance(picture)}, nil
}
