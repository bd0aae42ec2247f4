// Package moderation holds the pages of reports, taking down and appeals.
package moderation

import (
	"souk/models/moderation"
)

// Moderation answers for reports, taking down and appeals.
type Moderation struct {
	moderation *moderation.Service
}

// New makes the handlers.
func New(m *moderation.Service) *Moderation {
	return &Moderation{moderation: m}
}
