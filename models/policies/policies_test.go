package policies_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/policies"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is acme, which ada owns; bob buys for it, and carl is a member. toolmakers
// sells checker, for testing and for ci, and guard, for security.
type world struct {
	*policies.Service
	t              *testing.T
	db             *db.DB
	now            time.Time
	ada, bob, carl models.Account
	acme           models.Account
	checker, guard dbtest.Entry
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	w.Service = policies.New(w.db, func() time.Time { return w.now })
	for login, a := range map[string]*models.Account{"ada": &w.ada, "bob": &w.bob, "carl": &w.carl} {
		*a = dbtest.User(t, w.db, login)
	}
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada)
	dbtest.Member(t, w.db, w.acme, w.bob, models.RoleBillingManager)
	dbtest.Member(t, w.db, w.acme, w.carl, models.RoleMember)
	tools := dbtest.Organization(t, w.db, "toolmakers")
	dbtest.Seller(t, w.db, tools)
	plans := func(e *dbtest.Entry) {
		e.App.Permissions = models.Grants{"contents": models.LevelWrite}
		e.Plans = []models.Plan{
			{Name: "Free"},
			{Name: "Team", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1000)), YearlyMinor: new(int64(10006)), Currency: "EUR", UnitName: "seat"},
			{Name: "Flat", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "USD"},
		}
	}
	w.checker = dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(tools), dbtest.In("testing", "ci"), plans)
	w.guard = dbtest.Listing(t, w.db, dbtest.Named("guard", "Guard"), dbtest.By(tools), dbtest.In("security"), plans, func(e *dbtest.Entry) {
		e.App.Permissions = models.Grants{"issues": models.LevelRead}
	})
	return w
}

// as is an actor with what they are in acme.
func (w *world) as(a models.Account, role models.OrganizationRole) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true}
	if role != "" {
		actor.Memberships = []models.Membership{{OrganizationID: w.acme.ID, Login: "acme", Role: role}}
	}
	return actor
}

func (w *world) owner() models.Actor { return w.as(w.ada, models.RoleOwner) }

// bought puts a subscription of acme, and its order.
func (w *world) bought(e dbtest.Entry, plan int, period models.Period, units int64, state string, at time.Time) {
	w.t.Helper()
	var ended *time.Time
	if state == "ended" {
		ended = &at
	}
	var id int64
	p := e.Plans[plan]
	err := w.db.Pool().QueryRow(w.t.Context(), `INSERT INTO subscriptions (listing_id, seller_id, account_id, plan_id, plan_version, period, units, state, zone, anchor,
			period_start, created_at, updated_at, ended_at)
		SELECT $1, a.account_id, $2, $3, 1, $4, $5, $6, 'UTC', $7, $7, $7, $7, $8 FROM apps a WHERE a.id = $9 RETURNING id`,
		e.ID, w.acme.ID, p.ID, period, units, state, at, ended, e.App.ID).Scan(&id)
	if err == nil {
		_, err = w.db.Pool().Exec(w.t.Context(), `INSERT INTO orders (key, subscription_id, listing_id, account_id, buyer_id, act, plan_id, plan_version, period, units,
				total_minor, currency, state, created_at)
			VALUES ($1, $2, $3, $4, $5, 'buy', $6, 1, $7, $8, 0, $9, 'done', $10)`,
			fmt.Sprint("key-", id), id, e.ID, w.acme.ID, w.ada.ID, p.ID, period, units, p.Currency, at)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestPolicyIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	policy := models.BuyPolicy{Otherwise: models.DecisionAsk, Rules: []models.BuyRule{{Decision: models.DecisionDeny, Category: "security", Words: "Ask security first."}}}
	if err := w.SavePolicy(t.Context(), w.owner(), "Acme", policy, 0); err != nil {
		t.Fatal(err)
	}
	d, err := w.Desk(t.Context(), w.owner(), "acme")
	if err != nil || d.Version != 1 || len(d.Policy.Rules) != 1 || d.Policy.Rules[0] != policy.Rules[0] || d.Policy.Otherwise != models.DecisionAsk || !d.MayChange {
		t.Errorf("%+v, %v", d, err)
	}
	if len(d.Categories) != 3 {
		t.Errorf("categories: %+v", d.Categories)
	}
	// Who changes what somebody else has changed meanwhile is told.
	if err := w.SavePolicy(t.Context(), w.owner(), "acme", models.BuyPolicy{}, 0); !errors.Is(err, models.ErrStale) {
		t.Errorf("an older version: %v", err)
	}
	if err := w.SavePolicy(t.Context(), w.owner(), "acme", models.BuyPolicy{}, 1); err != nil {
		t.Error(err)
	}
	if d, _ = w.Desk(t.Context(), w.owner(), "acme"); d.Version != 2 || len(d.Policy.Rules) != 0 {
		t.Errorf("%+v", d)
	}
	var n int
	if err := w.db.Pool().QueryRow(t.Context(), `SELECT count(*) FROM audit_events WHERE action = 'buy_policy.change' AND account_id = $1 AND actor_id = $2`, w.acme.ID, w.ada.ID).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d events, %v", n, err)
	}
	for _, category := range []string{"nothing", "a\x00b"} {
		err := w.SavePolicy(t.Context(), w.owner(), "acme", models.BuyPolicy{Rules: []models.BuyRule{{Decision: "deny", Category: category}}}, 2)
		if !errors.Is(err, models.ErrUnknownChoice) {
			t.Errorf("%q: %v", category, err)
		}
	}
}

func TestTwoOwnersSaveAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	errs := make(chan error)
	for range 4 {
		go func() { errs <- w.SavePolicy(t.Context(), w.owner(), "acme", models.BuyPolicy{}, 0) }()
	}
	kept := 0
	for range 4 {
		switch err := <-errs; {
		case err == nil:
			kept++
		case !errors.Is(err, models.ErrStale):
			t.Error(err)
		}
	}
	if kept != 1 {
		t.Errorf("%d were kept", kept)
	}
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	money := models.Money{Minor: 1, Currency: "EUR"}
	for _, c := range []struct {
		who       models.Actor
		see, save error
	}{
		{w.owner(), nil, nil},
		{w.as(w.bob, models.RoleBillingManager), nil, models.ErrForbidden},
		{w.as(w.carl, models.RoleMember), models.ErrForbidden, models.ErrForbidden},
		{w.as(w.carl, ""), models.ErrNotFound, models.ErrNotFound},
		{models.Actor{UserID: 7, Staff: models.StaffSupport}, nil, models.ErrNotFound},
		{models.Actor{}, models.ErrSignInNeeded, models.ErrSignInNeeded},
	} {
		if _, err := w.Desk(t.Context(), c.who, "acme"); !errors.Is(err, c.see) {
			t.Errorf("%s sees: %v", c.who.Login, err)
		}
		if _, err := w.Replay(t.Context(), c.who, "acme", models.BuyPolicy{}); !errors.Is(err, c.see) {
			t.Errorf("%s tries: %v", c.who.Login, err)
		}
		d, _ := policies.Read(t.Context(), w.db.Pool(), w.acme.ID)
		if err := w.SavePolicy(t.Context(), c.who, "acme", models.BuyPolicy{}, d.Version); !errors.Is(err, c.save) {
			t.Errorf("%s saves: %v", c.who.Login, err)
		}
		if err := w.SetBudget(t.Context(), c.who, "acme", "", money); !errors.Is(err, c.save) {
			t.Errorf("%s sets a budget: %v", c.who.Login, err)
		}
	}
	for _, login := range []string{"nobody", "ada", "\x00", "\xff"} {
		if _, err := w.Desk(t.Context(), w.owner(), login); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: %v", login, err)
		}
		if err := w.SavePolicy(t.Context(), w.owner(), login, models.BuyPolicy{}, 0); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: %v", login, err)
		}
	}
	dbtest.Suspend(t, w.db, w.acme)
	if err := w.SetBudget(t.Context(), w.owner(), "acme", "", money); !errors.Is(err, models.ErrSuspended) {
		t.Errorf("suspended: %v", err)
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := func(days int) time.Time { return w.now.AddDate(0, 0, -days) }
	w.bought(w.checker, 1, models.Monthly, 3, "ended", at(400)) // too long ago
	w.bought(w.checker, 1, models.Yearly, 9, "ended", at(300))  // EUR 75.05 a month
	w.bought(w.checker, 1, models.Monthly, 2, "ended", at(200)) // EUR 20
	w.bought(w.checker, 0, models.Monthly, 1, "active", at(100))
	w.bought(w.guard, 2, models.Monthly, 1, "active", at(1)) // USD 50
	policy := models.BuyPolicy{Rules: []models.BuyRule{
		{Decision: models.DecisionDeny, Price: models.PriceAbove, Minor: 5000, Currency: "EUR", Words: "Too dear."},
		{Decision: models.DecisionAsk, Permission: "contents", Level: models.LevelWrite},
	}}
	r, err := w.Replay(t.Context(), w.owner(), "acme", policy)
	if err != nil || r.Orders != 4 || r.Denied != 2 || r.Asked != 2 || len(r.Touched) != 4 {
		t.Fatalf("%+v, %v", r, err)
	}
	// The newest first; what is in another currency than the rule counts as dearer.
	if o := r.Touched[0]; o.Slug != "guard" || o.Verdict.Decision != models.DecisionDeny || o.Monthly != (models.Money{Minor: 5000, Currency: "USD"}) || o.Buyer != "ada" {
		t.Errorf("%+v", o)
	}
	if o := r.Touched[3]; o.Monthly != (models.Money{Minor: 7505, Currency: "EUR"}) || o.Verdict.Reasons[0].Words != "Too dear." || o.Plan != "Team" || o.Units != 9 {
		t.Errorf("%+v", o)
	}
	if d, _ := w.Desk(t.Context(), w.owner(), "acme"); d.Version != 0 {
		t.Error("trying it has kept it")
	}
	// Nothing that another organization bought.
	other := dbtest.Organization(t, w.db, "other", w.ada)
	actor := models.Actor{UserID: w.ada.ID, Memberships: []models.Membership{{OrganizationID: other.ID, Login: "other", Role: models.RoleOwner}}}
	if r, err := w.Replay(t.Context(), actor, "other", policy); err != nil || r.Orders != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSpending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(category string, minor int64, currency string) {
		t.Helper()
		if err := w.SetBudget(t.Context(), w.owner(), "acme", category, models.Money{Minor: minor, Currency: currency}); err != nil {
			t.Fatal(err)
		}
	}
	set("", 20000, "EUR")
	set("", 10000, "USD")
	set("security", 5000, "USD")
	set("testing", 1, "EUR")
	set("testing", 9000, "EUR") // instead
	w.bought(w.checker, 1, models.Monthly, 30, "ended", w.now)
	w.bought(w.checker, 1, models.Yearly, 9, "past_due", w.now)
	w.bought(w.guard, 2, models.Monthly, 1, "trial", w.now)
	rules, err := policies.Read(t.Context(), w.db.Pool(), w.acme.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range rules.Budgets {
		got = append(got, fmt.Sprintf("%s %d of %d %s", b.Category, b.Spent.Minor, b.Limit.Minor, b.Limit.Currency))
	}
	want := []string{" 7505 of 20000 EUR", " 5000 of 10000 USD", "security 5000 of 5000 USD", "testing 7505 of 9000 EUR"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
	// Pausing ends what it costs.
	if _, err := w.db.Pool().Exec(t.Context(), `UPDATE subscriptions SET state = 'paused' WHERE state = 'trial'`); err != nil {
		t.Fatal(err)
	}
	if rules, _ = policies.Read(t.Context(), w.db.Pool(), w.acme.ID); rules.Budgets[1].Spent.Minor != 0 {
		t.Errorf("paused: %+v", rules.Budgets[1])
	}
	if n := dbtest.Statements(w.db, func() { _, err = policies.Read(t.Context(), w.db.Pool(), w.acme.ID) }); n != 1 || err != nil {
		t.Errorf("%d statements, %v", n, err)
	}
	if n := dbtest.Statements(w.db, func() { _, err = w.Desk(t.Context(), w.owner(), "acme") }); n != 1 || err != nil {
		t.Errorf("the desk: %d statements, %v", n, err)
	}
	if err := w.RemoveBudget(t.Context(), w.owner(), "acme", "testing", "EUR"); err != nil {
		t.Error(err)
	}
	if err := w.RemoveBudget(t.Context(), w.owner(), "acme", "testing", "EUR"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestBudgetsAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		category string
		amount   models.Money
		want     error
	}{
		{"", models.Money{Minor: 0, Currency: "EUR"}, nil},
		{"nothing", models.Money{Minor: 1, Currency: "EUR"}, models.ErrUnknownChoice},
		{"\x00", models.Money{Minor: 1, Currency: "EUR"}, models.ErrUnknownChoice},
		{"", models.Money{Minor: 1, Currency: "ZZZ"}, models.ErrUnknownChoice},
		{"", models.Money{Minor: -1, Currency: "EUR"}, models.ErrPriceHigh},
		{"", models.Money{Minor: models.MaxPriceMinor + 1, Currency: "EUR"}, models.ErrPriceHigh},
	} {
		if err := w.SetBudget(t.Context(), w.owner(), "acme", c.category, c.amount); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	var err error
	for _, currency := range models.Currencies()[:models.MaxBudgets+1] {
		if err = w.SetBudget(t.Context(), w.owner(), "acme", "", models.Money{Minor: 1, Currency: currency}); err != nil {
			break
		}
	}
	if !errors.Is(err, models.ErrTooManyBudgets) {
		t.Errorf("too many: %v", err)
	}
}
