// Package security holds the pages of passwords, sessions, second factors and
// passkeys, and of the confirmation that sensitive acts ask for.
package security

import (
	"strings"
	"time"

	"souk/templates/ui"
)

// Overview is the page of one's passwords, factors and sessions.
type Overview struct {
	Now        time.Time
	Password   bool
	AppSince   *time.Time
	TwoFactor  bool
	Codes      int      // recovery codes that are left
	RequiredBy []string // organizations that want a second factor
	Passkeys   []Passkey
	Possible   bool // the site's address can have passkeys
	Sessions   []Session
}

// Passkey is one of the list.
type Passkey struct {
	ID      int64
	Name    string
	Created time.Time
	Used    *time.Time
	Copied  bool
}

// Session is one of the list.
type Session struct {
	ID      int64
	Device  string // "" where the browser says nothing
	IP      string
	Method  string // code of how it began
	Began   time.Time
	Used    time.Time
	Current bool
	Staff   bool // staff acts in it
}

// Password is the form for another password, or for a first one.
type Password struct {
	Login    string
	First    bool
	Problems ui.Problems
}

// SetUp is the page on which an authenticator app is set up.
type SetUp struct {
	Picture  string // address of the QR code
	Secret   string
	URL      string
	Token    string
	Replaces bool
	Problems ui.Problems
}

// grouped is a secret in groups of four, as people read one out.
func (v *SetUp) grouped() string {
	var b strings.Builder
	for i, r := range v.Secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Off asks whether to do without the authenticator app.
type Off struct {
	Passkeys int
	Problem  string // code of why it can't be
}

// Codes is the page of recovery codes: how many are left, or the new ones.
type Codes struct {
	Left  int
	Fresh []string
	Began bool // two-factor authentication has just been turned on
	Login string
	Site  string
}

func (v *Codes) file() string {
	return "data:text/plain;charset=utf-8," + strings.ReplaceAll(strings.Join(v.Fresh, "%0A"), " ", "%20")
}

// NewPasskey is the page on which a passkey is added.
type NewPasskey struct{ Possible bool }

// NamedPasskey is the page for the name of one, or the question whether it is to
// go.
type NamedPasskey struct {
	ID       int64
	Name     string
	Was      string // as it is called now
	LastOne  bool   // signing in falls back to the password alone
	Problems ui.Problems
	Problem  string // code of why it can't go
}

// Second is the page of a sign-in that waits for its second factor.
type Second struct {
	Login    string
	App      bool
	Passkey  bool
	Codes    bool // there are recovery codes
	Problems ui.Problems
}

// Confirm asks whether it is still you: before a page that ReturnTo names, or
// before the form whose fields are in Hidden goes on to Action.
type Confirm struct {
	Login    string
	Action   string
	Hidden   []ui.Value
	ReturnTo string
	Password bool
	App      bool
	Passkey  bool
	Form     bool // it came in the way of a form
	Problems ui.Problems
}

func (v *Confirm) none() bool { return !v.Password && !v.App && !v.Passkey }

// target is the id of the form that goes on once a passkey has confirmed, "" for
// a page that is simply opened.
func (v *Confirm) target() string {
	if v.Form {
		return "again"
	}
	return ""
}

func (v *Confirm) passwordID() string { return "again" }

func (v *Confirm) codeID() string {
	if v.Password {
		return "again-code"
	}
	return "again"
}
