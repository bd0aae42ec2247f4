package pictures

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/pictures/bucket"
	"souk/models/raster"
)

// Widths are those in which pictures are served beside the full one.
func Widths() []int { return []int{64, 128, 256, 512, 640, 1280} }

// File returns the bytes of a picture and their type: at most width wide, or in
// full size for 0. A width that isn't kept yet is made now. It returns
// ErrNotFound.
func (s *Service) File(ctx context.Context, hash string, width int) (bytes []byte, mediaType string, err error) {
	if !isHash(hash) || width != 0 && !slices.Contains(Widths(), width) {
		return nil, "", models.ErrNotFound
	}
	bytes, err = s.bucket.Read(ctx, nameOf(hash, width))
	if errors.Is(err, bucket.ErrMissing) {
		if width == 0 {
			bytes, err = s.kept(ctx, hash)
		} else {
			bytes, err = s.narrow(ctx, hash, width)
		}
	}
	if err != nil {
		return nil, "", err
	}
	return bytes, raster.MediaType(bytes), nil
}

func isHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// kept reads a picture that the database still holds: one of an import, or from
// before there was a bucket.
func (s *Service) kept(ctx context.Context, hash string) ([]byte, error) {
	var bytes []byte
	err := s.db.Pool().QueryRow(ctx, `SELECT coalesce((SELECT bytes FROM images WHERE hash = $1), (SELECT bytes FROM picture_files WHERE key = $2))`,
		hash, nameOf(hash, 0)).Scan(&bytes)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("pictures: %w", err)
	}
	if bytes == nil {
		return nil, models.ErrNotFound
	}
	return bytes, nil
}

// narrow makes a width of a picture, and keeps it. A picture that is no wider
// stays as it is.
func (s *Service) narrow(ctx context.Context, hash string, width int) ([]byte, error) {
	full, _, err := s.File(ctx, hash, 0)
	if err != nil {
		return nil, err
	}
	var out raster.File
	err = s.alone(ctx, func() (int, error) {
		if again, err := s.bucket.Read(ctx, nameOf(hash, width)); err == nil {
			out.Bytes = again // somebody else has made it meanwhile
			return 0, nil
		}
		r, err := raster.Again(full)
		if err != nil || r.Width <= width {
			out.Bytes = full // of an import long ago, which was let in with more
			return large, nil
		}
		out, err = raster.Encode(raster.Narrow(r.Within(max(r.Width, r.Height)), width), r.Photo)
		return r.Cost, err
	})
	if err != nil || out.MediaType == "" {
		return out.Bytes, err
	}
	if err := s.bucket.Write(ctx, nameOf(hash, width), out.MediaType, out.Bytes); err != nil {
		slog.Warn("a picture's size can't be kept and will be made again", "hash", hash, "width", width, "error", err)
	}
	return out.Bytes, nil
}

// Known returns what is known of pictures, by their hashes. Those that aren't
// kept are missing.
func (s *Service) Known(ctx context.Context, hashes ...string) (map[string]models.Image, error) {
	known := make(map[string]models.Image, len(hashes))
	if len(hashes) == 0 {
		return known, nil
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT hash, media_type, width, height, phash, luminance, size FROM images WHERE hash = ANY($1)`, hashes)
	if err != nil {
		return nil, fmt.Errorf("pictures: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var i models.Image
		if err := rows.Scan(&i.Hash, &i.MediaType, &i.Width, &i.Height, &i.Phash, &i.Luminance, &i.Size); err != nil {
			return nil, fmt.Errorf("pictures: %w", err)
		}
		known[i.Hash] = i
	}
	return known, rows.Err()
}
