// Package mail sends messages that are already written: through SMTP, or into
// a mailbox in the database where no SMTP server is configured. Both pass the
// same tests. What a message says is the business of web/mailer.
package mail

import "context"

// Message is one message to one person.
type Message struct {
	To       string
	Subject  string
	Text     string
	HTML     string
	Language string
}

// Sender sends a message, or returns why it couldn't be sent. An error that
// will not go away by trying again is a *models.Error.
type Sender interface {
	Send(ctx context.Context, m Message) error
}
