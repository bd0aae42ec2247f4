package models

// What is refused, recorded and told of policies about apps.
var (
	appPolicyErrors  = []*Error{}
	appPolicyActions = []AuditAction{}
	appPolicyNotices = []notice{}
)
