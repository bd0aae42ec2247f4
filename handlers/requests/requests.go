// Package requests holds the requests to buy, and what an organization allows: its policy and budgets.
package requests

import (
	"souk/models/policies"
	requestsverbs "souk/models/requests"
)

// Requests answers for them.
type Requests struct {
	requests *requestsverbs.Service
	policies *policies.Service
}

// New makes the handlers.
func New(r *requestsverbs.Service, p *policies.Service) *Requests {
	return &Requests{requests: r, policies: p}
}
