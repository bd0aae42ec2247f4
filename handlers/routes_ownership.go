package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/ownership"
	"souk/web/paths"
)

// ownershipRoutes: Managers, transfer and deletion of apps, and their public
// history. What gives rights away, or takes them, asks first whether it is still
// the same person.
func ownershipRoutes(e *echo.Echo, h *ownership.Ownership, b before) {
	e.GET(paths.AppManagersPat, h.Managers, b.mine...)
	e.POST(paths.AppManagersPat, h.AddManager, b.sure...)
	e.POST(paths.AppManagerRemovePat, h.RemoveManager, b.mine...)
	e.GET(paths.AppLeavePat, h.Leaving, b.mine...)
	e.POST(paths.AppLeavePat, h.Leave, b.mine...)
	e.GET(paths.AppAdvancedPat, h.Advanced, b.mine...)
	e.GET(paths.AppTransferPat, h.Transferring, b.sure...)
	e.POST(paths.AppTransferPat, h.Transfer, b.sure...)
	e.POST(paths.AppTransferEndPat, h.Withdraw, b.mine...)
	e.GET(paths.AppDeletePat, h.Deleting, b.sure...)
	e.POST(paths.AppDeletePat, h.Delete, b.sure...)
	e.GET(paths.AppOfferPat, h.Offered, b.mine...)
	e.POST(paths.AppAcceptPat, h.Accept, b.mine...)
	e.POST(paths.AppDeclinePat, h.Decline, b.mine...)
	get(e, paths.LedgerPat, h.Ledger)
}
