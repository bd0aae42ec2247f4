// Package mailbox shows the mail that Souk keeps in local runs instead of
// sending it.
package mailbox

import (
	"time"

	"souk/templates/ui"
)

// List are the newest messages; To is whose, "" for everyone's.
type List struct {
	To      string
	Days    int // how long messages are kept
	Letters []Letter
	Now     time.Time
}

// Letter is one message.
type Letter struct {
	Number   int64
	To       string
	Subject  string
	Language string
	At       time.Time
	Text     []Span
}

// Span is a piece of a message's text; a link is its own address.
type Span struct {
	Text string
	Link bool
}

// Clock is the clock of what is bought, and how many days it was moved ahead.
type Clock struct {
	Now      time.Time
	Days     int64
	Date     string // as it was typed
	Problems ui.Problems
}
