// Package apps holds the pages of registering and changing apps.
package apps

import (
	"souk/models/apps"
)

// Apps answers for registering and changing apps.
type Apps struct {
	apps *apps.Service
}

// New makes the handlers.
func New(a *apps.Service) *Apps {
	return &Apps{apps: a}
}
