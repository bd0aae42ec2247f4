package site

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/layout"
	"souk/web/i18n"
	"souk/web/paths"
)

// LoneApp is the page of an app that has no public listing.
type LoneApp struct {
	Slug, Name, LogoURL string
	Kind                models.AppKind
	DescriptionHTML     string // sanitized
	HomepageURL         string
	Publisher           Publisher
	Access              Access
	Public              bool
	Since               time.Time
	InstallHref         string // where it is installed; "": it isn't
	SettingsURL         string // for those who look after it
}

func (a *LoneApp) meta(ctx context.Context) layout.Meta {
	return layout.Meta{Title: i18n.T(ctx, "site.app.title", "name", a.Name), Description: i18n.T(ctx, "site.app.description", "name", a.Name),
		Canonical: paths.App(a.Slug), Section: layout.InBrowse, NoIndex: true}
}
