package models

import (
	"slices"
	"time"
)

// GatewayName names what takes money.
type GatewayName string

// The gateways. GatewayTransfer is no program: the buyer transfers the money, and
// the seller says that it came.
const (
	GatewayTest     GatewayName = "test"
	GatewayStripe   GatewayName = "stripe"
	GatewayTransfer GatewayName = "transfer"
)

// Address is a postal address. Country is ISO 3166-1 alpha-2.
type Address struct {
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
}

// Seller is how an account is paid, and what stands on its invoices.
type Seller struct {
	AccountID       int64
	Gateway         GatewayName // "": none yet
	GatewayAccount  string      // its account there
	Ready           bool        // it can be paid
	Requirements    []string    // what the gateway still asks for, as codes
	LegalName       string
	Address         Address
	TaxNumber       string
	TaxRegistered   bool // charges tax
	TaxInclusive    bool // its prices contain it
	Mail            string
	InvoicePrefix   string
	InvoiceNote     string
	AcceptsTransfer bool
	TransferDetails string
	TransferDays    int // to pay within
	GraceDays       int // that buyers are served after a payment failed
}

// BillingProfile is what stands on the invoices that an account gets.
type BillingProfile struct {
	AccountID int64
	Name      string
	Address   Address
	TaxNumber string
	Mail      string
	Language  string
	TimeZone  string
}

// PaymentMethodState is where a payment method stands.
type PaymentMethodState string

// The states: on its way through the gateway's page, usable, refused, removed.
const (
	MethodPending PaymentMethodState = "pending"
	MethodActive  PaymentMethodState = "active"
	MethodFailed  PaymentMethodState = "failed"
	MethodRemoved PaymentMethodState = "removed"
)

// PaymentMethod is what a buyer pays with. Only the gateway knows its number.
type PaymentMethod struct {
	ID          int64
	AccountID   int64
	SellerID    *int64 // nil: works for every seller
	Gateway     GatewayName
	Reference   string // at the gateway
	Kind        string // "card", "sepa_debit"
	Brand       string // "visa"
	Last4       string
	Expires     string // YYYY-MM
	Fingerprint string // the same for the same card
	State       PaymentMethodState
	CreatedAt   time.Time
}

// ChargeState is where an attempt to take money stands.
type ChargeState string

// The states. What is reserved may or may not have reached the gateway.
const (
	ChargeReserved   ChargeState = "reserved"
	ChargeProcessing ChargeState = "processing"    // the gateway will tell
	ChargeAction     ChargeState = "action_needed" // the buyer has to confirm it
	ChargeSucceeded  ChargeState = "succeeded"
	ChargeDeclined   ChargeState = "declined"
	ChargeCancelled  ChargeState = "cancelled"
)

// ChargeStates maps each state to those that may follow it.
func ChargeStates() map[ChargeState][]ChargeState {
	open := []ChargeState{ChargeProcessing, ChargeAction, ChargeSucceeded, ChargeDeclined, ChargeCancelled}
	return map[ChargeState][]ChargeState{
		ChargeReserved:   open,
		ChargeProcessing: {ChargeSucceeded, ChargeDeclined, ChargeCancelled, ChargeAction},
		ChargeAction:     {ChargeProcessing, ChargeSucceeded, ChargeDeclined, ChargeCancelled},
		ChargeSucceeded:  {},
		ChargeDeclined:   {},
		ChargeCancelled:  {},
	}
}

// Settled reports whether the attempt is over.
func (s ChargeState) Settled() bool {
	return s == ChargeSucceeded || s == ChargeDeclined || s == ChargeCancelled
}

// DeclineCode is why a charge was refused, in words that every gateway shares.
type DeclineCode string

// The reasons.
const (
	DeclineGeneric      DeclineCode = "declined"
	DeclineFunds        DeclineCode = "insufficient_funds"
	DeclineExpired      DeclineCode = "expired_card"
	DeclineAuthenticate DeclineCode = "authentication_failed"
	DeclineFraud        DeclineCode = "suspected_fraud"
	DeclineUnavailable  DeclineCode = "issuer_unavailable"
	DeclineMethod       DeclineCode = "method_unusable"
	DeclineAbandoned    DeclineCode = "abandoned"
)

// DeclineCodes lists the reasons.
func DeclineCodes() []DeclineCode {
	return []DeclineCode{DeclineGeneric, DeclineFunds, DeclineExpired, DeclineAuthenticate, DeclineFraud, DeclineUnavailable, DeclineMethod, DeclineAbandoned}
}

// InvoiceKind is what a document is.
type InvoiceKind string

