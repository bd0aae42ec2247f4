package models

// Requests to buy, policies and budgets: what is refused, recorded and told.
var (
	buyingErrors  []*Error
	buyingActions []AuditAction
	buyingNotices []notice
)
