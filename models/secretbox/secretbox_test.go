package secretbox_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"souk/models/db/dbtest"
	"souk/models/secretbox"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const secret = "a secret of some thirty-two bytes and more"

func box(t *testing.T, secret string) *secretbox.Box {
	t.Helper()
	b, err := secretbox.New(secret)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsSealedOpensWhereItBelongs(t *testing.T) {
	t.Parallel()
	b := box(t, secret)
	plain := []byte("JBSWY3DPEHPK3PXP")
	sealed, err := b.Seal(secretbox.OneTimeCodes, 7, plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, plain) {
		t.Error("the value can be read")
	}
	if got, err := box(t, " "+secret+"\n").Open(secretbox.OneTimeCodes, 7, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("it opens as %q, %v", got, err)
	}
	again, err := b.Seal(secretbox.OneTimeCodes, 7, plain)
	if err != nil || bytes.Equal(again, sealed) {
		t.Errorf("sealed twice it is the same (%v)", err)
	}

	changed := slices.Clone(sealed)
	changed[len(changed)-1] ^= 1
	newer := slices.Clone(sealed)
	newer[0] = 2
	for name, open := range map[string]func() ([]byte, error){
		"another account":       func() ([]byte, error) { return b.Open(secretbox.OneTimeCodes, 8, sealed) },
		"another use":           func() ([]byte, error) { return b.Open(secretbox.NewCodes, 7, sealed) },
		"another secret":        func() ([]byte, error) { return box(t, secret+"!").Open(secretbox.OneTimeCodes, 7, sealed) },
		"a changed bit":         func() ([]byte, error) { return b.Open(secretbox.OneTimeCodes, 7, changed) },
		"another format":        func() ([]byte, error) { return b.Open(secretbox.OneTimeCodes, 7, newer) },
		"a part":                func() ([]byte, error) { return b.Open(secretbox.OneTimeCodes, 7, sealed[:9]) },
		"nothing":               func() ([]byte, error) { return b.Open(secretbox.OneTimeCodes, 7, nil) },
		"what was never sealed": func() ([]byte, error) { return b.Open(secretbox.OneTimeCodes, 7, []byte(strings.Repeat("\x01", 60))) },
	} {
		if got, err := open(); !errors.Is(err, secretbox.ErrSealed) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestShortSecretsAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", strings.Repeat("x", secretbox.MinSecret-1), strings.Repeat(" ", 100)} {
		if _, err := secretbox.New(s); !errors.Is(err, secretbox.ErrShortSecret) {
			t.Errorf("%q: %v", s, err)
		}
	}
	var none *secretbox.Box
	if _, err := none.Seal(secretbox.OneTimeCodes, 1, nil); !errors.Is(err, secretbox.ErrNoSecret) {
		t.Errorf("no box seals: %v", err)
	}
	if _, err := none.Open(secretbox.OneTimeCodes, 1, []byte{1}); !errors.Is(err, secretbox.ErrNoSecret) {
		t.Errorf("no box opens: %v", err)
	}
}

func TestADatabaseBelongsToTheFirstSecret(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	boxes := []*secretbox.Box{box(t, secret), box(t, secret+" the second")}
	won := make([]error, 8)
	var all sync.WaitGroup
	for i := range won {
		all.Go(func() { won[i] = boxes[i%2].Claim(t.Context(), d, dbtest.Epoch) })
	}
	all.Wait()
	winner := 0
	if won[0] != nil {
		winner = 1
	}
	for i, err := range won {
		if i%2 == winner && err != nil || i%2 != winner && !errors.Is(err, secretbox.ErrOtherSecret) {
			t.Errorf("claim %d: %v", i, err)
		}
	}
}
