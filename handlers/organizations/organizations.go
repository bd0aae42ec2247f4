// Package organizations answers for organizations: members, invitations,
// privileges, security, domains.
package organizations

import (
	"souk/models/orgs"
)

// Organizations holds the handlers.
type Organizations struct {
	orgs *orgs.Service
}

// New makes the handlers.
func New(orgs *orgs.Service) *Organizations { return &Organizations{orgs: orgs} }
