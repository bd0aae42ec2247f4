package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"souk/handlers/api"
	"souk/handlers/apptest"
	"souk/models"
	"souk/models/billing"
	"souk/models/db/dbtest"
)

func TestTheSubscriptionsOfATokensOwner(t *testing.T) {
	s := &site{t: t}
	shop := apptest.NewShop(t)
	s.db, s.echo, s.handler = shop.DB, shop.Echo.Echo, shop.Echo.Handler()
	team := shop.Buy(t, apptest.Seats, func(o *billing.Order) { o.Units = 3 })
	grace, member := dbtest.User(t, s.db, "grace"), dbtest.User(t, s.db, "mia")
	dbtest.Member(t, s.db, shop.Acme, grace, models.RoleBillingManager)
	dbtest.Member(t, s.db, shop.Acme, member, models.RoleMember)
	list := func(a models.Account, query string, scopes ...string) api.Page[api.Subscription] {
		return read[api.Page[api.Subscription]](s, "/api/v1/user/subscriptions"+query, "Authorization", "Bearer "+dbtest.AccessToken(t, s.db, a, scopes...))
	}
	for name, a := range map[string]models.Account{"an owner": shop.Ada, "a billing manager": grace} {
		got := list(a, "", "read:user", "read:org")
		if got.TotalCount != 1 || len(got.Items) != 1 {
			t.Fatalf("%s sees %+v", name, got)
		}
		b := got.Items[0]
		if b.ID != team || b.Account != "acme" || b.AccountKind != "organization" || b.Listing != "checker" || b.Name != "Checker" || b.Plan.Name != "Seats" ||
			b.Plan.Number != apptest.Seats || b.Plan.UnitName != "seat" || b.Period != "month" || b.Units != 3 || b.State != "active" || b.Pending != "" || b.Owed != nil ||
			!strings.HasSuffix(b.URL, fmt.Sprintf("/settings/billing/subscriptions/%d", team)) {
			t.Errorf("%s sees %+v", name, b)
		}
		if n := b.NextCharge; n == nil || n.Minor != 999 || n.Currency != "EUR" || n.At == nil || !n.At.Equal(*b.PeriodEnd) {
			t.Errorf("%s: the next charge is %+v", name, n)
		}
	}
	for name, got := range map[string]api.Page[api.Subscription]{
		"a member":               list(member, "", "user", "admin:org"),
		"without the scope":      list(shop.Ada, "", "read:user"),
		"the seller":             list(shop.Maker, "", "user", "admin:org"),
		"ended ones":             list(shop.Ada, "?type=ended", "user", "admin:org"),
		"a page that isn't full": list(shop.Ada, "?page=2&per_page=1", "user", "admin:org"),
	} {
		if len(got.Items) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if p := problemOf(t, s.get("/api/v1/user/subscriptions", "Authorization", "Bearer "+dbtest.AccessToken(t, s.db, shop.Ada, "admin:org")), http.StatusForbidden); p.Code != "scope_needed" {
		t.Errorf("without read:user: %+v", p)
	}
	for _, query := range []string{"?type=all", "?per_page=101", "?state=active"} {
		w := s.get("/api/v1/user/subscriptions"+query, "Authorization", "Bearer "+dbtest.AccessToken(t, s.db, shop.Ada, "user"))
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s is answered with %d", query, w.Code)
		}
	}
}

func TestSubscriptionsThatChangeAndEnd(t *testing.T) {
	s := &site{t: t}
	shop := apptest.NewShop(t)
	s.db, s.echo, s.handler = shop.DB, shop.Echo.Echo, shop.Echo.Handler()
	id := shop.Buy(t, apptest.Pro)
	token := dbtest.AccessToken(t, s.db, shop.Ada, "user", "read:org")
	one := func(query string) api.Subscription {
		t.Helper()
		got := read[api.Page[api.Subscription]](s, "/api/v1/user/subscriptions"+query, "Authorization", "Bearer "+token)
		if len(got.Items) != 1 {
			t.Fatalf("%s: %+v", query, got)
		}
		return got.Items[0]
	}
	ada := shop.Actor(shop.Ada, shop.Acme)
	if _, err := shop.Verbs.Billing.Change(t.Context(), ada, id, billing.ChangeOrder{Key: "less", Plan: apptest.Team, Period: models.Monthly, Units: 1}); err != nil {
		t.Fatal(err)
	}
	if b := one(""); b.Pending != "change" || b.PendingPlan == nil || b.PendingPlan.Name != "Team" || b.NextCharge == nil || b.NextCharge.Minor != 1000 {
		t.Errorf("with a change: %+v", b)
	}
	shop.Exec(t, `UPDATE payment_methods SET reference = 'tok_decline'`)
	shop.Pass(t, 32)
	if b := one("?type=running"); b.State != "past_due" || b.Owed == nil || b.Owed.Minor != 1000 || b.Owed.At != nil || b.Plan.Name != "Team" {
		t.Errorf("what isn't paid: %+v", b)
	}
	fitsDescription(s, "/api/v1/user/subscriptions", token)
	shop.Pass(t, 20)
	if b := one("?type=ended"); b.State != "ended" || b.EndReason != "unpaid" || b.EndedAt == nil || b.EndedAt.After(shop.Clock.Now()) || b.NextCharge != nil || b.EndedAt.Before(shop.Clock.Now().Add(-20*24*time.Hour)) {
		t.Errorf("afterwards: %+v", b)
	}
	fitsDescription(s, "/api/v1/user/subscriptions?type=ended", token)
}

// fitsDescription fails unless an answer is what the description says.
func fitsDescription(s *site, path, token string) {
	s.t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(described, decoded(s.t.(*testing.T), s.get("/api/v1/openapi.json").Body.Bytes())); err != nil {
		s.t.Fatal(err)
	}
	template, _, _ := strings.Cut(path, "?")
	fits(s.t.(*testing.T), c, path, template, s.get(path, "Authorization", "Bearer "+token))
}
