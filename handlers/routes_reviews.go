package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/reviews"
	"souk/web/paths"
)

// reviewsRoutes: Handing a listing in, and the reviewers' queue. What decides asks
// first whether it is still the same person.
func reviewsRoutes(e *echo.Echo, h *reviews.Reviews, b before) {
	e.GET(paths.ListingOverviewPat, h.Overview, b.mine...)
	e.GET(paths.ListingReviewPat, h.Review, b.mine...)
	e.POST(paths.ListingReviewPat, h.Submit, b.mine...)
	e.POST(paths.ListingWithdrawPat, h.Withdraw, b.mine...)
	e.GET(paths.ListingMovePat, h.Moving, b.mine...)
	e.POST(paths.ListingMovePat, h.Move, b.mine...)

	e.GET(paths.StaffReviews, h.Queue, b.ours...)
	e.GET(paths.StaffReviewPat, h.Case, b.ours...)
	e.POST(paths.StaffReviewClaimPat, h.Claim, b.ours...)
	e.POST(paths.StaffReviewReleasePat, h.Release, b.ours...)
	e.POST(paths.StaffReviewNotePat, h.Annotate, b.ours...)
	e.POST(paths.StaffReviewDecidePat, h.Decide, b.ourSure...)
	e.GET(paths.StaffReviewSettings, h.Settings, b.ours...)
	e.POST(paths.StaffReviewSettings, h.SaveSettings, b.ourSure...)
}
