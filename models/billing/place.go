package billing

import (
	"context"

	"souk/models"
)

// Order is what somebody buys. Key is made with the page: the same key twice is one
// order. Shown is the total that the page showed for today; where it would be
// another one, nothing is ordered.
type Order struct {
	Key       string
	Listing   string // slug
	Plan      int    // number
	Account   string // login; "": the actor's own
	Period    models.Period
	Units     int64
	Coupon    string
	Method    int64 // payment method; 0: none
	Transfer  bool
	Shown     *models.Money
	RequestID int64 // the request it came from; 0: none
}

// Placed is what came of an order. Done is true once it holds; otherwise its payment
// is under way, and ActionURL, where there is one, is where the buyer confirms it.
type Placed struct {
	OrderID        int64
	SubscriptionID int64
	Done           bool
	Charge         models.ChargeState // "": nothing was charged
	Decline        models.DeclineCode
	ActionURL      string
}

// Place buys a plan. What costs money at once is charged at once, and holds once it
// is paid. It returns ErrPaymentDeclined, with Placed, where the charge was refused,
// ErrQuoteChanged, ErrAlreadyBought, ErrPlanFull, ErrPaymentMethodNeeded,
// ErrSellerNotReady, ErrBoughtElsewhere, and what models.Subscribe does.
func (s *Service) Place(_ context.Context, actor models.Actor, _ Order) (*Placed, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	return nil, models.ErrNotFound
}

// ChangeOrder is what a subscription is to be changed to.
type ChangeOrder struct {
	Key    string
	Plan   int // number
	Period models.Period
	Units  int64
	Shown  *models.Money
}

// Change moves a subscription to other terms, as models.Subscription.Change says.
func (s *Service) Change(_ context.Context, actor models.Actor, _ int64, _ ChangeOrder) (*Placed, error) {
	return nil, actor.MayAct()
}

// Cancel ends a subscription, at once or with its period.
func (s *Service) Cancel(_ context.Context, actor models.Actor, _ int64, _ string) (*Placed, error) {
	return nil, actor.MayAct()
}

// TakeBack undoes what is pending.
func (s *Service) TakeBack(_ context.Context, actor models.Actor, _ int64, _ string) (*Placed, error) {
	return nil, actor.MayAct()
}

// Pause stops a subscription with its period.
func (s *Service) Pause(_ context.Context, actor models.Actor, _ int64, _ string) (*Placed, error) {
	return nil, actor.MayAct()
}

// Resume goes on with a paused subscription, which is paid at once.
func (s *Service) Resume(_ context.Context, actor models.Actor, _ int64, _ string, _ *models.Money) (*Placed, error) {
	return nil, actor.MayAct()
}

// UseMethod pays a subscription with another payment method from now on. What is
// owed is tried again at once; Placed then says what came of it.
func (s *Service) UseMethod(_ context.Context, actor models.Actor, _, _ int64) (*Placed, error) {
	return nil, actor.MayAct()
}

// MarkPaid records that an invoice was paid by transfer, as its seller or staff say.
func (s *Service) MarkPaid(_ context.Context, actor models.Actor, _ int64, _ string) error {
	return actor.MayAct()
}

// OrderStatus is an order as the page after it shows it.
type OrderStatus struct {
	Placed
	Act          models.SubscriptionAct
	State        string // waiting, done, failed
	Total        models.Money
	Listing      string // slug
	Name         string // of the listing
	AppSlug      string
	AppKind      models.AppKind
	Account      models.Account
	Subscription models.Subscription
	InvoiceID    int64 // 0: none
}

// OrderOf is an order for whoever may see what the account has bought. A charge that
// is under way is looked up at its gateway before.
func (s *Service) OrderOf(_ context.Context, actor models.Actor, _ int64) (*OrderStatus, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	return nil, models.ErrNotFound
}
