// Package ownership holds the pages of managers, transfer and deletion of apps,
// and those that everyone may see of an app without a listing.
package ownership

import (
	"time"

	"souk/models"
	"souk/models/ownership"
	"souk/templates/ui"
)

// Ownership answers for managers, transfer and deletion of apps.
type Ownership struct {
	ownership *ownership.Service
}

// New makes the handlers.
func New(o *ownership.Service) *Ownership {
	return &Ownership{ownership: o}
}

const day = 24 * time.Hour

func problemsView(problems models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range problems {
		all = append(all, ui.Problem{Field: p.Field, Code: p.Code})
	}
	return all
}
