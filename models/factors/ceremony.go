package factors

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"gorm.io/gorm"

	"souk/models"
	"souk/models/db"
)

// A ceremony is what WebAuthn calls the exchange of a challenge for a signature.
// Its first half is kept as a row, which is found by the challenge together with
// a secret of the browser that began it: nobody can finish the ceremony of
// another browser, and several pages of one browser don't get into each other's
// way.
type ceremonyKind string

const (
	registering ceremonyKind = "passkey_register"
	signingIn   ceremonyKind = "passkey_sign_in"
	confirming  ceremonyKind = "passkey_confirm"
)

// ceremony is what has to be remembered between the halves. Session is the one
// that is to be confirmed; 0 for a sign-in that waits for its second factor.
type ceremony struct {
	Session  int64                `json:"session,omitempty"`
	WebAuthn webauthn.SessionData `json:"webauthn"`
}

// Browser is where a ceremony takes place.
type Browser struct {
	Base   string // the site's public address
	Secret string // of this browser, from its cookie; "" while it has none
}

// Challenge is the first half of a ceremony: what the browser's script needs,
// as JSON, and the browser's secret, which goes into a cookie.
type Challenge struct {
	Options []byte
	Secret  string
}

// known reports whether a browser's secret can be one of ours.
func known(secret string) bool { return len(secret) >= 20 && len(secret) <= 64 }

// token is by what a ceremony's row is found.
func token(secret, challenge string) []byte { return hashOf(secret + "." + challenge) }

// begin keeps the first half. account is nil where nobody is known yet.
func (s *Service) begin(ctx context.Context, h *gorm.DB, at Browser, kind ceremonyKind, account *int64, c ceremony, options any) (Challenge, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return Challenge{}, wrapped("ceremony", err)
	}
	out := Challenge{Secret: at.Secret}
	if !known(out.Secret) {
		out.Secret = rand.Text()
	}
	if out.Options, err = json.Marshal(options); err != nil {
		return Challenge{}, wrapped("ceremony", err)
	}
	// GORM makes a list of bytes that follow a parenthesis.
	err = h.WithContext(ctx).Exec(`INSERT INTO ceremonies (kind, token_hash, account_id, data, expires_at) VALUES (?, ?, ?, ?, ?)`,
		kind, token(out.Secret, c.WebAuthn.Challenge), account, string(data), s.now().Add(models.CeremonyLifetime)).Error
	return out, wrapped("ceremony", err)
}

// take ends a ceremony: of any number of requests a single one gets it, whatever
// becomes of that. account is whose it must be; nil: nobody's. It returns
// ErrPasskey for one that is over, was never begun, or is somebody else's.
func (s *Service) take(ctx context.Context, at Browser, kind ceremonyKind, account *int64, session int64, challenge string) (webauthn.SessionData, error) {
	var c ceremony
	if !known(at.Secret) {
		return c.WebAuthn, models.ErrPasskey
	}
	var data string
	err := s.db.Read(ctx).Raw(`DELETE FROM ceremonies WHERE token_hash = ? AND kind = ? AND account_id IS NOT DISTINCT FROM ?
		AND expires_at > ? RETURNING data`, token(at.Secret, challenge), kind, account, s.now()).Row().Scan(&data)
	found, err := db.Found(err)
	switch {
	case err != nil:
		return c.WebAuthn, wrapped("ceremony", err)
	case !found:
		return c.WebAuthn, models.ErrPasskey
	}
	if err := json.Unmarshal([]byte(data), &c); err != nil {
		return c.WebAuthn, wrapped("ceremony", err)
	}
	if c.Session != session {
		return c.WebAuthn, models.ErrPasskey
	}
	return c.WebAuthn, nil
}

// PasskeysWork reports whether browsers allow passkeys on a site with this
// public address: it takes a name, and https but on this machine itself.
func PasskeysWork(base string) bool {
	_, err := party(base)
	return err == nil
}

var errNoPasskeysHere = errors.New("factors: passkeys need a host name, and https")

// party is the site as WebAuthn sees it: the host of its public address.
func party(base string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, models.ErrPasskey.Because(err)
	}
	host := u.Hostname()
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if protocol.ValidateRPID(host) != nil || u.Scheme != "https" && !local {
		return nil, models.ErrPasskey.Because(errNoPasskeysHere)
	}
	life := webauthn.TimeoutConfig{Timeout: models.CeremonyLifetime, TimeoutUVD: models.CeremonyLifetime}
	w, err := webauthn.New(&webauthn.Config{
		RPID:          host,
		RPDisplayName: "Souk",
		RPOrigins:     []string{u.Scheme + "://" + u.Host},
		// Who made the authenticator is nobody's business here.
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: life, Registration: life},
		// Some browsers and password managers add outputs that nobody asked for.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("factors: %w", err)
	}
	return w, nil
}

// holder is a user as WebAuthn sees one.
type holder struct {
	account     int64
	login, name string
	handle      []byte
	credentials []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte          { return h.handle }
func (h *holder) WebAuthnName() string        { return h.login }
func (h *holder) WebAuthnDisplayName() string { return h.name }

func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

const holderColumns = `SELECT a.id account_id, a.login, a.name, u.passkey_handle,
	(SELECT json_agg(p.credential ORDER BY p.id) FROM passkeys p WHERE p.account_id = a.id) credentials
	FROM users u JOIN accounts a ON a.id = u.account_id WHERE `

// holderWhere finds a user with all of their passkeys. It returns ErrNotFound.
func holderWhere(h *gorm.DB, condition string, args ...any) (*holder, error) {
	var row struct {
		AccountID     int64
		Login, Name   string
		PasskeyHandle []byte
		Credentials   *string
	}
	err := h.Raw(holderColumns+condition, args...).Take(&row).Error
	found, err := db.Found(err)
	if err != nil || !found {
		return nil, orNotFound(err)
	}
	out := &holder{account: row.AccountID, login: row.Login, name: row.Name, handle: row.PasskeyHandle}
	if out.name == "" {
		out.name = out.login
	}
	return out, decode(row.Credentials, &out.credentials)
}
