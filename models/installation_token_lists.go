package models

// What is refused, recorded and told of tokens of installations.
var (
	installationTokenErrors  = []*Error{}
	installationTokenActions = []AuditAction{}
	installationTokenNotices = []notice{}
)
