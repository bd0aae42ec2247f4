// Package insights holds the pages of figures of listings.
package insights

import (
	"souk/models/insights"
)

// Insights answers for figures of listings.
type Insights struct {
	insights *insights.Service
}

// New makes the handlers.
func New(i *insights.Service) *Insights {
	return &Insights{insights: i}
}
