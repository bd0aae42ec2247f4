package models

// Ordering: what is refused, recorded and told.
var (
	orderErrors  []*Error
	orderActions []AuditAction
	orderNotices []notice
)
