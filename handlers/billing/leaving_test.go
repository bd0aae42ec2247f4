package billing_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"souk/models"
	"souk/models/billing"
	"souk/models/db/dbtest"
)

// buyFor has ada buy a plan of Checker for herself.
func (c *cast) buyFor(plan int) (id int64, address string) {
	c.t.Helper()
	card := dbtest.PaymentMethod(c.t, c.DB, c.ada, "tok_approve")
	return c.buy(plan, card, func(o *billing.Order) { o.Account = "ada" })
}

// leave has ada delete her account, once acme has another owner.
func (c *cast) leave(status int, texts ...string) {
	c.t.Helper()
	ada := c.As(c.t, c.ada)
	expect(c.t, "leaving", ada.Post("/settings/account/delete", url.Values{"confirm_name": {"ada"}}), status, texts...)
}

func (c *cast) one(sql string, args ...any) (text string) {
	c.t.Helper()
	if err := c.DB.Pool().QueryRow(c.t.Context(), sql, args...).Scan(&text); err != nil {
		c.t.Fatalf("%s: %v", sql, err)
	}
	return text
}

// TestLeavingWhatIsPaid is refused until it has ended; then an empty shell stays,
// with the invoices.
func TestLeavingWhatIsPaid(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Member(t, c.DB, c.acme, c.kim, models.RoleOwner)
	_, address := c.buyFor(c.solo)
	ada := c.As(t, c.ada)
	expect(t, "the page", ada.Get("/settings/account/delete"), 200, "Subscriptions that still run", `href="`+address+`"`, "cancel it first", `!name="confirm_name"`)
	c.leave(409)
	expect(t, "cancelled", ada.Post(address+"/cancel", url.Values{"key": {"k"}}), 303)
	expect(t, "until then", ada.Get("/settings/account/delete"), 200, "cancelled; ends on")
	c.leave(409)
	c.pass(40 * day)
	ada = c.As(t, c.ada)
	expect(t, "then", ada.Get("/settings/account/delete"), 200, "!Subscriptions that still run", "Invoices and receipts", `name="confirm_name"`)
	c.leave(303)

	if got := c.one(`SELECT login || ' ' || name || ' ' || (deleted_at IS NOT NULL) FROM accounts WHERE id = $1`, c.ada.ID); !strings.HasPrefix(got, "deleted_") || !strings.HasSuffix(got, "  true") {
		t.Errorf("the shell is %q", got)
	}
	for _, table := range []string{"users", "sessions", "billing_profiles", "memberships", "notifications"} {
		if n := c.one(`SELECT count(*)::text FROM `+table+` WHERE account_id = $1`, c.ada.ID); n != "0" {
			t.Errorf("%s has %s rows of hers", table, n)
		}
	}
	if got := c.one(`SELECT (document::json -> 'buyer' ->> 'name') FROM invoices WHERE account_id = $1 LIMIT 1`, c.ada.ID); got != "Buyer ada" {
		t.Errorf("the invoice is for %q", got)
	}
	if got := c.one(`SELECT string_agg(state, ',') FROM payment_methods WHERE account_id = $1`, c.ada.ID); got != "removed" {
		t.Errorf("what she paid with is %q", got)
	}
	if n := c.one(`SELECT count(*)::text FROM river_job WHERE kind = 'forget_method'`); n != "1" {
		t.Errorf("the gateway is to forget %s", n)
	}
	for _, gone := range []string{"/ada", "/deleted_" + c.one(`SELECT $1::bigint::text`, c.ada.ID)} {
		expect(t, gone, c.Visitor(t).Get(gone), 404)
	}
	if _, err := c.Verbs.Billing.Place(t.Context(), c.actor(c.ada), billing.Order{Key: "late", Listing: "checker", Plan: c.free, Account: "ada", Period: models.Monthly, Units: 1}); err == nil {
		t.Error("somebody buys for an account that is gone")
	}
}

// TestLeavingWhatIsFree cancels what is free, on trial or paused, and the app hears
// of it. Who never bought leaves nothing behind.
func TestLeavingWhatIsFree(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Member(t, c.DB, c.acme, c.kim, models.RoleOwner)
	c.buyFor(c.team) // on trial
	ada := c.As(t, c.ada)
	expect(t, "the page", ada.Get("/settings/account/delete"), 200, "The subscription to Checker (Team) is cancelled", "!Subscriptions that still run")
	c.leave(303)
	if got := c.one(`SELECT state || ' ' || end_reason FROM subscriptions WHERE account_id = $1`, c.ada.ID); got != "ended cancelled" {
		t.Errorf("the trial is %q", got)
	}
	if n := c.one(`SELECT count(*)::text FROM hook_events WHERE action = 'cancelled'`); n != "1" {
		t.Errorf("the app heard of %s cancellations", n)
	}
	eve := c.As(t, c.eve)
	expect(t, "eve leaves", eve.Post("/settings/account/delete", url.Values{"confirm_name": {"eve"}}), 303)
	if n := c.one(`SELECT count(*)::text FROM accounts WHERE id = $1`, c.eve.ID); n != "0" {
		t.Errorf("eve left %s rows", n)
	}
}

