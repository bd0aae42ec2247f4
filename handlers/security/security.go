// Package security answers how people protect an account: password, sessions,
// one-time codes, passkeys, and the confirmation of sensitive acts.
package security

import (
	"souk/models/factors"
	"souk/models/identity"
)

// Security holds the handlers.
type Security struct {
	identity *identity.Service
	factors  *factors.Service
}

// New makes the handlers.
func New(identity *identity.Service, factors *factors.Service) *Security {
	return &Security{identity: identity, factors: factors}
}
