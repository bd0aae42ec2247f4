package models

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// Bounds of what people say to each other about authorizing.
const (
	MaxApprovalReason = 500  // of who asks for an app
	MaxApprovalWords  = 500  // of who decides
	MaxOAuthState     = 2000 // that an app gets back
	SignInsUnasked    = 10   // an hour, of one user and app; then the page asks again
)

// ReadScopes are the scopes in what an app asks for, parted by spaces or commas:
// those that are known, each once, in order, without those that another contains.
func ReadScopes(s string) []string {
	return NormalScopes(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '+' || r == '\t' || r == '\n' }))
}

// NormalScopes are the known ones of some scopes, in order, without those that
// another contains.
func NormalScopes(names []string) []string {
	kept := []string{}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if s, known := ScopeByName(name); known && !containedIn(s, names) {
			kept = append(kept, name)
		}
	}
	return kept
}

// ScopesBeyond are those of asked that held doesn't contain.
func ScopesBeyond(held, asked []string) []string {
	more := []string{}
	for _, name := range asked {
		s, known := ScopeByName(name)
		if known && !slices.Contains(held, name) && !containedIn(s, held) {
			more = append(more, name)
		}
	}
	return more
}

// ValidChallenge reports whether s can be a PKCE challenge of the method S256.
func ValidChallenge(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == sha256.Size
}

// Proves reports whether a verifier belongs to a challenge (RFC 7636, S256).
func Proves(verifier, challenge string) bool {
	if len(verifier) < 43 || len(verifier) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

// NewAuthorizationCode makes a code, twenty bytes in hexadecimal.
func NewAuthorizationCode() string {
	b := make([]byte, 20)
	if _, err := rand.Read(b); err != nil {
		panic(err) // the system has no randomness
	}
	return hex.EncodeToString(b)
}

// UserTokenPrefix starts the tokens by which an app of a kind acts for a user.
func UserTokenPrefix(kind AppKind) string {
	if kind == GitHubApp {
		return PrefixUserToken
	}
	return PrefixOAuthToken
}

// WellFormedUserToken reports whether s has the form and the checksum of such a
// token.
func WellFormedUserToken(s string) bool {
	return WellFormedSecret(PrefixUserToken, s) || WellFormedSecret(PrefixOAuthToken, s)
}

// userScopes are what account permissions come to where programs ask for scopes:
// little, since a GitHub App's token reaches the rest by its installations.
var userScopes = map[string]string{"emails": "user:email"}

// UserScopes are the scopes of the token of a GitHub App that a user granted g.
func UserScopes(g Grants) []string {
	out := []string{}
	for key, level := range g {
		if scope := userScopes[key]; scope != "" && level != "" {
			out = append(out, scope)
		}
	}
	return slices.Sorted(slices.Values(out))
}
