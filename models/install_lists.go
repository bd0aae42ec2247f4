package models

// What is refused, recorded and told of installing.
var (
	installErrors  = []*Error{}
	installActions = []AuditAction{}
	installNotices = []notice{}
)