// The kinds; they are numbered together.
const (
	KindInvoice    InvoiceKind = "invoice"
	KindCreditNote InvoiceKind = "credit_note"
)

// InvoiceState is how far an invoice is settled.
type InvoiceState string

// The states. What was written off is corrected by a credit note without money.
const (
	InvoiceOpen       InvoiceState = "open"
	InvoicePaid       InvoiceState = "paid"
	InvoiceCredited   InvoiceState = "credited" // all of it was given back
	InvoiceWrittenOff InvoiceState = "written_off"
)

// Party is who stands on a document.
type Party struct {
	AccountID int64   `json:"account_id"`
	Login     string  `json:"login"`
	Name      string  `json:"name"`
	Address   Address `json:"address"`
	TaxNumber string  `json:"tax_number,omitempty"`
	Mail      string  `json:"mail,omitempty"`
}

// Document is everything that stands on an invoice or credit note, but for its
// reference, which it gets while it is written. Both are hashed together and never
// change. Amounts of a credit note are positive: what is given back.
type Document struct {
	Kind     InvoiceKind `json:"kind"`
	Corrects string      `json:"corrects,omitempty"`
	Reason   string      `json:"reason,omitempty"` // of a correction, in words
	Listing  string      `json:"listing"`          // its name
	Seller   Party       `json:"seller"`
	Buyer    Party       `json:"buyer"`
	Bill     Bill        `json:"bill"`
	Issued   time.Time   `json:"issued"`
	Payable  time.Time   `json:"payable"`
	Method   string      `json:"method,omitempty"` // "Visa •••• 4242", or where to transfer it
	Note     string      `json:"note,omitempty"`
	Language string      `json:"language"` // of the buyer
	Zone     string      `json:"zone"`
}

// LedgerAccount is an account of a seller's ledger.
type LedgerAccount string

// The accounts. A debit makes the first five more, a credit the others.
const (
	LedgerReceivable LedgerAccount = "receivable" // what buyers owe
	LedgerGateway    LedgerAccount = "gateway"    // what the gateway holds
	LedgerBank       LedgerAccount = "bank"       // what came to the bank
	LedgerFees       LedgerAccount = "fees"       // what the marketplace kept
	LedgerBadDebt    LedgerAccount = "bad_debt"   // what was never paid
	LedgerDisputed   LedgerAccount = "disputed"   // what the gateway holds back
	LedgerRevenue    LedgerAccount = "revenue"
	LedgerTax        LedgerAccount = "tax" // to be handed on
)

// LedgerKind is what a transaction records.
type LedgerKind string

// The kinds.
const (
	PostInvoice      LedgerKind = "invoice"
	PostCreditNote   LedgerKind = "credit_note"
	PostWriteOff     LedgerKind = "write_off"
	PostCharge       LedgerKind = "charge"
	PostFee          LedgerKind = "fee"
	PostTransfer     LedgerKind = "transfer"
	PostRefund       LedgerKind = "refund"
	PostFeeRefund    LedgerKind = "fee_refund"
	PostDispute      LedgerKind = "dispute"
	PostDisputeWon   LedgerKind = "dispute_won"
	PostDisputeLost  LedgerKind = "dispute_lost"
	PostPayout       LedgerKind = "payout"
	PostPayoutFailed LedgerKind = "payout_failed"

	PostTransferRefund LedgerKind = "transfer_refund" // what came by transfer goes back by transfer
)

// LedgerEntry is one side of a transaction: a debit above zero, a credit below.
type LedgerEntry struct {
	Account LedgerAccount
	Minor   int64
}

