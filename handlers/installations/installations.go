// Package installations holds the pages of what is installed on an account, and of the accounts that an integrator's app is installed on.
package installations

import (
	"souk/models/installs"
)

// Installations answers for them.
type Installations struct {
	installs *installs.Service
}

// New makes the handlers.
func New(i *installs.Service) *Installations { return &Installations{installs: i} }
