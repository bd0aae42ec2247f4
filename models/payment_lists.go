package models

// What is refused about payment methods and gateways.
var (
	ErrTestCard      = &Error{Kind: Invalid, Code: "test_card", Field: "number"}
	ErrMethodPending = &Error{Kind: Conflict, Code: "method_pending"}
	ErrMethodInUse   = &Error{Kind: Conflict, Code: "method_in_use"}
)

// Payment methods and gateways: what is refused, recorded and told.
var (
	paymentErrors  = []*Error{ErrTestCard, ErrMethodPending, ErrMethodInUse}
	paymentActions []AuditAction
	paymentNotices []notice
)
