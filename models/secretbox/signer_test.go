package secretbox

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
)

// TestSigner: a key belongs to one secret and one use, and is the same each time.
func TestSigner(t *testing.T) {
	t.Parallel()
	box := func(secret string) *Box {
		b, err := New(secret)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a, b := box("a secret that is long enough for this"), box("another secret that is long enough")
	key, err := a.Signer(Receipts)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		box  *Box
		use  Use
		same bool
	}{"again": {a, Receipts, true}, "another use": {a, WebhookSecrets, false}, "another secret": {b, Receipts, false}} {
		other, err := c.box.Signer(c.use)
		if err != nil || bytes.Equal(key, other) != c.same {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text := []byte("text"); !ed25519.Verify(key.Public().(ed25519.PublicKey), text, ed25519.Sign(key, text)) {
		t.Error("the key doesn't sign")
	}
	if seed, err := a.derive("key: " + string(Receipts)); err != nil || bytes.Equal(seed, key.Seed()) {
		t.Error("what signs is what encrypts")
	}
	var none *Box
	if _, err := none.Signer(Receipts); !errors.Is(err, ErrNoSecret) {
		t.Errorf("without a secret: %v", err)
	}
}
