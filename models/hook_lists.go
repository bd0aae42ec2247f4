package models

// Webhooks of purchases: what is refused, recorded and told.
var (
	hookErrors  []*Error
	hookActions []AuditAction
	hookNotices []notice
)
