package installrequests_test

import (
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/installrequests"
	"souk/models/installs"
	"souk/models/jobs"
	"souk/models/notices"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is acme, which ada and anna own; carl and cleo are members, and rita
// administers its repository one. toolmakers sells checker, an app that asks for
// nothing but repositories.
type world struct {
	*installrequests.Service
	installs *installs.Service
	t        *testing.T
	db       *db.DB
	mu       sync.Mutex
	at       time.Time

	ada, anna, carl, cleo, rita, acme models.Account
	checker                           dbtest.Entry
	one, two, three                   models.Repository
	card                              int64
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	n := notices.New(w.db, queue, w.now)
	site := &models.Site{Base: "http://souk.example", Development: true}
	w.installs = installs.New(w.db, queue, n, site, w.now)
	w.Service = installrequests.New(w.db, n, w.installs,
		billing.New(w.db, queue, n, gateway.Set{models.GatewayTest: testgw.New(w.db.Pool(), site, w.now)}, site, w.now), w.now)
	for login, a := range map[string]*models.Account{"ada": &w.ada, "anna": &w.anna, "carl": &w.carl, "cleo": &w.cleo, "rita": &w.rita} {
		*a = dbtest.User(t, w.db, login)
	}
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada, w.anna)
	for _, a := range []models.Account{w.carl, w.cleo, w.rita} {
		dbtest.Member(t, w.db, w.acme, a, models.RoleMember)
	}
	w.one, w.two = dbtest.Repository(t, w.db, w.acme, "one"), dbtest.Repository(t, w.db, w.acme, "two")
	w.three = dbtest.Repository(t, w.db, w.acme, "three", dbtest.Private)
	dbtest.Collaborator(t, w.db, w.one, w.rita, models.RepositoryAdmin)
	dbtest.Profile(t, w.db, w.acme, "IE")
	w.sell()
	w.card = dbtest.PaymentMethod(t, w.db, w.acme, "tok_approve")
	return w
}

// sell puts checker into the marketplace.
func (w *world) sell() {
	w.t.Helper()
	tools := dbtest.Organization(w.t, w.db, "toolmakers")
	dbtest.Seller(w.t, w.db, tools)
	w.checker = dbtest.Listing(w.t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(tools), dbtest.In("testing"), func(e *dbtest.Entry) {
		e.App.Permissions, e.App.Events = models.Grants{"issues": models.LevelWrite, "metadata": models.LevelRead}, []string{"issues"}
		e.Plans = []models.Plan{
			{Name: "Free"},
			{Name: "Team", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1000)), Currency: "EUR", UnitName: "seat", MinUnits: new(int64(2))},
			{Name: "Flat", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "EUR"},
		}
	})
	w.exec(`UPDATE apps SET registered_at = $2, public = true, client_id = 'Iv23checker' WHERE id = $1`, w.checker.App.ID, dbtest.Epoch)
}

func (w *world) as(a models.Account, role models.OrganizationRole) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true}
	if role != "" {
		actor.Memberships = []models.Membership{{OrganizationID: w.acme.ID, Login: "acme", Name: "Acme", Role: role}}
	}
	return actor
}

func (w *world) owner() models.Actor  { return w.as(w.ada, models.RoleOwner) }
func (w *world) member() models.Actor { return w.as(w.carl, models.RoleMember) }

// wish is what somebody asks for: these repositories, or all of them.
func (w *world) wish(repositories ...models.Repository) installrequests.Submission {
	s := installrequests.Submission{Reason: "We test too little.", Choice: installs.Choice{App: "checker", Account: w.acme.ID, Selection: models.SelectAll}}
	for _, r := range repositories {
		s.Selection = models.SelectSelected
		s.Repositories = append(s.Repositories, r.ID)
	}
	return s
}

// submit submits, and has to succeed.
func (w *world) submit(actor models.Actor, s installrequests.Submission) *installrequests.Submitted {
	w.t.Helper()
	out, err := w.Submit(w.t.Context(), actor, s)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// ask asks as carl.
func (w *world) ask(repositories ...models.Repository) int64 {
	w.t.Helper()
	return w.submit(w.member(), w.wish(repositories...)).Request.ID
}

// askPlan asks for three units of the plan Team, too.
func (w *world) askPlan(repositories ...models.Repository) int64 {
	w.t.Helper()
	s := w.wish(repositories...)
	s.Plan, s.Units = 2, 3
	return w.submit(w.member(), s).Request.ID
}

// buying is an approval with the plan that was asked for.
func (w *world) buying() installrequests.Approval {
	return installrequests.Approval{Words: "Have fun.", Approved: installrequests.Approved{Plan: 2, Period: models.Monthly, Units: 3, Method: w.card,
		Shown: &models.Money{Minor: 3000, Currency: "EUR"}}}
}

func (w *world) state(id int64) (s string) {
	w.t.Helper()
	w.read(&s, `SELECT state FROM installation_requests WHERE id = $1`, id)
	return s
}

func (w *world) read(into any, sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Pool().QueryRow(w.t.Context(), sql, args...).Scan(into); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.read(&n, `SELECT count(*) FROM `+sql, args...)
	return n
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

// told is how often somebody was told of a kind.
func (w *world) told(a models.Account, kind models.NotificationKind) int {
	w.t.Helper()
	return w.count(`notifications WHERE account_id = $1 AND kind = $2`, a.ID, kind)
}

// reached are the names of the repositories that checker reaches on acme: "*" for all
// of them, "" where it isn't installed.
func (w *world) reached() (names string) {
	w.t.Helper()
	w.read(&names, `SELECT coalesce((SELECT CASE i.selection WHEN 'selected' THEN (SELECT coalesce(string_agg(r.name, ' ' ORDER BY r.id), '') FROM installation_repositories x
		JOIN repositories r ON r.id = x.repository_id WHERE x.installation_id = i.id) WHEN 'all' THEN '*' ELSE '-' END FROM installations i
		WHERE i.app_id = $1 AND i.account_id = $2), '')`, w.checker.App.ID, w.acme.ID)
	return names
}
