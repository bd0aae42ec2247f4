package installs_test

import (
	"fmt"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

// A registered app is installed here; one that was only imported is set up elsewhere.
func TestListingAndAppPageLeadToInstalling(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	home := func(e *dbtest.Entry) { e.App.HomepageURL = "https://tool.example" }
	dbtest.Listing(t, c.DB, dbtest.Named("imported", "Imported"), home)
	dbtest.Listing(t, c.DB, dbtest.Named("private", "Private"), dbtest.By(c.makers), home)
	dbtest.Listing(t, c.DB, dbtest.Named("signin", "Signin"), dbtest.By(c.makers), home, func(e *dbtest.Entry) { e.App.Kind = models.OAuthApp })
	dbtest.Listing(t, c.DB, dbtest.Named("ended", "Ended"), dbtest.By(c.makers), home, func(e *dbtest.Entry) { e.Discontinued = true })
	dbtest.Listing(t, c.DB, dbtest.Named("nailer", "Nailer"), dbtest.By(c.makers), home)
	c.exec(`UPDATE apps SET registered_at = now(), public = slug <> 'private', client_id = slug WHERE slug IN ('private', 'signin', 'ended', 'nailer')`)
	b := c.Visitor(t)
	for _, slug := range []string{"imported", "private", "signin"} {
		expect(t, slug, b.Get("/marketplace/"+slug), 200, "Set up at tool.example", "!to=install")
	}
	expect(t, "ended", b.Get("/marketplace/ended"), 200, "!to=install")
	for _, slug := range []string{"imported", "private", "signin", "ended", "nothing", "%00"} {
		if a := b.Get("/marketplace/" + slug + "/setup?to=install"); a.Status != 404 {
			t.Errorf("%s: %d %s", slug, a.Status, a.Location)
		}
	}
	for _, address := range []string{"/marketplace/nailer", "/apps/nailer"} {
		expect(t, address, b.Get(address), 200, `href="/marketplace/nailer/setup?to=install"`, "Install Nailer", "!Set up at")
	}
	if to := b.Get("/ja/marketplace/nailer/setup?to=install").Location; to != "/ja/apps/nailer/installations/new" {
		t.Errorf("the listing leads to %s", to)
	}
	expect(t, "an app without a listing", b.Get("/apps/hammer"), 200, `href="/apps/hammer/installations/new"`)
	if to := b.Get("/apps/nailer/installations/new?state=s").Location; to != "/login?return_to=%2Fapps%2Fnailer%2Finstallations%2Fnew%3Fstate%3Ds" {
		t.Errorf("whoever isn't signed in is sent to %s", to)
	}
}

func TestAnOrderLeadsToInstalling(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	s.Exec(t, `UPDATE apps SET registered_at = now(), public = true, client_id = 'c', permissions = '{"issues": "read"}' WHERE slug = 'checker'`)
	b := s.As(t, s.Ada)
	at := fmt.Sprint("/apps/checker/installations/new/permissions?target_id=", s.Acme.ID)
	expect(t, "before", b.Get(at), 200, "no plan yet", "Team", "/marketplace/checker/order/2?account=acme", "€10.00 a month or €100.00 a year")
	s.Buy(t, apptest.Team)
	order := fmt.Sprint("/orders/", s.Number(t, `SELECT max(id) FROM orders`))
	expect(t, "the order", b.Get(order), 200, fmt.Sprint("/apps/checker/installations/new?suggested_target_id=", s.Acme.ID), "Install Checker")
	if to := b.Get(fmt.Sprint("/apps/checker/installations/new?suggested_target_id=", s.Acme.ID)).Location; to != at {
		t.Errorf("it leads to %s", to)
	}
	shown := b.Get(at)
	expect(t, "with a plan", shown, 200, "acme has the plan Team.", "doesn’t end the other")
	expect(t, "installed", b.Post(at, fill(shown, "do", "install", "selection", "all")), 303)
	expect(t, "the order once it is installed", b.Get(order), 200, "Checker is installed on acme", "See the installation", "/organizations/acme/settings/installations/")
}

// A member asks for app and plan in one step.
func TestAMemberAsksForAPlanToo(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	s.Exec(t, `UPDATE apps SET registered_at = now(), public = true, client_id = 'c', permissions = '{"members": "read"}' WHERE slug = 'checker'`)
	carl := dbtest.User(t, s.DB, "carl")
	dbtest.Member(t, s.DB, s.Acme, carl, models.RoleMember)
	b := s.As(t, carl)
	at := fmt.Sprint("/apps/checker/installations/new/permissions?target_id=", s.Acme.ID)
	shown := b.Get(at + "&plan=4")
	expect(t, "the page", shown, 200, "No plan", `value="4" checked`, "Seats", "Units", "None: it asks for nothing of repositories")
	expect(t, "a number that is none", b.Post(at, fill(shown, "do", "request", "plan", "4", "period", "month", "units", "many", "reason", "why")), 422, "many")
	expect(t, "a plan that isn't there", b.Post(at, fill(shown, "do", "request", "plan", "99", "period", "month", "reason", "why")), 410)
	expect(t, "asked", b.Post(at, fill(shown, "do", "request", "plan", "4", "period", "year", "units", "3", "reason", "why")), 303)
	if n := s.Number(t, `SELECT count(*) FROM installation_requests r JOIN plans p ON p.id = r.plan_id WHERE p.number = 4 AND r.period = 'year' AND r.units = 3`); n != 1 {
		t.Errorf("%d requests with the plan", n)
	}
}
