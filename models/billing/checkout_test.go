package billing_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/jobs"
	"souk/models/notices"
)

// shop is a seller's listing checker with plans of every kind, and ada, who owns acme
// and is a member of globex.
type shop struct {
	*billing.Service
	db                  *db.DB
	now                 time.Time
	ada                 models.Actor
	acme, globex, maker models.Account
	listing             dbtest.Entry
	card                int64
}

const (
	free = 1 + iota
	team
	seats
	orgs
	few
	trial
)

func newShop(t *testing.T) *shop {
	t.Helper()
	d := dbtest.New(t)
	s := &shop{db: d, now: time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	q, err := jobs.NewQueue(d)
	if err != nil {
		t.Fatal(err)
	}
	site := &models.Site{Base: "https://souk.example", Development: true}
	set := gateway.Set{models.GatewayTest: testgw.New(d.Pool(), site, clock)}
	s.Service = billing.New(d, q, notices.New(d, q, clock), set, site, clock)
	ada := dbtest.User(t, d, "ada")
	s.acme = dbtest.Organization(t, d, "acme", ada)
	s.globex = dbtest.Organization(t, d, "globex", dbtest.User(t, d, "gus"))
	dbtest.Member(t, d, s.globex, ada, models.RoleMember)
	s.maker = dbtest.Organization(t, d, "toolmakers", dbtest.User(t, d, "tim"))
	dbtest.Seller(t, d, s.maker, func(x *models.Seller) { x.AcceptsTransfer = true })
	plan := func(p models.Plan) func(*dbtest.Entry) { return dbtest.WithPlan(p) }
	s.listing = dbtest.Listing(t, d, dbtest.Named("checker", "Checker"), dbtest.By(s.maker), plan(models.Plan{Name: "Free"}),
		plan(models.Plan{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1200)), YearlyMinor: new(int64(12000)), Currency: "EUR"}),
		plan(models.Plan{Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(500)), UnitName: "seat", MinUnits: new(int64(2)), MaxUnits: new(int64(50)), Currency: "EUR"}),
		plan(models.Plan{Name: "Orgs", Kind: models.PlanFlatRate, YearlyMinor: new(int64(9000)), Audience: models.AudienceOrganizations, Currency: "EUR"}),
		plan(models.Plan{Name: "Few", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(500)), UnitName: "seat", Capacity: new(int64(10)), Currency: "EUR"}),
		plan(models.Plan{Name: "Trial", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(3000)), TrialDays: 14, Currency: "EUR"}))
	s.card = dbtest.PaymentMethod(t, d, s.acme, "tok_approve")
	dbtest.PaymentMethod(t, d, ada, "tok_approve")
	s.ada = models.Actor{UserID: ada.ID, Login: ada.Login, MailVerified: true, SessionID: 1, Memberships: []models.Membership{
		{OrganizationID: s.acme.ID, Login: "acme", Role: models.RoleOwner}, {OrganizationID: s.globex.ID, Login: "globex", Role: models.RoleMember}}}
	return s
}

func (s *shop) look(t *testing.T, c billing.Choice) *billing.Checkout {
	t.Helper()
	c.Listing = "checker"
	co, err := s.Checkout(t.Context(), s.ada, c)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return co
}

// place orders what the page showed.
func (s *shop) place(ctx context.Context, co *billing.Checkout, key string) (*billing.Placed, error) {
	ch := &co.Choice
	return s.Place(ctx, s.ada, billing.Order{Key: key, Listing: ch.Listing, Plan: ch.Plan, Account: ch.Account, Period: ch.Period, Units: ch.Units,
		Coupon: ch.Coupon, Method: ch.Method, Transfer: ch.Transfer, Shown: new(co.Due())})
}

