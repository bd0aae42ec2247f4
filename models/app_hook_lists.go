package models

// What is refused, recorded and told of webhooks of apps.
var (
	appHookErrors  = []*Error{}
	appHookActions = []AuditAction{}
	appHookNotices = []notice{}
)
