// Package repositories answers for accounts' pages and repositories.
package repositories

import (
	"souk/models/repos"
)

// Repositories holds the handlers.
type Repositories struct {
	repos *repos.Service
}

// New makes the handlers.
func New(repos *repos.Service) *Repositories { return &Repositories{repos: repos} }
