// Package issue makes client secrets and private keys within a transaction of
// whoever needs one. It asks nobody whether they may, and tells nobody.
package issue

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// Hash is what is kept of a client secret.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// IssueSecret makes a client secret of an app, whose row tx has locked, and
// returns it; a hash is kept. It returns ErrTooManySecrets where the app has
// models.MaxAppSecrets.
func IssueSecret(ctx context.Context, tx *db.Tx, app *models.App, creatorID int64, now time.Time) (secret string, err error) {
	secret, _, err = Secret(ctx, tx, app, creatorID, "", now)
	return secret, err
}

// Secret is IssueSecret for a form that may be sent twice: attempt names the
// form. It returns what is kept, too.
func Secret(ctx context.Context, tx *db.Tx, app *models.App, creatorID int64, attempt string, now time.Time) (string, models.AppSecret, error) {
	secret := models.NewClientSecret()
	s := models.AppSecret{AppID: app.ID, Tail: secret[len(secret)-8:], CreatedAt: now}
	err := tx.Pgx.QueryRow(ctx, `INSERT INTO app_secrets (app_id, secret_hash, tail, creator_id, attempt, created_at)
		SELECT $1::bigint, $2, $3, nullif($4::bigint, 0), $5, $6 WHERE (SELECT count(*) FROM app_secrets WHERE app_id = $1) < $7 RETURNING id`,
		app.ID, Hash(secret), s.Tail, creatorID, attempt, now, models.MaxAppSecrets).Scan(&s.ID)
	if found, err := db.Found(err); err != nil {
		return "", s, fmt.Errorf("issue: secret: %w", err)
	} else if !found {
		return "", s, models.ErrTooManySecrets
	}
	return secret, s, nil
}

// Pair is a private key that nobody keeps, and the public half that is kept.
type Pair struct {
	PEM    []byte // PKCS#1
	Public []byte // SubjectPublicKeyInfo, DER
}

// keyBits is the size that clients of GitHub expect.
const keyBits = 2048

// NewPair makes a key. It takes a moment, which is better spent before a
// transaction.
func NewPair() (Pair, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return Pair{}, fmt.Errorf("issue: key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return Pair{}, fmt.Errorf("issue: key: %w", err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	return Pair{PEM: private, Public: public}, nil
}

// IssueKey makes a private key of a GitHub App, whose row tx has locked, and
// returns it as PEM; the public half is kept. It returns ErrTooManyKeys where
// the app has models.MaxAppKeys.
func IssueKey(ctx context.Context, tx *db.Tx, app *models.App, creatorID int64, now time.Time) (pem []byte, err error) {
	pair, err := NewPair()
	if err != nil {
		return nil, err
	}
	if _, err := Key(ctx, tx, app, pair, creatorID, "", now); err != nil {
		return nil, err
	}
	return pair.PEM, nil
}

// Key keeps the public half of a pair for an app. Attempt names the form that
// asked for it.
func Key(ctx context.Context, tx *db.Tx, app *models.App, pair Pair, creatorID int64, attempt string, now time.Time) (models.AppKey, error) {
	k := models.AppKey{AppID: app.ID, PublicKey: pair.Public, Fingerprint: models.KeyFingerprint(pair.Public), CreatedAt: now}
	if app.Kind != models.GitHubApp {
		return k, models.ErrKeysForGitHub
	}
	err := tx.Pgx.QueryRow(ctx, `INSERT INTO app_keys (app_id, public_key, fingerprint, creator_id, attempt, created_at)
		SELECT $1::bigint, $2, $3, nullif($4::bigint, 0), $5, $6 WHERE (SELECT count(*) FROM app_keys WHERE app_id = $1) < $7 RETURNING id`,
		app.ID, k.PublicKey, k.Fingerprint, creatorID, attempt, now, models.MaxAppKeys).Scan(&k.ID)
	if found, err := db.Found(err); err != nil {
		return k, fmt.Errorf("issue: key: %w", err)
	} else if !found {
		return k, models.ErrTooManyKeys
	}
	return k, nil
}
