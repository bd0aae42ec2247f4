// Package media holds the pages of pictures of apps and listings.
package media

import (
	"souk/models/drafts"
	"souk/models/pictures"
)

// Media answers for pictures of apps and listings.
type Media struct {
	pictures *pictures.Service
	drafts   *drafts.Service
}

// New makes the handlers.
func New(p *pictures.Service, d *drafts.Service) *Media {
	return &Media{pictures: p, drafts: d}
}
