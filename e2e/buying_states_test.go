package e2e

import (
	"fmt"
	"net/url"
	"strings"

	"souk/models"
)

// order buys, and keeps the order's and the subscription's id under a name.
func (m *market) order(name, who, account, slug string, plan int, chosen ...string) {
	m.t.Helper()
	q := url.Values{"account": {account}, "period": {string(models.Monthly)}}
	if card, ok := m.cards[account+" approve"]; ok && plan != freePlan {
		q.Set("method", fmt.Sprint(card))
	}
	for i := 0; i < len(chosen); i += 2 {
		q.Set(chosen[i], chosen[i+1])
	}
	page := fmt.Sprintf("/marketplace/%s/order/%d?%s", slug, plan, q.Encode())
	all, at := m.form(who, page, "")
	if all.Get("place") == "" {
		m.t.Fatalf("%s can't be bought: %v", page, all)
	}
	m.ids[name+" order"] = strings.TrimPrefix(m.post(who, at, all), "/orders/")
	m.keep(name, account, slug)
}

// keep finds a subscription.
func (m *market) keep(name, account, slug string) {
	m.t.Helper()
	m.row(name, `SELECT max(s.id) FROM subscriptions s JOIN listings l ON l.id = s.listing_id JOIN accounts a ON a.id = s.account_id WHERE l.slug = $1 AND a.login = $2`, slug, account)
}

func (m *market) subscription(name string) string {
	return "/settings/billing/subscriptions/" + m.ids[name]
}

// act presses the button of a subscription's page.
func (m *market) act(who, name, act, query string) {
	m.t.Helper()
	m.fill(who, m.subscription(name)+"/"+act+query, "/"+act, nil)
}

// purchases are made a month before the pages are looked at.
func (m *market) purchases() {
	m.t.Helper()
	m.order("active", byBuyer, "wharf", "anchorage", unitPlan, "units", "4", "coupon", "SPRING")
	m.order("past due", byBuyer, "wharf", "bilge", flatPlan, "method", fmt.Sprint(m.cards["wharf fails_later"]))
	m.order("paused", byBuyer, "wharf", "davit", flatPlan)
	m.order("ended", byBuyer, "wharf", "fender", flatPlan)
	m.order("loner", byLoner, byLoner, "anchorage", flatPlan)
	m.order("leaver", byLoner, byLoner, "ensign", flatPlan)
	m.act(byBuyer, "active", "change", "?plan=3&period=month&units=1")
	m.act(byBuyer, "ended", "cancel", "")
	m.act(byBuyer, "paused", "pause", "")
	m.act(byLoner, "leaver", "cancel", "")
}

// month lets one pass, with all that falls due in it.
func (m *market) month() {
	m.t.Helper()
	m.pass("month")
	m.settled("past due", models.SubscriptionPastDue)
	m.settled("paused", models.SubscriptionPaused)
	m.settled("ended", models.SubscriptionEnded)
	m.settled("leaver", models.SubscriptionEnded)
}

func (m *market) pass(by string) {
	m.t.Helper()
	m.post(byTreasurer, "/dev/clock", url.Values{"by": {by}})
}

func (m *market) settled(name string, state models.SubscriptionState) {
	m.t.Helper()
	until(m.t, name+" to be "+string(state), func() bool {
		var is models.SubscriptionState
		if err := m.db.Pool().QueryRow(m.t.Context(), `SELECT state FROM subscriptions WHERE id = $1`, m.ids[name]).Scan(&is); err != nil {
			m.t.Fatal(err)
		}
		return is == state
	})
}

// afterwards is what was bought since, and what became of it.
func (m *market) afterwards() {
	m.t.Helper()
	m.order("trial", byBuyer, "wharf", "capstan", triedPlan)
	m.order("pending", byBuyer, "wharf", "ensign", flatPlan)
	m.act(byBuyer, "pending", "change", "?plan=2&period=month")
	m.order("transfer", byBuyer, "wharf", "gunwale", flatPlan, "period", "year", "method", "transfer")
	m.order("free", byBuyer, "wharf", "halyard", freePlan)
	m.order("confirm", byLoner, byLoner, "gunwale", flatPlan, "method", fmt.Sprint(m.cards[byLoner+" authenticate"]))
	m.order("waiting", byLoner, byLoner, "halyard", flatPlan, "method", fmt.Sprint(m.cards[byLoner+" later"]))
	m.requests()
}

