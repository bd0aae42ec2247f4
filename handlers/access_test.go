package handlers_test

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// role is someone who may come along. The world that they come to is made by
// newWorld: an organization acme with everyone who has a part in it.
type role string

const (
	anonymous  role = "anonymous"
	stranger   role = "stranger"    // signed in, has nothing to do with acme
	member     role = "member"      // of acme
	repoAdmin  role = "repo admin"  // a member with admin on acme/widget
	billing    role = "billing"     // acme's billing manager
	owner      role = "owner"       // of acme
	integrator role = "integrator"  // publishes a listing, has nothing to do with acme
	manager    role = "app manager" // of the integrator's app hammer
	support    role = "support"     // staff
	reviewer   role = "reviewer"    // staff
	admin      role = "admin"       // staff, administrator
	suspended  role = "suspended"   // an owner of acme, suspended by staff
)

var roles = []role{anonymous, stranger, member, repoAdmin, billing, owner, integrator, manager, support, reviewer, admin, suspended}

// outcome is what becomes of a request.
type outcome string

const (
	allowed   outcome = "allowed"   // done, or refused for what was typed
	signIn    outcome = "sign in"   // sent to sign in, or told to
	forbidden outcome = "forbidden" // 403
	missing   outcome = "missing"   // 404
	gone      outcome = "gone"      // 410
)

