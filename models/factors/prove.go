package factors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"gorm.io/gorm"

	"souk/models"
	"souk/models/db"
	"souk/models/identity"
)

// Tries: of an account, which bounds what guessing six digits can come to, and
// from an address. Ceremonies that somebody begins are no tries, since pages do
// so by themselves; they are bounded for the rows that they leave.
const (
	triesOfAccount      = 10
	triesEach           = 5 * time.Minute
	triesOfAddress      = 60
	addressEach         = 5 * time.Second
	ceremoniesOfAddress = 200
	ceremoniesEach      = time.Second
)

// spend takes a try of the account's and of the address's.
func (s *Service) spend(ctx context.Context, account int64, visit models.Visit) error {
	if err := s.spendAddress(ctx, visit); err != nil {
		return err
	}
	return s.identity.Spend(ctx, tryKey(account), triesOfAccount, triesEach)
}

func (s *Service) spendCeremony(ctx context.Context, visit models.Visit) error {
	return s.identity.Spend(ctx, "ceremony-address:"+identity.Network(visit.IP), ceremoniesOfAddress, ceremoniesEach)
}

func (s *Service) spendAddress(ctx context.Context, visit models.Visit) error {
	return s.identity.Spend(ctx, "factor-address:"+identity.Network(visit.IP), triesOfAddress, addressEach)
}

func tryKey(account int64) string { return "factor:" + strconv.FormatInt(account, 10) }

// BeginSignIn begins to sign somebody in by a passkey alone. Who it is turns out
// at the end.
func (s *Service) BeginSignIn(ctx context.Context, at Browser, visit models.Visit) (Challenge, error) {
	w, err := party(at.Base)
	if err != nil {
		return Challenge{}, err
	}
	if err := s.spendCeremony(ctx, visit); err != nil {
		return Challenge{}, err
	}
	options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, wrapped("sign in", err)
	}
	return s.begin(ctx, s.db.Read(ctx), at, signingIn, nil, ceremony{WebAuthn: *data}, options)
}

// FinishSignIn signs in whoever the passkey belongs to; actor is who the browser
// was before. It is two factors, so nothing more is asked. It returns ErrPasskey
// when that doesn't come off.
func (s *Service) FinishSignIn(ctx context.Context, actor models.Actor, at Browser, returnTo string, answer []byte) (in models.Entrance, err error) {
	w, err := party(at.Base)
	if err != nil {
		return in, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return in, models.ErrPasskey.Because(err)
	}
	data, err := s.take(ctx, at, signingIn, nil, 0, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return in, err
	}
	check := func(h *gorm.DB) (user *holder, credential *webauthn.Credential, err error) {
		_, credential, err = w.ValidatePasskeyLogin(func(rawID, handle []byte) (webauthn.User, error) {
			user, err = holderWhere(h, `u.passkey_handle = ? AND u.passkey_handle <> '' AND EXISTS (SELECT FROM passkeys p
				WHERE p.account_id = u.account_id AND p.credential_id = ?)`, handle, rawID)
			return user, err
		}, data, parsed)
		return user, credential, err
	}
	err = s.used(ctx, actor.Visit, parsed.RawID, check, func(tx *db.Tx, account int64) error {
		in, err = s.identity.Enter(ctx, tx, account, models.ByPasskey, returnTo, actor.Visit)
		return err
	})
	return in, err
}

// errCopied is a counter that went back: two devices use one key.
var errCopied = errors.New("factors: the passkey's counter went back")

// used checks the use of a passkey, keeps its counter, and goes on to then, all
// in one transaction and one use at a time. A passkey that seems to have been
// copied opens nothing any more.
func (s *Service) used(ctx context.Context, visit models.Visit, id []byte, check func(*gorm.DB) (*holder, *webauthn.Credential, error), then func(*db.Tx, int64) error) error {
	copied := false
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := lockUser(ctx, tx, `account_id = (SELECT p.account_id FROM passkeys p WHERE p.credential_id = ?)`, id); err != nil {
			return err
		}
		user, credential, err := check(tx.WithContext(ctx))
		if err != nil {
			return models.ErrPasskey.Because(err)
		}
		if copied, err = s.keepUse(ctx, tx, user, credential, visit); err != nil || copied {
			return err
		}
		return then(tx, user.account)
	})
	if err == nil && copied {
		return models.ErrPasskey.Because(errCopied)
	}
	return err
}

// keepUse keeps what a passkey says of itself, and writes it down when it says
// for the first time that it was copied.
func (s *Service) keepUse(ctx context.Context, tx *db.Tx, user *holder, credential *webauthn.Credential, visit models.Visit) (copied bool, err error) {
	text, err := json.Marshal(credential)
	if err != nil {
		return false, wrapped("passkey", err)
	}
	var row struct {
		ID   int64
		Name string
		Was  bool
	}
	err = tx.WithContext(ctx).Raw(`WITH was AS (SELECT id, coalesce((credential -> 'authenticator' ->> 'cloneWarning')::boolean, false) was
			FROM passkeys WHERE credential_id = ? AND account_id = ?)
		UPDATE passkeys p SET credential = ?, used_at = ? FROM was WHERE p.id = was.id RETURNING p.id, p.name, was.was`,
		credential.ID, user.account, string(text), s.now()).Take(&row).Error
	if err != nil {
		return false, wrapped("passkey", err)
	}
	if copied = credential.Authenticator.CloneWarning; !copied || row.Was {
		return copied, nil
	}
	owner := models.Actor{UserID: user.account, Login: user.login, Visit: visit}
	return true, recordPasskey(ctx, tx, owner, "passkey.copied", row.ID, row.Name, nil)
}

