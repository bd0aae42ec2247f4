package models

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// User is what an account of kind user has beside it.
type User struct {
	AccountID      int64
	Mail           string
	MailVerifiedAt *time.Time
	PasswordHash   string // "": signs in by passkey alone
	Language       string
	TimeZone       string // IANA name
	Theme          string // "", light, dark
	Staff          StaffRole
	TwoFactorAt    *time.Time // since when there is a second factor
	Notifications  map[Topic]NotificationChoice
}

// MaxMail is RFC 5321's limit on an address, in bytes.
const MaxMail = 254

// ParseMail returns an address in the form in which it is kept: the domain in
// lower case, no name. It returns ErrMailForm.
func ParseMail(s string) (string, error) {
	s = strings.TrimSpace(s)
	if len(s) > MaxMail || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", ErrMailForm
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return "", ErrMailForm
	}
	at := strings.LastIndexByte(s, '@')
	domain := strings.ToLower(s[at+1:])
	if !strings.Contains(domain, ".") && domain != "localhost" || strings.ContainsAny(domain, "[]") {
		return "", ErrMailForm
	}
	return s[:at+1] + domain, nil
}

// PlainText checks what people type into one field: no control characters but,
// if lines is set, line breaks; at most limit characters, white space at both
// ends taken away. Invisible characters that turn the direction of text are
// control characters here. It returns ErrTooLong or ErrControl.
func PlainText(s string, limit int, lines bool) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return forbidden(r) && !(lines && r == '\n') }) {
		return "", ErrControl
	}
	if utf8.RuneCountInString(s) > limit {
		return "", ErrTooLong
	}
	return s, nil
}

func forbidden(r rune) bool {
	return unicode.IsControl(r) || r == 0x2028 || r == 0x2029 || r == 0xFEFF ||
		(r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}

// WebAddress checks an absolute http or https address; "" is none.
func WebAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(s) > MaxAddress ||
		strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || forbidden(r) }) {
		return "", ErrWebAddress
	}
	return s, nil
}

// MinPassword and MaxPassword bound a password, in characters. The upper one
// only keeps a request from costing too much.
const (
	MinPassword = 10
	MaxPassword = 256
)

// Errors of users.
var (
	ErrMailForm         = &Error{Kind: Invalid, Code: "mail_form", Field: "mail"}
	ErrMailSame         = &Error{Kind: Invalid, Code: "mail_same", Field: "mail"}
	ErrMailTaken        = &Error{Kind: Conflict, Code: "mail_taken"}
	ErrPasswordShort    = &Error{Kind: Invalid, Code: "password_short", Field: "password"}
	ErrPasswordLong     = &Error{Kind: Invalid, Code: "password_long", Field: "password"}
	ErrPasswordCommon   = &Error{Kind: Invalid, Code: "password_common", Field: "password"}
	ErrPasswordGuess    = &Error{Kind: Invalid, Code: "password_guess", Field: "password"}
	ErrPasswordPersonal = &Error{Kind: Invalid, Code: "password_personal", Field: "password"}
	ErrSignIn           = &Error{Kind: Invalid, Code: "sign_in_failed", Field: "login"}
	ErrCode             = &Error{Kind: Invalid, Code: "bad_code", Field: "code"}
	ErrPasskey          = &Error{Kind: Invalid, Code: "passkey_failed"}
	ErrLastFactor       = &Error{Kind: Conflict, Code: "last_way_in"}
	ErrFactorRequired   = &Error{Kind: Conflict, Code: "factor_required"}
	ErrStillOwner       = &Error{Kind: Conflict, Code: "still_owner"}
	ErrStillPaying      = &Error{Kind: Conflict, Code: "still_paying"} // for something, or money is owed
	ErrTimeZone         = &Error{Kind: Invalid, Code: "time_zone", Field: "time_zone"}
)

var userErrors = []*Error{
	ErrMailForm, ErrMailSame, ErrMailTaken, ErrPasswordShort, ErrPasswordLong, ErrPasswordCommon, ErrPasswordGuess, ErrPasswordPersonal, ErrSignIn, ErrCode,
	ErrPasskey, ErrLastFactor, ErrFactorRequired, ErrStillOwner, ErrStillPaying, ErrTimeZone,
}
