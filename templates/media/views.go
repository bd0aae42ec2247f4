package media

import (
	"context"
	"strconv"

	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
)

// Listing is the page of a listing's pictures. The fields of Problems begin with
// the form that they are of: "logo-picture", "feature-text_color",
// "shot-caption", and Shot.Form.
type Listing struct {
	Desk     desk.Listing
	Slug     string
	Name     string
	Tagline  string
	Logo     LogoForm
	Feature  FeatureForm
	Shots    []Shot
	Caption  string // that was typed for a new one
	Most     int    // screenshots
	Problems ui.Problems
}

// Logo is a logo on its backdrop.
type Logo struct {
	Hash          string
	Backdrop      string // six hex digits; "" for none
	Width, Height int
	Contrast      float64 // to the backdrop; 0 for none
	Weak          bool    // the contrast is less than what is easy to see
}

// LogoForm is the form for a logo.
type LogoForm struct {
	Now    *Logo  // nil: there is none yet
	Picked string // the colour in the form, "#" and six hex digits
	Backed bool   // the colour is used
}

// Feature is a feature card.
type Feature struct {
	Hash      string
	TextColor string
	Contrast  float64 // of the text to the picture, on average
	Weak      bool
}

// FeatureForm is the form for a feature card.
type FeatureForm struct {
	Now  *Feature
	Text string // the colour in the form
}

// Shot is one screenshot.
type Shot struct {
	Hash          string
	Caption       string
	Typed         string // in its form
	Width, Height int
	Form          string // what its fields' problems begin with
}

// App is the page of an app's logo.
type App struct {
	Desk     desk.App
	Slug     string
	Logo     LogoForm
	Problems ui.Problems
}

func ratio(ctx context.Context, contrast float64) string {
	return i18n.T(ctx, "media.contrast.ratio", "n", strconv.FormatFloat(contrast, 'f', 1, 64))
}
