package models

// What is refused about selling.
var (
	ErrInvoicePrefix    = &Error{Kind: Invalid, Code: "invoice_prefix", Field: "invoice_prefix"}
	ErrTransferDetails  = &Error{Kind: Invalid, Code: "transfer_details", Field: "transfer_details"}
	ErrTransferDays     = &Error{Kind: Invalid, Code: "transfer_days", Field: "transfer_days"}
	ErrGraceDays        = &Error{Kind: Invalid, Code: "grace_days", Field: "grace_days"}
	ErrTaxNumberNeeded  = &Error{Kind: Invalid, Code: "tax_number_needed", Field: "tax_number"}
	ErrSellerMail       = &Error{Kind: Invalid, Code: "seller_mail", Field: "mail"}
	ErrSellerDetails    = &Error{Kind: Conflict, Code: "seller_details"}
	ErrSellerConnected  = &Error{Kind: Conflict, Code: "seller_connected"}
	ErrSellerSubscribed = &Error{Kind: Conflict, Code: "seller_subscribed"}
	ErrGatewayMissing   = &Error{Kind: NotFound, Code: "gateway_missing", Field: "gateway"}
)

// The kinds of news about an account at a gateway.
const (
	NoticeSellerReady NotificationKind = "seller_ready"
	NoticeSellerAsked NotificationKind = "seller_asked" // the gateway asks for something, or nothing can be paid
)

// What sellers set up: what is refused, recorded and told.
var (
	sellingErrors = []*Error{ErrInvoicePrefix, ErrTransferDetails, ErrTransferDays, ErrGraceDays, ErrTaxNumberNeeded, ErrSellerMail,
		ErrSellerDetails, ErrSellerConnected, ErrSellerSubscribed, ErrGatewayMissing}
	sellingActions = []AuditAction{"seller.connect", "seller.disconnect", "seller.standing", "seller.update"}
	sellingNotices = []notice{
		{NoticeSellerReady, TopicBilling, []string{"account"}},
		{NoticeSellerAsked, TopicBilling, []string{"account"}},
	}
)
