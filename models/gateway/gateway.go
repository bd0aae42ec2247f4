// Package gateway is what Souk asks of whoever takes money: to save what a buyer
// pays with, to charge it, to give money back, and to tell what became of it. It
// knows no plan, no subscription and no invoice. Every implementation passes
// gatewaytest.
package gateway

import (
	"context"
	"time"

	"souk/models"
)

// Gateway takes money for sellers. A call with the same key does its work once and
// gives the same answer, however often it is made. An error means that nobody knows
// what happened: the call is to be made again with the same key. A refusal is an
// answer, not an error.
type Gateway interface {
	Name() models.GatewayName

	// Setup begins to save a payment method: the buyer goes to the page at URL, and
	// comes back to ReturnURL.
	Setup(ctx context.Context, r SetupRequest) (Setup, error)
	// Method is what came of a Setup, by its ID.
	Method(ctx context.Context, seller Account, setup string) (Method, error)
	// Forget removes a saved payment method. One that isn't there is no error.
	Forget(ctx context.Context, seller Account, method string) error

	// Charge takes an amount from a saved payment method, for the seller.
	Charge(ctx context.Context, r ChargeRequest) (Charge, error)
	// Read is what became of a charge, by its reference.
	Read(ctx context.Context, seller Account, reference string) (Charge, error)
	// Cancel gives up a charge that isn't settled; what became of it is the answer.
	Cancel(ctx context.Context, seller Account, reference string) (Charge, error)
	// Refund gives back a part of a charge, or all of it.
	Refund(ctx context.Context, r RefundRequest) (Refund, error)

	// Verify reads what the gateway sent to its webhook. It returns
	// models.ErrGatewaySignature for what isn't from it.
	Verify(header map[string]string, body []byte, now time.Time) (Event, error)
}

// Account is a seller at the gateway.
type Account struct {
	SellerID  int64
	Reference string // at the gateway; "" where it needs none
}

// SetupRequest asks to save a payment method of a buyer.
type SetupRequest struct {
	Key       string
	Seller    Account
	BuyerID   int64
	Name      string // of the buyer
	Mail      string
	Language  string
	Currency  string // that will be charged, if it is known: some methods work in one alone
	ReturnURL string
	CancelURL string
}

// Setup is a page of the gateway's, and how it calls what is done there.
type Setup struct {
	ID  string
	URL string
}

// Method is what a buyer saved. Pending is true while they haven't finished.
type Method struct {
	Pending     bool
	Failed      bool
	Reference   string
	Kind        string // "card", "sepa_debit"
	Brand       string // "visa"
	Last4       string
	Expires     string // YYYY-MM; "" where it doesn't
	Fingerprint string // the same for the same card, for whoever saves it
}

// ChargeRequest asks for money. Fee is what the marketplace keeps of it. The buyer
// isn't there unless Present; ReturnURL is where they come back after confirming.
type ChargeRequest struct {
	Key         string
	Seller      Account
	Method      string
	Amount      models.Money
	Fee         int64
	Description string
	Present     bool
	ReturnURL   string
	ChargeID    int64     // ours
	Reserved    time.Time // when the key was first used; gateways forget keys after a day
}

// Charge is where a charge stands.
type Charge struct {
	Reference string
	State     models.ChargeState
	Decline   models.DeclineCode
	ActionURL string // where the buyer confirms it, in ChargeAction
	Fee       int64
}

// RefundRequest asks to give money back. FeeBack says whether the marketplace gives
// back its share of the fee.
type RefundRequest struct {
	Key     string
	Seller  Account
	Charge  string // reference
	Amount  models.Money
	FeeBack bool
}

// Refund is where a refund stands.
type Refund struct {
	Reference string
	Pending   bool
	Failed    bool
	Problem   string
}

// EventKind is what a gateway tells.
type EventKind string

// The kinds. What is none of them is EventOther, and only noted.
const (
	EventMethod   EventKind = "method"   // a Setup is finished or failed
	EventCharge   EventKind = "charge"   // a charge is in another state
	EventRefund   EventKind = "refund"   // so is a refund
	EventDispute  EventKind = "dispute"  // a buyer contests a charge, or that is decided
	EventPayout   EventKind = "payout"   // money is on its way to the seller's bank, or failed to get there
	EventAccount  EventKind = "account"  // of a seller: what is asked for, and whether they can be paid
	EventDetached EventKind = "detached" // a payment method is gone
	EventOther    EventKind = "other"
)

// Event is what a gateway told. ID is the same when it tells it again; Reference
// names the setup, charge, refund, dispute, payout, account or method. Events come
// in any order: what they say is to be read from the gateway again where it counts.
type Event struct {
	ID        string
	Kind      EventKind
	Account   string // the seller's, at the gateway; "" where there is none
	Reference string
	Charge    Charge        // of EventCharge
	Refund    Refund        // of EventRefund
	Dispute   Dispute       // of EventDispute
	Payout    Payout        // of EventPayout
	Standing  SellerAccount // of EventAccount
	At        time.Time
}

// Dispute is a charge that a buyer contests at their bank.
type Dispute struct {
	Charge string // its reference
	Amount models.Money
	Reason string
	State  string // open, won or lost
}

// Payout is money on its way to a seller's bank.
type Payout struct {
	Amount  models.Money
	State   string // pending, paid or failed
	Arrives time.Time
}

// SellerAccount is where a seller stands at the gateway: whether they can be paid,
// and what is asked for, as the gateway's codes.
type SellerAccount struct {
	Ready        bool
	Requirements []string
}

// Onboarder is a Gateway at which sellers need an account of their own.
type Onboarder interface {
	// Open makes an account for a seller and returns its reference.
	Open(ctx context.Context, key string, seller models.Seller) (string, error)
	// Onboard is the address of the gateway's page where the seller tells what is asked for.
	Onboard(ctx context.Context, account, returnURL, refreshURL string) (string, error)
	// Standing is where the seller stands.
	Standing(ctx context.Context, account string) (SellerAccount, error)
}

// Set are the gateways of an installation, by their names.
type Set map[models.GatewayName]Gateway
