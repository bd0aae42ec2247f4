package models

// DiscrepancyKind is a way in which books, documents and gateway disagree.
type DiscrepancyKind string

// The kinds.
const (
	BooksUnbalanced     DiscrepancyKind = "unbalanced"        // a transaction doesn't come to nothing
	BooksMissing        DiscrepancyKind = "missing"           // what happened isn't in the ledger
	BooksStray          DiscrepancyKind = "stray"             // what is in the ledger didn't happen
	BooksAmount         DiscrepancyKind = "amount"            // both are there with different amounts
	BooksSeller         DiscrepancyKind = "seller"            // it stands in the books of another seller
	NumbersGap          DiscrepancyKind = "number_gap"        // a number is missing
	NumbersBeyond       DiscrepancyKind = "number_beyond"     // a number is higher than the last one given out
	DocumentChanged     DiscrepancyKind = "document_changed"  // a document isn't what was hashed
	DocumentSum         DiscrepancyKind = "document_sum"      // its columns say something else
	InvoicePaidSum      DiscrepancyKind = "paid_sum"          // paid_minor isn't what was paid
	InvoiceCreditedSum  DiscrepancyKind = "credited_sum"      // credited_minor isn't what was credited
	InvoiceWrongState   DiscrepancyKind = "invoice_state"     // its state doesn't follow from its amounts
	ChargeRefundedSum   DiscrepancyKind = "refunded_sum"      // refunded_minor isn't what was refunded
	ChargeOverRefunded  DiscrepancyKind = "over_refunded"     // more was given back than paid
	ChargeWithoutBill   DiscrepancyKind = "charge_unbilled"   // money was taken and no invoice says why
	ChargeOtherCurrency DiscrepancyKind = "charge_currency"   // an invoice was paid in another currency
	RefundUncredited    DiscrepancyKind = "refund_uncredited" // money was given back without a credit note of that amount
	RefundCameBack      DiscrepancyKind = "refund_came_back"  // the gateway took a refund back
	Unsettled           DiscrepancyKind = "unsettled"         // nobody knows yet what became of it
	GatewayState        DiscrepancyKind = "gateway_state"     // the gateway says something else became of a charge
	GatewayFee          DiscrepancyKind = "gateway_fee"       // the gateway kept another fee
	GatewayUnknown      DiscrepancyKind = "gateway_unknown"   // the gateway couldn't be asked
	GatewayEventFailed  DiscrepancyKind = "event_failed"      // what the gateway told couldn't be worked on
)

// DiscrepancyKinds lists the kinds.
func DiscrepancyKinds() []DiscrepancyKind {
	return []DiscrepancyKind{BooksUnbalanced, BooksMissing, BooksStray, BooksAmount, BooksSeller, NumbersGap, NumbersBeyond, DocumentChanged, DocumentSum,
		InvoicePaidSum, InvoiceCreditedSum, InvoiceWrongState, ChargeRefundedSum, ChargeOverRefunded, ChargeWithoutBill, ChargeOtherCurrency,
		RefundUncredited, RefundCameBack, Unsettled, GatewayState, GatewayFee, GatewayUnknown, GatewayEventFailed}
}

// Discrepancy is one thing that doesn't agree. Subject and ID name what it is about:
// "invoice", "charge", "refund", "dispute", "payout", "transaction", "seller" or
// "event"; Entry is the kind of ledger transaction, where it is about one. Expected
// and Found are amounts in Currency, or words.
type Discrepancy struct {
	Kind      DiscrepancyKind `json:"kind"`
	SellerID  int64           `json:"seller_id,omitempty"`
	Subject   string          `json:"subject"`
	ID        int64           `json:"id,omitempty"`
	Reference string          `json:"reference,omitempty"`
	Entry     LedgerKind      `json:"entry,omitempty"`
	Currency  string          `json:"currency,omitempty"`
	Expected  string          `json:"expected,omitempty"`
	Found     string          `json:"found,omitempty"`
}
