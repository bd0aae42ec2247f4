// Package installs holds the pages on which apps are installed or asked for, up to where their setup goes on.
package installs

import (
	"souk/models/installchoices"
	"souk/models/installrequests"
	installverbs "souk/models/installs"
	"souk/models/oauth"
)

// Installs answers for them.
type Installs struct {
	installs        *installverbs.Service
	choices         *installchoices.Service
	installrequests *installrequests.Service
	oauth           *oauth.Service
}

// New makes the handlers.
func New(i *installverbs.Service, c *installchoices.Service, r *installrequests.Service, o *oauth.Service) *Installs {
	return &Installs{installs: i, choices: c, installrequests: r, oauth: o}
}
