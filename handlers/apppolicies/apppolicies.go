// Package apppolicies holds the pages of which apps an organization lets in.
package apppolicies

import (
	"souk/models/policies"
)

// AppPolicies answers for them.
type AppPolicies struct {
	policies *policies.Service
}

// New makes the handlers.
func New(p *policies.Service) *AppPolicies { return &AppPolicies{policies: p} }
