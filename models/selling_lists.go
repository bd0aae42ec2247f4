package models

// What sellers set up: what is refused, recorded and told.
var (
	sellingErrors  []*Error
	sellingActions []AuditAction
	sellingNotices []notice
)
