package pictures

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"souk/models"
	"souk/models/raster"
)

// How many pictures one may send: so many at once, then one each so often.
const (
	uploadsAtOnce = 60
	uploadEvery   = 20 * time.Second
)

// size is what a picture for some use is kept in: as the full one at most so many
// pixels in either direction, and narrower ones.
type size struct {
	most   int
	widths []int
}

var sizes = map[models.PictureUse]size{
	models.PictureLogo:       {1024, []int{512, 256, 128, 64}},
	models.PictureFeature:    {2 * models.FeatureWidth, []int{1280, 640}},
	models.PictureScreenshot: {2560, []int{1280, 640}},
}

// made is a picture ready to be kept: the full one first.
type made struct {
	image models.Image
	files []raster.File
}

// Put takes in a picture and returns what is kept of it; the same picture sent
// again is the same. It returns ErrPictureKind, ErrPictureSVG, ErrPictureLarge,
// ErrPicturePixels, ErrPictureBroken, what models.PictureUse.Fits does,
// ErrPictureBusy and ErrTooManyTries.
func (s *Service) Put(ctx context.Context, actor models.Actor, use models.PictureUse, r io.Reader) (models.Image, error) {
	if err := actor.MayActWithMail(); err != nil {
		return models.Image{}, err
	}
	if !slices.Contains(models.PictureUses(), use) {
		return models.Image{}, models.ErrUnknownChoice.On("use")
	}
	if !actor.Operator {
		if err := s.identity.Spend(ctx, "picture:"+strconv.FormatInt(actor.UserID, 10), uploadsAtOnce, uploadEvery); err != nil {
			return models.Image{}, err
		}
	}
	raw, err := io.ReadAll(io.LimitReader(r, models.MaxPictureBytes+1))
	if err != nil {
		return models.Image{}, fmt.Errorf("pictures: %w", err)
	}
	m, err := s.make(ctx, use, raw)
	if err != nil {
		return models.Image{}, err
	}
	return m.image, s.keep(ctx, actor, m)
}

// make decodes a picture and writes it anew in all its sizes.
func (s *Service) make(ctx context.Context, use models.PictureUse, raw []byte) (m made, err error) {
	err = s.alone(ctx, func() (int, error) {
		if raster.Cost(raw) > large {
			debug.FreeOSMemory() // what lies about makes room first
		}
		r, err := raster.Read(raw)
		if err != nil {
			return 0, err
		}
		if err := use.Fits(r.Width, r.Height); err != nil {
			return r.Cost, err
		}
		m, err = write(r, use)
		return r.Cost, err
	})
	return m, err
}

func write(r *raster.Raster, use models.PictureUse) (made, error) {
	photo := r.Photo && r.Opaque
	picture := r.Within(sizes[use].most)
	if use == models.PictureLogo {
		photo = photo && r.Width == r.Height
		picture = raster.Square(picture)
	}
	r.Picture = nil // its memory is needed
	full, err := encode(picture, &photo, r.Opaque)
	if err != nil {
		return made{}, err
	}
	m := made{image: imageOf(picture, full), files: []raster.File{full}}
	for _, width := range sizes[use].widths {
		if width >= full.Width {
			continue
		}
		picture = raster.Narrow(picture, width)
		f, err := raster.Encode(picture, photo)
		if err != nil {
			return made{}, err
		}
		m.files = append(m.files, f)
	}
	return m, nil
}

// heavy is from how many bytes on a picture is tried as a photo.
const heavy = 1 << 20

// encode writes the full picture. A heavy one that turns out to be a photo is
// written as one.
func encode(picture *image.NRGBA, photo *bool, opaque bool) (raster.File, error) {
	f, err := raster.Encode(picture, *photo)
	if err != nil || *photo || !opaque || len(f.Bytes) < heavy || picture.Rect.Dx() == picture.Rect.Dy() && picture.Rect.Dx() <= 1024 {
		return f, err
	}
	other, err := raster.Encode(picture, true)
	if err == nil && len(other.Bytes) < len(f.Bytes)/2 {
		*photo = true
		return other, nil
	}
	return f, err
}

// imageOf is what is to be known of a picture.
func imageOf(picture *image.NRGBA, f raster.File) models.Image {
	sum := sha256.Sum256(f.Bytes)
	return models.Image{Hash: hex.EncodeToString(sum[:]), MediaType: f.MediaType, Width: f.Width, Height: f.Height,
		Phash: raster.Look(picture), Luminance: raster.Luminance(picture), Size: len(f.Bytes)}
}

// keep writes the files, then the row. It holds the name meanwhile, so that no
// clean-up removes what is being sent again.
func (s *Service) keep(ctx context.Context, actor models.Actor, m made) error {
	return s.holding(ctx, m.image.Hash, func() error {
		for i, f := range m.files {
			width := f.Width
			if i == 0 {
				width = 0
			}
			if err := s.bucket.Write(ctx, nameOf(m.image.Hash, width), f.MediaType, f.Bytes); err != nil {
				return err
			}
		}
		return s.record(ctx, actor, m.image)
	})
}

func (s *Service) record(ctx context.Context, actor models.Actor, img models.Image) error {
	var uploader *int64
	if actor.UserID != 0 {
		uploader = &actor.UserID
	}
	_, err := s.db.Pool().Exec(ctx, `INSERT INTO images (hash, media_type, width, height, phash, luminance, size, uploader_id, created_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
		ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at, phash = excluded.phash, luminance = excluded.luminance`,
		img.Hash, img.MediaType, img.Width, img.Height, img.Phash, img.Luminance, img.Size, uploader, s.now())
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	return nil
}

// holding keeps other instances from doing anything with a picture meanwhile. It
// is no transaction: bytes travel.
func (s *Service) holding(ctx context.Context, hash string, do func() error) error {
	conn, err := s.db.Pool().Acquire(ctx)
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", hash); err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	err = do()
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, unlock := conn.Exec(after, "SELECT pg_advisory_unlock(hashtextextended($1, 0))", hash); unlock != nil {
		_ = conn.Conn().Close(after) // which lets go of it, too
		err = errors.Join(err, unlock)
	}
	return err
}

// nameOf is a picture's name in the bucket; width 0 is the full size.
func nameOf(hash string, width int) string {
	if width == 0 {
		return hash[:2] + "/" + hash + "/full"
	}
	return hash[:2] + "/" + hash + "/" + strconv.Itoa(width)
}
