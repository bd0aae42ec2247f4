package models

// Payment methods and gateways: what is refused, recorded and told.
var (
	paymentErrors  []*Error
	paymentActions []AuditAction
	paymentNotices []notice
)
