// Package raster reads pictures that strangers send and writes them anew: it
// tells by content what a file is, reckons what decoding it would cost before it
// does so, turns and scales the picture, and encodes nothing but its pixels. It
// knows no database, no bucket and no page.
package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"

	"souk/models"
)

// maxCost bounds the memory that decoding a picture may take, in bytes. A
// picture of 3840 by 2160 pixels with 8 bits a channel is within it.
const maxCost = 40 << 20

// Raster is a decoded picture, upright.
type Raster struct {
	Picture image.Image
	Width   int
	Height  int
	Photo   bool // it came in a lossy format
	Opaque  bool
	Cost    int // what decoding it took, at most, in bytes

	turn orientation
}

// Read decodes a picture. It returns ErrPictureKind, ErrPictureSVG,
// ErrPictureLarge, ErrPicturePixels or ErrPictureBroken.
func Read(raw []byte) (*Raster, error) {
	if len(raw) == 0 {
		return nil, models.ErrPictureMissing
	}
	if len(raw) > models.MaxPictureBytes {
		return nil, models.ErrPictureLarge
	}
	return Again(raw)
}

// Again is Read for a file that was encoded here, whose bytes have no bound.
func Again(raw []byte) (*Raster, error) {
	kind, err := tell(raw)
	if err != nil {
		return nil, err
	}
	h, err := headOf(kind, raw)
	if err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	picture, err := decode(kind, raw)
	if err != nil {
		return nil, models.ErrPictureBroken.Because(err)
	}
	b := picture.Bounds()
	if b.Dx() > h.width || b.Dy() > h.height || b.Empty() {
		return nil, models.ErrPictureBroken
	}
	r := &Raster{Picture: picture, Width: b.Dx(), Height: b.Dy(), Photo: h.lossy, Opaque: opaque(picture), Cost: h.cost, turn: orientationOf(kind, raw)}
	if r.turn.swaps() {
		r.Width, r.Height = r.Height, r.Width
	}
	return r, nil
}

// Cost is what decoding a file would take, at most, in bytes; 0 for what isn't
// decoded at all.
func Cost(raw []byte) int {
	kind, err := tell(raw)
	if err != nil {
		return 0
	}
	h, err := headOf(kind, raw)
	if err != nil || h.check() != nil {
		return 0
	}
	return h.cost
}

// decode reads the first picture of a file. A decoder that stumbles is no
// reason for the program to fall.
func decode(kind kind, raw []byte) (picture image.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			picture, err = nil, fmt.Errorf("raster: %v", r)
		}
	}()
	r := bytes.NewReader(raw)
	switch kind {
	case kindPNG:
		return png.Decode(r)
	case kindJPEG:
		return jpeg.Decode(r)
	case kindGIF:
		return gif.Decode(r)
	default:
		return webp.Decode(r)
	}
}

func opaque(picture image.Image) bool {
	o, ok := picture.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// File is an encoded picture.
type File struct {
	Bytes         []byte
	MediaType     string
	Width, Height int
}

// Encode writes a picture: as JPEG where it is a photo without transparency, as
// PNG otherwise.
func Encode(picture *image.NRGBA, photo bool) (File, error) {
	var out bytes.Buffer
	b := picture.Bounds()
	f := File{MediaType: "image/png", Width: b.Dx(), Height: b.Dy()}
	var err error
	if photo {
		f.MediaType = "image/jpeg"
		err = jpeg.Encode(&out, rgba(picture), &jpeg.Options{Quality: 86})
	} else {
		err = png.Encode(&out, picture)
	}
	if err != nil {
		return File{}, fmt.Errorf("raster: encode: %w", err)
	}
	f.Bytes = out.Bytes()
	return f, nil
}

// rgba is an opaque picture as the type that the JPEG encoder is quick with.
func rgba(p *image.NRGBA) *image.RGBA {
	return &image.RGBA{Pix: p.Pix, Stride: p.Stride, Rect: p.Rect}
}

// MediaType tells the type of a file that Encode wrote, "" for any other.
func MediaType(file []byte) string {
	switch kind, err := tell(file); {
	case err != nil:
		return ""
	case kind == kindPNG:
		return "image/png"
	case kind == kindJPEG:
		return "image/jpeg"
	}
	return ""
}
