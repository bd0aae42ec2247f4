package identity

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

func TestHashesAreArgon2idInPHCForm(t *testing.T) {
	t.Parallel()
	hash, err := hashPassword(t.Context(), "violet tractor")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", hash)
	}
	other, err := hashPassword(t.Context(), "violet tractor")
	if err != nil || other == hash {
		t.Errorf("two hashes of a password are the same (%v)", err)
	}
	for _, c := range []struct {
		password, hash string
		right          bool
	}{
		{"violet tractor", hash, true},
		{"violet tractor ", hash, false},
		{"Violet tractor", hash, false},
		{"", hash, false},
		{"", "", false},
		{"violet tractor", "", false},
	} {
		right, outdated, err := rightPassword(t.Context(), c.password, c.hash)
		if err != nil || right != c.right || outdated && c.hash != "" {
			t.Errorf("%q: right %v, outdated %v, %v", c.password, right, outdated, err)
		}
	}
}

func TestPasswordsAreTheSameHoweverComposed(t *testing.T) {
	t.Parallel()
	composed, decomposed := "caf\u00e9 au lait \u30ac", "cafe\u0301 au lait \u30ab\u3099"
	hash, err := hashPassword(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	if right, _, err := rightPassword(t.Context(), decomposed, hash); err != nil || !right {
		t.Errorf("the same characters aren't the same password: %v", err)
	}
}

func TestCheaperHashesAreOutdated(t *testing.T) {
	t.Parallel()
	hash := WeakHash("violet tractor")
	right, outdated, err := rightPassword(t.Context(), "violet tractor", hash)
	if err != nil || !right || !outdated {
		t.Errorf("right %v, outdated %v, %v", right, outdated, err)
	}
}

func TestHashesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	key := base64.RawStdEncoding.EncodeToString(make([]byte, 32))
	for _, hash := range []string{
		"plain", "$2b$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=19456,t=2,p=1$" + key,
		"$argon2id$v=16$m=19456,t=2,p=1$" + key + "$" + key, "$argon2id$v=19$m=0,t=2,p=1$" + key + "$" + key,
		"$argon2id$v=19$m=19456,t=2,p=1$" + key + "$", "$argon2id$v=19$m=19456,t=2,p=1$!$" + key,
	} {
		if right, _, err := rightPassword(t.Context(), "violet tractor", hash); err == nil || right {
			t.Errorf("%s is read", hash)
		}
	}
}

// A flood of sign-ins waits for its turn, and gives up with its request.
func TestHashingWaitsForItsTurn(t *testing.T) {
	hashing <- struct{}{}
	hashing <- struct{}{}
	defer func() { <-hashing; <-hashing }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := hashPassword(ctx, "violet tractor"); err != context.DeadlineExceeded {
		t.Errorf("a third hash is made at once: %v", err)
	}
}
