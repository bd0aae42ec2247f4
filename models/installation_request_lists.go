package models

// What is refused, recorded and told of requests to install.
var (
	installRequestErrors  = []*Error{}
	installRequestActions = []AuditAction{}
	installRequestNotices = []notice{}
)
