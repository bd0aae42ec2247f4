package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The places of what is bought and sold.
const (
	bought   = "/settings/billing/subscriptions/"
	ofWharf  = "/organizations/wharf/settings/billing"
	ofSeller = "/marketplace/manage/anchorage"
)

// buyingPages are the pages of buying and selling, each with something in it, and
// some with nothing. {name} stands for what a market keeps under a name.
var buyingPages = map[string][]string{
	asNobody: {"/receipts", "/receipts/{token}", "/payment/test/{setup}", "/payment/test/{page}", "/marketplace/anchorage", "/marketplace/nearby",
		"/docs/buying", "/docs/requests-and-policies", "/docs/receipts-and-taxes", "/docs/selling", "/docs/getting-paid"},
	byReader: {"/settings/billing", "/settings/billing/methods", "/settings/billing/methods/new", "/settings/billing/details", "/settings/billing/invoices", "/settings/billing/requests",
		"/settings/selling", "/marketplace/anchorage/order/1", "/marketplace/anchorage/order/2", "/marketplace/nearby/order/1", "/marketplace/anchorage/order/4?units=x"},
	byBuyer: {"/marketplace/mainsail/order/1?account=wharf", "/marketplace/mainsail/order/2?account=wharf", "/marketplace/mainsail/order/3?account=wharf&period=year",
		"/marketplace/mainsail/order/4?account=wharf&units=12", "/marketplace/mainsail/order/5?account=wharf&units=1", "/marketplace/mainsail/order/5?account=wharf&units=9",
		"/marketplace/mainsail/order/3?account=wharf&coupon=NOTHING", "/marketplace/mainsail/order/3?account=wharf&method=transfer", "/marketplace/anchorage/order/3?account=wharf",
		"/orders/{active order}", "/orders/{trial order}", "/orders/{transfer order}", "/orders/{free order}", "/orders/{past due order}",
		ofWharf, ofWharf + "/methods", ofWharf + "/methods/new", ofWharf + "/methods/new?listing=anchorage", ofWharf + "/details", ofWharf + "/invoices",
		"/settings/billing/methods/{card}/remove", "/settings/billing/invoices/{invoice}", "/settings/billing/invoices/{open invoice}", "/settings/billing/invoices/{credit note}",
		bought + "{active}", bought + "{active}/change", bought + "{active}/change?plan=4&period=month&units=20", bought + "{active}/change?plan=3&period=year",
		bought + "{active}/cancel", bought + "{active}/pause", bought + "{active}/method",
		bought + "{trial}", bought + "{trial}/change?plan=3&period=month", bought + "{trial}/cancel", bought + "{past due}", bought + "{past due}/method", bought + "{past due}/cancel",
		bought + "{paused}", bought + "{paused}/resume", bought + "{pending}", bought + "{pending}/change?plan=4&period=month&units=3", bought + "{ended}", bought + "{transfer}", bought + "{free}", bought + "{free}/cancel",
		ofWharf + "/requests", ofWharf + "/requests?view=decided", ofWharf + "/requests/{inlet}", ofWharf + "/requests/{jetty}", ofWharf + "/requests/{keel}",
		ofWharf + "/policy", ofWharf + "/budgets", "/organizations/wharf/settings/selling"},
	byBookkeeper: {ofWharf, ofWharf + "/policy", ofWharf + "/budgets", ofWharf + "/requests/{inlet}", "/marketplace/mainsail/order/5?account=wharf&units=1"},
	byAsker:      {"/settings/billing/requests", "/marketplace/mainsail/order/3?account=wharf", "/marketplace/mainsail/order/3/request?account=wharf", "/marketplace/inlet/order/3/request?account=wharf", "/marketplace/mainsail/order/5/request?account=wharf"},
	byLoner: {"/settings/billing", "/settings/billing/methods", "/settings/billing/details", "/settings/billing/invoices", "/orders/{confirm order}", "/orders/{waiting order}",
		bought + "{leaver}", bought + "{confirm}", bought + "{waiting}"},
	byMerchant: {"/organizations/chandlers/settings/selling", "/organizations/chandlers/settings/selling/disconnect", "/settings/selling",
		ofSeller + "/sales", ofSeller + "/transactions", ofSeller + "/transactions?kind=refund", ofSeller + "/customers", ofSeller + "/customers?q=nobody", ofSeller + "/customers/{wharf}",
		ofSeller + "/invoices", ofSeller + "/invoices?state=open", ofSeller + "/invoices/{invoice}/refund", "/marketplace/manage/gunwale/invoices/{open invoice}/paid",
		ofSeller + "/coupons", ofSeller + "/coupons/new", ofSeller + "/coupons/{SPRING}/retire", ofSeller + "/prices", ofSeller + "/prices?plan=3&asked=true&currency=EUR&monthly=36.00&yearly=360.00&policy=move&notice=45",
		ofSeller + "/webhook", ofSeller + "/webhook?state=failed", ofSeller + "/webhook/settings", ofSeller + "/webhook/secret", ofSeller + "/webhook/redeliver", ofSeller + "/webhook/redeliver?from=2020-01-01&until=2099-01-01&which=all",
		ofSeller + "/webhook/deliveries/{taken}", ofSeller + "/webhook/deliveries/{refused}",
		"/marketplace/manage/mainsail/sales", "/marketplace/manage/mainsail/transactions", "/marketplace/manage/mainsail/customers", "/marketplace/manage/mainsail/invoices",
		"/marketplace/manage/mainsail/coupons", "/marketplace/manage/mainsail/webhook", "/marketplace/manage/mainsail/prices"},
	byTreasurer: {"/staff/money", "/staff/money?q=CH-00", "/staff/money?q=nothing", "/staff/money/invoices/{invoice}", "/staff/money/invoices/{credit note}", "/staff/money/invoices/{invoice}/refund",
		"/staff/money/invoices/{open invoice}/paid", "/staff/taxes", "/staff/taxes/new", "/staff/taxes/DE", "/dev/clock", ofWharf, ofSeller + "/sales", bought + "{active}"},
}