// requests are what the member asks wharf to buy.
func (m *market) requests() {
	m.t.Helper()
	for _, slug := range []string{"inlet", "jetty", "keel", "lagoon"} {
		m.fill(byAsker, "/marketplace/"+slug+"/order/3/request?account=wharf", "/request", url.Values{"reason": {"Without it we don’t see who comes in at night."}})
		m.row(slug, `SELECT r.id FROM buy_requests r JOIN listings l ON l.id = r.listing_id WHERE l.slug = $1`, slug)
	}
	at := func(slug string) string { return "/organizations/wharf/settings/billing/requests/" + m.ids[slug] }
	m.fill(byBuyer, at("jetty"), "/decline", url.Values{"words": {"We have one already."}})
	m.fill(byBuyer, at("keel"), "/approve", url.Values{"words": {"Gladly."}})
	m.post(byAsker, "/settings/billing/requests/"+m.ids["lagoon"]+"/withdraw", nil)
}

// books are what sellers and staff see of the money.
func (m *market) books() {
	m.t.Helper()
	invoice := func(name, subscription string, condition string) {
		m.t.Helper()
		m.row(name, `SELECT max(id) FROM invoices WHERE kind = 'invoice' AND subscription_id = $1 AND `+condition, m.ids[subscription])
	}
	invoice("invoice", "active", "state = 'paid' AND total_minor > 500")
	invoice("open invoice", "transfer", "state = 'open'")
	m.order("transferred", byLoner, byLoner, "bilge", flatPlan, "method", "transfer")
	invoice("transferred invoice", "transferred", "state = 'open'")
	m.fill(byMerchant, "/marketplace/manage/bilge/invoices/"+m.ids["transferred invoice"]+"/paid", "/paid", url.Values{"words": {"It came on Monday."}})
	m.fill(byMerchant, "/marketplace/manage/anchorage/invoices/"+m.ids["invoice"]+"/refund", "/refund",
		url.Values{"amount": {"5.00"}, "words": {"It was silent for a night."}})
	until(m.t, "the credit note", func() bool {
		var n int
		if err := m.db.Pool().QueryRow(m.t.Context(), `SELECT count(*) FROM invoices WHERE kind = 'credit_note'`).Scan(&n); err != nil {
			m.t.Fatal(err)
		}
		return n == 1
	})
	m.row("credit note", `SELECT id FROM invoices WHERE kind = 'credit_note'`)
	m.text("token", `SELECT token FROM invoices WHERE id = $1`, m.ids["invoice"])
	m.write(`INSERT INTO disputes (charge_id, reference, minor, currency, reason, state, opened_at)
		SELECT id, 'dp_loner', minor, currency, 'product_not_received', 'open', $2 FROM charges WHERE subscription_id = $1 AND state = 'succeeded' ORDER BY id LIMIT 1`,
		m.ids["loner"], m.now)
	m.write(`INSERT INTO payouts (seller_id, reference, minor, currency, state, created_at, arrives_at)
		SELECT $1, 'po_' || s, 12300, 'EUR', s, $2, $2::timestamptz + interval '2 days' FROM unnest('{pending,paid,failed}'::text[]) s`, m.chandlers.ID, m.now)
	m.write(`INSERT INTO gateway_events (gateway, id, kind, body, received_at, processed_at, problem)
		VALUES ('test', 'evt_strange', 'charge', '{}', $1, $1, 'There is no such charge.'), ('test', 'evt_waiting', 'charge', '{}', $1, NULL, '')`, m.now)
	m.post(byTreasurer, "/staff/money/check", nil)
	m.told()
}

// told waits until anchorage's app was told, and had it refused once for good.
func (m *market) told() {
	m.t.Helper()
	until(m.t, "webhooks taken and refused", func() bool {
		var so bool
		if err := m.db.Pool().QueryRow(m.t.Context(), `SELECT count(DISTINCT e.event = 'ping') FILTER (WHERE a.status = 502) = 2 AND count(*) FILTER (WHERE a.status = 200 AND e.event <> 'ping') > 0
			FROM hook_attempts a JOIN hook_events e ON e.id = a.event_id`).Scan(&so); err != nil {
			m.t.Fatal(err)
		}
		return so
	})
	m.write(`UPDATE hook_events SET state = 'failed' WHERE event = 'ping'`)
	const first = `SELECT guid::text FROM hook_events e WHERE event <> 'ping' AND EXISTS (SELECT FROM hook_attempts a WHERE a.event_id = e.id AND a.status = $1) ORDER BY id LIMIT 1`
	m.text("taken", first, 200)
	m.text("refused", first, 502)
}

// text keeps what a statement returns under a name.
func (m *market) text(name, sql string, args ...any) {
	m.t.Helper()
	var s string
	if err := m.db.Pool().QueryRow(m.t.Context(), sql, args...).Scan(&s); err != nil {
		m.t.Fatalf("%s: %v", name, err)
	}
	m.ids[name] = s
}
