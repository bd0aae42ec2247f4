package models

import "time"

// How long sessions last: without use, and at all; and for how long a
// confirmation opens what is sensitive.
const (
	SessionIdle     = 14 * 24 * time.Hour
	SessionAbsolute = 90 * 24 * time.Hour
	SudoWindow      = 15 * time.Minute
	ActingLifetime  = time.Hour // of a session in which staff acts for someone
)

// Session is one sign-in of a user, in one browser.
type Session struct {
	ID        int64
	AccountID int64
	Method    SignInMethod
	CreatedAt time.Time
	UsedAt    time.Time
	ExpiresAt time.Time // at the latest
	SudoUntil *time.Time
	IP        string
	UserAgent string
	StaffID   *int64 // who acts for the account
}

// Live reports whether the session still signs anyone in.
func (s *Session) Live(now time.Time) bool {
	return now.Before(s.ExpiresAt) && now.Before(s.UsedAt.Add(SessionIdle))
}

// SignInMethod is how a session began.
type SignInMethod string

// The methods.
const (
	ByPassword SignInMethod = "password"
	ByPasskey  SignInMethod = "passkey"
	ByLink     SignInMethod = "link"
	ByJoining  SignInMethod = "join"
	ByStaff    SignInMethod = "staff"
)

// SignInMethods lists the methods.
func SignInMethods() []SignInMethod {
	return []SignInMethod{ByPassword, ByPasskey, ByLink, ByJoining, ByStaff}
}

// Entrance is what a browser gets that has just proven itself: a session, or
// the secret of a sign-in that waits for a second factor.
type Entrance struct {
	Session  string // goes into the session's cookie
	Second   string // goes into a short cookie, instead of a session
	Language string // as the account wants its pages
	Theme    string
	ReturnTo string // as it came along; never trusted
}

// SecondFactorLifetime is how long a sign-in waits for its second factor.
const SecondFactorLifetime = 10 * time.Minute

// PendingSignIn is a sign-in that waits for its second factor.
type PendingSignIn struct {
	AccountID int64
	Login     string
	ReturnTo  string
}

// Viewer is the signed-in person as every page shows them.
type Viewer struct {
	Login    string
	Name     string
	Unread   int // notifications
	Language string
	TimeZone string // IANA name
	Actor    Actor
}
