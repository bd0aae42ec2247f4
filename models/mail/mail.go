// Package mail sends messages that are already written: through SMTP, or into
// a mailbox in the database where no SMTP server is configured. Both pass the
// same tests. What a message says is the business of web/mailer.
package mail

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"souk/models"
)

// Message is one message to one person.
type Message struct {
	// ID names the message, the same however often it is tried, so that a mail
	// server or reader that got it twice can tell: letters, digits, "." and "-".
	ID       string
	To       string
	Subject  string
	Text     string
	HTML     string
	Language string
}

// Sender sends a message, or returns why it couldn't be sent. An error that
// will not go away by trying again is models.ErrMailRefused.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*$`)

// check refuses what can't be a message, above all whatever could end a header
// and begin another.
func (m *Message) check() error {
	if to, err := models.ParseMail(m.To); err != nil || to != m.To {
		return refused("the address is none")
	}
	switch {
	case !idForm.MatchString(m.ID):
		return refused("the message has no name")
	case m.Subject == "" || m.Text == "" || m.HTML == "":
		return refused("the message is empty")
	case strings.ContainsFunc(m.Subject+m.Language, unicode.IsControl):
		return refused("the subject has control characters")
	case !utf8.ValidString(m.Subject + m.Text + m.HTML):
		return refused("the message is not UTF-8")
	case strings.ContainsRune(m.Text+m.HTML, 0):
		return refused("the message holds a null")
	}
	return nil
}

func refused(why string) error { return models.ErrMailRefused.Because(errors.New(why)) }
