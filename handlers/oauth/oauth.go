// Package oauth holds the pages and endpoints by which people let apps act in their name, and which apps an organization lets reach it.
package oauth

import (
	oauthverbs "souk/models/oauth"
)

// OAuth answers for them.
type OAuth struct {
	oauth *oauthverbs.Service
}

// New makes the handlers.
func New(o *oauthverbs.Service) *OAuth { return &OAuth{oauth: o} }
