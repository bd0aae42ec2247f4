package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/apppolicies"
	"souk/web/paths"
)

// apppoliciesRoutes: which apps an organization lets in.
func apppoliciesRoutes(e *echo.Echo, p *apppolicies.AppPolicies, b before) {
	e.GET(paths.OrgAppPolicyPat, p.Page, b.theirs...)
	e.POST(paths.OrgAppPolicyPat, p.Post, b.theirs...)
}
