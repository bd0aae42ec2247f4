// Package desk holds what stands around the pages of an integrator: the settings
// of an app and the desk of a listing.
package desk

import (
	"context"

	"souk/models"
	"souk/templates/account"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// App is the app that a page of settings is about.
type App struct {
	Title   string // of the page
	Slug    string
	Name    string
	Kind    models.AppKind
	LogoURL string // "" for the monogram
	Owner   string // login of the account that it belongs to
	Owned   bool   // the reader owns it; managers don't see what only owners may
	Listing string // slug of its listing; "" while there is none
	Page    string // of paths.AppSettings
	Script  string // a script of the page's own
}

func (a *App) menu(ctx context.Context) []account.MenuGroup {
	link := func(icon ui.Icon, page string) account.MenuLink {
		key := page
		if key == "" {
			key = "general"
		}
		return account.MenuLink{Icon: icon, Text: i18n.T(ctx, "desk.app."+key), Path: paths.AppSettings(a.Slug, page), Current: page == a.Page}
	}
	links := []account.MenuLink{link(ui.IconSettings, ""), link(ui.IconShield, "permissions"), link(ui.IconLock, "secrets")}
	if a.Kind == models.GitHubApp {
		links = append(links, link(ui.IconKey, "keys"), link(ui.IconCode, "webhook"), link(ui.IconInstall, "installations"))
	} else {
		links[1].Text = i18n.T(ctx, "apps.scopes")
	}
	links = append(links, link(ui.IconEdit, "logo"))
	if a.Owned {
		links = append(links, link(ui.IconPeople, "managers"), link(ui.IconTransfer, "advanced"))
	} else {
		links = append(links, link(ui.IconSignOut, "leave"))
	}
	groups := []account.MenuGroup{{Links: links}}
	if a.Owned {
		to, text := paths.NewListing+"?app="+a.Slug, i18n.T(ctx, "desk.app.new_listing")
		if a.Listing != "" {
			to, text = paths.ManageListing(a.Listing, ""), i18n.T(ctx, "desk.app.listing")
		}
		groups = append(groups, account.MenuGroup{Title: i18n.T(ctx, "desk.marketplace"), Links: []account.MenuLink{{Icon: ui.IconLink, Text: text, Path: to}}})
	}
	if a.Listing != "" && !a.Owned {
		groups = append(groups, account.MenuGroup{Title: i18n.T(ctx, "desk.marketplace"), Links: []account.MenuLink{
			{Icon: ui.IconCode, Text: i18n.T(ctx, "desk.app.purchases"), Path: paths.Webhook(a.Listing, "")}}})
	}
	return groups
}

// back is where the list with the app is.
func (a *App) back(ctx context.Context) ui.Crumb {
	if a.Kind == models.OAuthApp {
		return ui.Crumb{Text: i18n.T(ctx, "desk.oauth_apps"), Path: paths.Developers}
	}
	return ui.Crumb{Text: i18n.T(ctx, "desk.github_apps"), Path: paths.Apps}
}

// Listing is the listing that a page of the desk is about.
type Listing struct {
	Title   string // of the page
	Slug    string
	Name    string
	LogoURL string
	State   models.ListingState
	Page    string // of paths.ManageListing
	Script  string
}

func (l *Listing) menu(ctx context.Context) []account.MenuGroup {
	link := func(icon ui.Icon, page, key string) account.MenuLink {
		return account.MenuLink{Icon: icon, Text: i18n.T(ctx, "desk.listing."+key), Path: paths.ManageListing(l.Slug, page), Current: page == l.Page}
	}
	return []account.MenuGroup{
		{Links: []account.MenuLink{link(ui.IconInfo, "", "overview"), link(ui.IconCalendar, "figures", "figures")}},
		{Title: i18n.T(ctx, "desk.listing.write"), Links: []account.MenuLink{
			link(ui.IconEdit, "text", "text"),
			link(ui.IconGlobe, "translations", "translations"),
			link(ui.IconUpload, "media", "media"),
			link(ui.IconLink, "links", "links"),
			link(ui.IconLock, "data", "data"),
			link(ui.IconBuilding, "plans", "plans"),
		}},
		{Title: i18n.T(ctx, "desk.listing.sell"), Links: []account.MenuLink{
			link(ui.IconReceipt, "sales", "sales"),
			link(ui.IconStar, "coupons", "coupons"),
			link(ui.IconCode, "webhook", "webhook"),
		}},
		{Title: i18n.T(ctx, "desk.listing.finish"), Links: []account.MenuLink{
			link(ui.IconSearch, "preview", "preview"),
			link(ui.IconClock, "try", "try"),
			link(ui.IconShield, "review", "review"),
		}},
	}
}

// StateTone is the colour of a listing's state.
func StateTone(s models.ListingState) ui.Tone {
	switch s {
	case models.ListingPublished:
		return ui.ToneGood
	case models.ListingChangesRequested, models.ListingUnlisted:
		return ui.ToneWarn
	case models.ListingRejected, models.ListingTakenDown:
		return ui.ToneBad
	}
	return ui.ToneQuiet
}

// StateName is a listing's state in words.
func StateName(ctx context.Context, s models.ListingState) string {
	return i18n.T(ctx, "desk.state."+string(s))
}
