// Package credentials holds the pages of client secrets and private keys.
package credentials

import (
	"souk/models/credentials"
)

// Credentials answers for client secrets and private keys.
type Credentials struct {
	credentials *credentials.Service
}

// New makes the handlers.
func New(c *credentials.Service) *Credentials {
	return &Credentials{credentials: c}
}
