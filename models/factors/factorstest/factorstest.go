// Package factorstest holds devices for tests: an authenticator in software that
// makes passkeys and signs with them, and the codes of an authenticator app.
package factorstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/pquerna/otp/totp"
)

// Code is what an authenticator app with a secret shows at a moment.
func Code(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Authenticator is a device with one passkey, behind a browser that shows a page
// of Origin. Tests change the fields to make it misbehave.
type Authenticator struct {
	Origin     string
	Counter    uint32 // counts up with each use; 0 stays 0
	Unverified bool   // it doesn't check who holds it
	Handle     []byte // of the user, as the site gave it

	t   testing.TB
	key *ecdsa.PrivateKey
	id  []byte
}

// New makes a device without a passkey.
func New(t testing.TB, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &Authenticator{Origin: origin, t: t, key: key, id: id}
}

// options are what a site asks of a device, as far as it matters here.
type options struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

// Create makes the passkey that a site asks for, and answers as a browser does.
func (a *Authenticator) Create(asked []byte) []byte {
	a.t.Helper()
	o := a.read(asked)
	a.Handle = a.decode(o.PublicKey.User.ID)
	public, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	cose := a.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})
	data := a.data(o.PublicKey.RP.ID, 0x40)
	data = append(data, make([]byte, 16)...) // who made it: nobody says
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object := a.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	return a.answer(map[string]any{
		"clientDataJSON":    encode(a.client("webauthn.create", o)),
		"attestationObject": encode(object),
		"transports":        []string{"internal"},
	})
}

// Get signs what a site asks for with the passkey.
func (a *Authenticator) Get(asked []byte) []byte {
	a.t.Helper()
	o := a.read(asked)
	if a.Counter > 0 {
		a.Counter++
	}
	data, client := a.data(o.PublicKey.RPID, 0), a.client("webauthn.get", o)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{
		"clientDataJSON":    encode(client),
		"authenticatorData": encode(data),
		"signature":         encode(signature),
		"userHandle":        encode(a.Handle),
	})
}

func (a *Authenticator) read(asked []byte) (o options) {
	a.t.Helper()
	if err := json.Unmarshal(asked, &o); err != nil || o.PublicKey.Challenge == "" {
		a.t.Fatalf("%s asks for nothing: %v", asked, err)
	}
	return o
}

// data is the authenticator data without what follows the counter.
func (a *Authenticator) data(rp string, flags byte) []byte {
	hash := sha256.Sum256([]byte(rp))
	flags |= 0x01 // somebody is there
	if !a.Unverified {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(hash[:], flags), a.Counter)
}

func (a *Authenticator) client(kind string, o options) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *Authenticator) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": encode(a.id), "rawId": encode(a.id), "type": "public-key",
		"clientExtensionResults": map[string]any{}, "response": response})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *Authenticator) cbor(v any) []byte {
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *Authenticator) decode(s string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
