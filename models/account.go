package models

import (
	"regexp"
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
	VerifiedAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
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

// loginPattern follows GitHub's rule for logins (letters, digits, single
// hyphens inside, at most 39 characters) and allows the suffix "[bot]"-free
// underscores of enterprise-managed logins.
var loginPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9_]|-[a-z0-9_]){0,38}$`)

// ValidLogin reports whether s may be an account's login, in lower case.
func ValidLogin(s string) bool { return len(s) <= 39 && loginPattern.MatchString(s) }
