package models

// What is refused about payment methods and gateways.
var (
	ErrTestCard      = &Error{Kind: Invalid, Code: "test_card", Field: "number"}
	ErrMethodInUse   = &Error{Kind: Conflict, Code: "method_in_use"}
	ErrMethodNowhere = &Error{Kind: Conflict, Code: "method_nowhere", Field: "listing"}
)

// What is refused about the details that stand on invoices.
var (
	ErrPartyName      = &Error{Kind: Invalid, Code: "party_name", Field: "name"}
	ErrAddressLine    = &Error{Kind: Invalid, Code: "address_line", Field: "line1"}
	ErrAddressCity    = &Error{Kind: Invalid, Code: "address_city", Field: "city"}
	ErrAddressCountry = &Error{Kind: Invalid, Code: "address_country", Field: "country"}
	ErrPartyLanguage  = &Error{Kind: Invalid, Code: "party_language", Field: "language"}
)

// Payment methods and gateways: what is refused, recorded and told.
var (
	paymentErrors  = []*Error{ErrTestCard, ErrMethodInUse, ErrMethodNowhere, ErrPartyName, ErrAddressLine, ErrAddressCity, ErrAddressCountry, ErrPartyLanguage}
	paymentActions = []AuditAction{"billing_profile.update", "payment_method.add", "payment_method.detach", "payment_method.remove"}
	paymentNotices []notice
)
