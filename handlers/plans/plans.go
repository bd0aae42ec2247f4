// Package plans holds the pages of plans and trying them.
package plans

import (
	"souk/models/plans"
	"souk/models/tryouts"
)

// Plans answers for plans and trying them.
type Plans struct {
	plans   *plans.Service
	tryouts *tryouts.Service
}

// New makes the handlers.
func New(p *plans.Service, t *tryouts.Service) *Plans {
	return &Plans{plans: p, tryouts: t}
}