// TestOrganizationsLeave in the same way, and sellers stay while somebody pays them.
func TestOrganizationsLeave(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	ada, kim := c.As(t, c.ada), c.As(t, c.kim)
	page := "/organizations/acme/settings/delete"
	typed := url.Values{"confirm_name": {"acme"}}
	expect(t, "the page", ada.Get(page), 200, "Subscriptions that still run", `href="`+address+`"`, `!name="confirm_name"`)
	expect(t, "refused", ada.Post(page, typed), 409)
	exec(t, c, `UPDATE apps SET account_id = $1`, c.eve.ID) // handed on
	expect(t, "the seller", kim.Get("/organizations/toolmakers/settings/delete"), 200, "sold to somebody")
	expect(t, "the seller", kim.Post("/organizations/toolmakers/settings/delete", url.Values{"confirm_name": {"toolmakers"}}), 409)
	expect(t, "cancelled", ada.Post(address+"/cancel", url.Values{"key": {"k"}}), 303)
	c.pass(40 * day)
	expect(t, "deleted", c.As(t, c.ada).Post(page, typed), 303)
	if got := c.one(`SELECT login FROM accounts WHERE id = $1`, c.acme.ID); !strings.HasPrefix(got, "deleted_") {
		t.Errorf("acme is %q", got)
	}
	expect(t, "the seller", c.As(t, c.kim).Post("/organizations/toolmakers/settings/delete", url.Values{"confirm_name": {"toolmakers"}}), 303)
}

// TestBuyingWhileLeaving: either the order comes first, and the account stays, or
// the account goes first, and nothing is bought.
func TestBuyingWhileLeaving(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	dbtest.Member(t, c.DB, c.acme, c.kim, models.RoleOwner)
	c.buyFor(c.free)
	other := dbtest.Listing(t, c.DB, dbtest.Named("other", "Other"), dbtest.By(c.makers), dbtest.WithPlan(c.checker.Plans[1]), func(e *dbtest.Entry) { e.Plans[0].ID, e.Plans[0].Number = 0, 0 })
	card := dbtest.PaymentMethod(t, c.DB, c.ada, "tok_approve")
	ada := c.As(t, c.ada)
	var both sync.WaitGroup
	var left int
	both.Go(func() { left = ada.Post("/settings/account/delete", url.Values{"confirm_name": {"ada"}}).Status })
	var bought error
	both.Go(func() {
		_, bought = c.Verbs.Billing.Place(t.Context(), c.actor(c.ada), billing.Order{Key: "race", Listing: other.Slug, Plan: 1, Account: "ada", Period: models.Monthly, Units: 1, Method: card})
	})
	both.Wait()
	if (left == 303) == (bought == nil) {
		t.Errorf("leaving: %d, buying: %v", left, bought)
	}
	if n := c.one(`SELECT count(*)::text FROM subscriptions s JOIN accounts a ON a.id = s.account_id WHERE s.state <> 'ended' AND a.deleted_at IS NOT NULL`); n != "0" {
		t.Errorf("%s subscriptions run for accounts that are gone", n)
	}
}

// TestTakingDataAlong has what was bought in it, and nothing secret.
func TestTakingDataAlong(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.buyFor(c.solo)
	a := c.As(t, c.ada).Get("/settings/account/export")
	if a.Status != 200 {
		t.Fatalf("status %d", a.Status)
	}
	for _, part := range []string{`"subscriptions": [`, `"listing":"checker"`, `"plan":"Solo"`, `"invoices": [`, `"reference":"TM-`, `"total_minor":1200`, `"charges": [`,
		`"payment_methods": [`, `"last_digits":"4242"`, `"billing_details": [`, `"orders": [`, `"name":"Buyer ada"`} {
		if !strings.Contains(a.Body, part) {
			t.Errorf("%s isn't there: %s", part, a.Body)
		}
	}
	for _, secret := range []string{"tok_approve", "fingerprint", "print-", `"hash"`, `"token"`} {
		if strings.Contains(a.Body, secret) {
			t.Errorf("it gives %s away", secret)
		}
	}
}

// TestAppsThatWereSold stay, since invoices refer to their listings.
func TestAppsThatWereSold(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	expect(t, "cancelled", c.As(t, c.ada).Post(address+"/cancel", url.Values{"key": {"k"}}), 303)
	c.pass(40 * day)
	exec(t, c, `UPDATE listings SET state = 'archived' WHERE slug = 'checker'`)
	exec(t, c, `UPDATE apps SET client_id = 'Iv23checker', registered_at = now()`)
	kim, page := c.As(t, c.kim), "/settings/apps/"+c.one(`SELECT slug FROM apps WHERE id = $1`, c.checker.App.ID)+"/delete"
	expect(t, "the page", kim.Get(page), 200)
	expect(t, "deleting", kim.Post(page, url.Values{"confirm_name": {c.one(`SELECT name FROM apps WHERE id = $1`, c.checker.App.ID)}}), 409, "People have bought from this app")
}
