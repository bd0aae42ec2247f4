package models

// What is refused about coupons.
var (
	ErrCouponUnknown  = &Error{Kind: Invalid, Code: "coupon_unknown", Field: "coupon"}
	ErrCouponExpired  = &Error{Kind: Invalid, Code: "coupon_expired", Field: "coupon"}
	ErrCouponUsedUp   = &Error{Kind: Invalid, Code: "coupon_used_up", Field: "coupon"}
	ErrCouponPlan     = &Error{Kind: Invalid, Code: "coupon_plan", Field: "coupon"}
	ErrCouponCurrency = &Error{Kind: Invalid, Code: "coupon_currency", Field: "coupon"}

	ErrCouponCode     = &Error{Kind: Invalid, Code: "coupon_code", Field: "code"}
	ErrCouponTaken    = &Error{Kind: Invalid, Code: "coupon_taken", Field: "code"}
	ErrCouponValue    = &Error{Kind: Invalid, Code: "coupon_value", Field: "kind"}
	ErrCouponPercent  = &Error{Kind: Invalid, Code: "coupon_percent", Field: "percent"}
	ErrCouponAmount   = &Error{Kind: Invalid, Code: "coupon_amount", Field: "amount"}
	ErrCouponMoney    = &Error{Kind: Invalid, Code: "coupon_money", Field: "money"}
	ErrCouponPeriods  = &Error{Kind: Invalid, Code: "coupon_periods", Field: "periods"}
	ErrCouponLimit    = &Error{Kind: Invalid, Code: "coupon_limit", Field: "limit"}
	ErrCouponDate     = &Error{Kind: Invalid, Code: "coupon_date", Field: "expires"}
	ErrCouponFor      = &Error{Kind: Invalid, Code: "coupon_for", Field: "plan"}
	ErrTooManyCoupons = &Error{Kind: Conflict, Code: "too_many_coupons"}
)

// What is refused about refunds.
var (
	ErrRefundAmount   = &Error{Kind: Invalid, Code: "refund_amount", Field: "amount"}
	ErrRefundTooMuch  = &Error{Kind: Invalid, Code: "refund_too_much", Field: "amount"}
	ErrRefundReason   = &Error{Kind: Invalid, Code: "refund_reason", Field: "reason"}
	ErrRefundWords    = &Error{Kind: Invalid, Code: "refund_words", Field: "words"}
	ErrRefundNothing  = &Error{Kind: Conflict, Code: "refund_nothing"}
	ErrRefundDisputed = &Error{Kind: Conflict, Code: "refund_disputed"}
	ErrRefundLate     = &Error{Kind: Conflict, Code: "refund_late"}
	ErrRefundRefused  = &Error{Kind: Declined, Code: "refund_refused"}
	ErrInvoiceNotOpen = &Error{Kind: Conflict, Code: "invoice_not_open"}
)

var moneyErrors = []*Error{
	ErrCouponUnknown, ErrCouponExpired, ErrCouponUsedUp, ErrCouponPlan, ErrCouponCurrency,
	ErrCouponCode, ErrCouponTaken, ErrCouponValue, ErrCouponPercent, ErrCouponAmount, ErrCouponMoney, ErrCouponPeriods, ErrCouponLimit, ErrCouponDate,
	ErrCouponFor, ErrTooManyCoupons,
	ErrRefundAmount, ErrRefundTooMuch, ErrRefundReason, ErrRefundWords, ErrRefundNothing, ErrRefundDisputed, ErrRefundLate, ErrRefundRefused, ErrInvoiceNotOpen,
}

// What is recorded of coupons, refunds and disputes.
var moneyActions = []AuditAction{
	"coupon.create", "coupon.retire",
	"dispute.close", "dispute.open",
	"gateway_event.repeat",
	"ledger.check",
	"payout.fail",
	"refund.fail", "refund.give", "refund.succeed",
}

// The kinds of news about money.
const (
	NoticeRefunded        NotificationKind = "refunded"
	NoticeRefundFailed    NotificationKind = "refund_failed"
	NoticeDisputeOpened   NotificationKind = "dispute_opened"
	NoticeDisputeWon      NotificationKind = "dispute_won"
	NoticeDisputeLost     NotificationKind = "dispute_lost"
	NoticePayoutFailed    NotificationKind = "payout_failed"
	NoticeLedgerDisagrees NotificationKind = "ledger_disagrees"
)

// What people are told of money. Name is the reference of an invoice.
var moneyNotices = []notice{
	{NoticeRefunded, TopicBilling, []string{"listing", "name", "amount"}},
	{NoticeRefundFailed, TopicBilling, []string{"listing", "login", "name", "amount"}},
	{NoticeDisputeOpened, TopicBilling, []string{"listing", "login", "amount"}},
	{NoticeDisputeWon, TopicBilling, []string{"listing", "login", "amount"}},
	{NoticeDisputeLost, TopicBilling, []string{"listing", "login", "amount"}},
	{NoticePayoutFailed, TopicBilling, []string{"amount"}},
	{NoticeLedgerDisagrees, TopicBilling, []string{"count"}},
}
