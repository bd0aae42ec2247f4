package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// cost is what one hash takes: OWASP's recommendation for Argon2id where memory
// is the scarce thing.
type cost struct {
	memory, time uint32 // KiB, passes
	threads      uint8
}

var presentCost = cost{memory: 19 * 1024, time: 2, threads: 1}

const (
	saltLength = 16
	keyLength  = 32
)

// hashing bounds how many hashes are reckoned at once, so that a flood of
// sign-ins takes 38 MiB and no more; the others wait.
var hashing = make(chan struct{}, 2)

// hashPassword returns password's Argon2id hash in PHC's form, with its
// parameters and salt in it. It fails only when ctx ends while it waits.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("identity: salt: %w", err)
	}
	key, err := derive(ctx, password, salt, presentCost, keyLength)
	if err != nil {
		return "", err
	}
	return encode(presentCost, salt, key), nil
}

// rightPassword reports whether password is the one behind hash, and whether
// the hash should be made anew because what a hash costs has changed since.
// Without a hash it takes the same time and is never right.
func rightPassword(ctx context.Context, password, hash string) (right, outdated bool, err error) {
	known := hash != ""
	if !known {
		if hash, err = dummy(); err != nil {
			return false, false, err
		}
	}
	c, salt, key, err := decode(hash)
	if err != nil {
		return false, false, err
	}
	got, err := derive(ctx, password, salt, c, uint32(len(key)))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, key) == 1 && known, c != presentCost || len(key) != keyLength, nil
}

// derive does the work. The same characters give the same key however a
// keyboard composes them (RFC 8265).
func derive(ctx context.Context, password string, salt []byte, c cost, length uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.time, c.memory, c.threads, length), nil
}

// dummy is the hash of a password that nobody knows, for names without one.
var dummy = sync.OnceValues(func() (string, error) {
	return hashPassword(context.Background(), rand.Text())
})

func encode(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func decode(hash string) (c cost, salt, key []byte, err error) {
	bad := func(err error) (cost, []byte, []byte, error) {
		return cost{}, nil, nil, fmt.Errorf("identity: a password's hash can't be read: %w", err)
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad(fmt.Errorf("it isn't Argon2id's"))
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return bad(err)
	}
	if c.memory == 0 || c.time == 0 || c.threads == 0 {
		return bad(fmt.Errorf("it has no parameters"))
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return bad(err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) == 0 {
		return bad(fmt.Errorf("it has no key"))
	}
	return c, salt, key, nil
}
