package media

import (
	"context"

	"souk/templates/desk"
	"souk/web/i18n"
)

func titled(ctx context.Context, d desk.Listing) desk.Listing {
	d.Title = i18n.T(ctx, "media.title")
	return d
}

func logoLabel(ctx context.Context, there bool) string {
	if there {
		return i18n.T(ctx, "media.logo.replace")
	}
	return i18n.T(ctx, "media.logo.choose")
}

func featureLabel(ctx context.Context, there bool) string {
	if there {
		return i18n.T(ctx, "media.feature.replace")
	}
	return i18n.T(ctx, "media.feature.choose")
}

func shotAlt(ctx context.Context, s Shot, n int) string {
	if s.Caption != "" {
		return s.Caption
	}
	return i18n.T(ctx, "media.shot.n", "n", n)
}
