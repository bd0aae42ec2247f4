package credentials

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"time"

	"souk/models"
	"souk/models/credentials/issue"
	"souk/models/db"
	"souk/models/secretbox"
)

// A private key travels from the page that made it to the page that hands it
// out in the browser that asked, sealed for the person: what one downloads twice
// is the same, and nothing of it is kept here. It opens for
// models.KeyDownloadLifetime.

// seal puts a private key and the time until which it opens into a few
// characters.
func (s *Service) seal(actor models.Actor, pair *issue.Pair) (string, error) {
	block, _ := pem.Decode(pair.PEM)
	until := s.now().Add(models.KeyDownloadLifetime).Unix()
	plain := append(binary.BigEndian.AppendUint64(nil, uint64(until)), block.Bytes...)
	sealed, err := s.box.Seal(secretbox.PrivateKeys, actor.UserID, plain)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// open is the private key that seal put there, as DER, with its fingerprint; nil
// where there is none, or its time is over.
func (s *Service) open(actor models.Actor, sealed string) (der []byte, fingerprint string) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, ""
	}
	plain, err := s.box.Open(secretbox.PrivateKeys, actor.UserID, raw)
	if err != nil || len(plain) < 8 || s.now().After(time.Unix(int64(binary.BigEndian.Uint64(plain)), 0)) {
		return nil, ""
	}
	key, err := x509.ParsePKCS1PrivateKey(plain[8:])
	if err != nil {
		return nil, ""
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, ""
	}
	return plain[8:], models.KeyFingerprint(public)
}

// Waiting is the fingerprint of the key that can still be downloaded, "" for
// none.
func (s *Service) Waiting(actor models.Actor, sealed string) string {
	_, fingerprint := s.open(actor, sealed)
	return fingerprint
}

// Download opens what NewKey sealed, for one of the app's keys, as a PEM file.
// It returns ErrKeyGone once that is over, or the key is another one.
func (s *Service) Download(ctx context.Context, actor models.Actor, slug string, id int64, sealed string) (name string, file []byte, err error) {
	st, err := s.seen(ctx, actor, slug)
	if err != nil {
		return "", nil, err
	}
	if err := actor.MayRenewCredentials(st.Rights(), s.now()); err != nil {
		return "", nil, err
	}
	der, fingerprint := s.open(actor, sealed)
	var made time.Time
	err = s.db.Pool().QueryRow(ctx, `SELECT created_at FROM app_keys WHERE id = $1 AND app_id = $2 AND fingerprint = $3`, id, st.ID, fingerprint).Scan(&made)
	if found, err := db.Found(err); err != nil {
		return "", nil, fmt.Errorf("credentials: key: %w", err)
	} else if !found {
		return "", nil, models.ErrKeyGone
	}
	return models.KeyFileName(st.Slug, made), pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}), nil
}
