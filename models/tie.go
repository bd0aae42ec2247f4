package models

import "time"

// Tie is a subscription that keeps an account from being deleted, or that ends with
// it.
type Tie struct {
	ID      int64  // of the subscription
	Slug    string // of the listing
	Name    string
	Plan    string
	Ends    bool      // it ends with the account; else it keeps it
	Until   time.Time // when it ends by itself; zero: it doesn't
	Owed    *Money
	Selling bool // the account sells it to somebody
}