// FinishSecond ends a sign-in that waits for its second factor, by a code of the
// app or a recovery code; actor is who the browser was before. It returns
// ErrCode for a wrong one, ErrTooManyTries, and ErrLinkUsed for a secret that is
// over.
func (s *Service) FinishSecond(ctx context.Context, actor models.Actor, pending, code string) (in models.Entrance, err error) {
	p, err := s.identity.PendingSecondFactor(ctx, pending)
	if err != nil {
		return in, err
	}
	if err := s.spend(ctx, p.AccountID, actor.Visit); err != nil {
		return in, err
	}
	proof, err := models.ParseProofCode(code)
	if err != nil {
		return in, err
	}
	owner := models.Actor{UserID: p.AccountID, Login: p.Login, Visit: actor.Visit}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := lockUser(ctx, tx, `account_id = ?`, p.AccountID); err != nil {
			return err
		}
		if proof.OneTime != "" {
			err = s.useOneTime(ctx, tx, p.AccountID, proof.OneTime)
		} else {
			err = s.useRecovery(ctx, tx, owner, proof.Recovery)
		}
		if err != nil {
			return err
		}
		in, err = s.identity.FinishSecondFactor(ctx, tx, pending, actor.Visit)
		return err
	})
	if err != nil {
		return models.Entrance{}, err
	}
	return in, s.identity.Forgive(ctx, tryKey(p.AccountID))
}

// Pending is the standing of a sign-in that waits for its second factor, for its
// page.
func (s *Service) Pending(ctx context.Context, pending string) (models.PendingSignIn, models.Factors, error) {
	p, err := s.identity.PendingSecondFactor(ctx, pending)
	if err != nil {
		return p, models.Factors{}, err
	}
	f, err := factorsOf(s.db.Read(ctx), p.AccountID)
	return p, f, err
}

// BeginSecondPasskey begins the use of a passkey as the second factor of a
// sign-in. It returns ErrPasskey where the account has none.
func (s *Service) BeginSecondPasskey(ctx context.Context, at Browser, pending string, visit models.Visit) (Challenge, error) {
	p, err := s.identity.PendingSecondFactor(ctx, pending)
	if err != nil {
		return Challenge{}, err
	}
	return s.challenge(ctx, at, p.AccountID, 0, visit)
}

// FinishSecondPasskey is FinishSecond by a passkey. It returns ErrPasskey when
// that doesn't come off.
func (s *Service) FinishSecondPasskey(ctx context.Context, actor models.Actor, at Browser, pending string, answer []byte) (in models.Entrance, err error) {
	p, err := s.identity.PendingSecondFactor(ctx, pending)
	if err != nil {
		return in, err
	}
	err = s.response(ctx, actor.Visit, expected{at, p.AccountID, 0}, answer, func(tx *db.Tx, _ int64) error {
		in, err = s.identity.FinishSecondFactor(ctx, tx, pending, actor.Visit)
		return err
	})
	return in, err
}

// challenge asks for any passkey of an account.
func (s *Service) challenge(ctx context.Context, at Browser, account, session int64, visit models.Visit) (Challenge, error) {
	w, err := party(at.Base)
	if err != nil {
		return Challenge{}, err
	}
	if err := s.spendCeremony(ctx, visit); err != nil {
		return Challenge{}, err
	}
	user, err := holderWhere(s.db.Read(ctx), `a.id = ?`, account)
	if err != nil {
		return Challenge{}, err
	}
	if len(user.credentials) == 0 {
		return Challenge{}, models.ErrPasskey
	}
	options, data, err := w.BeginLogin(user, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, wrapped("passkey", err)
	}
	return s.begin(ctx, s.db.Read(ctx), at, confirming, &account, ceremony{Session: session, WebAuthn: *data}, options)
}

// expected says which ceremony an answer must belong to.
type expected struct {
	at               Browser
	account, session int64
}

// response checks what challenge asked for and goes on to then.
func (s *Service) response(ctx context.Context, visit models.Visit, want expected, answer []byte, then func(*db.Tx, int64) error) error {
	w, err := party(want.at.Base)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return models.ErrPasskey.Because(err)
	}
	data, err := s.take(ctx, want.at, confirming, &want.account, want.session, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return err
	}
	check := func(h *gorm.DB) (*holder, *webauthn.Credential, error) {
		user, err := holderWhere(h, `a.id = ?`, want.account)
		if err != nil {
			return nil, nil, err
		}
		data.AllowedCredentialIDs = remaining(data.AllowedCredentialIDs, user.credentials)
		credential, err := w.ValidateLogin(user, data, parsed)
		return user, credential, err
	}
	return s.used(ctx, visit, parsed.RawID, check, then)
}

// remaining are those passkeys that were asked for and are still there: one that
// was removed since leaves the others good.
func remaining(asked [][]byte, have []webauthn.Credential) [][]byte {
	return slices.DeleteFunc(asked, func(id []byte) bool {
		return !slices.ContainsFunc(have, func(c webauthn.Credential) bool { return bytes.Equal(c.ID, id) })
	})
}
