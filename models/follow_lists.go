package models

// What is refused, recorded and told of what installations follow.
var (
	followErrors  = []*Error{}
	followActions = []AuditAction{}
	followNotices = []notice{}
)
