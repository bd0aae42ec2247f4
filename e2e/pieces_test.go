package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	copyButton   = "[data-copy] button"
	revealButton = "[data-reveal]"
	password     = "[id$='f-password']"

	examplePictures = "/images/" // of listings that exist in the gallery alone
)

// reach scrolls to what a selector finds, at once, and clicks it there.
func (b *tab) reach(selector string) {
	b.t.Helper()
	eval[chromedp.Void](b, "document.querySelector(%q).scrollIntoView({ behavior: 'instant', block: 'center' }); undefined", selector)
	b.click(selector)
}

// TestPieces works the pieces that have a script, in the gallery: what is copied
// says so, a password shows while one wants it to, menus close.
func TestPieces(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEV=true")
	b := open(t, site, desktop)
	b.tolerate = append(b.tolerate, examplePictures)
	b.visit("/dev/gallery")

	b.reach(copyButton)
	until(t, "somebody to be told that it is copied", func() bool { return b.text("[data-copy] [role=status]") != "" })

	b.reach(password)
	b.press("seen")
	for i, want := range []string{"text", "password"} {
		b.reach(revealButton)
		if kind := eval[string](b, "document.querySelector(%q).type", password); kind != want {
			t.Errorf("after %d clicks the password is a %s", i+1, kind)
		}
	}
	if value := eval[string](b, "document.querySelector(%q).value", password); value != "seen" {
		t.Errorf("the password became %q", value)
	}

	open := func() int { return eval[int](b, "document.querySelectorAll('details[data-menu][open]').length") }
	b.reach("details.me > summary")
	if open() != 1 {
		t.Fatal("the menu of one's own stays closed")
	}
	b.press(kb.Escape)
	if open() != 0 {
		t.Error("Escape leaves the menu open")
	}
	if !eval[bool](b, "document.activeElement.matches('details.me > summary')") {
		t.Error("the focus is lost with the menu")
	}
	b.click("details.me > summary")
	b.click("h1")
	if open() != 0 {
		t.Error("a click elsewhere leaves the menu open")
	}
}

// Without script there is no button that does nothing, and values can be read.
func TestPiecesWithoutScript(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEV=true")
	b := open(t, site, window{width: 390, height: 844, mobile: true, noScript: true})
	b.tolerate = append(b.tolerate, examplePictures)
	b.visit("/dev/gallery")
	for selector, want := range map[string]bool{copyButton: false, revealButton: false, "[data-copy] code": true, password: true} {
		if got := eval[bool](b, "document.querySelector(%q).checkVisibility()", selector); got != want {
			t.Errorf("%s is visible: %v", selector, got)
		}
	}
}
