package billing

import (
	"context"
	"time"

	"souk/models"
)

// offered is everything that an order depends on, as it is at one moment.
type offered struct {
	Listing     models.Listing
	AppID       int64
	AppSlug     string
	AppKind     models.AppKind
	Purchase    models.Purchase
	PurchaseURL string
	Claimed     bool // somebody is there who sells it

	Plan  models.Plan
	Plans map[int]models.Plan // of the listing, by number
	Taken int64               // units of Plan that are taken, where it has a capacity
	Env   models.BillingEnv

	Account     models.Account // who buys
	Seller      models.Seller
	SellerLogin string
	Profile     models.BillingProfile
	HasProfile  bool
	Payers      []int64
	Method      *models.PaymentMethod // the one that was asked for, where it is the account's and can be used
	Methods     []models.PaymentMethod
	Trialled    bool                 // the account had its trial, or somebody had one with the same card
	Present     *models.Subscription // what the account has of the listing already

	Discount    *models.Discount
	CouponError error // why the coupon gives nothing
}

// quote is what comes of an order at a time: the same for the page that shows it and
// for the order itself. Why it can't be ordered comes second; the turn is nil where
// there is nothing to show either.
func (o *offered) quote(_ Order, _ time.Time) (*models.Turn, error) {
	return nil, models.ErrNotFound
}

// offer reads in one statement all that an order depends on. It returns ErrNotFound
// where the listing, the plan or the account isn't there for the actor.
func (s *Service) offer(_ context.Context, _ querier, _ models.Actor, _ Order) (*offered, error) {
	return nil, models.ErrNotFound
}
