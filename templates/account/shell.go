package account

import (
	"context"

	"github.com/a-h/templ"

	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Shell is what stands around a page of settings.
type Shell struct {
	Title  string
	Login  string // of the account whose settings they are
	Whose  string // its name
	Menu   []MenuGroup
	Script string     // a script of the page's own
	Crumbs []ui.Crumb // of a page below one of the menu
}

// MenuGroup is a part of the menu.
type MenuGroup struct {
	Title string
	Links []MenuLink
}

// MenuLink is one page of settings.
type MenuLink struct {
	Icon    ui.Icon
	Text    string
	Path    string
	Current bool
}

func (l *MenuLink) attributes() templ.Attributes {
	if l.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

// PersonalMenu is the menu of one's own settings; current is the address of
// this page.
func PersonalMenu(ctx context.Context, current string) []MenuGroup {
	link := func(icon ui.Icon, key, path string) MenuLink {
		return MenuLink{Icon: icon, Text: i18n.T(ctx, key), Path: path, Current: path == current}
	}
	return []MenuGroup{
		{Links: []MenuLink{
			link(ui.IconPerson, "account.menu.profile", paths.SettingsProfile),
			link(ui.IconSettings, "account.menu.account", paths.SettingsAccount),
			link(ui.IconSun, "account.menu.appearance", paths.SettingsAppearance),
			link(ui.IconBell, "account.menu.notifications", paths.SettingsNotifications),
		}},
		{Title: i18n.T(ctx, "account.menu.access"), Links: []MenuLink{
			link(ui.IconShield, "account.menu.security", paths.SettingsSecurity),
			link(ui.IconKey, "account.menu.tokens", paths.SettingsTokens),
			link(ui.IconClock, "account.menu.audit", paths.SettingsAudit),
		}},
		Integrations(ctx, "", current),
		{Title: i18n.T(ctx, "account.menu.belongs"), Links: []MenuLink{
			link(ui.IconBuilding, "account.menu.organizations", paths.SettingsOrganizations),
			link(ui.IconRepository, "account.menu.repositories", paths.SettingsRepositories),
		}},
		Money(ctx, "", current, true),
		{Title: i18n.T(ctx, "account.menu.developer"), Links: []MenuLink{
			link(ui.IconCode, "account.menu.github_apps", paths.Apps),
			link(ui.IconGlobe, "account.menu.oauth_apps", paths.Developers),
			link(ui.IconBook, "account.menu.listings", paths.Manage),
		}},
	}
}

// authorizing leads to the apps that act in one's name, or to which OAuth Apps an
// organization lets in.
func authorizing(link func(ui.Icon, string, string) MenuLink, organization string) MenuLink {
	if organization == "" {
		return link(ui.IconKey, "account.menu.authorized", paths.Authorizations)
	}
	return link(ui.IconGlobe, "organizations.menu.oauth_policy", paths.OrgOAuthPolicy(organization, ""))
}

// Integrations is the part of a menu about the apps that reach an account: an
// organization, or one's own where it is "".
func Integrations(ctx context.Context, organization, current string) MenuGroup {
	link := func(icon ui.Icon, key, path string) MenuLink {
		return MenuLink{Icon: icon, Text: i18n.T(ctx, key), Path: path, Current: path == current}
	}
	links := []MenuLink{
		link(ui.IconInstall, "installations.menu", paths.InstallationsOf(organization)),
		authorizing(link, organization),
		link(ui.IconRead, "oversight.menu", paths.IntegrationsOf(organization, "")),
	}
	if organization != "" {
		links = append(links, link(ui.IconShield, "organizations.menu.app_policy", paths.AppPolicy(organization)))
	}
	return MenuGroup{Title: i18n.T(ctx, "installations.menu.title"), Links: links}
}

// Money is the part of a menu about what an account pays, and, for whoever may see
// it, what it earns. The account is an organization, or one's own where it is "".
func Money(ctx context.Context, organization, current string, earns bool) MenuGroup {
	link := func(icon ui.Icon, key, path string) MenuLink {
		return MenuLink{Icon: icon, Text: i18n.T(ctx, key), Path: path, Current: path == current}
	}
	g := MenuGroup{Title: i18n.T(ctx, "billing.menu"), Links: []MenuLink{link(ui.IconReceipt, "billing.menu.billing", paths.BillingPage(organization, ""))}}
	if earns {
		g.Links = append(g.Links, link(ui.IconRanking, "billing.menu.selling", paths.SellingPage(organization)))
	}
	return g
}
