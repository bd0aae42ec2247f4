package models

import (
	"crypto/rand"
	"hash/crc32"
	"math/big"
	"strings"
	"time"
)

// Purpose is what a single-use token is good for.
type Purpose string

// The purposes of single-use tokens.
const (
	PurposeVerifyMail    Purpose = "verify_mail"
	PurposeResetPassword Purpose = "reset_password"
	PurposeNewMail       Purpose = "new_mail"     // the new address confirms
	PurposeOldMail       Purpose = "old_mail"     // the old address agrees
	PurposeInvitation    Purpose = "invitation"   // to an organization, by mail
	PurposeOrgMail       Purpose = "organization" // an organization's address
	PurposeSignIn        Purpose = "sign_in"      // a one-time sign-in link
)

// Lifetime is how long a token of this purpose is good.
func (p Purpose) Lifetime() time.Duration {
	switch p {
	case PurposeResetPassword:
		return time.Hour
	case PurposeInvitation:
		return InvitationLifetime
	case PurposeVerifyMail, PurposeOrgMail:
		return 3 * 24 * time.Hour
	default:
		return 24 * time.Hour
	}
}

// Purposes lists every purpose.
func Purposes() []Purpose {
	return []Purpose{PurposeVerifyMail, PurposeResetPassword, PurposeNewMail, PurposeOldMail, PurposeInvitation, PurposeOrgMail, PurposeSignIn}
}

// AccessToken is a personal access token; its secret is shown once.
type AccessToken struct {
	ID        int64
	AccountID int64
	Name      string
	Scopes    []string
	Tail      string // the last characters, to know it by
	CreatedAt time.Time
	ExpiresAt *time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}

// AccessTokenPrefix starts every personal access token, so that scanners for
// leaked secrets find them.
const AccessTokenPrefix = "soukp_"

const (
	base62         = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	secretLength   = 30 // 178 bits
	checksumLength = 6
)

// NewAccessTokenSecret makes a personal access token.
func NewAccessTokenSecret() string { return NewSecret(AccessTokenPrefix) }

// NewSecret makes a token: the prefix, 30 random characters, and the CRC-32 of
// those in 6, as GitHub's tokens have it, so that a scanner can tell a token from
// something like it without asking anyone.
func NewSecret(prefix string) string {
	var b strings.Builder
	for range secretLength {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(base62))))
		if err != nil {
			panic(err) // the system has no randomness
		}
		b.WriteByte(base62[n.Int64()])
	}
	return prefix + b.String() + checksum(b.String())
}

// WellFormedAccessToken reports whether s has the form and the checksum of a
// personal access token.
func WellFormedAccessToken(s string) bool { return WellFormedSecret(AccessTokenPrefix, s) }

// WellFormedSecret reports whether s has the form and the checksum of what
// NewSecret makes.
func WellFormedSecret(prefix, s string) bool {
	s, ok := strings.CutPrefix(s, prefix)
	return ok && len(s) == secretLength+checksumLength && checksum(s[:secretLength]) == s[secretLength:]
}

func checksum(s string) string {
	n := crc32.ChecksumIEEE([]byte(s))
	var out [checksumLength]byte
	for i := checksumLength - 1; i >= 0; i-- {
		out[i] = base62[n%62]
		n /= 62
	}
	return string(out[:])
}

// Errors of tokens.
var (
	ErrTokenName    = &Error{Kind: Invalid, Code: "token_name", Field: "name"}
	ErrTokenScopes  = &Error{Kind: Invalid, Code: "token_scopes", Field: "scopes"}
	ErrTokenExpiry  = &Error{Kind: Invalid, Code: "token_expiry", Field: "expires"}
	ErrTooManyItems = &Error{Kind: Conflict, Code: "too_many_items"}
)

var tokenErrors = []*Error{ErrTokenName, ErrTokenScopes, ErrTokenExpiry, ErrTooManyItems}
