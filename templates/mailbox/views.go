// Package mailbox shows the mail that Souk keeps in local runs instead of
// sending it.
package mailbox

import "time"

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
