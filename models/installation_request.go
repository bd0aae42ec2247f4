package models

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"
)

// InstallRequest is a member's wish that an organization's owners install an app. Its
// states, life, reminders and limits are those of requests to buy; see RequestState.
type InstallRequest struct {
	ID             int64
	AppID          int64
	OrganizationID int64
	RequesterID    int64
	InstallWish
	State          RequestState
	DeciderID      *int64
	Words          string // of who decided
	InstallationID *int64 // what came of it
	OrderID        *int64
	Reminded       int
	CreatedAt      time.Time
	ExpiresAt      time.Time
	DecidedAt      *time.Time
}

// InstallWish is what is asked for.
type InstallWish struct {
	Selection    Selection
	Repositories []int64
	PlanID       int64 // 0: none
	Period       Period
	Units        int64
}

// Digest is the same for wishes for the same.
func (w InstallWish) Digest() []byte {
	if w.PlanID == 0 {
		w.Period, w.Units = "", 0
	}
	w.Repositories = slices.Compact(slices.Sorted(slices.Values(w.Repositories)))
	text, err := json.Marshal(w)
	if err != nil {
		panic(err) // numbers and words
	}
	sum := sha256.Sum256(text)
	return sum[:]
}
