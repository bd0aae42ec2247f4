package paths

import (
	"net/url"
	"strconv"
)

// Payment methods, billing details, selling, and gateways.
const (
	Methods         = Billing + "/methods"
	NewMethod       = Methods + "/new"
	MethodDonePat   = Methods + "/:id/done"
	MethodRemovePat = Methods + "/:id/remove"
	OrgMethodsPat   = OrgBillingPat + "/methods"
	OrgNewMethodPat = OrgMethodsPat + "/new"

	BillingDetails       = Billing + "/details"
	OrgBillingDetailsPat = OrgBillingPat + "/details"

	Selling              = "/settings/selling"
	SellingGateway       = Selling + "/gateway"
	SellingDisconnect    = Selling + "/disconnect"
	OrgSellingPat        = orgSettings + "/selling"
	OrgSellingGatewayPat = OrgSellingPat + "/gateway"
	OrgDisconnectPat     = OrgSellingPat + "/disconnect"

	// HookPat is where gateways tell what became of things.
	HookPat = "/hooks/:gateway"

	// TestPaymentPat is the page of the test gateway, which stands for another
	// company's.
	TestPaymentPat = "/payment/test/:id"
)

// Method is what is done with a payment method: "done" comes back from the
// gateway's page, "remove" removes it.
func Method(id int64, act string) string { return under(Methods+"/"+strconv.FormatInt(id, 10), act) }

// SellingPart is a part of SellingPage: "gateway", "disconnect".
func SellingPart(organization, part string) string { return under(SellingPage(organization), part) }

// TestPayment is a page of the test gateway.
func TestPayment(id string) string { return "/payment/test/" + url.PathEscape(id) }
