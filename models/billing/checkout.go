package billing

import (
	"context"

	"souk/models"
)

// Choice is what somebody has chosen on the order page. What is left out is chosen
// for them; what can't be had is said in Checkout.Problem.
type Choice struct {
	Listing  string        // slug
	Plan     int           // number
	Account  string        // login; "": their own
	Period   models.Period // "": by the month, where that is offered
	Units    int64         // 0: the fewest
	Coupon   string
	Method   int64 // 0: the one that was used last
	Transfer bool  // by bank transfer
}

// Buyer is an account that the order can be for.
type Buyer struct {
	models.Account
	Asks           bool  // the actor is a member without the right to buy, and may ask
	SubscriptionID int64 // it has bought from the listing already; 0 for not
}

// Checkout is everything that the order page says, before anything is ordered.
type Checkout struct {
	Choice    Choice // with what was left out
	ListingID int64
	Slug      string
	Name      string
	AppKind   models.AppKind
	Elsewhere string // where the integrator sells it themselves; "": here
	Plan      models.Plan
	Left      *int64 // units that are left of the plan; nil: no limit
	Seller    models.Seller
	Buyers    []Buyer
	Buyer     Buyer
	Methods   []models.PaymentMethod
	Method    *models.PaymentMethod // nil: none is chosen, or none is needed
	NeedsPay  bool                  // a payment method is needed: not what is free
	Profile   models.BillingProfile
	Discount  *models.Discount // what the coupon gives
	Problem   error            // why this can't be ordered; nil: it can
	Turn      *models.Turn     // what comes of the order; nil with a problem that allows no quote
	Calendar  []models.CalendarEntry
	Cancelled *models.Turn // what cancelling today would mean
}

// Checkout says what an order would come to: the same that Place will do. It returns
// ErrSignInNeeded and ErrNotFound.
func (s *Service) Checkout(_ context.Context, actor models.Actor, _ Choice) (*Checkout, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	return nil, models.ErrNotFound
}
