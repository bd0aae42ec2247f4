package paths

import (
	"net/url"
	"strconv"
)

// What an account has bought, and what it pays.
const (
	Billing       = "/settings/billing"
	OrgBillingPat = orgSettings + "/billing"

	SubscriptionPat         = Billing + "/subscriptions/:id"
	SubscriptionChangePat   = SubscriptionPat + "/change"
	SubscriptionCancelPat   = SubscriptionPat + "/cancel"
	SubscriptionTakeBackPat = SubscriptionPat + "/take-back"
	SubscriptionPausePat    = SubscriptionPat + "/pause"
	SubscriptionResumePat   = SubscriptionPat + "/resume"
	SubscriptionMethodPat   = SubscriptionPat + "/method"
)

// BillingPage is a page about what an account pays, of an organization, or one's
// own where it is "": "" is what it has bought; others are "methods", "details",
// "invoices", "requests", and of organizations "policy" and "budgets".
func BillingPage(organization, page string) string {
	if organization == "" {
		return under(Billing, page)
	}
	return under(OrgSettings(organization, "billing"), page)
}

// Subscription is a page of one subscription: "" is where it stands, others are
// "change", "cancel", "take-back", "pause", "resume" and "method".
func Subscription(id int64, page string) string {
	return under(Billing+"/subscriptions/"+strconv.FormatInt(id, 10), page)
}

// SubscriptionWith is a page of a subscription with what was chosen on it.
func SubscriptionWith(id int64, page string, chosen url.Values) string {
	if len(chosen) == 0 {
		return Subscription(id, page)
	}
	return Subscription(id, page) + "?" + chosen.Encode()
}

// SellingPage is how an account is paid: an organization's, or one's own where it
// is "".
func SellingPage(organization string) string {
	if organization == "" {
		return "/settings/selling"
	}
	return OrgSettings(organization, "selling")
}

// BillingReturning is a page of BillingPage that leads back to another one. The
// listing is the one that is paid for.
func BillingReturning(organization, page, listing, back string) string {
	return BillingPage(organization, page) + "?" + url.Values{"listing": {listing}, "return_to": {back}}.Encode()
}
