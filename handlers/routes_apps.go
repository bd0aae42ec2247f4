package handlers

import (
	"slices"

	"github.com/labstack/echo/v4"

	"souk/handlers/apps"
	"souk/web/paths"
)

// appsRoutes: Registered apps: their settings, permissions and events, and
// manifests, which other sites send.
func appsRoutes(e *echo.Echo, h *apps.Apps, b before) {
	offered := []echo.MiddlewareFunc{h.Offer}
	e.GET(paths.Apps, h.GitHubApps, b.mine...)
	e.GET(paths.Developers, h.OAuthApps, b.mine...)
	e.GET(paths.NewApp, h.NewGitHub, b.mine...)
	e.POST(paths.NewApp, h.CreateGitHub, slices.Concat(offered, b.mine)...)
	e.GET(paths.NewOAuth, h.NewOAuth, b.mine...)
	e.POST(paths.NewOAuth, h.CreateOAuth, b.mine...)

	e.GET(paths.OrgAppsPat, h.GitHubApps, b.theirs...)
	e.GET(paths.OrgOAuthPat, h.OAuthApps, b.theirs...)
	e.GET(paths.OrgNewAppPat, h.NewGitHub, b.theirs...)
	e.POST(paths.OrgNewAppPat, h.CreateGitHub, slices.Concat(offered, b.theirs)...)
	e.GET(paths.OrgNewOAuthPat, h.NewOAuth, b.theirs...)
	e.POST(paths.OrgNewOAuthPat, h.CreateOAuth, b.theirs...)
	e.GET(paths.OrgAppPat, h.OfOrganization, b.theirs...)

	e.GET(paths.AppSettingsPat, h.Settings, b.mine...)
	e.POST(paths.AppSettingsPat, h.Save, b.mine...)
	e.GET(paths.AppPermissionsPat, h.Permissions, b.mine...)
	e.POST(paths.AppPermissionsPat, h.SavePermissions, b.mine...)
	e.POST(paths.AppEffectPat, h.Effect, b.mine...)
	e.POST(paths.AppAccessWithdrawPat, h.WithdrawPermissions, b.mine...)
}