// Posting is a kind's entries for an amount, of which tax is a part; they come to
// nothing together, and entries of nothing are left out.
func Posting(kind LedgerKind, minor, tax int64) []LedgerEntry {
	var all []LedgerEntry
	switch kind {
	case PostInvoice:
		all = []LedgerEntry{{LedgerReceivable, minor}, {LedgerRevenue, tax - minor}, {LedgerTax, -tax}}
	case PostCreditNote:
		all = []LedgerEntry{{LedgerRevenue, minor - tax}, {LedgerTax, tax}, {LedgerReceivable, -minor}}
	case PostWriteOff:
		all = []LedgerEntry{{LedgerBadDebt, minor - tax}, {LedgerTax, tax}, {LedgerReceivable, -minor}}
	case PostCharge:
		all = []LedgerEntry{{LedgerGateway, minor}, {LedgerReceivable, -minor}}
	case PostFee:
		all = []LedgerEntry{{LedgerFees, minor}, {LedgerGateway, -minor}}
	case PostTransfer:
		all = []LedgerEntry{{LedgerBank, minor}, {LedgerReceivable, -minor}}
	case PostRefund:
		all = []LedgerEntry{{LedgerReceivable, minor}, {LedgerGateway, -minor}}
	case PostFeeRefund:
		all = []LedgerEntry{{LedgerGateway, minor}, {LedgerFees, -minor}}
	case PostDispute:
		all = []LedgerEntry{{LedgerDisputed, minor}, {LedgerGateway, -minor}}
	case PostDisputeWon:
		all = []LedgerEntry{{LedgerGateway, minor}, {LedgerDisputed, -minor}}
	case PostDisputeLost:
		all = []LedgerEntry{{LedgerBadDebt, minor}, {LedgerDisputed, -minor}}
	case PostTransferRefund:
		all = []LedgerEntry{{LedgerReceivable, minor}, {LedgerBank, -minor}}
	case PostPayout:
		all = []LedgerEntry{{LedgerBank, minor}, {LedgerGateway, -minor}}
	case PostPayoutFailed:
		all = []LedgerEntry{{LedgerGateway, minor}, {LedgerBank, -minor}}
	}
	return slices.DeleteFunc(all, func(e LedgerEntry) bool { return e.Minor == 0 })
}

// What is refused about buying.
var (
	ErrPlanGone               = &Error{Kind: Gone, Code: "plan_gone", Field: "plan"}
	ErrPlanAudience           = &Error{Kind: Invalid, Code: "plan_audience", Field: "account"}
	ErrPlanPeriod             = &Error{Kind: Invalid, Code: "plan_period", Field: "period"}
	ErrPlanUnits              = &Error{Kind: Invalid, Code: "plan_units", Field: "units"}
	ErrPlanFull               = &Error{Kind: Conflict, Code: "plan_full", Field: "units"}
	ErrSameTerms              = &Error{Kind: Conflict, Code: "same_terms"}
	ErrAlreadyBought          = &Error{Kind: Conflict, Code: "already_bought", Field: "account"}
	ErrSubscriptionEnded      = &Error{Kind: Gone, Code: "subscription_ended"}
	ErrSubscriptionIncomplete = &Error{Kind: Conflict, Code: "subscription_incomplete"}
	ErrSubscriptionPastDue    = &Error{Kind: Conflict, Code: "subscription_past_due"}
	ErrSubscriptionPaused     = &Error{Kind: Conflict, Code: "subscription_paused"}
	ErrSubscriptionDue        = &Error{Kind: Conflict, Code: "subscription_due"}
	ErrSubscriptionBusy       = &Error{Kind: Conflict, Code: "subscription_busy"} // a payment is under way
	ErrInvoiceOpen            = &Error{Kind: Conflict, Code: "invoice_open"}
	ErrNothingPending         = &Error{Kind: Conflict, Code: "nothing_pending"}
	ErrNotPausable            = &Error{Kind: Conflict, Code: "not_pausable"}
	ErrNotPaused              = &Error{Kind: Conflict, Code: "not_paused"}
	ErrSellerNotReady         = &Error{Kind: Conflict, Code: "seller_not_ready"}
	ErrPaymentMethodNeeded    = &Error{Kind: Invalid, Code: "payment_method_needed", Field: "method"}
	ErrPaymentDeclined        = &Error{Kind: Declined, Code: "payment_declined", Field: "method"}
	ErrQuoteChanged           = &Error{Kind: Conflict, Code: "quote_changed"} // what would be paid isn't what was shown
	ErrGatewayDown            = &Error{Kind: Unavailable, Code: "gateway_down"}
	ErrGatewaySignature       = &Error{Kind: Forbidden, Code: "gateway_signature"}
	ErrBillingClock           = &Error{Kind: Invalid, Code: "billing_clock", Field: "date"} // of development
	ErrBoughtElsewhere        = &Error{Kind: Conflict, Code: "bought_elsewhere"}
)

var billingErrors = []*Error{
	ErrPlanGone, ErrPlanAudience, ErrPlanPeriod, ErrPlanUnits, ErrPlanFull, ErrSameTerms, ErrAlreadyBought, ErrSubscriptionEnded,
	ErrSubscriptionIncomplete, ErrSubscriptionPastDue, ErrSubscriptionPaused, ErrSubscriptionDue, ErrSubscriptionBusy, ErrInvoiceOpen,
	ErrNothingPending, ErrNotPausable, ErrNotPaused, ErrSellerNotReady, ErrPaymentMethodNeeded, ErrPaymentDeclined, ErrQuoteChanged,
	ErrGatewayDown, ErrGatewaySignature, ErrBoughtElsewhere, ErrBillingClock,
}
