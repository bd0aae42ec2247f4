// Package sales holds the what integrators see of their money: transactions, revenue, refunds, coupons, prices; and what staff does about it.
package sales

import (
	"souk/models/refunds"
	salesverbs "souk/models/sales"
)

// Sales answers for them.
type Sales struct {
	sales   *salesverbs.Service
	refunds *refunds.Service
}

// New makes the handlers.
func New(s *salesverbs.Service, r *refunds.Service) *Sales { return &Sales{sales: s, refunds: r} }
