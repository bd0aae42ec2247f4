// Package claims holds the pages of claiming imported listings.
package claims

import (
	"souk/models/claims"
)

// Claims answers for claiming imported listings.
type Claims struct {
	claims *claims.Service
}

// New makes the handlers.
func New(c *claims.Service) *Claims {
	return &Claims{claims: c}
}
