// Package account answers what people set for themselves: profile, account,
// appearance, notifications, personal access tokens, their data.
package account

import (
	"souk/models/identity"
	"souk/models/profiles"
)

// Account holds the handlers.
type Account struct {
	identity *identity.Service
	profiles *profiles.Service
}

// New makes the handlers.
func New(identity *identity.Service, profiles *profiles.Service) *Account {
	return &Account{identity: identity, profiles: profiles}
}
