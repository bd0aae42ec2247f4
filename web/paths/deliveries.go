package paths

import (
	"net/url"
	"strconv"
	"strings"
)

// Webhooks of purchases: where a listing's integrator looks after them, and what
// its app asks by itself.
const (
	WebhookPat           = manage + "/webhook"
	WebhookSettingsPat   = WebhookPat + "/settings"
	WebhookSecretPat     = WebhookPat + "/secret"
	WebhookOldSecretPat  = WebhookPat + "/old-secret"
	WebhookPingPat       = WebhookPat + "/ping"
	WebhookRedeliverPat  = WebhookPat + "/redeliver"
	DeliveryPat          = WebhookPat + "/deliveries/:guid"
	DeliveryRedeliverPat = DeliveryPat + "/redeliver"

	APIEvents = API + "/marketplace_listing/events"

	APIv3           = "/api/v3"
	V3Listing       = APIv3 + "/marketplace_listing"
	V3Plans         = V3Listing + "/plans"
	V3PlanAccounts  = V3Plans + "/:id/accounts"
	V3AccountPat    = V3Listing + "/accounts/:id"
	V3StubPlans     = V3Listing + "/stubbed/plans"
	V3StubAccounts  = V3StubPlans + "/:id/accounts"
	V3StubAccount   = V3Listing + "/stubbed/accounts/:id"
	V3Purchases     = APIv3 + "/user/marketplace_purchases"
	V3StubPurchases = V3Purchases + "/stubbed"
)

// Webhook is a page of a listing's webhook: "" is what was sent, others are
// "settings", "secret", "old-secret", "ping" and "redeliver".
func Webhook(slug, page string) string { return under(ManageListing(slug, "webhook"), page) }

// Delivery is one event that an app was told: "" is its page, "redeliver" sends it
// again.
func Delivery(slug, guid, act string) string {
	return under(Webhook(slug, "deliveries/"+url.PathEscape(guid)), act)
}

// V3Plan is a plan as apps know it.
func V3Plan(id int64) string { return V3Plans + "/" + strconv.FormatInt(id, 10) }

// V3Owner is an account as programs for GitHub know it; kind is "users" or "orgs".
func V3Owner(kind, login string) string { return APIv3 + "/" + kind + "/" + url.PathEscape(login) }

// ForApps reports whether apps come to an address in their own name, by a token that
// they sign, by one of an installation or by their client secret, and nobody else
// does.
func ForApps(path string) bool {
	return path == APIEvents || path == V3Listing || strings.HasPrefix(path, V3Listing+"/") || strings.HasPrefix(path, V3Applications) || signed(path)
}

// Compatible reports whether an address belongs to the API that is GitHub's.
func Compatible(path string) bool { return path == APIv3 || strings.HasPrefix(path, APIv3+"/") }
