package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/claims"
	"souk/web/paths"
)

// claimsRoutes: Claims of listings.
func claimsRoutes(e *echo.Echo, h *claims.Claims, b before) {
	e.GET(paths.ClaimPat, h.Claim, b.mine...)
	e.POST(paths.ClaimPat, h.Begin, b.mine...)
	e.POST(paths.ClaimCheckPat, h.Check, b.mine...)
	e.POST(paths.ClaimWithdrawPat, h.Withdraw, b.mine...)

	e.GET(paths.StaffClaims, h.List, b.ours...)
	e.GET(paths.StaffClaimPat, h.Case, b.ours...)
	e.POST(paths.StaffClaimNotesPat, h.Note, b.ours...)
	e.GET(paths.StaffClaimDecidePat, h.Deciding, b.ourSure...)
	e.POST(paths.StaffClaimDecidePat, h.Decide, b.ourSure...)
}
