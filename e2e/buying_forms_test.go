package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// withoutScript asks, allows, orders, changes and cancels, sells and gives back, in
// a browser that runs no scripts.
func (m *market) withoutScript(t *testing.T) {
	b := open(t, m.site, window{width: 1280, height: 900, noScript: true})
	b.become(m.cookies, byBuyer)
	b.allows()
	b.become(m.cookies, byAsker)
	b.visit("/marketplace/jetty/order/2/request?account=wharf")
	b.write("reason", "We have nothing like it.")
	b.sendWritten()
	b.wantFlash()
	b.become(m.cookies, byLoner)
	b.writesDetails()
	b.orders(m.cards[byLoner+" approve"])
	b.become(m.cookies, byMerchant)
	b.couponsAndRefunds(m.ids["invoice"])
	b.visit(ofSeller + "/webhook/settings")
	b.write("url", "https://anchorage.example/hooks")
	b.sendWritten()
	b.wantFlash()
	b.wants("https://anchorage.example/hooks")
}

// allows writes a rule of wharf's policy, tries it, and saves it.
func (b *tab) allows() {
	b.t.Helper()
	const add, words = "button[name=do][value=add]:not([hidden])", "Above that we talk."
	b.visit(ofWharf + "/policy")
	before := len(b.texts(".policy-rules > li"))
	b.write("decision", "ask", "price", "above", "amount", "7,x", "currency", "EUR")
	b.push(add)
	b.wantRefused("an amount that is none")
	b.write("amount", "70.00", "words", words)
	b.push(add)
	if now := b.texts(".policy-rules > li"); len(now) != before+1 || !strings.Contains(now[before], words) {
		b.t.Fatalf("%d rules, then %q", before, now)
	}
	b.push("button[name=do][value=try]")
	if !b.has(".policy-replay") || !b.has("main .note") {
		b.t.Fatalf("a rule isn't tried: %s", tail(b.text("main")))
	}
	b.push("button[name=do][value=save]")
	b.wantFlash()
	b.wants(words)
}

// writesDetails says what stands on one's invoices.
func (b *tab) writesDetails() {
	b.t.Helper()
	b.visit("/settings/billing/details")
	b.write("name", "", "city", "Brest")
	b.sendWritten()
	b.wantRefused("an invoice to nobody")
	b.write("name", "Sol & Sons")
	b.sendWritten()
	b.wantFlash()
}

// orders buys with a card, changes what was bought, and cancels it.
func (b *tab) orders(card int64) {
	b.t.Helper()
	b.visit(fmt.Sprintf("/marketplace/mainsail/order/4?account=%s&method=%d", byLoner, card))
	b.write("units", "7", "period", "year")
	b.push("[data-update] button")
	if sum := b.text(".order-side"); !strings.Contains(b.path(), "units=7") || !strings.Contains(sum, "€233.31") {
		b.t.Fatalf("%s says %s", b.path(), sum)
	}
	b.push("button[name=place]")
	at := b.bought()
	b.visit(at + "/change")
	b.write("plan", "3", "period", "year")
	b.push("main form[method=get] button")
	b.push("main form[action$='/change'][method=post] button")
	b.wantFlash()
	b.wantPlan("Fleet")
	b.visit(at + "/cancel")
	b.push("main form[action$='/cancel'] button")
	b.wantFlash()
	if is := b.text(".billing-is"); !strings.Contains(is, "Cancelled") {
		b.t.Fatalf("what is cancelled is %s", is)
	}
}

// couponsAndRefunds makes a coupon, and gives a part of an invoice back.
func (b *tab) couponsAndRefunds(invoice string) {
	b.t.Helper()
	b.visit(ofSeller + "/coupons/new")
	b.write("code", "NIGHT", "kind", "percent", "percent", "900", "for", "once")
	b.sendWritten()
	b.wantRefused("a coupon of 900 %")
	b.write("percent", "15")
	b.sendWritten()
	b.wantFlash()
	b.wants("NIGHT")
	at := ofSeller + "/invoices/" + invoice + "/refund"
	b.visit(at)
	b.write("amount", "1.00", "words", "For the waiting.")
	b.sendWritten()
	b.wantFlash()
	b.visit(at)
	b.wants("For the waiting.")
}

// bought is the subscription that the page of an order leads to.
func (b *tab) bought() string {
	b.t.Helper()
	at := eval[string](b, "document.querySelector(`main a[href*='%s']`)?.pathname ?? ''", bought)
	if !strings.HasPrefix(b.path(), "/orders/") || at == "" {
		b.t.Fatalf("the order leads to %s: %s", b.path(), tail(b.text("main")))
	}
	return at
}

// wantPlan expects a subscription's page to name a plan.
func (b *tab) wantPlan(name string) {
	b.t.Helper()
	if facts := b.text(".facts-list"); !strings.Contains(facts, name) {
		b.t.Fatalf("%s isn't on %s: %s", b.path(), name, facts)
	}
}

// push presses the first button that a selector finds, without the events that
// scripts would hear.
func (b *tab) push(selector string) {
	b.t.Helper()
	b.leave("what comes after "+selector, func() {
		if !eval[bool](b, "((e) => (e?.click(), !!e))(document.querySelector(%q))", selector) {
			b.t.Fatalf("%s has no %s: %s", b.path(), selector, tail(b.text("main")))
		}
	})
}

// buyByKeyboard orders and changes a plan without a mouse.
func (m *market) buyByKeyboard(t *testing.T) {
	b := open(t, m.site, desktop)
	b.become(m.cookies, byBuyer)
	b.visit(fmt.Sprintf("/marketplace/mainsail/order/4?account=wharf&units=2&method=%d", m.cards["wharf approve"]))
	b.tabUntil("the units", "[name=units]", 60)
	b.press(kb.End, kb.Backspace, "5")
	b.await("what five ships cost", "document.querySelector('.order-side').innerText.includes('€16.65') && document.querySelector('button[name=place]')")
	// The page asks once more as the field is left, and puts its answer in the place
	// of the button, which keeps the focus.
	eval[bool](b, "(document.querySelector('button[name=place]').earlier = true)")
	b.tabUntil("the button", "button[name=place]", 40)
	b.await("another button with the focus", "document.activeElement.name === 'place' && !document.activeElement.earlier")
	b.leave("the order", func() { b.press(kb.Enter) })
	b.visit(b.bought() + "/change")
	b.tabUntil("the plans", "[name=plan]", 80)
	for range 4 {
		if eval[string](b, "document.activeElement.value") == "3" {
			break
		}
		b.press(kb.ArrowUp)
	}
	b.tabUntil("the preview", "main form[method=get] button", 12)
	b.leave("what it would mean", func() { b.press(kb.Enter) })
	b.tabUntil("the button", "main form[action$='/change'][method=post] button", 120)
	b.leave("the changed subscription", func() { b.press(kb.Enter) })
	b.wantFlash()
	b.wantPlan("Fleet")
}
