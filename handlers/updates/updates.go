// Package updates holds the pages on which an installation is given more permissions, and what integrators see of it.
package updates

import (
	"souk/models/installs"
)

// Updates answers for them.
type Updates struct {
	installs *installs.Service
}

// New makes the handlers.
func New(i *installs.Service) *Updates { return &Updates{installs: i} }
