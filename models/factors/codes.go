package factors

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"souk/models"
	"souk/models/db"
	"souk/models/secretbox"
)

// The codes of authenticator apps (RFC 6238) as all of them make them: six
// digits from SHA-1, another each half minute. A code is good for its own step
// and for the ones beside it, since clocks differ, and once.
const (
	step     = 30 * time.Second
	skew     = 1
	seedSize = 20 // bytes, what SHA-1 can use
)

// setupLifetime is how long a page that shows a seed may be used.
const setupLifetime = time.Hour

// Setup is a seed that an authenticator app is to be given. Nothing is kept
// until ConfirmApp: Token holds the seed, encrypted, for the form.
type Setup struct {
	Secret string // the seed as text, for typing
	URL    string // the same for a QR code
	Token  string
}

// NewApp makes a seed for the actor's authenticator app. Issuer is the site as
// the app names it.
func (s *Service) NewApp(actor models.Actor, issuer string) (Setup, error) {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return Setup{}, err
	}
	seed := make([]byte, seedSize)
	_, _ = rand.Read(seed) // it never fails
	until := binary.BigEndian.AppendUint64(nil, uint64(s.now().Add(setupLifetime).Unix()))
	sealed, err := s.box.Seal(secretbox.NewCodes, actor.UserID, append(until, seed...))
	if err != nil {
		return Setup{}, err
	}
	return setup(seed, base64.RawURLEncoding.EncodeToString(sealed), issuer, actor.Login), nil
}

// SameApp is the setup behind a token that NewApp gave the actor, for showing
// its page again. It returns ErrStale for one that is too old, made up, or
// somebody else's.
func (s *Service) SameApp(actor models.Actor, token, issuer string) (Setup, error) {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return Setup{}, err
	}
	seed, err := s.seedIn(actor, token)
	if err != nil {
		return Setup{}, err
	}
	return setup(seed, token, issuer, actor.Login), nil
}

func (s *Service) seedIn(actor models.Actor, token string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(token) > 200 {
		return nil, models.ErrStale
	}
	plain, err := s.box.Open(secretbox.NewCodes, actor.UserID, sealed)
	if err != nil || len(plain) != 8+seedSize {
		return nil, models.ErrStale.Because(err)
	}
	if until := time.Unix(int64(binary.BigEndian.Uint64(plain)), 0); !s.now().Before(until) {
		return nil, models.ErrStale
	}
	return plain[8:], nil
}

func setup(seed []byte, token, issuer, login string) Setup {
	text := seedText(seed)
	return Setup{Secret: text, Token: token, URL: provisioningURL(issuer, login, text)}
}

func seedText(seed []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
}

// ConfirmApp makes the app that has the seed of a token a second factor of the
// actor, in place of an app it may have had, once it shows a code of it. It
// returns the recovery codes where there were none. It returns ErrSetupCode for a
// wrong code and ErrStale like SameApp.
func (s *Service) ConfirmApp(ctx context.Context, actor models.Actor, token, code string) (codes []string, err error) {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return nil, err
	}
	seed, err := s.seedIn(actor, token)
	if err != nil {
		return nil, err
	}
	proof, err := models.ParseProofCode(code)
	at, ok := stepOf(seed, proof.OneTime, s.now())
	if err != nil || !ok {
		return nil, models.ErrSetupCode
	}
	sealed, err := s.box.Seal(secretbox.OneTimeCodes, actor.UserID, seed)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		err := tx.WithContext(ctx).Exec(`UPDATE users SET totp_secret = ?, totp_confirmed_at = ?, totp_step = ? WHERE account_id = ?`,
			sealed, s.now(), at, actor.UserID).Error
		if err != nil {
			return wrapped("confirm app", err)
		}
		if err := s.settle(ctx, tx, actor); err != nil {
			return err
		}
		if f.RecoveryCodes == 0 {
			if codes, err = replaceCodes(ctx, tx, actor.UserID); err != nil {
				return err
			}
		}
		err = record(ctx, tx, actor, "two_factor.enable", func(e *models.AuditEvent) {
			e.Before, e.After = map[string]any{"app": f.AppSince != nil}, map[string]any{"app": true}
		})
		if err != nil {
			return err
		}
		return s.warn(ctx, tx, actor, "two_factor_on")
	})
	return codes, err
}

// RemoveApp does without an authenticator app. It returns ErrFactorRequired
// where an organization wants a second factor and there is no other, and does
// nothing where there is no app.
func (s *Service) RemoveApp(ctx context.Context, actor models.Actor) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	return s.change(ctx, actor, func(tx *db.Tx, f *models.Factors) error {
		if f.AppSince == nil {
			return nil
		}
		if err := f.MayRemoveApp(); err != nil {
			return err
		}
		err := tx.WithContext(ctx).Exec(`UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL WHERE account_id = ?`, actor.UserID).Error
		if err != nil {
			return wrapped("remove app", err)
		}
		if err := s.settle(ctx, tx, actor); err != nil {
			return err
		}
		err = record(ctx, tx, actor, "two_factor.disable", func(e *models.AuditEvent) {
			e.Before, e.After = map[string]any{"app": true}, map[string]any{"app": false}
		})
		if err != nil {
			return err
		}
		return s.warn(ctx, tx, actor, "two_factor_off")
	})
}

// useOneTime uses up a code of the account's app. It returns ErrCode for a wrong
// one, one that was used, and one of a step before the last that was used.
func (s *Service) useOneTime(ctx context.Context, tx *db.Tx, account int64, code string) error {
	var row struct {
		TotpSecret []byte
		TotpStep   int64
	}
	err := tx.WithContext(ctx).Raw(`SELECT totp_secret, totp_step FROM users
		WHERE account_id = ? AND totp_confirmed_at IS NOT NULL FOR UPDATE`, account).Take(&row).Error
	found, err := db.Found(err)
	switch {
	case err != nil:
		return wrapped("one-time code", err)
	case !found:
		return models.ErrCode
	}
	seed, err := s.box.Open(secretbox.OneTimeCodes, account, row.TotpSecret)
	if err != nil {
		return wrapped("one-time code", err)
	}
	at, ok := stepOf(seed, code, s.now())
	if !ok || at <= row.TotpStep {
		return models.ErrCode
	}
	r := tx.WithContext(ctx).Exec(`UPDATE users SET totp_step = ? WHERE account_id = ? AND totp_step < ?`, at, account, at)
	if r.Error == nil && r.RowsAffected == 0 {
		return models.ErrCode
	}
	return wrapped("one-time code", r.Error)
}

// stepOf finds the step whose code it is, among those that are good at now.
func stepOf(seed []byte, code string, now time.Time) (at int64, ok bool) {
	present := now.Unix() / int64(step.Seconds())
	for n := present - skew; n <= present+skew; n++ {
		want, err := hotp.GenerateCodeCustom(seedText(seed), uint64(n), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			at, ok = n, true
		}
	}
	return at, ok
}
