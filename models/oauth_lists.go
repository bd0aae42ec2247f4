package models

// What is refused, recorded and told of authorizations and what organizations let them reach.
var (
	oauthErrors  = []*Error{}
	oauthActions = []AuditAction{}
	oauthNotices = []notice{}
)
