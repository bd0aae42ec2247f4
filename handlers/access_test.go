package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// role is someone who may come along. The world that they come to is made by
// newWorld: an organization acme with everyone who has a part in it.
type role string

const (
	anonymous  role = "anonymous"
	stranger   role = "stranger"   // signed in, has nothing to do with acme
	member     role = "member"     // of acme
	repoAdmin  role = "repo admin" // a member with admin on acme/widget
	billing    role = "billing"    // acme's billing manager
	owner      role = "owner"      // of acme
	integrator role = "integrator" // publishes a listing, has nothing to do with acme
	support    role = "support"    // staff
	admin      role = "admin"      // staff, administrator
	suspended  role = "suspended"  // an owner of acme, suspended by staff
)

var roles = []role{anonymous, stranger, member, repoAdmin, billing, owner, integrator, support, admin, suspended}

// outcome is what becomes of a request.
type outcome string

const (
	allowed   outcome = "allowed"   // done, or refused for what was typed
	signIn    outcome = "sign in"   // sent to sign in, or told to
	forbidden outcome = "forbidden" // 403
	missing   outcome = "missing"   // 404
)

func outcomeOf(a apptest.Answer) outcome {
	switch {
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusSeeOther && strings.HasPrefix(a.Location, "/login?"):
		return signIn
	case a.Status == http.StatusForbidden:
		return forbidden
	case a.Status == http.StatusNotFound:
		return missing
	case a.Status >= 500:
		return outcome(fmt.Sprintf("status %d", a.Status))
	}
	return allowed
}

// rights is who gets what from a route; whoever isn't named gets otherwise.
type rights struct {
	otherwise outcome
	but       map[role]outcome
}

func everyone() rights { return rights{otherwise: allowed} }

// but makes an exception for some.
func (r rights) except(o outcome, who ...role) rights {
	but := make(map[role]outcome, len(r.but)+len(who))
	for k, v := range r.but {
		but[k] = v
	}
	for _, w := range who {
		but[w] = o
	}
	return rights{r.otherwise, but}
}

func (r rights) of(who role) outcome {
	if o, ok := r.but[who]; ok {
		return o
	}
	return r.otherwise
}

// The rights that routes have.
var (
	public = everyone()

	// one's own pages; the suspended may look, not write
	own      = everyone().except(signIn, anonymous)
	ownWrite = own.except(forbidden, suspended)

	// acme's pages
	nobody        = rights{otherwise: missing}.except(signIn, anonymous)
	ofMembers     = nobody.except(allowed, member, repoAdmin, billing, owner, suspended)
	ofOwners      = nobody.except(allowed, owner, suspended).except(forbidden, member, repoAdmin, billing)
	ofOwnersWrite = ofOwners.except(forbidden, suspended)

	// acme/widget, which is private, and whose base permission is read
	ofReaders    = rights{otherwise: missing}.except(allowed, member, repoAdmin, owner, suspended)
	ofAdmins     = nobody.except(forbidden, member).except(allowed, repoAdmin, owner, suspended)
	ofAdminsSave = ofAdmins.except(forbidden, suspended)

	// the staff's desk doesn't exist for others
	ofStaff         = nobody.except(allowed, support, admin)
	ofAdministrator = nobody.except(allowed, admin).except(forbidden, support)
)

// route is one line of the table: an address of the router, one in its stead
// that exists in the world, and who gets what.
type route struct {
	method, pattern, address string
	rights                   rights
}

// newWorld makes acme and everyone around it.
func newWorld(t testing.TB) (*apptest.App, map[role]models.Account) {
	t.Helper()
	app := apptest.New(t)
	d := app.DB
	who := map[role]models.Account{}
	for _, r := range roles[1:] {
		who[r] = dbtest.User(t, d, strings.ReplaceAll(string(r), " ", "-")+"-person")
	}
	acme := dbtest.Organization(t, d, "acme", who[owner], who[suspended])
	dbtest.Suspend(t, d, who[suspended])
	dbtest.Member(t, d, acme, who[member], models.RoleMember)
	dbtest.Member(t, d, acme, who[repoAdmin], models.RoleMember)
	dbtest.Member(t, d, acme, who[billing], models.RoleBillingManager)
	widget := dbtest.Repository(t, d, acme, "widget", dbtest.Private)
	dbtest.Repository(t, d, acme, "open")
	dbtest.Collaborator(t, d, widget, who[repoAdmin], models.RepositoryAdmin)
	makers := dbtest.Organization(t, d, "toolmakers", who[integrator])
	dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(makers), dbtest.In("testing"))
	dbtest.MakeStaff(t, d, who[support], models.StaffSupport)
	dbtest.MakeStaff(t, d, who[admin], models.StaffAdministrator)
	return app, who
}

func visit(t *testing.T, app *apptest.App, who map[role]models.Account, as role, r route) apptest.Answer {
	t.Helper()
	b := app.Visitor(t)
	if as != anonymous {
		b = app.As(t, who[as])
	}
	if r.method == http.MethodGet {
		return b.Get(r.address)
	}
	return b.Post(r.address, url.Values{})
}

// TestRoutesByRole walks every route with every role. A route that isn't in the
// table fails, and so does one that is there no more.
func TestRoutesByRole(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, r := range table {
		key := r.method + " " + r.pattern
		if listed[key] {
			t.Errorf("%s stands twice in the table", key)
		}
		listed[key] = true
	}
	exists := map[string]bool{}
	app, _ := newWorld(t)
	for _, r := range app.Echo.Routes() {
		if r.Method == http.MethodHead || r.Method == http.MethodOptions {
			continue // as GET
		}
		key := r.Method + " " + r.Path
		exists[key] = true
		if !listed[key] {
			t.Errorf("%s is missing in the table of routes and roles", key)
		}
	}
	for key := range listed {
		if !exists[key] {
			t.Errorf("%s is in the table and not in the router", key)
		}
	}
	t.Run("reading", func(t *testing.T) {
		t.Parallel()
		app, who := newWorld(t)
		for _, r := range table {
			if r.method == http.MethodGet {
				for _, as := range roles {
					check(t, app, who, as, r)
				}
			}
		}
	})
	for _, r := range table {
		if r.method == http.MethodGet {
			continue
		}
		t.Run(r.method+" "+r.pattern, func(t *testing.T) {
			t.Parallel()
			for group := range slices.Chunk(roles, 1) {
				app, who := newWorld(t) // a write may change it
				check(t, app, who, group[0], r)
			}
		})
	}
}

func check(t *testing.T, app *apptest.App, who map[role]models.Account, as role, r route) {
	t.Helper()
	a := visit(t, app, who, as, r)
	if got, want := outcomeOf(a), r.rights.of(as); got != want {
		t.Errorf("%s %s as %s: %s (%d %s), want %s", r.method, r.address, as, got, a.Status, a.Location, want)
	}
}
