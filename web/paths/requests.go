package paths

import (
	"net/url"
	"strconv"
)

// Requests to buy, and what an organization allows.
const (
	OrderRequestPat = OrderPat + "/request"

	BuyRequests           = Billing + "/requests"
	BuyRequestWithdrawPat = BuyRequests + "/:id/withdraw"

	OrgBuyRequestsPat       = OrgBillingPat + "/requests"
	OrgBuyRequestPat        = OrgBuyRequestsPat + "/:id"
	OrgBuyRequestApprovePat = OrgBuyRequestPat + "/approve"
	OrgBuyRequestDeclinePat = OrgBuyRequestPat + "/decline"
	OrgPolicyPat            = OrgBillingPat + "/policy"
	OrgBudgetsPat           = OrgBillingPat + "/budgets"
	OrgBudgetRemovePat      = OrgBudgetsPat + "/remove"
)

// BuyRequest is a request that an organization was sent, or what is done with it:
// "approve", "decline".
func BuyRequest(organization string, id int64, act string) string {
	return under(BillingPage(organization, "requests")+"/"+strconv.FormatInt(id, 10), act)
}

// BuyRequestWith is the page of a request with the terms that were chosen there.
func BuyRequestWith(organization string, id int64, chosen url.Values) string {
	if len(chosen) == 0 {
		return BuyRequest(organization, id, "")
	}
	return BuyRequest(organization, id, "") + "?" + chosen.Encode()
}

// BuyRequestWithdraw is where one takes back a request of one's own.
func BuyRequestWithdraw(id int64) string {
	return BuyRequests + "/" + strconv.FormatInt(id, 10) + "/withdraw"
}

// BuyRequestsIn is a page of requests: those that wait (""), or those that are over
// ("decided"); one's own where organization is "".
func BuyRequestsIn(organization, view string, page int) string {
	return inView(BillingPage(organization, "requests"), view, page)
}

// RemoveBudget is where a budget is taken away.
func RemoveBudget(organization string) string {
	return BillingPage(organization, "budgets") + "/remove"
}
