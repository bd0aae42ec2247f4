// Package secretbox encrypts the few secrets that Souk has to read again, such
// as the seed of one-time codes. What can be kept as a hash is not its business.
//
// A value is sealed for one use and one account: sealed for another, or moved
// to another account's row, it doesn't open. The key of each use is derived from
// the one secret that the operator gives.
package secretbox

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"souk/models/db"
)

// MinSecret is how long a secret is at least, in bytes.
const MinSecret = 32

// Use says what a value is for.
type Use string

// The uses.
const (
	OneTimeCodes Use = "one-time codes"         // the seed of an account's codes
	NewCodes     Use = "one-time codes, set up" // the same while it isn't confirmed
	PrivateKeys  Use = "private keys"           // of apps, on their way to who had them made

	// WebhookSecrets are what an app's deliveries are signed with; the "account"
	// of these is the app, which may change hands.
	WebhookSecrets Use = "webhook secrets"

	// PurchaseSecrets are what the deliveries of a listing's purchases are signed
	// with; the "account" of these is the listing.
	PurchaseSecrets Use = "purchase webhook secrets"
)

// Errors of boxes.
var (
	ErrShortSecret = errors.New("secretbox: the secret is too short")
	ErrNoSecret    = errors.New("secretbox: there is no secret to encrypt with")
	ErrSealed      = errors.New("secretbox: the value can't be opened")
	ErrOtherSecret = errors.New("secretbox: the database belongs to another secret")
)

// Box seals and opens. A nil Box can do neither, and says so; it is enough for
// commands that touch no secret.
type Box struct{ secret []byte }

// New makes a Box. White space around the secret doesn't count. It returns
// ErrShortSecret.
func New(secret string) (*Box, error) {
	secret = strings.TrimSpace(secret)
	if len(secret) < MinSecret {
		return nil, ErrShortSecret
	}
	return &Box{secret: []byte(secret)}, nil
}

// format is the first byte of what is sealed, so that another way to encrypt
// can be told apart one day.
const format = 1

// Seal encrypts plain for one use by one account.
func (b *Box) Seal(use Use, account int64, plain []byte) ([]byte, error) {
	aead, err := b.cipher(use)
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte{format}, nil, plain, belonging(use, account)), nil
}

// Open decrypts what Seal made for the same use and account. It returns
// ErrSealed for anything else.
func (b *Box) Open(use Use, account int64, sealed []byte) ([]byte, error) {
	aead, err := b.cipher(use)
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 || sealed[0] != format {
		return nil, ErrSealed
	}
	plain, err := aead.Open(nil, nil, sealed[1:], belonging(use, account))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func belonging(use Use, account int64) []byte {
	return []byte(string(use) + "\x00" + strconv.FormatInt(account, 10))
}

func (b *Box) cipher(use Use) (cipher.AEAD, error) {
	key, err := b.derive("key: " + string(use))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("secretbox: %w", err)
	}
	// The nonce is random and stands in front of what is sealed.
	return cipher.NewGCMWithRandomNonce(block)
}

func (b *Box) derive(purpose string) ([]byte, error) {
	if b == nil {
		return nil, ErrNoSecret
	}
	key, err := hkdf.Key(sha256.New, b.secret, nil, "souk "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("secretbox: %w", err)
	}
	return key, nil
}

// fingerprint tells secrets apart and gives nothing away of them.
func (b *Box) fingerprint() (string, error) {
	sum, err := b.derive("fingerprint")
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(sum[:16]), nil
}

// Claim ties a database to the box's secret when it is the first, and returns
// ErrOtherSecret when the database is tied to another.
func (b *Box) Claim(ctx context.Context, d *db.DB, now time.Time) error {
	mine, err := b.fingerprint()
	if err != nil {
		return err
	}
	err = d.Read(ctx).Exec(`INSERT INTO encryption_key (fingerprint, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING`, mine, now).Error
	if err != nil {
		return fmt.Errorf("secretbox: claim: %w", err)
	}
	var theirs string
	if err := d.Read(ctx).Raw(`SELECT fingerprint FROM encryption_key`).Row().Scan(&theirs); err != nil {
		return fmt.Errorf("secretbox: claim: %w", err)
	}
	if theirs != mine {
		return ErrOtherSecret
	}
	return nil
}