// TestCheckoutFillsIn: what is left out is chosen, and never what can't be had.
func TestCheckoutFillsIn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for name, c := range map[string]struct {
		choice  billing.Choice
		account string
		period  models.Period
		units   int64
		due     int64
		problem error
	}{
		"free":             {billing.Choice{Plan: free}, "ada", models.Monthly, 1, 0, nil},
		"a team":           {billing.Choice{Plan: team}, "ada", models.Monthly, 1, 1200, nil},
		"by the year":      {billing.Choice{Plan: team, Period: models.Yearly, Account: "ACME"}, "acme", models.Yearly, 1, 12000, nil},
		"the fewest":       {billing.Choice{Plan: seats}, "ada", models.Monthly, 2, 1000, nil},
		"too few":          {billing.Choice{Plan: seats, Units: 1}, "ada", models.Monthly, 1, 0, models.ErrPlanUnits},
		"organizations":    {billing.Choice{Plan: orgs}, "acme", models.Yearly, 1, 9000, nil},
		"for nobody alone": {billing.Choice{Plan: orgs, Account: "ada"}, "ada", models.Yearly, 1, 0, models.ErrPlanAudience},
		"no such period":   {billing.Choice{Plan: seats, Period: models.Yearly}, "ada", models.Yearly, 2, 0, models.ErrPlanPeriod},
		"what period":      {billing.Choice{Plan: team, Period: "week"}, "ada", "week", 1, 0, models.ErrPlanPeriod},
		"a trial":          {billing.Choice{Plan: trial}, "ada", models.Monthly, 1, 0, nil},
		"too many":         {billing.Choice{Plan: few, Units: 11}, "ada", models.Monthly, 11, 5500, models.ErrPlanFull},
		"no such coupon":   {billing.Choice{Plan: team, Coupon: "nothing"}, "ada", models.Monthly, 1, 1200, models.ErrCouponUnknown},
	} {
		co := s.look(t, c.choice)
		if co.Buyer.Login != c.account || co.Choice.Period != c.period || co.Choice.Units != c.units || co.Due().Minor != c.due || !errors.Is(co.Problem, c.problem) {
			t.Errorf("%s: for %s, %s, %d units, %d today, %v", name, co.Buyer.Login, co.Choice.Period, co.Choice.Units, co.Due().Minor, co.Problem)
		}
		if c.problem == nil && (co.Cancelled == nil || co.Turn == nil) {
			t.Errorf("%s: it isn't said what cancelling would mean", name)
		}
	}
}

// TestCheckoutForetells: the calendar has twelve months, and what the first day says
// is what the order then comes to.
func TestCheckoutForetells(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	co := s.look(t, billing.Choice{Plan: team, Account: "acme"})
	var days []string
	sum := int64(0)
	for _, e := range co.Calendar {
		if e.Bill != nil {
			days, sum = append(days, e.At.Format(time.DateOnly)), sum+e.Bill.Total
		}
	}
	if len(days) != 12 || days[0] != "2026-01-31" || days[1] != "2026-02-28" || days[11] != "2026-12-31" || sum != 12*1200 {
		t.Errorf("%v come to %d", days, sum)
	}
	if co.Next == nil || co.Next.At.Format(time.DateOnly) != "2026-02-28" || co.Cancelled.After.Pending == nil || co.Cancelled.After.End != co.Next.At {
		t.Errorf("next %+v, cancelled %+v", co.Next, co.Cancelled)
	}
	trying := s.look(t, billing.Choice{Plan: trial})
	if c := trying.Calendar; len(c) < 2 || c[0].Act != models.ActRemind || c[0].At.Format(time.DateOnly) != "2026-02-11" || c[1].Act != models.ActTrialEnd ||
		c[1].Bill.Total != 3000 || trying.Cancelled.After.State != models.SubscriptionEnded {
		t.Errorf("the trial's calendar: %+v", c)
	}
	yearly := s.look(t, billing.Choice{Plan: team, Period: models.Yearly})
	if yearly.Next == nil || yearly.Next.At.Format(time.DateOnly) != "2027-01-31" {
		t.Errorf("the next year: %+v", yearly.Next)
	}
	placed, err := s.place(t.Context(), co, "one")
	if err != nil || !placed.Done {
		t.Fatalf("%+v, %v", placed, err)
	}
	if n := figure(t, s.db, `SELECT total_minor FROM orders WHERE id = $1`, placed.OrderID); n != co.Due().Minor {
		t.Errorf("%d was ordered, %d was shown", n, co.Due().Minor)
	}
}

