package models

// What is refused about taxes and documents.
var (
	ErrTaxNumber  = &Error{Kind: Invalid, Code: "tax_number", Field: "tax_number"}
	ErrTaxCountry = &Error{Kind: Invalid, Code: "tax_country", Field: "country"}
	ErrTaxRegion  = &Error{Kind: Invalid, Code: "tax_region", Field: "region"}
	ErrTaxName    = &Error{Kind: Invalid, Code: "tax_name", Field: "name"}
	ErrTaxPercent = &Error{Kind: Invalid, Code: "tax_percent", Field: "percent"}
	ErrTaxThere   = &Error{Kind: Conflict, Code: "tax_there", Field: "country"}
	ErrReceipt    = &Error{Kind: Invalid, Code: "receipt_unknown", Field: "hash"}
)

// Invoices, receipts and taxes: what is refused, recorded and told.
var (
	invoiceErrors  = []*Error{ErrTaxNumber, ErrTaxCountry, ErrTaxRegion, ErrTaxName, ErrTaxPercent, ErrTaxThere, ErrReceipt}
	invoiceActions = []AuditAction{"tax.create", "tax.delete", "tax.update"}
	invoiceNotices []notice
)
