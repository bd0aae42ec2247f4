package media

import (
	"souk/models"
	"souk/models/apps"
	"souk/models/drafts"
	"souk/templates/media"
)

// white is where a choice of colour begins.
const white = "ffffff"

// view is the page of a listing's pictures, with what was typed into the form
// that comes back.
func view(d *drafts.Draft, st *apps.Standing, known map[string]models.Image, in typed) media.Listing {
	content := &d.Content
	v := media.Listing{
		Slug: st.ListingSlug, Name: content.Name, Tagline: content.Tagline, Problems: problemsOf(formName(in.form), in.problems),
		Logo: media.LogoForm{Picked: hex(content.LogoBackdrop, white), Backed: content.LogoBackdrop != ""}, Most: models.MaxScreenshots,
		Feature: media.FeatureForm{Text: "#" + models.DefaultTextColor},
	}
	logo := ""
	if content.Logo != nil {
		logo = content.Logo.Hash
		v.Logo.Now = logoView(logo, content.LogoBackdrop, known[logo])
	}
	if f := content.Feature; f != nil {
		v.Feature = featureView(f, known[f.Hash])
	}
	for _, p := range content.Screenshots {
		v.Shots = append(v.Shots, shotView(p, known[p.Hash]))
	}
	v.Desk = deskOf(st.ListingSlug, content.Name, st.ListingState, logo)
	retype(&v, in)
	return v
}
