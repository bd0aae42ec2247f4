package models

// Invoices, receipts and taxes: what is refused, recorded and told.
var (
	invoiceErrors  []*Error
	invoiceActions []AuditAction
	invoiceNotices []notice
)
