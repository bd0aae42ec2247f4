package models

import "time"

// Transfer is a repository on its way to an account whose owner must accept it
// first.
type Transfer struct {
	RepositoryID int64
	AccountID    int64 // who is to receive it
	RequesterID  int64
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

// TransferLifetime is how long a transfer can be accepted.
const TransferLifetime = 7 * 24 * time.Hour

// Open reports whether the transfer can still be accepted.
func (t *Transfer) Open(now time.Time) bool { return now.Before(t.ExpiresAt) }
