package billing_test

import (
	"fmt"
	"net/url"
	"testing"

	"souk/models/db/dbtest"
)

// TestFromFreeToPaid without a payment method leads to where one is chosen, and from
// there back to the change.
func TestFromFreeToPaid(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	exec(t, c, `UPDATE payment_methods SET state = 'removed'`)
	id, address := c.buy(c.free, 0)
	ada := c.As(t, c.ada)
	change, method := address+"/change?period=month&plan=4&units=3", address+"/method?period=month&plan=4&units=3"
	shown := form(t, ada.Get(change), address+"/change")
	asked := ada.Post(address+"/change", shown)
	if asked.Status != 303 || asked.Location != method {
		t.Fatalf("%d to %s, not to %s", asked.Status, asked.Location, method)
	}
	back := "listing=checker&amp;return_to=" + url.QueryEscape(method)
	expect(t, "no card yet", ada.Get(method), 200, "This plan costs money", "No payment method yet", back)
	card := dbtest.PaymentMethod(t, c.DB, c.acme, "tok_approve")
	page := ada.Get(method)
	expect(t, "with a card", page, 200, "This plan costs money", "checked")
	expect(t, "none chosen", ada.Post(address+"/method", url.Values{"plan": {"4"}, "period": {"month"}, "units": {"3"}}), 422, "This plan costs money", "f-method-problem")
	answer := form(t, page, address+"/method", "method", fmt.Sprint(card))
	chosen := ada.Post(address+"/method", answer)
	if chosen.Status != 303 || chosen.Location != change {
		t.Fatalf("%d to %s, not to %s", chosen.Status, chosen.Location, change)
	}
	again := ada.Get(change)
	expect(t, "the change once more", again, 200, "Visa •••• 4242", "€15.00")
	expect(t, "agreed to", ada.Post(address+"/change", form(t, again, address+"/change")), 303)
	var paid int64
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT total_minor FROM invoices WHERE subscription_id = $1 AND state = 'paid'`, id).Scan(&paid); err != nil || paid != 1500 {
		t.Errorf("%d were paid: %v", paid, err)
	}
}

// TestOddChanges of a payment method's page lead nowhere else.
func TestOddChanges(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	ada := c.As(t, c.ada)
	for _, odd := range []string{"plan=x", "plan=-1", "plan=0", "period=month", "units=9"} {
		expect(t, odd, ada.Get(address+"/method?"+odd), 200, "!This plan costs money", `href="/settings/billing/subscriptions`)
	}
	v := url.Values{"method": {fmt.Sprint(c.card)}, "plan": {"3"}, "period": {"//evil.example"}, "units": {"many"}}
	if a := ada.Post(address+"/method", v); a.Location != address+"/change?plan=3" {
		t.Errorf("to %s", a.Location)
	}
}
