package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // decodes what is uploaded
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"

	_ "golang.org/x/image/webp" // decodes what is uploaded

	"souk/models"
	"souk/models/db"
)

// Limits of an uploaded picture: bytes of the file, and pixels, which bound
// what decoding it may cost.
const (
	maxPictureBytes  = 5 << 20
	maxPicturePixels = 20_000_000
)

var (
	errPictureLarge = errors.New("is larger than 5 MiB or 20 million pixels")
	errPictureKind  = errors.New("is not a PNG, JPEG, GIF or WebP picture")
)

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
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO images (hash, media_type, bytes, width, height, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, img.Hash, img.MediaType, img.Bytes, img.Width, img.Height, im.s.now())
	return img.Hash, err
}

// readPicture decodes a picture and encodes it anew, which drops everything
// that isn't the picture.
func readPicture(f fs.File) (*models.Image, error) {
	raw, err := io.ReadAll(io.LimitReader(f, maxPictureBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxPictureBytes {
		return nil, errPictureLarge
	}
	cfg, kind, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, errPictureKind
	}
	if cfg.Width*cfg.Height > maxPicturePixels {
		return nil, errPictureLarge
	}
	pic, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, errPictureKind
	}
	var out bytes.Buffer
	img := &models.Image{Width: cfg.Width, Height: cfg.Height, MediaType: "image/png"}
	if kind == "jpeg" {
		img.MediaType = "image/jpeg"
		err = jpeg.Encode(&out, pic, &jpeg.Options{Quality: 85})
	} else {
		err = png.Encode(&out, pic)
	}
	if err != nil {
		return nil, err
	}
	img.Bytes = out.Bytes()
	img.Hash = fmt.Sprintf("%x", sha256.Sum256(img.Bytes))
	return img, nil
}
