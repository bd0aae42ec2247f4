package models

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// PictureUse is what a picture is for. It says how large one has to be, and in
// which sizes it is kept.
type PictureUse string

// The uses.
const (
	PictureLogo       PictureUse = "logo"
	PictureFeature    PictureUse = "feature"
	PictureScreenshot PictureUse = "screenshot"
)

// PictureUses lists the uses.
func PictureUses() []PictureUse {
	return []PictureUse{PictureLogo, PictureFeature, PictureScreenshot}
}

// Limits of pictures that are taken in, in bytes and pixels.
const (
	MaxPictureBytes    = 5 << 20
	MaxPicturePixels   = 16_000_000
	MaxPictureSide     = 12_000
	MinLogoSide        = 200
	FeatureWidth       = 965
	FeatureHeight      = 482
	MinScreenshotWidth = 1200
	MaxCaption         = 200 // characters below a screenshot
)

// DefaultTextColor is the colour of the name on a feature card whose integrator
// chose none.
const DefaultTextColor = "ffffff"

// pictureTolerance is how far two ratios of width to height may be apart and
// count as the same, in thousandths.
const pictureTolerance = 20

// Image is a picture that is kept, once, under the SHA-256 of its bytes: written
// anew by us, so that nothing is in it but the picture. Bytes is nil where a
// bucket keeps them. Phash tells how it looks, for PictureDistance; it is nil
// where nothing can be told, as of one colour all over.
type Image struct {
	Hash       string
	MediaType  string
	Bytes      []byte
	Width      int
	Height     int
	Phash      *int64
	Luminance  *float64 // of what is seen of it, on average: 0 is black, 1 white
	Size       int      // of the bytes
	UploaderID *int64   // who sent it first
	CreatedAt  time.Time
	UsedAt     time.Time // when it was last sent
}

// Fits says whether a picture can be used for what it is meant, and if not why.
func (u PictureUse) Fits(width, height int) error {
	switch u {
	case PictureLogo:
		if width < MinLogoSide || height < MinLogoSide {
			return ErrPictureLogoSmall
		}
		if max(width, height) > 2*min(width, height) {
			return ErrPictureLogoNarrow
		}
	case PictureFeature:
		if width < FeatureWidth || height < FeatureHeight {
			return ErrPictureFeatureSmall
		}
		if !SameRatio(width, height, FeatureWidth, FeatureHeight) {
			return ErrPictureFeatureRatio
		}
	case PictureScreenshot:
		if width < MinScreenshotWidth {
			return ErrPictureScreenshotNarrow
		}
		if height > 2*width || width > 4*height {
			return ErrPictureScreenshotRatio
		}
	default:
		return ErrUnknownChoice
	}
	return nil
}

// SameRatio reports whether two pictures have the same ratio of width to
// height, as far as one sees.
func SameRatio(width, height, otherWidth, otherHeight int) bool {
	a, b := int64(width)*int64(otherHeight), int64(otherWidth)*int64(height)
	return 1000*max(a-b, b-a) <= pictureTolerance*max(a, b)
}

// PictureDistance is how differently two pictures look, by their Phash: 0 is the
// same, 64 the opposite. Copies that were scaled, framed or saved again are at
// most about 10 apart, unrelated ones about 32.
func PictureDistance(a, b int64) int { return bits.OnesCount64(uint64(a ^ b)) }

// ParseColor returns a colour as six hex digits, as they are kept; "" is none.
// It returns ErrPictureColor.
func ParseColor(text string) (string, error) {
	text = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(text), "#"))
	if text == "" {
		return "", nil
	}
	if _, err := strconv.ParseUint(text, 16, 32); err != nil || len(text) != 6 {
		return "", ErrPictureColor
	}
	return text, nil
}

// ColorLuminance is the relative luminance of a colour of six hex digits, as
// WCAG 2 has it: 0 is black, 1 white.
func ColorLuminance(color string) float64 {
	n, err := strconv.ParseUint(color, 16, 32)
	if err != nil {
		return 0
	}
	return Luminance(uint8(n>>16), uint8(n>>8), uint8(n))
}

// Luminance is ColorLuminance of the parts of a colour.
func Luminance(r, g, b uint8) float64 {
	return 0.2126*linear[r] + 0.7152*linear[g] + 0.0722*linear[b]
}

var linear = func() (t [256]float64) {
	for i := range t {
		if v := float64(i) / 255; v <= 0.04045 {
			t[i] = v / 12.92
		} else {
			t[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return t
}()

// Contrast is the ratio of two luminances, from 1 to 21.
func Contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// Contrasts that are enough: for a mark, and for a text.
const (
	MarkContrast = 3.0
	TextContrast = 4.5
)

// What is refused about pictures.
var (
	ErrPictureMissing          = &Error{Kind: Invalid, Code: "picture_missing"}
	ErrPictureKind             = &Error{Kind: Invalid, Code: "picture_kind"}
	ErrPictureSVG              = &Error{Kind: Invalid, Code: "picture_svg"}
	ErrPictureLarge            = &Error{Kind: Invalid, Code: "picture_large"}
	ErrPicturePixels           = &Error{Kind: Invalid, Code: "picture_pixels"}
	ErrPictureBroken           = &Error{Kind: Invalid, Code: "picture_broken"}
	ErrPictureLogoSmall        = &Error{Kind: Invalid, Code: "picture_logo_small"}
	ErrPictureLogoNarrow       = &Error{Kind: Invalid, Code: "picture_logo_narrow"}
	ErrPictureFeatureSmall     = &Error{Kind: Invalid, Code: "picture_feature_small"}
	ErrPictureFeatureRatio     = &Error{Kind: Invalid, Code: "picture_feature_ratio"}
	ErrPictureScreenshotNarrow = &Error{Kind: Invalid, Code: "picture_screenshot_narrow"}
	ErrPictureScreenshotRatio  = &Error{Kind: Invalid, Code: "picture_screenshot_ratio"}
	ErrPictureRatioDiffers     = &Error{Kind: Invalid, Code: "picture_ratio_differs"}
	ErrPictureTwice            = &Error{Kind: Invalid, Code: "picture_twice"}
	ErrPictureTooMany          = &Error{Kind: Invalid, Code: "picture_too_many"}
	ErrPictureColor            = &Error{Kind: Invalid, Code: "picture_color"}
	ErrPictureGone             = &Error{Kind: Gone, Code: "picture_gone"}
	ErrPictureBusy             = &Error{Kind: Unavailable, Code: "picture_busy"}
)

var pictureErrors = []*Error{
	ErrPictureMissing, ErrPictureKind, ErrPictureSVG, ErrPictureLarge, ErrPicturePixels, ErrPictureBroken,
	ErrPictureLogoSmall, ErrPictureLogoNarrow, ErrPictureFeatureSmall, ErrPictureFeatureRatio,
	ErrPictureScreenshotNarrow, ErrPictureScreenshotRatio, ErrPictureRatioDiffers, ErrPictureTwice, ErrPictureTooMany,
	ErrPictureColor, ErrPictureGone, ErrPictureBusy,
}

// What is recorded of pictures. Those of a listing are recorded with its draft.
var pictureActions = []AuditAction{"app.logo"}
