package models

// What is refused, recorded and told of reviewing what is installed and authorized.
var (
	oversightErrors  = []*Error{}
	oversightActions = []AuditAction{}
	oversightNotices = []notice{}
)