// TestCheckoutKnowsWhatIsBought, and shows a member of an organization nothing of what
// it has.
func TestCheckoutKnowsWhatIsBought(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	co := s.look(t, billing.Choice{Plan: team, Account: "acme"})
	if co.Method == nil || co.Method.ID != s.card || len(co.Methods) != 1 {
		t.Errorf("acme's card isn't chosen: %+v", co.Method)
	}
	placed, err := s.place(t.Context(), co, "one")
	if err != nil {
		t.Fatal(err)
	}
	again := s.look(t, billing.Choice{Plan: free, Account: "acme"})
	if again.Buyer.SubscriptionID != placed.SubscriptionID || !errors.Is(again.Problem, models.ErrAlreadyBought) {
		t.Errorf("bought, and yet %+v, %v", again.Buyer, again.Problem)
	}
	dbtest.PaymentMethod(t, s.db, s.globex, "tok_approve")
	dbtest.Profile(t, s.db, s.globex, "DE")
	asking := s.look(t, billing.Choice{Plan: team, Account: "globex"})
	if !asking.Buyer.Asks || asking.Turn != nil || len(asking.Methods) != 0 || asking.Profile.Name != "" || len(asking.Verdict.Reasons) != 0 {
		t.Errorf("a member sees %+v", asking)
	}
	for _, login := range []string{"toolmakers", "gus", "nobody", "a\x00b"} {
		if _, err := s.Checkout(t.Context(), s.ada, billing.Choice{Listing: "checker", Plan: team, Account: login}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("for %q: %v", login, err)
		}
	}
	for _, c := range []billing.Choice{{Listing: "checker", Plan: 99}, {Listing: "nothing", Plan: 1}, {Listing: "checker"}} {
		if _, err := s.Checkout(t.Context(), s.ada, c); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := s.Checkout(t.Context(), models.Actor{}, billing.Choice{Listing: "checker", Plan: 1}); err == nil {
		t.Error("anybody sees an order page")
	}
}

// TestCheckoutCountsPlaces: what is left is what nobody has taken.
func TestCheckoutCountsPlaces(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if co := s.look(t, billing.Choice{Plan: few}); co.Left == nil || *co.Left != 10 {
		t.Errorf("left at first: %v", co.Left)
	}
	if co := s.look(t, billing.Choice{Plan: team}); co.Left != nil {
		t.Errorf("a plan without a capacity has %d left", *co.Left)
	}
	if _, err := s.place(t.Context(), s.look(t, billing.Choice{Plan: few, Units: 7, Account: "acme"}), "one"); err != nil {
		t.Fatal(err)
	}
	if co := s.look(t, billing.Choice{Plan: few, Units: 4}); *co.Left != 3 || !errors.Is(co.Problem, models.ErrPlanFull) {
		t.Errorf("left of ten, seven taken: %d, %v", *co.Left, co.Problem)
	}
	if co := s.look(t, billing.Choice{Plan: few, Units: 3}); co.Problem != nil {
		t.Errorf("the last three: %v", co.Problem)
	}
}

// TestCheckoutElsewhere: what isn't sold here leads away.
func TestCheckoutElsewhere(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	dbtest.Listing(t, s.db, dbtest.Named("stray", "Stray"), dbtest.WithPlan(models.Plan{}))
	co, err := s.Checkout(t.Context(), s.ada, billing.Choice{Listing: "stray", Plan: 1})
	if err != nil || !co.Elsewhere || co.Address != "" || co.Turn != nil {
		t.Errorf("an imported listing: %+v, %v", co, err)
	}
	if _, err := s.db.Pool().Exec(t.Context(), `UPDATE listings SET purchase = 'direct', purchase_url = 'https://checker.example/buy' WHERE slug = 'checker'`); err != nil {
		t.Fatal(err)
	}
	if co := s.look(t, billing.Choice{Plan: team}); !co.Elsewhere || co.Address != "https://checker.example/buy" || co.Turn != nil {
		t.Errorf("sold elsewhere: %+v", co)
	}
	if _, err := s.Place(t.Context(), s.ada, billing.Order{Key: "k", Listing: "checker", Plan: team, Period: models.Monthly, Units: 1}); !errors.Is(err, models.ErrBoughtElsewhere) {
		t.Errorf("bought all the same: %v", err)
	}
}

// TestCheckoutByTransfer: no card is needed where the seller takes transfers.
func TestCheckoutByTransfer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	co := s.look(t, billing.Choice{Plan: team, Transfer: true, Method: s.card, Account: "acme"})
	if co.Problem != nil || co.Choice.Method != 0 || !co.Choice.Transfer || co.Turn.After.Due == nil || co.Due().Minor != 1200 {
		t.Errorf("%+v, %v", co.Choice, co.Problem)
	}
	if co := s.look(t, billing.Choice{Plan: free, Transfer: true}); co.Choice.Transfer || co.Problem != nil {
		t.Errorf("what is free is paid by transfer: %+v, %v", co.Choice, co.Problem)
	}
	if _, err := s.db.Pool().Exec(t.Context(), `UPDATE sellers SET accepts_transfer = false`); err != nil {
		t.Fatal(err)
	}
	if co := s.look(t, billing.Choice{Plan: team, Transfer: true, Account: "acme"}); co.Choice.Transfer || co.Method == nil {
		t.Errorf("a transfer that nobody takes: %+v", co.Choice)
	}
}

