// Package oversight holds the pages on which people and organizations review what is installed and authorized.
package oversight

import (
	oversightverbs "souk/models/oversight"
)

// Oversight answers for them.
type Oversight struct {
	oversight *oversightverbs.Service
}

// New makes the handlers.
func New(s *oversightverbs.Service) *Oversight { return &Oversight{oversight: s} }
