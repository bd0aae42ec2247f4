// Package drafts keeps what integrators are writing: a listing's draft, each saved
// version of it, and the merge of what two have written at once. It judges no
// text: what is wrong with a draft keeps it from being handed in, not from being
// kept.
package drafts

import (
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, now func() time.Time) *Service {
	return &Service{db: d, notices: n, now: now}
}

// Draft is a listing's draft as it was saved at one time. Author is a login, ""
// for nobody who is still here. Version is 0 while nothing was saved: then
// Content is what is live.
type Draft struct {
	ListingID int64
	Version   int
	Content   models.ListingContent
	SavedAt   time.Time
	Author    string
}

// Saved is what came of a save. Merged names the fields that somebody else has
// changed since the base, and that are now beside one's own.
type Saved struct {
	Version int
	Merged  []string
	Content models.ListingContent
}

// Conflict is a field that both sides have changed, each in its own way.
type Conflict struct {
	Field string `json:"field"` // as in models.Finding
}

// ConflictError refuses a save that would lose what one of two has written. It
// is a models.ErrDraftConflict. Version is the one that was saved meanwhile,
// Theirs its content; Merged is what could be merged, with one's own side of
// the conflicts.
type ConflictError struct {
	Version int
	Fields  []Conflict
	Base    models.ListingContent
	Theirs  models.ListingContent
	Mine    models.ListingContent
	Merged  models.ListingContent
}

func (e *ConflictError) Error() string { return models.ErrDraftConflict.Error() }

// Unwrap returns the sentinel.
func (e *ConflictError) Unwrap() error { return models.ErrDraftConflict }
