package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/billing"
	"souk/web/paths"
)

// billingRoutes: pages of what an account has bought: its subscriptions, and what it
// pays. A subscription's number says whose it is.
func billingRoutes(e *echo.Echo, h *billing.Billing, b before) {
	e.GET(paths.Billing, h.Desk, b.mine...)
	e.GET(paths.OrgBillingPat, h.Desk, b.theirs...)
	e.GET(paths.SubscriptionPat, h.Subscription, b.mine...)
	e.GET(paths.SubscriptionChangePat, h.Changing, b.mine...)
	e.POST(paths.SubscriptionChangePat, h.Change, b.mine...)
	e.GET(paths.SubscriptionCancelPat, h.Cancelling, b.mine...)
	e.POST(paths.SubscriptionCancelPat, h.Cancel, b.mine...)
	e.POST(paths.SubscriptionTakeBackPat, h.TakeBack, b.mine...)
	e.GET(paths.SubscriptionPausePat, h.Pausing, b.mine...)
	e.POST(paths.SubscriptionPausePat, h.Pause, b.mine...)
	e.GET(paths.SubscriptionResumePat, h.Resuming, b.mine...)
	e.POST(paths.SubscriptionResumePat, h.Resume, b.mine...)
	e.GET(paths.SubscriptionMethodPat, h.Methods, b.mine...)
	e.POST(paths.SubscriptionMethodPat, h.UseMethod, b.mine...)
}
