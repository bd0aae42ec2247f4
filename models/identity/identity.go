// Package identity is people: joining, signing in and out, sessions, passwords,
// mail addresses, profiles, personal access tokens. Second factors and passkeys
// are in factors, organizations in orgs.
//
// Secrets are kept as hashes: passwords by Argon2id, everything random by
// SHA-256. Answers don't tell whether an address has an account.
package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	queue   *jobs.Queue
	notices *notices.Service
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, now: now}
}

// newSecret is 130 random bits as text.
func newSecret() string { return rand.Text() }

// hashOf is how a random secret is kept.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
