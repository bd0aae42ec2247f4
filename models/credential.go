package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"time"
)

// Limits of what an app proves itself by.
const (
	MaxAppSecrets = 2 // live at once: the old one until the new one is in use
	MaxAppKeys    = 25

	// KeyDownloadLifetime is how long the browser that had a private key made
	// holds it, sealed. The server never does.
	KeyDownloadLifetime = 10 * time.Minute

	// RepeatWindow is how long the same form, sent again, means the same: the
	// second click of two replaces what the first one made, so that nothing is
	// left that nobody has seen.
	RepeatWindow = 10 * time.Second

	// UsePrecision is how exactly it is known when a secret or key was last used.
	UsePrecision = time.Minute
)

// AppSecret is a client secret of an app; what is kept of it is a hash.
type AppSecret struct {
	ID        int64
	AppID     int64
	Tail      string // its last characters, to know it by
	Creator   string // login; "" for one that is gone
	CreatedAt time.Time
	UsedAt    *time.Time
}

// AppKey is the public half of a GitHub App's private key.
type AppKey struct {
	ID          int64
	AppID       int64
	PublicKey   []byte // SubjectPublicKeyInfo, DER
	Fingerprint string // "SHA256:" and the Base64 of the hash of PublicKey
	Creator     string
	CreatedAt   time.Time
	UsedAt      *time.Time
}

// KeyFingerprint is how GitHub names a key: the hash of its public half's DER.
func KeyFingerprint(spki []byte) string {
	sum := sha256.Sum256(spki)
	return "SHA256:" + base64.StdEncoding.EncodeToString(sum[:])
}

// KeyFileName is what a private key is called when it is downloaded.
func KeyFileName(slug string, made time.Time) string {
	return slug + "." + made.UTC().Format(time.DateOnly) + ".private-key.pem"
}

// ClientSecretPrefix starts every client secret, so that scanners for leaked
// secrets find them.
const ClientSecretPrefix = "soukc_"

// NewClientSecret makes a client secret: the prefix, 30 random characters and
// their checksum, like the other secrets of this site.
func NewClientSecret() string {
	var b strings.Builder
	for range secretLength {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(base62))))
		if err != nil {
			panic(err) // the system has no randomness
		}
		b.WriteByte(base62[n.Int64()])
	}
	return ClientSecretPrefix + b.String() + checksum(b.String())
}

// WellFormedClientSecret reports whether s has the form and the checksum of a
// client secret.
func WellFormedClientSecret(s string) bool {
	s, ok := strings.CutPrefix(s, ClientSecretPrefix)
	return ok && len(s) == secretLength+checksumLength && checksum(s[:secretLength]) == s[secretLength:]
}

// Errors of client secrets and private keys.
var (
	ErrTooManySecrets = &Error{Kind: Conflict, Code: "too_many_secrets"}
	ErrTooManyKeys    = &Error{Kind: Conflict, Code: "too_many_keys"}
	ErrLastKey        = &Error{Kind: Conflict, Code: "last_key"}
	ErrLastSecret     = &Error{Kind: Invalid, Code: "last_secret", Field: "last"}
	ErrKeysForGitHub  = &Error{Kind: NotFound, Code: "keys_for_github_apps"}
	ErrKeyGone        = &Error{Kind: Gone, Code: "key_gone"}
	ErrBadClient      = &Error{Kind: Unauthenticated, Code: "bad_client"}
)

// What is refused about client secrets and private keys.
var credentialErrors = []*Error{ErrTooManySecrets, ErrTooManyKeys, ErrLastKey, ErrLastSecret, ErrKeysForGitHub, ErrKeyGone, ErrBadClient}

// What is recorded of client secrets and private keys.
var credentialActions = []AuditAction{"app_key.create", "app_key.delete", "app_secret.create", "app_secret.revoke"}

// The kinds of notification of client secrets and private keys.
const (
	NoticeSecretMade    NotificationKind = "app_secret_made"
	NoticeSecretRevoked NotificationKind = "app_secret_revoked"
	NoticeKeyMade       NotificationKind = "app_key_made"
	NoticeKeyDeleted    NotificationKind = "app_key_deleted"
)

// What people are told of client secrets and private keys. Login is who did it;
// tail and fingerprint say which it is.
var credentialNotices = []notice{
	{NoticeSecretMade, TopicSecurity, []string{"app", "login", "tail"}},
	{NoticeSecretRevoked, TopicSecurity, []string{"app", "login", "tail"}},
	{NoticeKeyMade, TopicSecurity, []string{"app", "login", "fingerprint"}},
	{NoticeKeyDeleted, TopicSecurity, []string{"app", "login", "fingerprint"}},
}
