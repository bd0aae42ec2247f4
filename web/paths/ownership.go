package paths

import "net/url"

// Managers, transfer and deletion of apps, and their public history.
const (
	AppManagersPat      = appSettings + "/managers"
	AppManagerRemovePat = appSettings + "/managers/:login/remove"
	AppLeavePat         = appSettings + "/leave"
	AppAdvancedPat      = appSettings + "/advanced"
	AppTransferPat      = appSettings + "/transfer"
	AppTransferEndPat   = appSettings + "/transfer/withdraw"
	AppDeletePat        = appSettings + "/delete"
	AppOfferPat         = appSettings + "/offer"
	AppAcceptPat        = appSettings + "/offer/accept"
	AppDeclinePat       = appSettings + "/offer/decline"
	LedgerPat           = listing + "/permissions"

	APILedgerPat = "/api/v1/listings/:slug/permissions"
)

// AppManagerRemove ends that a person looks after an app.
func AppManagerRemove(slug, login string) string {
	return AppSettings(slug, "managers") + "/" + url.PathEscape(login) + "/remove"
}
