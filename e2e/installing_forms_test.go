package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// act is a button of a form that says what it does.
func act(name string) string { return "main button[name=do][value=" + name + "]" }

// installsWithoutScript finds repositories, asks, narrows, approves, installs and agrees
// in a browser that runs no scripts.
func (w *slipway) installsWithoutScript(t *testing.T) {
	b := open(t, w.site, window{width: 1280, height: 900, noScript: true})
	b.become(w.cookies, byWisher)
	b.visit("/apps/thimble/installations/new/permissions?target_id=" + w.ids["dock"])
	b.write("selection", "selected", "q", "berth-1")
	b.push(act("search"))
	b.wantRows(10, "a search")
	b.push(act("all"))
	b.wantChosen("10")
	b.write("q", "sluice")
	b.push(act("search"))
	b.write("repo", w.ids["sluice"])
	b.write("q", "")
	b.push(act("search"))
	b.wantChosen("11")
	b.push("main button[name=do][value='page:2']")
	b.wantRows(11, "the second page")
	b.push("main .chosen button")
	b.wantChosen("10")
	b.write("reason", "The ropes chafe.")
	b.push(act("request"))
	b.visit("/settings/installations/requests")
	b.wants("Thimble")
	b.become(w.cookies, byHarbourer)
	b.narrows(w.ids["sluice"])
	b.installsSome(w.ids["dock"], w.ids["ledger"])
	b.agreesWhere(w.of("gaff", "/permissions/update"), w.ids["ledger"])
	b.uninstalls(w.of("idle", ""))
}

// narrows approves the newest request with other repositories.
func (b *tab) narrows(repository string) {
	b.t.Helper()
	b.visit("/organizations/dock/settings/installations/requests")
	b.push(fmt.Sprintf("main .rows a[href$='/requests/%d']", b.count(`SELECT max(id) FROM installation_requests`)))
	b.push(act("none"))
	b.wantChosen("0")
	b.write("q", "sluice")
	b.push(act("search"))
	b.write("repo", repository)
	b.push("main button[formaction$='/approve']")
	b.wantFlash()
}

// installsSome installs an app on one repository.
func (b *tab) installsSome(account, repository string) {
	b.t.Helper()
	b.visit("/apps/marlin/installations/select_target")
	b.push("main .rows a[href*='target_id=" + account + "']")
	b.write("selection", "selected")
	b.push(act("install"))
	b.wantRefused("a selection of nothing")
	b.write("q", "ledger")
	b.push(act("search"))
	b.write("repo", repository)
	b.push(act("install"))
	b.wantFlash()
	b.wants("Marlin", "1")
}

// agreesWhere accepts more permissions, and chooses where they hold.
func (b *tab) agreesWhere(page, repository string) {
	b.t.Helper()
	b.visit(page)
	b.write("selection", "selected")
	b.push(act("accept"))
	b.wantRefused("a selection of nothing")
	b.write("q", "ledger")
	b.push(act("search"))
	b.write("repo", repository)
	b.push(act("accept"))
	b.wantFlash()
}

// uninstalls ends an installation.
func (b *tab) uninstalls(page string) {
	b.t.Helper()
	b.visit(page)
	b.push("main a[href$='/uninstall']")
	b.sendWritten()
	b.wantFlash()
}

// wantRows expects so many repositories to choose from.
func (b *tab) wantRows(n int, what string) {
	b.t.Helper()
	if got := len(b.texts(".chooser input[name=repo]")); got != n {
		b.t.Fatalf("%s offers %d repositories, not %d: %s", what, got, n, tail(b.text(".chooser")))
	}
}

// wantChosen expects a number of chosen repositories.
func (b *tab) wantChosen(n string) {
	b.t.Helper()
	if sum := b.text(".chooser-sum p"); !strings.HasPrefix(sum, n+" ") && !(n == "0" && sum != "" && !strings.ContainsAny(sum, "123456789")) {
		b.t.Fatalf("%s says that %q, not %s: %s", b.path(), sum, n, tail(b.text("main")))
	}
}

// installsByKeyboard installs, agrees and approves without a mouse.
func (w *slipway) installsByKeyboard(t *testing.T) {
	b := open(t, w.site, desktop)
	b.become(w.cookies, byHarbourer)
	b.visit("/apps/lash/installations/new/permissions?target_id=" + w.ids["dock"])
	b.tabUntil("the selection", "[name=selection]", 60)
	for _, step := range [][2]string{{kb.ArrowUp, "all"}, {kb.ArrowDown, "selected"}} {
		b.press(step[0])
		b.await(step[1], "document.querySelector('[name=selection]:checked').value === %q && !document.querySelector('form.busy')", step[1])
	}
	b.tabUntil("the search", "[name=q]", 10)
	b.press("sluice")
	b.await("what is found", "document.querySelectorAll('.chooser input[name=repo]').length === 1 && document.activeElement.name === 'q' && !document.querySelector('form.busy')")
	b.tabUntil("the repository", "[name=repo]", 12)
	b.press(" ")
	b.await("the choice", "document.querySelector('.chooser-sum p').innerText.startsWith('1') && document.activeElement.name === 'repo' && !document.querySelector('form.busy')")
	b.tabUntil("the button", act("install"), 80)
	b.leave("the installation", func() { b.press(kb.Enter) })
	b.wantFlash()

	b.visit(w.of("pennant", "/permissions/update"))
	b.tabUntil("the button", act("accept"), 80)
	b.leave("the installation", func() { b.press(kb.Enter) })
	b.wantFlash()

	b.visit("/organizations/dock/settings/installations/requests/" + w.ids["request winch"])
	b.tabUntil("the plans", "[name=plan]", 120)
	b.tabUntil("the words", "#f-words", 60)
	b.press("Gladly.")
	b.tabUntil("the button", "main button[formaction$='/approve']", 12)
	b.leave("the approved request", func() { b.press(kb.Enter) })
	b.wantFlash()
}
