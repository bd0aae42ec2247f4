// Package inbox answers the list of notifications.
package inbox

import (
	"souk/models/notices"
)

// Inbox holds the handlers.
type Inbox struct {
	notices *notices.Service
}

// New makes the handlers.
func New(notices *notices.Service) *Inbox { return &Inbox{notices: notices} }
