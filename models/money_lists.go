package models

// The ledger, refunds, coupons and what sellers see of their money: what is refused, recorded and told.
var (
	moneyErrors  []*Error
	moneyActions []AuditAction
	moneyNotices []notice
)