// TestNewestMethod: whoever comes back from adding a card pays with it.
func TestNewestMethod(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if _, err := s.db.Pool().Exec(t.Context(), `UPDATE payment_methods SET used_at = now() WHERE id = $1`, s.card); err != nil {
		t.Fatal(err)
	}
	added := dbtest.PaymentMethod(t, s.db, s.acme, "tok_decline")
	for method, want := range map[int64]int64{0: s.card, billing.NewestMethod: added, added: added, added + 100: s.card} {
		if co := s.look(t, billing.Choice{Plan: team, Account: "acme", Method: method}); co.Choice.Method != want || co.Method == nil || co.Method.ID != want {
			t.Errorf("of %d, %d is chosen, not %d", method, co.Choice.Method, want)
		}
	}
}

// TestCheckoutKnowsTheTrialOfACard: a card with which somebody had the trial gives no
// second one, and the page says so before.
func TestCheckoutKnowsTheTrialOfACard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if _, err := s.place(t.Context(), s.look(t, billing.Choice{Plan: trial, Account: "acme"}), "one"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Pool().Exec(t.Context(), `UPDATE payment_methods SET fingerprint = 'same'; UPDATE trials SET fingerprint = 'same'`); err != nil {
		t.Fatal(err)
	}
	if co := s.look(t, billing.Choice{Plan: trial}); co.Turn.After.OnTrial() || co.Due().Minor != 3000 {
		t.Errorf("a second trial with the same card: %+v", co.Turn.After)
	}
}

func TestCheckoutAsksThePolicy(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for decision, want := range map[string]error{"allow": nil, "ask": nil, "deny": models.ErrPolicyDenied} {
		if _, err := s.db.Pool().Exec(t.Context(), `INSERT INTO buy_policies (organization_id, rules, version, updated_at)
			VALUES ($1, jsonb_build_object('rules', '[]'::jsonb, 'otherwise', $2::text), 1, now()) ON CONFLICT (organization_id) DO UPDATE SET rules = excluded.rules`, s.acme.ID, decision); err != nil {
			t.Fatal(err)
		}
		co := s.look(t, billing.Choice{Plan: team, Account: "acme"})
		if string(co.Verdict.Decision) != decision || !errors.Is(co.Problem, want) {
			t.Errorf("%s: %+v, %v", decision, co.Verdict, co.Problem)
		}
	}
}

// TestUpgradeLeads to the subscription of those who may change it, and to the order
// page of others.
func TestUpgradeLeads(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if id, login, err := s.Upgrade(t.Context(), s.ada, "checker", team, s.acme.ID); err != nil || id != 0 || login != "acme" {
		t.Errorf("nothing bought: %d, %s, %v", id, login, err)
	}
	placed, err := s.place(t.Context(), s.look(t, billing.Choice{Plan: free, Account: "acme"}), "one")
	if err != nil {
		t.Fatal(err)
	}
	if id, _, err := s.Upgrade(t.Context(), s.ada, "checker", team, s.acme.ID); err != nil || id != placed.SubscriptionID {
		t.Errorf("bought: %d, %v", id, err)
	}
	for _, c := range []struct {
		slug    string
		plan    int
		account int64
	}{{"nothing", team, s.acme.ID}, {"checker", 99, s.acme.ID}, {"checker", team, s.maker.ID}, {"checker", team, 0}} {
		if _, _, err := s.Upgrade(t.Context(), s.ada, c.slug, c.plan, c.account); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestCheckoutCostsFewStatements, however many organizations one belongs to.
func TestCheckoutCostsFewStatements(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for i := range 20 {
		o := dbtest.Organization(t, s.db, "org-"+strconv.Itoa(i), dbtest.User(t, s.db, "owner-"+strconv.Itoa(i)))
		s.ada.Memberships = append(s.ada.Memberships, models.Membership{OrganizationID: o.ID, Login: o.Login, Role: models.RoleBillingManager})
	}
	before := s.db.Statements()
	if co := s.look(t, billing.Choice{Plan: team, Account: "acme", Period: models.Monthly, Units: 1, Method: s.card}); len(co.Buyers) != 23 {
		t.Errorf("%d accounts to choose from", len(co.Buyers))
	}
	if n := s.db.Statements() - before; n != 2 {
		t.Errorf("%d statements: what is offered, and who has bought it", n)
	}
}

func figure(t *testing.T, d *db.DB, sql string, args ...any) (n int64) {
	t.Helper()
	if err := d.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
