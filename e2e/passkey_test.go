package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
)

// authenticator puts a device for passkeys beside the tab, as a laptop has one
// built in: it checks who is there, and agrees at once.
func (b *tab) authenticator() webauthn.AuthenticatorID {
	b.t.Helper()
	call(b, webauthn.Enable, webauthn.EnableParams{})
	return call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}).AuthenticatorID
}

// fill types into a field.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.await("the field "+selector, "document.querySelector(%q)", selector)
	eval[bool](b, "(document.querySelector(%q).focus(), true)", selector)
	b.press(text)
}

const joinPassword = "seven wooden boats leave"

// join makes an account and signs it in.
func (b *tab) join(login string) {
	b.t.Helper()
	b.visit("/join")
	b.fill("#f-login", login)
	b.fill("#f-mail", login+"@example.test")
	b.fill("#f-password", joinPassword)
	b.leave("the account", func() { eval[bool](b, "(document.querySelector('#f-login').form.requestSubmit(), true)") })
	if !b.has(".me") {
		b.t.Fatalf("nobody is signed in at %s: %s", b.path(), b.text("main"))
	}
}

func (b *tab) signOut() {
	b.t.Helper()
	b.leave("the way out", func() {
		eval[bool](b, "(document.querySelector('.me form').submit(), true)")
	})
	if b.has(".me") {
		b.t.Fatal("somebody is still signed in")
	}
}

// unconfirm lets the time pass after which sensitive acts ask again.
func (s *souk) unconfirm(t testing.TB) {
	t.Helper()
	s.exec(t, `UPDATE sessions SET sudo_until = NULL`)
}

const passkeyForm = `form[data-passkey]:not([hidden])`

// TestPasskey is the life of a passkey in a browser: made, used to sign in with
// nothing else, used after the password, used to confirm a page and a form.
func TestPasskey(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEMO=false")
	b := open(t, site, desktop)
	device := b.authenticator()
	b.join("ada-lovelace")

	b.visit("/settings/security")
	b.follow(`a[href="/settings/security/passkeys/new"]`)
	if b.has("[data-no-passkeys]:not([hidden])") {
		t.Fatal("the page says that this browser can't")
	}
	b.fill("#f-name", "Analytical engine")
	b.leave("the passkey", func() { b.click(passkeyForm + " button") })
	if p := b.path(); p != "/settings/security/recovery-codes" {
		t.Fatalf("it leads to %s", p)
	}
	b.follow("main form button")
	if codes := b.texts(".codes code"); len(codes) != 10 {
		t.Errorf("there are the recovery codes %v", codes)
	}
	b.visit("/settings/security")
	if text := b.text("#passkeys ~ ul"); !strings.Contains(text, "Analytical engine") {
		t.Errorf("the list says %s", text)
	}
	b.visit("/settings/security/passkeys/new")
	b.click(passkeyForm + " button")
	b.await("that this device has one already", `document.querySelector("[data-problem]").textContent === document.querySelector("[data-passkey]").dataset.known`)

	b.signOut()
	b.signInByPasskey()
	if !b.has(".me") {
		t.Fatalf("nobody is signed in at %s", b.path())
	}

	// After the password.
	b.signOut()
	call(b, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: device, Enabled: false})
	b.visit("/login")
	b.fill("#f-login", "ada-lovelace")
	b.fill("#f-password", joinPassword)
	b.leave("the second factor", func() { eval[bool](b, "(document.querySelector('#f-login').form.requestSubmit(), true)") })
	call(b, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: device, Enabled: true})
	if p := b.path(); p != "/login/second" {
		t.Fatalf("the password leads to %s", p)
	}
	b.leave("the way in", func() { b.click(passkeyForm + " button") })
	if !b.has(".me") {
		t.Fatalf("nobody is signed in at %s", b.path())
	}

	// To confirm a page, and a form in the middle.
	site.unconfirm(t)
	b.visit("/settings/security/recovery-codes")
	if p := b.path(); p != "/sudo?return_to=%2Fsettings%2Fsecurity%2Frecovery-codes" {
		t.Fatalf("what is sensitive leads to %s", p)
	}
	b.leave("the confirmation", func() { b.click(passkeyForm + " button") })
	if p := b.path(); p != "/settings/security/recovery-codes" {
		t.Fatalf("a confirmation leads to %s", p)
	}
	site.unconfirm(t)
	b.follow("main form button")
	if !b.has("#f-confirm_password") {
		t.Fatalf("the form goes through: %s", b.text("main"))
	}
	b.leave("the form again", func() { b.click(passkeyForm + " button") })
	if codes := b.texts(".codes code"); len(codes) != 10 {
		t.Errorf("the form doesn't go on: %s", b.text("main"))
	}

	// A device that doesn't check who holds it confirms nothing.
	site.unconfirm(t)
	call(b, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device, IsUserVerified: false})
	b.visit("/sudo")
	b.click(passkeyForm + " button")
	b.await("a refusal", `document.querySelector("[data-problem]").textContent !== ""`)
	if p := b.path(); p != "/sudo" {
		t.Errorf("it leads to %s", p)
	}
}

// signInByPasskey signs in with nothing but the passkey: where the browser
// offers it by itself as soon as the page is there, or else by the button.
func (b *tab) signInByPasskey() {
	b.t.Helper()
	b.visit("/login")
	b.await("the offer", `document.querySelector(%q) || document.querySelector(".me")`, passkeyForm)
	if eval[bool](b, `!!document.querySelector("%s button:not([disabled])")`, passkeyForm) {
		eval[bool](b, `(document.querySelector("%s button").click(), true)`, passkeyForm)
	}
	b.await("somebody to be signed in", `document.querySelector(".me") && document.readyState === "complete"`)
}

// TestPasskeyNeedsScript holds what pages say where a browser can't.
func TestPasskeyNeedsScript(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEMO=false")
	b := open(t, site, desktop)
	b.join("ada-lovelace")
	b.look(window{width: 1280, height: 900, noScript: true})
	b.visit("/settings/security/passkeys/new")
	if b.style("form[data-passkey]", "display") != "none" || b.style("[data-no-passkeys]", "display") == "none" {
		t.Error("without script there is a form that does nothing")
	}
	b.visit("/login")
}
