package invoices

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"souk/models/secretbox"
)

// Hash is what a document is known by: SHA-256 of its reference, a line break and
// its text, as Write stores it.
func Hash(reference, text string) [sha256.Size]byte {
	return sha256.Sum256([]byte(reference + "\n" + text))
}

// Statement is what is signed: three lines that anybody can write again who has the
// reference and the hash of a document, and nothing else of it.
func Statement(reference string, hash []byte) []byte {
	return []byte("souk receipt\n" + reference + "\n" + hex.EncodeToString(hash) + "\n")
}

// sign signs the statement on a document. The signature is always the same, so that
// none is stored.
func (s *Service) sign(reference string, hash []byte) (string, error) {
	key, err := s.box.Signer(secretbox.Receipts)
	if err != nil {
		return "", fmt.Errorf("invoices: sign: %w", err)
	}
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, Statement(reference, hash))), nil
}

// PublicKey is what signatures are checked with.
type PublicKey struct {
	Raw []byte // 32 bytes
	PEM string // SubjectPublicKeyInfo
}

// PublicKey returns the key that signatures are checked with.
func (s *Service) PublicKey() (*PublicKey, error) {
	key, err := s.box.Signer(secretbox.Receipts)
	if err != nil {
		return nil, fmt.Errorf("invoices: key: %w", err)
	}
	public := key.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("invoices: key: %w", err)
	}
	return &PublicKey{Raw: public, PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}, nil
}
