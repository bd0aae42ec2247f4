package media

import (
	"strings"

	"souk/models"
	"souk/templates/media"
)

// formName is what the problems of a form begin with: its name, or for a
// screenshot the beginning of its hash.
func formName(form string) string {
	if len(form) > 12 {
		return "shot-" + form[:12]
	}
	return form
}

func featureView(f *models.FeatureCard, img models.Image) media.FeatureForm {
	color := f.TextColor
	if color == "" {
		color = models.DefaultTextColor
	}
	now := &media.Feature{Hash: f.Hash, TextColor: color}
	if img.Luminance != nil {
		now.Contrast = models.Contrast(*img.Luminance, models.ColorLuminance(color))
		now.Weak = now.Contrast < models.TextContrast
	}
	return media.FeatureForm{Now: now, Text: "#" + color}
}

func shotView(p models.Picture, img models.Image) media.Shot {
	return media.Shot{Hash: p.Hash, Caption: p.Caption, Typed: p.Caption, Width: img.Width, Height: img.Height, Form: formName(p.Hash)}
}

// retype puts what was typed into the form that comes back.
func retype(v *media.Listing, in typed) {
	if in.values == nil {
		return
	}
	switch in.form {
	case "logo":
		v.Logo = retyped(v.Logo, in.values)
	case "feature":
		v.Feature.Text = hex(in.values.Get("text_color"), models.DefaultTextColor)
	case "shot":
		v.Caption = in.values.Get("caption")
	}
	for i := range v.Shots {
		if v.Shots[i].Form == formName(in.form) {
			v.Shots[i].Typed = in.values.Get("caption")
		}
	}
}

func retyped(f media.LogoForm, values *form) media.LogoForm {
	f.Backed = values.Get("backed") != ""
	if picked := values.Get("backdrop"); picked != "" {
		f.Picked = "#" + strings.TrimPrefix(picked, "#")
	}
	return f
}
