package models

import (
	"strings"
	"time"
)

// Visit is where a request came from, for throttles and the audit log.
type Visit struct {
	IP        string // without a port
	UserAgent string
	RequestID string
	SessionID int64 // of the session that came along; signing in ends it
}

// Actor is whoever does something: a person with a session or a personal
// access token, staff acting for a person, the operator at a terminal, or
// nobody in particular. Every rule about who may do what is a function of an
// Actor in this file or in access.go; verbs ask them and decide nothing
// themselves. The zero Actor is anonymous.
type Actor struct {
	UserID       int64 // 0: anonymous, or the operator
	Login        string
	Staff        StaffRole // "" for everyone else
	Suspended    bool      // by staff; may look, not act
	MailVerified bool
	TwoFactor    bool // the account has a second factor
	Memberships  []Membership

	SessionID int64     // 0 unless it is a session
	SudoUntil time.Time // until then the session has been confirmed lately

	TokenID int64    // 0 unless it is a personal access token, or an app's for a user
	Scopes  []string // what the token may do
	AppID   int64    // of the app that acts for the user, or by itself; 0 for none
	Granted Grants   // that the user gave it of their account; nil unless it is a GitHub App

	ActingFor *ActingFor // staff acting as this user; nil otherwise
	Operator  bool       // a command at the terminal, which may do everything

	Visit Visit
}

// ActingFor is the staff member behind an Actor that acts for someone.
type ActingFor struct {
	StaffID int64
	Login   string
	Reason  string
}

// Operator is the actor of a command at the terminal.
func Operator() Actor { return Actor{Operator: true, Login: "operator"} }

// botSuffix is what an app's slug has behind it where the app acts by itself.
const botSuffix = "[bot]"

// Bot is an app that acts by itself, and in nobody's name. It has no rights of its
// own: they are those of what it is installed on.
func Bot(app int64, slug string, visit Visit) Actor {
	return Actor{AppID: app, Login: slug + botSuffix, Visit: visit}
}

// Anonymous reports whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.UserID == 0 && !a.Operator }

// Membership is one organization of an actor. A suspended one, for want of a
// second factor, gives no right.
type Membership struct {
	OrganizationID int64
	Login          string
	Name           string
	Role           OrganizationRole
	Suspended      bool
}

// RoleIn is the actor's role in an organization, "" for none or a suspended
// one.
func (a Actor) RoleIn(organizationID int64) OrganizationRole {
	for _, m := range a.Memberships {
		if m.OrganizationID == organizationID && !m.Suspended {
			return m.Role
		}
	}
	return ""
}

// MemberOf is the actor's membership of the organization with a login. It
// returns ErrSignInNeeded or ErrNotFound where there is none, or a suspended
// one.
func (a Actor) MemberOf(login string) (Membership, error) {
	for _, m := range a.Memberships {
		if strings.EqualFold(m.Login, login) && !m.Suspended {
			return m, nil
		}
	}
	if a.UserID == 0 {
		return Membership{}, ErrSignInNeeded
	}
	return Membership{}, ErrNotFound
}

// Sudo reports whether the session has been confirmed lately enough for what
// is sensitive.
func (a Actor) Sudo(now time.Time) bool { return a.Operator || now.Before(a.SudoUntil) }

// HasScope reports whether a token grants scope, by itself or by one that
// contains it. Sessions aren't limited by scopes.
func (a Actor) HasScope(scope string) bool {
	if a.TokenID == 0 {
		return true
	}
	for s, ok := ScopeByName(scope); ok; s, ok = ScopeByName(s.Within) {
		for _, have := range a.Scopes {
			if have == s.Name {
				return true
			}
		}
	}
	return false
}

// Errors about who acts.
var (
	ErrSignInNeeded  = &Error{Kind: Unauthenticated, Code: "sign_in_needed"}
	ErrForbidden     = &Error{Kind: Forbidden, Code: "forbidden"}
	ErrSuspended     = &Error{Kind: Forbidden, Code: "suspended"}
	ErrMailNeeded    = &Error{Kind: Forbidden, Code: "mail_needed"}
	ErrScopeNeeded   = &Error{Kind: Forbidden, Code: "scope_needed"}
	ErrSudoNeeded    = &Error{Kind: Forbidden, Code: "sudo_needed"}
	ErrNotForActing  = &Error{Kind: Forbidden, Code: "not_for_acting"}
	ErrTooManyTries  = &Error{Kind: TooMany, Code: "too_many_tries"}
	ErrBadToken      = &Error{Kind: Unauthenticated, Code: "bad_token"}
	ErrLinkUsed      = &Error{Kind: Gone, Code: "link_used"}
	ErrStale         = &Error{Kind: Conflict, Code: "stale"}
	ErrConfirmFailed = &Error{Kind: Invalid, Code: "confirm_failed", Field: "confirm"}
)

var actorErrors = []*Error{
	ErrSignInNeeded, ErrForbidden, ErrSuspended, ErrMailNeeded, ErrScopeNeeded, ErrSudoNeeded,
	ErrNotForActing, ErrTooManyTries, ErrBadToken, ErrLinkUsed, ErrStale, ErrConfirmFailed,
}
