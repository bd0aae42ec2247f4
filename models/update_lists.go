package models

// What is refused, recorded and told of permission updates.
var (
	updateErrors  = []*Error{}
	updateActions = []AuditAction{}
	updateNotices = []notice{}
)
