package paths

import (
	"net/url"
	"strconv"
)

// Pages on which plans are bought.
const (
	OrderPat       = ListingPat + "/order/:plan"
	OrderMethodPat = OrderPat + "/method"
	UpgradePat     = ListingPat + "/upgrade/:number/:account"
	OrderStatusPat = "/orders/:id"
)

// Order is where a plan is bought, by its number.
func Order(slug string, plan int) string { return ListingPart(slug, "order/"+strconv.Itoa(plan)) }

// OrderMethod is where a payment method is added on the way.
func OrderMethod(slug string, plan int) string { return Order(slug, plan) + "/method" }

// OrderWith is the order page with what was chosen there.
func OrderWith(slug string, plan int, chosen url.Values) string {
	if len(chosen) == 0 {
		return Order(slug, plan)
	}
	return Order(slug, plan) + "?" + chosen.Encode()
}

// OrderRequest is where a member asks that an organization buys what was chosen.
func OrderRequest(slug string, plan int, chosen url.Values) string {
	return Order(slug, plan) + "/request?" + chosen.Encode()
}

// Upgrade is the address at which apps send their customers to another plan; GitHub
// has the same.
func Upgrade(slug string, plan int, account int64) string {
	return ListingPart(slug, "upgrade/"+strconv.Itoa(plan)+"/"+strconv.FormatInt(account, 10))
}

// OrderStatus is what became of an order.
func OrderStatus(id int64) string { return "/orders/" + strconv.FormatInt(id, 10) }

// SetUpPlan is SetUp with the plan that was bought, which OAuth Apps are told.
func SetUpPlan(slug string, plan int64) string {
	return SetUp(slug) + "?plan=" + strconv.FormatInt(plan, 10)
}