func outcomeOf(a apptest.Answer) outcome {
	switch {
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusSeeOther && strings.HasPrefix(a.Location, "/login?"):
		return signIn
	case a.Status == http.StatusForbidden:
		return forbidden
	case a.Status == http.StatusNotFound:
		return missing
	case a.Status == http.StatusGone:
		return gone
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
	absent = rights{otherwise: missing}

	// one's own pages; the suspended may look, not write
	own      = everyone().except(signIn, anonymous)
	ownWrite = own.except(forbidden, suspended)

	// the beginning of a write, which the suspended needn't see
	ownActive = ownWrite

	// what belongs to one person, the owner
	ofOne      = rights{otherwise: missing}.except(signIn, anonymous).except(allowed, owner)
	ofOneWrite = ofOne.except(forbidden, suspended)

	// links that were mailed, and sign-ins that have begun: whoever has one may,
	// and one that is made up is gone
	ofLinks         = rights{otherwise: gone}
	ofLinksSignedIn = ofLinks.except(signIn, anonymous).except(forbidden, suspended)

	// programs with a token; a session is none
	ofTokens = rights{otherwise: signIn}

	// acme's pages
	nobody         = rights{otherwise: missing}.except(signIn, anonymous)
	ofNobody       = nobody
	ofMembers      = nobody.except(allowed, member, repoAdmin, billing, owner, suspended)
	ofMembersWrite = ofMembers.except(forbidden, suspended)
	ofOwners       = nobody.except(allowed, owner).except(forbidden, member, repoAdmin, billing, suspended)
	ofOwnersWrite  = ofOwners
	ofOwnersLook   = ofOwners.except(allowed, suspended)
	ofInvited      = nobody.except(allowed, stranger)
	ofInvitedWrite = ofInvited.except(forbidden, suspended)

	// acme/widget, which is private, and which acme's members may read
	ofReaders       = rights{otherwise: missing}.except(allowed, member, repoAdmin, owner, suspended)
	ofAdmins        = nobody.except(forbidden, member).except(allowed, repoAdmin, owner).except(forbidden, suspended)
	ofAdminsSave    = ofAdmins
	ofOpenAdmins    = rights{otherwise: forbidden}.except(signIn, anonymous).except(allowed, owner)
	ofCollaborators = nobody.except(allowed, repoAdmin)

	ofCollaboratorsWrite = ofCollaborators.except(forbidden, suspended)

	// acme/open, which waits to be taken over by the integrator's organization
	ofReceivers      = rights{otherwise: gone}.except(signIn, anonymous).except(allowed, integrator)
	ofReceiversWrite = ofReceivers.except(forbidden, suspended)

	// the staff's desk doesn't exist for others
	ofStaff         = nobody.except(allowed, support, reviewer, admin)
	ofAdministrator = nobody.except(allowed, admin).except(forbidden, support, reviewer)
)

// route is one line of the table: an address of the router, one in its stead
// that exists in the world, and who gets what.
type route struct {
	method, pattern string
	address         string
	form            string // of a write
	rights          rights
}

const get, post = http.MethodGet, http.MethodPost

// world is a site with acme and everyone around it.
type world struct {
	*apptest.App
	who map[role]models.Account
	ids map[string]int64 // of what addresses name by number
}

// theWorld is the first world, of which all are copies: filling one takes ten times
// as long.
var (
	theWorld   dbtest.Template
	firstWorld *world
)

// newWorld makes a world.
func newWorld(t testing.TB) *world {
	t.Helper()
	d := theWorld.New(t, func(t testing.TB, d *db.DB) { firstWorld = fillWorld(t, d) })
	return &world{App: apptest.On(t, d), who: maps.Clone(firstWorld.who), ids: maps.Clone(firstWorld.ids)}
}

// fillWorld makes the first one.
func fillWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{App: apptest.On(t, d), who: map[role]models.Account{}, ids: map[string]int64{}}
	for _, r := range roles[1:] {
		w.who[r] = dbtest.User(t, d, strings.ReplaceAll(string(r), " ", "-")+"-person")
	}
	acme := dbtest.Organization(t, d, "acme", w.who[owner], w.who[suspended])
	dbtest.Suspend(t, d, w.who[suspended])
	dbtest.Member(t, d, acme, w.who[member], models.RoleMember)
	dbtest.Member(t, d, acme, w.who[repoAdmin], models.RoleMember)
	dbtest.Member(t, d, acme, w.who[billing], models.RoleBillingManager)
	widget := dbtest.Repository(t, d, acme, "widget", dbtest.Private)
	open := dbtest.Repository(t, d, acme, "open")
	dbtest.Collaborator(t, d, widget, w.who[repoAdmin], models.RepositoryAdmin)
	makers := dbtest.Organization(t, d, "toolmakers", w.who[integrator])
	dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(makers), dbtest.In("testing"))
	dbtest.MakeStaff(t, d, w.who[support], models.StaffSupport)
	dbtest.MakeStaff(t, d, w.who[reviewer], models.StaffReviewer)
	dbtest.MakeStaff(t, d, w.who[admin], models.StaffAdministrator)

	now := w.Clock.Now()
	w.ids["collaborator"] = w.who[repoAdmin].ID
	w.row(t, "notification", `INSERT INTO notifications (account_id, kind, params, link, created_at)
		VALUES (?, 'removed_from_organization', '{"organization": "acme"}', '/acme', ?) RETURNING id`, w.who[owner].ID, now)
	w.row(t, "token", `INSERT INTO access_tokens (account_id, name, token_hash, tail, created_at) VALUES (?, 'a token', 'hash', 'tail', ?) RETURNING id`, w.who[owner].ID, now)
	w.row(t, "passkey", `INSERT INTO passkeys (account_id, credential_id, credential, name, created_at) VALUES (?, 'id', '{}', 'a passkey', ?) RETURNING id`, w.who[owner].ID, now)
	w.row(t, "session", `INSERT INTO sessions (account_id, token_hash, method, created_at, used_at, expires_at)
		VALUES (?, 'hash', 'password', ?, ?, ?) RETURNING id`, w.who[owner].ID, now, now, now.Add(models.SessionAbsolute))
	w.row(t, "invitation", `INSERT INTO invitations (organization_id, account_id, role, inviter_id, created_at, expires_at)
		VALUES (?, ?, 'member', ?, ?, ?) RETURNING id`, acme.ID, w.who[stranger].ID, w.who[owner].ID, now, now.Add(models.InvitationLifetime))
	w.row(t, "domain", `INSERT INTO domains (organization_id, name, challenge, created_at) VALUES (?, 'acme.example', 'souk-domain=x', ?) RETURNING id`, acme.ID, now)
	w.row(t, "transfer", `INSERT INTO repository_transfers (repository_id, account_id, requester_id, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?) RETURNING repository_id`, open.ID, makers.ID, w.who[owner].ID, now, now.Add(7*24*time.Hour))

	// The integrator's organization has a GitHub App, hammer, which somebody else
	// manages, and a draft of a listing for it.
	hammer := dbtest.App(t, d, makers, "hammer")
	w.ids["hammer"] = hammer.ID
	dbtest.Manager(t, d, hammer, w.who[manager])
	w.ids["hammer listing"] = dbtest.Draft(t, d, hammer, models.ListingContent{Name: "Hammer", Tagline: "Drives nails"})
	w.withApps(t)
	w.withCredentials(t)
	w.withOwnership(t)
	w.withListings(t)
	w.withFiling(t)
	w.withMedia(t)
	w.withPlans(t)
	w.withReviews(t)
	w.withModeration(t)
	w.withClaims(t)
	w.withInsights(t)
	w.withOrders(t)
	w.withBilling(t)
	w.withWallet(t)
	w.withRequests(t)
	w.withInvoices(t)
	w.withSales(t)
	w.withDeliveries(t)
	w.withInstalls(t)
	w.withInstallations(t)
	w.withInstallRequests(t)
	w.withUpdates(t)
	w.withOAuth(t)
	w.withAppPolicies(t)
	w.withOversight(t)
	w.withAppTokens(t)
	w.withAppHooks(t)
	return w
}

