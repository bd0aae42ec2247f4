package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// withoutScript registers an app, sets what it asks for, writes its listing and
// hands it in, in a browser that runs no scripts.
func (d *desk) withoutScript(t *testing.T) {
	b := open(t, d.site, window{width: 1280, height: 900, noScript: true})
	b.become(d.cookies, byIntegrator)
	b.visit("/settings/apps/new")
	b.write("name", "Tiller", "url", "https://tiller.example.org", "public", "true")
	b.sendWritten()
	b.wantFlash()
	b.visit("/settings/apps/tiller/permissions")
	b.write("permission.deployments", "read", "permission.checks", "write")
	b.sendWritten()
	b.visit("/settings/apps/tiller/permissions")
	if level := eval[string](b, "document.getElementsByName('permission.checks')[0].value"); level != "write" {
		t.Errorf("checks are at %q", level)
	}

	b.visit("/marketplace/new?app=tiller")
	b.sendWritten()
	const at = "/marketplace/manage/tiller/"
	b.visit(at + "text")
	b.write("tagline", strings.Repeat("x", 121))
	b.sendWritten()
	if text := b.text("main"); !strings.Contains(text, "At most 120 characters") {
		t.Errorf("a long tagline passes: %s", tail(text))
	}
	b.write("tagline", "Steers what is deployed", "introduction", "Tiller says before every deployment where it leads, and turns it around when the wind changes.",
		"description", "## What it does\n\nIt waits for the checks of a commit and then deploys it, by the rules of the repository.\n", "categories.0", "deployment")
	b.sendWritten()
	b.visit(at + "links")
	b.write("links.support", "https://tiller.example.org/help", "links.privacy", "https://tiller.example.org/privacy", "links.terms", "https://tiller.example.org/terms",
		"contacts.0.role", "technical", "contacts.0.mail", "iris@example.test")
	b.sendWritten()
	b.visit(at + "data")
	b.write("data.accessed", "Names of deployments", "data.stored", "no", "data.third_parties", "Nobody")
	b.sendWritten()
	b.visit(at + "plans/new")
	b.write("name", "Crew", "kind", "flat_rate", "monthly_minor", "12.00", "currency", "EUR")
	b.send("[name=monthly_minor]")
	b.wantFlash()
	for field, size := range map[string][2]int{"f-logo-picture": {400, 400}, "f-shot-picture": {1280, 800}} {
		b.visit(at + "media")
		file := filepath.Join(t.TempDir(), field+".png")
		if err := os.WriteFile(file, painted(t, field, size[0], size[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		b.do("choose "+field, chromedp.SetUploadFiles(chromedp.CSS("#"+field), []string{file}))
		b.send("#" + field)
		b.wantFlash()
	}
	b.visit(at + "review")
	if !b.has("[name=agree]") {
		t.Fatalf("it can't be handed in: %s", b.text("main"))
	}
	b.write("agree", "true", "note", "The first one.")
	b.sendWritten()
	b.wantFlash()
	if b.has("[name=agree]") {
		t.Errorf("it isn't handed in: %s", tail(b.text("main")))
	}
}

// write puts values into fields by their names, without the events that scripts
// would hear.
func (b *tab) write(namesAndValues ...string) {
	b.t.Helper()
	for i := 0; i < len(namesAndValues); i += 2 {
		name, value := namesAndValues[i], namesAndValues[i+1]
		if !eval[bool](b, `((all, value) => {
			const e = all.length > 1 ? all.find((e) => e.value === value) : all[0];
			if (!e) return false;
			if (/radio|checkbox/.test(e.type)) e.checked = true; else e.value = value;
			return e.checked || e.value === value || e.value.trim() === value.trim();
		})([...document.getElementsByName(%q)].filter((e) => e.closest('main')), %q)`, name, value) {
			b.t.Fatalf("%s has no field %s that takes %q", b.path(), name, value)
		}
	}
}

// sendWritten presses the button of a page's form that has no other meaning.
func (b *tab) sendWritten() {
	b.t.Helper()
	b.leave("the answer of "+b.path(), func() {
		eval[bool](b, `([...document.querySelectorAll("main form")].filter((f) => f.method === "post").flatMap((f) => [...f.querySelectorAll("button")])
			.find((e) => e.type === "submit" && !e.name && !e.hasAttribute("formaction")).click(), true)`)
	})
}

// tabUntil presses Tab until what has the focus is what is looked for.
func (b *tab) tabUntil(what, selector string, most int) {
	b.t.Helper()
	for range most {
		b.press(kb.Tab)
		if eval[bool](b, "document.activeElement.matches(%q)", selector) {
			return
		}
	}
	b.t.Fatalf("%d times Tab don't lead to %s but to %s", most, what, eval[string](b, "document.activeElement.outerHTML.slice(0, 200)"))
}

// editByKeyboard finds, raises and saves a permission without a mouse.
func (d *desk) editByKeyboard(t *testing.T) {
	b := open(t, d.site, desktop)
	b.become(d.cookies, byIntegrator)
	b.visit("/settings/apps/sextant/permissions")
	b.tabUntil("the filter", "main input[type=search]", 60)
	b.press("deployments")
	b.await("the rows that are left", "!document.getElementById('permission-actions').checkVisibility() && document.getElementById('permission-deployments').checkVisibility()")
	b.tabUntil("the level", "[name='permission.deployments']", 8)
	before := b.number("[data-chosen]")
	b.press(kb.ArrowDown)
	b.await("what the choice means", "document.querySelector('#permission-deployments .access-says li.on') && document.activeElement.value === 'read'")
	if after := b.number("[data-chosen]"); after != before+1 {
		t.Errorf("%d permissions are chosen, then %d", before, after)
	}
	b.tabUntil("the button", "main form button:not([name]):not([formaction])", 120)
	b.leave("the saved permissions", func() { b.press(kb.Enter) })
	b.wantFlash()
	if level := eval[string](b, "document.getElementsByName('permission.deployments')[0].value"); level != "read" {
		t.Errorf("deployments are at %q", level)
	}
}

// reviewByKeys decides nothing, but goes by every key of the reviewer's page.
func (d *desk) reviewByKeys(t *testing.T) {
	b := open(t, d.site, desktop)
	b.become(d.cookies, byReviewer)
	b.visit("/staff/reviews/" + d.ids["lantern"])
	at := func() string { t.Helper(); return b.text(":focus") }
	b.press("j")
	first := at()
	b.press("j")
	if second := at(); first == "" || second == first || second == "" {
		t.Errorf("j leads to %q, then to %q", first, second)
	}
	b.press("k")
	if back := at(); back != first {
		t.Errorf("k leads to %q, not back to %q", back, first)
	}
	chosen := func(want string) {
		t.Helper()
		if got := eval[string](b, "document.querySelector('input[name=decision]:checked')?.value ?? ''"); got != want {
			t.Errorf("%q is chosen, not %q", got, want)
		}
	}
	for _, key := range [][2]string{{"a", "approve"}, {"r", "request_changes"}, {"x", "reject"}} {
		b.press(key[0])
		chosen(key[1])
	}

	// Whoever types writes.
	b.press("n")
	b.press("a jar")
	if text := eval[string](b, "document.activeElement.value"); text != "a jar" {
		t.Errorf("the note says %q", text)
	}
	chosen("reject")
	eval[bool](b, "(document.activeElement.blur(), true)")

	// The keys can be switched off, for good.
	b.press("?")
	b.await("the list of keys", "document.querySelector('[data-keys]').open")
	b.press(kb.Tab, " ")
	b.press("a")
	chosen("reject")
	b.visit("/staff/reviews/" + d.ids["lantern"])
	b.press("a")
	chosen("")
	b.do("focus", chromedp.Focus(chromedp.CSS("[data-keys] > summary")))
	b.press(kb.Enter)
	b.press(kb.Tab, " ")

	b.leave("the queue's side of it", func() { b.press("c") })
	b.wantFlash()
	b.leave("the claim", func() { b.press("c") })
	b.wantFlash()
	b.leave("the preview", func() { b.press("v") })
	if path := b.path(); path != "/marketplace/manage/lantern/preview" {
		t.Errorf("v leads to %s", path)
	}
}
