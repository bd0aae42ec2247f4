package paths

import (
	"net/url"
	"strconv"
)

// Plans of drafts, price history, and trying a purchase.
const (
	PlansPat        = manage + "/plans"
	PlanPurchasePat = PlansPat + "/purchase"
	NewPlanPat      = PlansPat + "/new"
	PlanPat         = PlansPat + "/:number"
	PlanMovePat     = PlanPat + "/move"
	PlanRemovePat   = PlanPat + "/remove"

	PricesPat    = listing + "/prices"
	APIPricesPat = APIListings + "/:slug/prices"

	TryPat     = manage + "/try"
	TryStepPat = TryPat + "/step"
	TryEndPat  = TryPat + "/end"
)

// Plans is a page of a draft's plans: "" is the list, others are "new" and
// "purchase".
func Plans(slug, page string) string { return under(ManageListing(slug, "plans"), page) }

// Plan is a page of one plan of a draft: "" is its form, others are "move" and
// "remove".
func Plan(slug string, number int, page string) string {
	return under(Plans(slug, strconv.Itoa(number)), page)
}

// Try is a page of trying a purchase: "" is where it stands, others are "step" and
// "end".
func Try(slug, page string) string { return under(ManageListing(slug, "try"), page) }

// Prices is a listing's public price history.
func Prices(slug string) string { return ListingPart(slug, "prices") }

// APIPrices is the same for programs.
func APIPrices(slug string) string { return APIListings + "/" + url.PathEscape(slug) + "/prices" }
