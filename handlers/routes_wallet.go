package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/wallet"
	"souk/web/paths"
)

// walletRoutes: payment methods and billing details, what sellers set up, what
// gateways tell, and the pages of the test gateway. Whoever knows their address may
// open these, as those of a real one.
func walletRoutes(e *echo.Echo, h *wallet.Wallet, b before) {
	e.GET(paths.Methods, h.Methods, b.mine...)
	e.POST(paths.Methods, h.Begin, b.mine...)
	e.GET(paths.NewMethod, h.New, b.mine...)
	e.GET(paths.OrgMethodsPat, h.Methods, b.theirs...)
	e.POST(paths.OrgMethodsPat, h.Begin, b.theirs...)
	e.GET(paths.OrgNewMethodPat, h.New, b.theirs...)
	e.GET(paths.MethodDonePat, h.Finish, b.mine...)
	e.GET(paths.MethodRemovePat, h.Removing, b.mine...)
	e.POST(paths.MethodRemovePat, h.Remove, b.mine...)

	e.GET(paths.BillingDetails, h.Details, b.mine...)
	e.POST(paths.BillingDetails, h.SaveDetails, b.mine...)
	e.GET(paths.OrgBillingDetailsPat, h.Details, b.theirs...)
	e.POST(paths.OrgBillingDetailsPat, h.SaveDetails, b.theirs...)

	e.GET(paths.Selling, h.Selling, b.mine...)
	e.POST(paths.Selling, h.SaveSelling, b.sure...)
	e.POST(paths.SellingGateway, h.Connect, b.sure...)
	e.GET(paths.SellingDisconnect, h.Disconnecting, b.sure...)
	e.POST(paths.SellingDisconnect, h.Disconnect, b.sure...)
	e.GET(paths.OrgSellingPat, h.Selling, b.theirs...)
	e.POST(paths.OrgSellingPat, h.SaveSelling, b.theirSure...)
	e.POST(paths.OrgSellingGatewayPat, h.Connect, b.theirSure...)
	e.GET(paths.OrgDisconnectPat, h.Disconnecting, b.theirSure...)
	e.POST(paths.OrgDisconnectPat, h.Disconnect, b.theirSure...)

	e.POST(paths.HookPat, h.Hear)
	e.GET(paths.TestPaymentPat, h.TestPage)
	e.POST(paths.TestPaymentPat, h.TestDecide)
}
