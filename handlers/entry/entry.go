// Package entry answers those who come in: joining, signing in and out, links
// that were sent by mail, a forgotten password.
package entry

import (
	"souk/models/identity"
)

// Entry holds the handlers.
type Entry struct {
	identity *identity.Service
}

// New makes the handlers.
func New(identity *identity.Service) *Entry { return &Entry{identity: identity} }
