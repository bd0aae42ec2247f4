package models

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"
)

// Factors are the ways in which a user can prove that it is them.
type Factors struct {
	Password      bool
	AppSince      *time.Time // since when an authenticator app gives codes
	Passkeys      []Passkey
	RecoveryCodes int      // that are left
	RequiredBy    []string // logins of organizations that require two factors
}

// Passkey is a key that a device keeps for a user. Using it takes the device and
// what unlocks it, so it is two factors by itself.
type Passkey struct {
	ID        int64
	Name      string
	CreatedAt time.Time
	UsedAt    *time.Time
	Copied    bool // its counter went back, so somebody may have a copy; it opens nothing any more
}

// TwoFactor reports whether there is a second factor.
func (f *Factors) TwoFactor() bool { return f.AppSince != nil || len(f.Passkeys) > 0 }

// None reports whether there is nothing to prove oneself with, as for who came
// in by a one-time link.
func (f *Factors) None() bool { return !f.Password && !f.TwoFactor() }

// Passkey is the passkey with an id, nil for none.
func (f *Factors) Passkey(id int64) *Passkey {
	i := slices.IndexFunc(f.Passkeys, func(p Passkey) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &f.Passkeys[i]
}

// MayRemoveApp allows to do without codes: ErrFactorRequired while an
// organization wants a second factor and there is no other.
func (f *Factors) MayRemoveApp() error {
	if len(f.Passkeys) == 0 && len(f.RequiredBy) > 0 {
		return ErrFactorRequired
	}
	return nil
}

// MayRemovePasskey allows to remove a passkey. It returns ErrLastFactor for the
// last way in, ErrFactorRequired as MayRemoveApp does, and ErrNotFound for one
// that isn't theirs.
func (f *Factors) MayRemovePasskey(id int64) error {
	last := len(f.Passkeys) == 1
	switch {
	case f.Passkey(id) == nil:
		return ErrNotFound
	case last && !f.Password:
		return ErrLastFactor
	case last && f.AppSince == nil && len(f.RequiredBy) > 0:
		return ErrFactorRequired
	}
	return nil
}

// MayRemovePassword allows to sign in by passkey alone: ErrLastFactor where
// there is none.
func (f *Factors) MayRemovePassword() error {
	if !slices.ContainsFunc(f.Passkeys, func(p Passkey) bool { return !p.Copied }) {
		return ErrLastFactor
	}
	return nil
}

// ErrSetupOld is a page for an authenticator app that was open for too long: it
// shows another secret now.
var ErrSetupOld = &Error{Kind: Invalid, Code: "setup_old", Field: "code"}

// ErrSetupCode is a code that isn't the one of the app that is being set up.
var ErrSetupCode = &Error{Kind: Invalid, Code: "setup_code", Field: "code"}

var factorErrors = []*Error{ErrSetupOld, ErrSetupCode}

// CeremonyLifetime is how long a browser may take to use a passkey.
const CeremonyLifetime = 5 * time.Minute

// Limits of passkeys: how many an account may have, and how long a name may be,
// in characters.
const (
	MaxPasskeys    = 20
	MaxPasskeyName = 60
)

// RecoveryCodes is how many codes are made at once.
const RecoveryCodes = 10

const (
	codeAlphabet   = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's base 32: no i, l, o, u
	codeLength     = 16                                 // 80 bits
	codeGroup      = 4
	oneTimeDigits  = 6
	fullWidthShift = 0xFEE0
)

// NewRecoveryCode makes a recovery code, such as "8f3k-0tq2-xw9d-7hmc".
func NewRecoveryCode() string {
	random := make([]byte, codeLength)
	_, _ = rand.Read(random) // it never fails
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[int(r)%len(codeAlphabet)])
	}
	return b.String()
}

// ProofCode is a code that someone typed, once it is known of which kind.
type ProofCode struct {
	OneTime  string // six digits of an authenticator app
	Recovery string // as NewRecoveryCode makes them, without hyphens
}

// ParseProofCode tells codes apart by their form. Spaces and hyphens don't
// count, nor do capitals or the wide letters of an input method, and letters
// that look like digits are those digits. It returns ErrCode for anything else.
func ParseProofCode(s string) (ProofCode, error) {
	if len(s) > 200 {
		return ProofCode{}, ErrCode
	}
	plain := strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= fullWidthShift
		}
		switch r {
		case ' ', '\t', '\n', '\r', '-', 0x3000, 0xA0, 0x2010, 0x2011, 0x2013, 0x30FC:
			return -1
		}
		return r
	}, s)
	if len(plain) == oneTimeDigits && strings.Trim(plain, "0123456789") == "" {
		return ProofCode{OneTime: plain}, nil
	}
	plain = strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(plain))
	if len(plain) == codeLength && strings.Trim(plain, codeAlphabet) == "" {
		return ProofCode{Recovery: plain}, nil
	}
	return ProofCode{}, ErrCode
}