// pages are buyingPages with what the market keeps, in an order of their own.
func (m *market) pages() (all []accountPage) {
	m.t.Helper()
	m.ids["wharf"] = fmt.Sprint(m.wharf.ID)
	m.text("page", `SELECT substring(action_url from '[^/]+$') FROM charges WHERE state = 'action_needed' LIMIT 1`)
	var names []string
	for name, id := range m.ids {
		names = append(names, "{"+name+"}", id)
	}
	filled := strings.NewReplacer(names...)
	for _, as := range []string{asNobody, byReader, byBuyer, byBookkeeper, byAsker, byLoner, byMerchant, byTreasurer} {
		for _, p := range buyingPages[as] {
			all = append(all, accountPage{filled.Replace(p), as})
		}
	}
	if i := slices.IndexFunc(all, func(p accountPage) bool { return strings.Contains(p.path, "{") }); i >= 0 {
		m.t.Fatalf("nothing is kept for %s", all[i].path)
	}
	return all
}

// TestBuyingPages looks at every page of buying and selling as TestPublishingPages
// does at those of publishing, and then works with some of them in ways of their own.
func TestBuyingPages(t *testing.T) {
	t.Parallel()
	site := start(t, "SOUK_DEMO=false", "SOUK_DEV=true", "SOUK_ALLOW_PRIVATE_NETWORKS=true")
	market := site.trade(t)
	t.Run("Look", func(t *testing.T) {
		pages := market.pages()
		for n, look := range []window{desktop, {width: 360, height: 780, mobile: true, dark: true}} {
			t.Run(fmt.Sprint(look.width), func(t *testing.T) {
				t.Parallel()
				market.lookAt(t, pages, look, n)
			})
		}
		t.Run("Markup", func(t *testing.T) {
			t.Parallel()
			markupAs(t, site, market.cookies, pages)
		})
	})
	for _, j := range []struct {
		name string
		walk func(*testing.T)
	}{{"WithoutScript", market.withoutScript}, {"Keyboard", market.buyByKeyboard}} {
		t.Run(j.name, func(t *testing.T) {
			t.Parallel()
			j.walk(t)
		})
	}
}