// row inserts a row and keeps its id under a name.
func (w *world) row(t testing.TB, name, sql string, args ...any) {
	t.Helper()
	var id int64
	if err := w.DB.Read(t.Context()).Raw(sql, args...).Row().Scan(&id); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	w.ids[name] = id
}

// address is a route's address with the ids of this world.
func (w *world) address(r route) string { return w.filled(r.address) }

// filled is an address or a form with the ids of this world.
func (w *world) filled(text string) string {
	for name, id := range w.ids {
		text = strings.ReplaceAll(text, "{"+name+"}", strconv.FormatInt(id, 10))
	}
	return text
}

func (w *world) visit(t *testing.T, as role, r route) apptest.Answer {
	t.Helper()
	b := w.Visitor(t)
	if as != anonymous {
		b = w.As(t, w.who[as])
	}
	if r.method == http.MethodGet {
		return b.Get(w.address(r))
	}
	return b.Do(r.method, w.address(r), "application/x-www-form-urlencoded", w.filled(r.form))
}

// TestRoutesByRole walks every route with every role. A route that isn't in the
// table fails, and so does one that is there no more.
func TestRoutesByRole(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, r := range table() {
		key := r.method + " " + r.pattern
		if listed[key] {
			t.Errorf("%s stands twice in the table", key)
		}
		listed[key] = true
	}
	exists := map[string]bool{}
	w := newWorld(t)
	for _, r := range w.Echo.Routes() {
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
		for _, as := range roles {
			t.Run(string(as), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				for _, r := range table() {
					if r.method == http.MethodGet {
						w.check(t, as, r)
					}
				}
			})
		}
	})
	for _, r := range table() {
		if r.method == http.MethodGet {
			continue
		}
		t.Run(r.method+" "+r.pattern, func(t *testing.T) {
			t.Parallel()
			writing(t, r)
		})
	}
}

// writing checks a write. Those who may not do it leave the world as it was, so
// that they come one after the other; each who may gets a world of their own.
func writing(t *testing.T, r route) {
	var w *world
	for _, as := range roles {
		if r.rights.of(as) == allowed && !r.rights.apart() {
			newWorld(t).check(t, as, r)
			continue
		}
		if w == nil {
			w = newWorld(t)
		}
		w.check(t, as, r)
	}
}

// apart reports whether what one person does there leaves everyone else's
// things alone.
func (r rights) apart() bool { return r.of(stranger) == allowed && r.of(integrator) == allowed }

func (w *world) check(t *testing.T, as role, r route) {
	t.Helper()
	a := w.visit(t, as, r)
	if got, want := outcomeOf(a), r.rights.of(as); got != want {
		t.Errorf("%s %s as %s: %s (%d %s), want %s", r.method, r.address, as, got, a.Status, a.Location, want)
	}
}

// TestNoWriteFromOtherSites sends every write as a page of another site would.
func TestNoWriteFromOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, r := range table() {
		if r.method == http.MethodGet {
			continue
		}
		for name, headers := range map[string]http.Header{
			"fetch metadata": {"Sec-Fetch-Site": {"cross-site"}},
			"same-site":      {"Sec-Fetch-Site": {"same-site"}},
			"origin alone":   {"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {""}},
		} {
			b := w.As(t, w.who[admin])
			for k, v := range headers {
				b.Header()[k] = v
			}
			a := b.Do(r.method, w.address(r), "application/x-www-form-urlencoded", r.form)
			if a.Status != http.StatusForbidden || !strings.Contains(a.Body, "sent from another site") && !strings.Contains(a.Body, `"cross_site"`) {
				t.Errorf("%s %s with %s is answered with %d", r.method, r.address, name, a.Status)
			}
		}
	}
}
