package models

import (
	"regexp"
	"strings"
	"time"
)

// AccountKind tells users from organizations.
type AccountKind string

// The kinds of account.
const (
	KindUser         AccountKind = "user"
	KindOrganization AccountKind = "organization"
)

// Account is a user or an organization. As the owner of an app it is the
// integrator, and on listing pages the publisher.
type Account struct {
	ID         int64
	Login      string
	Kind       AccountKind
	Name       string
	WebsiteURL string
	Bio        string // plain text
	Location   string
	VerifiedAt *time.Time

	SuspendedAt     *time.Time // by staff
	SuspendedReason string

	CreatedAt time.Time
	UpdatedAt time.Time
}

// Verified reports whether the account is a verified publisher.
func (a *Account) Verified() bool { return a.VerifiedAt != nil }

// DisplayName is the name, or the login of an account that gave none.
func (a *Account) DisplayName() string {
	if a.Name != "" {
		return a.Name
	}
	return a.Login
}

// Limits of a profile's fields, in characters.
const (
	MaxLogin       = 39
	MaxAccountName = 100
	MaxBio         = 300
	MaxLocation    = 100
	MaxAddress     = 300
)

// LoginRetirement is how long nobody can have the login of a deleted account.
const LoginRetirement = 30 * 24 * time.Hour

// loginPattern follows GitHub's rule for logins: letters, digits and single
// hyphens inside. Underscores come with accounts that were imported.
var loginPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9_]|-[a-z0-9_]){0,38}$`)

// ValidLogin reports whether s may be an account's login, in lower case.
func ValidLogin(s string) bool { return len(s) <= MaxLogin && loginPattern.MatchString(s) }

// newLoginPattern is stricter than loginPattern, for logins that people choose:
// ASCII alone, so that no letter of another script can pass for one of ours.
var newLoginPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9]|-[a-z0-9]){0,38}$`)

// NewLogin returns the login that someone chose in the form in which it is
// kept, lower case. It returns ErrLoginForm or ErrLoginReserved.
func NewLogin(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch {
	case len(s) > MaxLogin || !newLoginPattern.MatchString(s):
		return "", ErrLoginForm
	case ReservedLogin(s):
		return "", ErrLoginReserved
	}
	return s, nil
}

// Errors of accounts.
var (
	ErrLoginForm     = &Error{Kind: Invalid, Code: "login_form", Field: "login"}
	ErrLoginReserved = &Error{Kind: Invalid, Code: "login_reserved", Field: "login"}
	ErrLoginTaken    = &Error{Kind: Invalid, Code: "login_taken", Field: "login"}
	ErrRenamedLately = &Error{Kind: Invalid, Code: "renamed_lately", Field: "login"}
	ErrTooLong       = &Error{Kind: Invalid, Code: "too_long"}
	ErrMissing       = &Error{Kind: Invalid, Code: "missing"}
	ErrControl       = &Error{Kind: Invalid, Code: "control_characters"}
	ErrWebAddress    = &Error{Kind: Invalid, Code: "web_address", Field: "website_url"}
	ErrUnknownChoice = &Error{Kind: Invalid, Code: "unknown_choice"}
)

var accountErrors = []*Error{
	ErrLoginForm, ErrLoginReserved, ErrLoginTaken, ErrRenamedLately, ErrTooLong, ErrMissing, ErrControl, ErrWebAddress, ErrUnknownChoice,
}

// Organization is the login of an organization, "" for a person.
func (a *Account) Organization() string {
	if a.Kind == KindOrganization {
		return a.Login
	}
	return ""
}
