package models

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWhatMayBeRemoved(t *testing.T) {
	t.Parallel()
	now := time.Now()
	one, two := []Passkey{{ID: 1}}, []Passkey{{ID: 1}, {ID: 2}}
	for name, c := range map[string]struct {
		f                      Factors
		app, passkey, password error
	}{
		"password alone":                   {Factors{Password: true}, nil, ErrNotFound, ErrLastFactor},
		"password, app":                    {Factors{Password: true, AppSince: &now}, nil, ErrNotFound, ErrLastFactor},
		"password, app, required":          {Factors{Password: true, AppSince: &now, RequiredBy: []string{"org"}}, ErrFactorRequired, ErrNotFound, ErrLastFactor},
		"password, passkey":                {Factors{Password: true, Passkeys: one}, nil, nil, nil},
		"password, passkey, required":      {Factors{Password: true, Passkeys: one, RequiredBy: []string{"org"}}, nil, ErrFactorRequired, nil},
		"password, both, required":         {Factors{Password: true, AppSince: &now, Passkeys: one, RequiredBy: []string{"org"}}, nil, nil, nil},
		"password, two passkeys, required": {Factors{Password: true, Passkeys: two, RequiredBy: []string{"org"}}, nil, nil, nil},
		"passkey alone":                    {Factors{Passkeys: one}, nil, ErrLastFactor, nil},
		"passkey, app":                     {Factors{Passkeys: one, AppSince: &now}, nil, ErrLastFactor, nil},
		"two passkeys":                     {Factors{Passkeys: two}, nil, nil, nil},
		"a passkey that was copied":        {Factors{Password: true, Passkeys: []Passkey{{ID: 1, Copied: true}}}, nil, nil, ErrLastFactor},
	} {
		if err := c.f.MayRemoveApp(); !same(err, c.app) {
			t.Errorf("%s: the app: %v", name, err)
		}
		if err := c.f.MayRemovePasskey(1); !same(err, c.passkey) {
			t.Errorf("%s: the passkey: %v", name, err)
		}
		if err := c.f.MayRemovePassword(); !same(err, c.password) {
			t.Errorf("%s: the password: %v", name, err)
		}
	}
	if f := (Factors{Password: true, Passkeys: two}); !errors.Is(f.MayRemovePasskey(3), ErrNotFound) {
		t.Error("another's passkey may be removed")
	}
}

func same(a, b error) bool { return a == nil && b == nil || b != nil && errors.Is(a, b) }

func TestProofCodes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]ProofCode{
		"123456":              {OneTime: "123456"},
		" 123 456 ":           {OneTime: "123456"},
		"123-456":             {OneTime: "123456"},
		"１２３　４５６":             {OneTime: "123456"},
		"8f3k-0tq2-xw9d-7hmc": {Recovery: "8f3k0tq2xw9d7hmc"},
		"8F3K OTQ2 XW9D 7HMC": {Recovery: "8f3k0tq2xw9d7hmc"},
		"８ｆ３ｋー０ｔｑ２ーｘｗ９ｄー７ｈｍｃ": {Recovery: "8f3k0tq2xw9d7hmc"},
		"1111-iiii-llll-IILL": {Recovery: strings.Repeat("1", 16)},
	} {
		if got, err := ParseProofCode(in); err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "12345", "1234567", "12345a", "１２３４５", "8f3k-0tq2-xw9d-7hm", "8f3k-0tq2-xw9d-7hmu", "8f3k-0tq2-xw9d-7hmcc", strings.Repeat(" ", 300), "٣٣٣٣٣٣", "\x00123456"} {
		if got, err := ParseProofCode(in); !errors.Is(err, ErrCode) {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}

func TestRecoveryCodesCanBeTypedAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		code := NewRecoveryCode()
		got, err := ParseProofCode(code)
		if err != nil || got.Recovery != strings.ReplaceAll(code, "-", "") || len(code) != 19 || seen[code] {
			t.Fatalf("%s: %+v, %v", code, got, err)
		}
		seen[code] = true
	}
}

func FuzzProofCode(f *testing.F) {
	f.Add("123456")
	f.Add("8f3k-0tq2-xw9d-7hmc")
	f.Add("\xff１")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseProofCode(s)
		if err != nil {
			return
		}
		if len(got.OneTime) != 6 && len(got.Recovery) != 16 {
			t.Errorf("%q is %+v", s, got)
		}
		again, err := ParseProofCode(got.OneTime + got.Recovery)
		if err != nil || again != got {
			t.Errorf("%q is %+v, then %+v", s, got, again)
		}
	})
}
