package models

// What happens to subscriptions: what is recorded, and what is told.
var (
	billingActions []AuditAction
	billingNotices []notice
)
