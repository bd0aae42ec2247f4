// Package credentials holds the pages of client secrets and private keys.
package credentials

import (
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/ui"
)

// One is a client secret or a private key.
type One struct {
	ID      int64
	Name    string // the last characters, or the fingerprint
	Creator string // login; "" for one that is gone
	Created time.Time
	Used    time.Time // zero: never
	Now     time.Time
}

// Secrets is the page of an app's client secrets.
type Secrets struct {
	App       desk.App
	ClientID  string
	Fresh     string // one that was just made
	FreshTail string
	Secrets   []One
	Attempt   string // names the form
}

func (s *Secrets) full() bool { return len(s.Secrets) >= models.MaxAppSecrets }

// Revoke asks whether a client secret is to end.
type Revoke struct {
	App      desk.App
	Secret   One
	Last     bool // it is the app's only one
	Ticked   bool
	Problems ui.Problems
}

// Keys is the page of a GitHub App's private keys.
type Keys struct {
	App     desk.App
	FreshID int64 // one that can be downloaded still
	Fresh   string
	Keys    []One
	Attempt string
}

func (k *Keys) full() bool { return len(k.Keys) >= models.MaxAppKeys }

// Delete asks whether a private key is to end.
type Delete struct {
	App  desk.App
	Key  One
	Last bool // it is the app's only one, and stays
}

func titled(a desk.App, title string) desk.App {
	a.Title = title
	return a
}
