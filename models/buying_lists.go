package models

// What is refused about requests to buy, policies and budgets.
var (
	ErrPolicyDenied    = &Error{Kind: Forbidden, Code: "policy_denied"}
	ErrPolicyAsks      = &Error{Kind: Forbidden, Code: "policy_asks"}
	ErrBuyPermission   = &Error{Kind: Invalid, Code: "buy_permission", Field: "permission"}
	ErrTooManyBuyRules = &Error{Kind: Invalid, Code: "too_many_buy_rules"}
	ErrTooManyBudgets  = &Error{Kind: Invalid, Code: "too_many_budgets"}
	ErrAlreadyAsked    = &Error{Kind: Conflict, Code: "already_asked"}
	ErrRequestClosed   = &Error{Kind: Gone, Code: "request_closed"}
	ErrRequestBusy     = &Error{Kind: Conflict, Code: "request_busy"} // it is being approved
	ErrRequestReason   = &Error{Kind: Invalid, Code: "request_reason", Field: "reason"}
	ErrRequestWords    = &Error{Kind: Invalid, Code: "request_words", Field: "words"}
	ErrTooManyRequests = &Error{Kind: TooMany, Code: "too_many_requests_to_buy"}
	ErrRequestAccount  = &Error{Kind: Invalid, Code: "request_account", Field: "account"}
)

// Requests to buy, policies and budgets: what is refused, recorded and told.
var (
	buyingErrors = []*Error{
		ErrPolicyDenied, ErrPolicyAsks, ErrBuyPermission, ErrTooManyBuyRules, ErrTooManyBudgets, ErrAlreadyAsked, ErrRequestClosed, ErrRequestBusy,
		ErrRequestReason, ErrRequestWords, ErrRequestAccount, ErrTooManyRequests,
	}
	buyingActions = []AuditAction{
		"buy_policy.change", "budget.set", "budget.remove",
		"buy_request.create", "buy_request.withdraw", "buy_request.approve", "buy_request.decline", "buy_request.expire",
	}
	buyingNotices = []notice{
		{NoticeBuyRequested, TopicBilling, []string{"organization", "login", "listing", "plan"}},
		{NoticeBuyReminder, TopicBilling, []string{"organization", "login", "listing", "plan", "at"}}, // until when it can be answered
		{NoticeBuyApproved, TopicBilling, []string{"organization", "listing", "plan"}},
		{NoticeBuyDeclined, TopicBilling, []string{"organization", "listing", "words"}},
		{NoticeBuyExpired, TopicBilling, []string{"organization", "listing"}},
	}
)

// The notices of requests to buy.
const (
	NoticeBuyRequested NotificationKind = "buy_requested"
	NoticeBuyReminder  NotificationKind = "buy_request_reminder"
	NoticeBuyApproved  NotificationKind = "buy_request_approved"
	NoticeBuyDeclined  NotificationKind = "buy_request_declined"
	NoticeBuyExpired   NotificationKind = "buy_request_expired"
)
