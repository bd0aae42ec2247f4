package requests_test

import (
	"errors"
	"fmt"
	"sync"
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
	"souk/models/policies"
	"souk/models/requests"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is acme, which ada and anna own; bob buys for it, carl and cleo are members.
// toolmakers sells checker.
type world struct {
	*requests.Service
	billing  *billing.Service
	policies *policies.Service
	t        *testing.T
	db       *db.DB
	mu       sync.Mutex
	at       time.Time

	ada, anna, bob, carl, cleo, acme models.Account
	checker                          dbtest.Entry
	card                             int64
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
	w.billing = billing.New(w.db, queue, n, gateway.Set{models.GatewayTest: testgw.New(w.db.Pool(), site, w.now)}, site, w.now)
	w.policies = policies.New(w.db, w.now)
	w.Service = requests.New(w.db, n, w.billing, w.now)
	for login, a := range map[string]*models.Account{"ada": &w.ada, "anna": &w.anna, "bob": &w.bob, "carl": &w.carl, "cleo": &w.cleo} {
		*a = dbtest.User(t, w.db, login)
	}
	w.acme = dbtest.Organization(t, w.db, "acme", w.ada, w.anna)
	dbtest.Member(t, w.db, w.acme, w.bob, models.RoleBillingManager)
	dbtest.Member(t, w.db, w.acme, w.carl, models.RoleMember)
	dbtest.Member(t, w.db, w.acme, w.cleo, models.RoleMember)
	dbtest.Profile(t, w.db, w.acme, "IE")
	tools := dbtest.Organization(t, w.db, "toolmakers")
	dbtest.Seller(t, w.db, tools)
	w.checker = dbtest.Listing(t, w.db, dbtest.Named("checker", "Checker"), dbtest.By(tools), dbtest.In("testing"), func(e *dbtest.Entry) {
		e.App.Permissions = models.Grants{"contents": models.LevelWrite}
		e.Plans = []models.Plan{
			{Name: "Free"},
			{Name: "Team", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1000)), YearlyMinor: new(int64(10000)), Currency: "EUR", UnitName: "seat", MinUnits: new(int64(2))},
			{Name: "Tried", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "EUR", TrialDays: 14},
			{Name: "People", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "EUR", Audience: models.AudienceUsers},
			{Name: "Old", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "EUR", State: models.PlanRetired},
		}
	})
	w.card = dbtest.PaymentMethod(t, w.db, w.acme, "tok_approve")
	return w
}

func (w *world) as(a models.Account, role models.OrganizationRole) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true}
	if role != "" {
		actor.Memberships = []models.Membership{{OrganizationID: w.acme.ID, Login: "acme", Name: "Acme", Role: role}}
	}
	return actor
}

func (w *world) owner() models.Actor  { return w.as(w.ada, models.RoleOwner) }
func (w *world) biller() models.Actor { return w.as(w.bob, models.RoleBillingManager) }
func (w *world) member() models.Actor { return w.as(w.carl, models.RoleMember) }

var wish = requests.Wish{Listing: "checker", Plan: 2, Organization: "acme", Units: 3, Reason: "We test too little."}

// ask asks as carl.
func (w *world) ask() int64 {
	w.t.Helper()
	id, err := w.Ask(w.t.Context(), w.member(), wish)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// approval is what the page would send for the wish.
func (w *world) approval() requests.Approval {
	return requests.Approval{Plan: 2, Period: models.Monthly, Units: 3, Method: w.card, Shown: &models.Money{Minor: 3000, Currency: "EUR"}, Words: "Have fun."}
}

func (w *world) state(id int64) (s string) {
	w.t.Helper()
	w.read(&s, `SELECT state FROM buy_requests WHERE id = $1`, id)
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

// told is how often somebody was told of a kind.
func (w *world) told(a models.Account, kind models.NotificationKind) int {
	return w.count(`notifications WHERE account_id = $1 AND kind = $2`, a.ID, kind)
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

func TestAskAndApprove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	for _, a := range []models.Account{w.ada, w.anna, w.bob} {
		if w.told(a, models.NoticeBuyRequested) != 1 {
			t.Errorf("%s wasn't told", a.Login)
		}
	}
	if w.told(w.carl, models.NoticeBuyRequested)+w.told(w.cleo, models.NoticeBuyRequested) != 0 {
		t.Error("members were told")
	}
	c, err := w.Case(t.Context(), w.owner(), "acme", id, requests.Terms{})
	if err != nil || c.Problem != nil || c.Requester != "carl" || c.Reason != wish.Reason || !c.Member || c.Checkout == nil || c.Verdict.Decision != models.DecisionAllow {
		t.Fatalf("%+v, %v", c, err)
	}
	if due := c.Checkout.Due(); due != (models.Money{Minor: 3000, Currency: "EUR"}) || c.Terms.Method != w.card {
		t.Errorf("%+v, %+v", due, c.Terms)
	}
	// Other terms cost otherwise.
	if c, err = w.Case(t.Context(), w.owner(), "acme", id, requests.Terms{Plan: 2, Period: models.Yearly, Units: 4}); err != nil || c.Checkout.Due().Minor != 40000 {
		t.Errorf("%+v, %v", c.Checkout, err)
	}
	placed, err := w.Approve(t.Context(), w.owner(), "acme", id, w.approval())
	if err != nil || !placed.Done {
		t.Fatalf("%+v, %v", placed, err)
	}
	r, err := w.Case(t.Context(), w.owner(), "acme", id, requests.Terms{})
	if err != nil || r.State != models.RequestApproved || r.Decider != "ada" || r.Words != "Have fun." || r.OrderID == nil || *r.OrderID != placed.OrderID || r.Order.Units != 3 || r.Checkout != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if w.told(w.carl, models.NoticeBuyApproved) != 1 {
		t.Error("carl wasn't told")
	}
	if w.count(`audit_events WHERE action = 'buy_request.approve' AND actor_id = $1 AND account_id = $2`, w.ada.ID, w.acme.ID) != 1 {
		t.Error("it isn't in the log")
	}
	var buyer int64
	if w.read(&buyer, `SELECT buyer_id FROM orders WHERE request_id = $1`, id); buyer != w.ada.ID {
		t.Errorf("the order is that of %d", buyer)
	}
	// Approved once more it is the same order; nothing else can be done to it.
	if again, err := w.Approve(t.Context(), w.as(w.anna, models.RoleOwner), "acme", id, w.approval()); err != nil || again.OrderID != placed.OrderID {
		t.Errorf("%+v, %v", again, err)
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "no"); !errors.Is(err, models.ErrRequestClosed) {
		t.Errorf("declined: %v", err)
	}
	if err := w.Withdraw(t.Context(), w.member(), id); !errors.Is(err, models.ErrRequestClosed) {
		t.Errorf("withdrawn: %v", err)
	}
	if n := w.count(`charges WHERE state = 'succeeded'`); n != 1 {
		t.Errorf("%d charges", n)
	}
}

func TestApproveOnOtherTerms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	a := w.approval()
	a.Plan, a.Units, a.Shown = 3, 1, &models.Money{Currency: "EUR"} // a trial
	placed, err := w.Approve(t.Context(), w.biller(), "acme", id, a)
	if err != nil || !placed.Done {
		t.Fatalf("%+v, %v", placed, err)
	}
	c, _ := w.Case(t.Context(), w.owner(), "acme", id, requests.Terms{})
	if c.State != models.RequestApproved || c.PlanName != "Team" || c.Order.Plan != "Tried" || c.Decider != "bob" {
		t.Errorf("%+v, %+v", c.Request, c.Order)
	}
	// Another request for it finds that acme has it.
	if _, err := w.Ask(t.Context(), w.as(w.cleo, models.RoleMember), wish); !errors.Is(err, models.ErrAlreadyBought) {
		t.Errorf("asked again: %v", err)
	}
}

// TestApprovedAtOnce has two owners and the billing manager approve at the same time,
// each twice.
func TestApprovedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	var wait sync.WaitGroup
	answers := make([]*billing.Placed, 6)
	for i, actor := range []models.Actor{w.owner(), w.as(w.anna, models.RoleOwner), w.biller(), w.owner(), w.as(w.anna, models.RoleOwner), w.biller()} {
		wait.Go(func() {
			placed, err := w.Approve(t.Context(), actor, "acme", id, w.approval())
			if err != nil {
				t.Errorf("%s: %v", actor.Login, err)
			}
			answers[i] = placed
		})
	}
	wait.Wait()
	for _, a := range answers {
		if a == nil || a.OrderID != answers[0].OrderID {
			t.Errorf("%+v, %+v", a, answers[0])
		}
	}
	if n := w.count(`orders`); n != 1 {
		t.Errorf("%d orders", n)
	}
	if n := w.count(`charges`); n != 1 {
		t.Errorf("%d charges", n)
	}
	if w.state(id) != "approved" || w.told(w.carl, models.NoticeBuyApproved) != 1 || w.count(`audit_events WHERE action = 'buy_request.approve'`) != 1 {
		t.Errorf("%s, told %d times", w.state(id), w.told(w.carl, models.NoticeBuyApproved))
	}
}

// TestApprovedAndDeclinedAtOnce ends either way, and never both ways.
func TestApprovedAndDeclinedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 8 {
		id := w.ask()
		var wait sync.WaitGroup
		wait.Go(func() { _, _ = w.Approve(t.Context(), w.owner(), "acme", id, w.approval()) })
		wait.Go(func() { _ = w.Decline(t.Context(), w.as(w.anna, models.RoleOwner), "acme", id, "no") })
		wait.Go(func() { _ = w.Withdraw(t.Context(), w.member(), id) })
		wait.Wait()
		ordered := w.count(`orders WHERE request_id = $1`, id)
		if state := w.state(id); (state == "approved") != (ordered == 1) || state == "open" {
			t.Errorf("round %d: %s with %d orders", round, state, ordered)
		}
		w.exec(`UPDATE subscriptions SET state = 'ended', ended_at = now() WHERE state <> 'ended'`)
	}
}

func TestPaymentFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	bad := dbtest.PaymentMethod(t, w.db, w.acme, "tok_funds")
	a := w.approval()
	a.Method = bad
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, a); !errors.Is(err, models.ErrPaymentDeclined) {
		t.Fatalf("%v", err)
	}
	c, err := w.Case(t.Context(), w.owner(), "acme", id, requests.Terms{})
	if err != nil || c.State != models.RequestOpen || c.Order == nil || c.Order.State != "failed" || c.Order.Decline != models.DeclineFunds || c.Order.Buyer != "ada" {
		t.Fatalf("%+v, %+v, %v", c.Request, c.Order, err)
	}
	if w.told(w.carl, models.NoticeBuyApproved) != 0 {
		t.Error("carl was told that it is approved")
	}
	// The same card once more, then another one.
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, a); !errors.Is(err, models.ErrPaymentDeclined) {
		t.Errorf("%v", err)
	}
	if placed, err := w.Approve(t.Context(), w.owner(), "acme", id, w.approval()); err != nil || !placed.Done || w.state(id) != "approved" {
		t.Errorf("%+v, %v", placed, err)
	}
	if n := w.count(`charges WHERE state = 'succeeded'`); n != 1 {
		t.Errorf("%d charges", n)
	}
}

func TestDeclinedAfterPaymentFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	a := w.approval()
	a.Method = dbtest.PaymentMethod(t, w.db, w.acme, "tok_decline")
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, a); !errors.Is(err, models.ErrPaymentDeclined) {
		t.Fatal(err)
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "The card is empty."); err != nil || w.state(id) != "declined" {
		t.Errorf("%v, %s", err, w.state(id))
	}
	if w.told(w.carl, models.NoticeBuyDeclined) != 1 {
		t.Error("carl wasn't told")
	}
}

// TestPaymentUnderWay: nobody decides otherwise while the bank asks the owner, and the
// request is approved once the order holds, whoever notices first.
func TestPaymentUnderWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	a := w.approval()
	a.Method = dbtest.PaymentMethod(t, w.db, w.acme, "tok_never")
	placed, err := w.Approve(t.Context(), w.owner(), "acme", id, a)
	if err != nil || placed.Done {
		t.Fatalf("%+v, %v", placed, err)
	}
	w.pass(time.Hour)
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "no"); !errors.Is(err, models.ErrRequestBusy) {
		t.Errorf("declined: %v", err)
	}
	if err := w.Withdraw(t.Context(), w.member(), id); !errors.Is(err, models.ErrRequestBusy) {
		t.Errorf("withdrawn: %v", err)
	}
	if again, err := w.Approve(t.Context(), w.as(w.anna, models.RoleOwner), "acme", id, w.approval()); err != nil || again.OrderID != placed.OrderID || again.Done {
		t.Errorf("approved again: %+v, %v", again, err)
	}
	w.pass(models.RequestLifetime)
	if err := w.Tend(t.Context()); err != nil || w.state(id) != "open" {
		t.Errorf("%v, %s", err, w.state(id))
	}
	// The process died between the order and the answer.
	w.exec(`UPDATE orders SET state = 'done', settled_at = now() WHERE request_id = $1`, id)
	for range 2 {
		if err := w.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if w.state(id) != "approved" || w.told(w.carl, models.NoticeBuyApproved) != 1 {
		t.Errorf("%s, told %d times", w.state(id), w.told(w.carl, models.NoticeBuyApproved))
	}
	var by int64
	if w.read(&by, `SELECT decider_id FROM buy_requests WHERE id = $1`, id); by != w.ada.ID {
		t.Errorf("approved by %d", by)
	}
}

func TestRemindersAndExpiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	tend := func(want int) {
		t.Helper()
		var wait sync.WaitGroup
		for range 3 { // late, twice and at once
			wait.Go(func() {
				if err := w.Tend(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := w.told(w.ada, models.NoticeBuyReminder); n != want {
			t.Errorf("reminded %d times, want %d", n, want)
		}
	}
	const day = 24 * time.Hour
	w.pass(3*day - time.Second)
	tend(0)
	w.pass(time.Second)
	tend(1)
	tend(1)
	w.pass(10 * day) // the job was late
	tend(2)
	w.pass(17*day - time.Second)
	tend(2)
	if w.state(id) != "open" {
		t.Error("it has ended early")
	}
	w.pass(time.Second)
	tend(2)
	if w.state(id) != "expired" || w.told(w.carl, models.NoticeBuyExpired) != 1 {
		t.Errorf("%s, told %d times", w.state(id), w.told(w.carl, models.NoticeBuyExpired))
	}
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, w.approval()); !errors.Is(err, models.ErrRequestClosed) {
		t.Errorf("approved: %v", err)
	}
	w.ask() // again
}

func TestMissedRemindersAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask()
	w.pass(8 * 24 * time.Hour)
	for range 2 {
		if err := w.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.told(w.bob, models.NoticeBuyReminder); n != 1 {
		t.Errorf("reminded %d times", n)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Listing(t, w.db, dbtest.Named("wild", "Wild"), dbtest.WithPlan(models.Plan{}))
	other := func(change func(*requests.Wish)) requests.Wish {
		o := wish
		change(&o)
		return o
	}
	for name, c := range map[string]struct {
		who  models.Actor
		wish requests.Wish
		want error
	}{
		"no listing":           {w.member(), other(func(o *requests.Wish) { o.Listing = "nothing" }), models.ErrNotFound},
		"a strange address":    {w.member(), other(func(o *requests.Wish) { o.Listing = "a\x00\xff" }), models.ErrNotFound},
		"no plan":              {w.member(), other(func(o *requests.Wish) { o.Plan = 9 }), models.ErrNotFound},
		"a plan below zero":    {w.member(), other(func(o *requests.Wish) { o.Plan = -1 }), models.ErrNotFound},
		"no reason":            {w.member(), other(func(o *requests.Wish) { o.Reason = " \n" }), models.ErrRequestReason},
		"a reason that turns":  {w.member(), other(func(o *requests.Wish) { o.Reason = "a\u202eb" }), models.ErrControl},
		"too few units":        {w.member(), other(func(o *requests.Wish) { o.Units = 1 }), models.ErrPlanUnits},
		"units below zero":     {w.member(), other(func(o *requests.Wish) { o.Units = -5 }), models.ErrPlanUnits},
		"another period":       {w.member(), other(func(o *requests.Wish) { o.Plan, o.Period = 3, models.Yearly }), models.ErrPlanPeriod},
		"a strange period":     {w.member(), other(func(o *requests.Wish) { o.Period = "week" }), models.ErrPlanPeriod},
		"a plan for people":    {w.member(), other(func(o *requests.Wish) { o.Plan = 4 }), models.ErrPlanAudience},
		"a retired plan":       {w.member(), other(func(o *requests.Wish) { o.Plan = 5 }), models.ErrPlanGone},
		"sold elsewhere":       {w.member(), requests.Wish{Listing: "wild", Plan: 1, Organization: "acme", Reason: "why"}, models.ErrBoughtElsewhere},
		"another organization": {w.member(), other(func(o *requests.Wish) { o.Organization = "toolmakers" }), models.ErrRequestAccount},
		"an owner":             {w.owner(), wish, models.ErrRequestAccount},
		"a stranger":           {w.as(w.carl, ""), wish, models.ErrRequestAccount},
		"nobody":               {models.Actor{}, wish, models.ErrSignInNeeded},
		"who has no mail":      {models.Actor{UserID: w.carl.ID, Memberships: w.member().Memberships}, wish, models.ErrMailNeeded},
	} {
		if id, err := w.Ask(t.Context(), c.who, c.wish); !errors.Is(err, c.want) {
			t.Errorf("%s: %d, %v", name, id, err)
		}
	}
	if n := w.count(`buy_requests`) + w.count(`notifications`); n != 0 {
		t.Errorf("%d rows were written", n)
	}
	// Everything that is wrong is said at once.
	_, err := w.Ask(t.Context(), w.member(), other(func(o *requests.Wish) { o.Units, o.Reason = 1, "" }))
	if p, _ := models.AsProblems(err); len(p) != 2 {
		t.Errorf("%v", err)
	}
	w.ask()
	if _, err := w.Ask(t.Context(), w.member(), wish); !errors.Is(err, models.ErrAlreadyAsked) {
		t.Errorf("asked twice: %v", err)
	}
	if _, err := w.Ask(t.Context(), w.as(w.cleo, models.RoleMember), wish); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// TestAskedTwiceAtOnce is a double click.
func TestAskedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	errs := make(chan error)
	for range 5 {
		go func() {
			_, err := w.Ask(t.Context(), w.member(), wish)
			errs <- err
		}()
	}
	asked := 0
	for range 5 {
		if err := <-errs; err == nil {
			asked++
		} else if !errors.Is(err, models.ErrAlreadyAsked) {
			t.Error(err)
		}
	}
	if asked != 1 || w.told(w.ada, models.NoticeBuyRequested) != 1 {
		t.Errorf("asked %d times, told %d", asked, w.told(w.ada, models.NoticeBuyRequested))
	}
}

func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tools := dbtest.AccountOf(t, w.db, "toolmakers")
	var err error
	for i := range models.MaxOpenRequests + 1 {
		slug := fmt.Sprint("app", i)
		dbtest.Listing(t, w.db, dbtest.Named(slug, slug), dbtest.By(tools), dbtest.WithPlan(models.Plan{}))
		if _, err = w.Ask(t.Context(), w.member(), requests.Wish{Listing: slug, Plan: 1, Organization: "acme", Reason: "why"}); err != nil {
			break
		}
	}
	if n := w.count(`buy_requests`); !errors.Is(err, models.ErrTooManyRequests) || n != models.MaxOpenRequests {
		t.Errorf("%d requests, %v", n, err)
	}
	l, err := w.List(t.Context(), w.owner(), "acme", models.RequestsOpen, 1)
	if err != nil || len(l.Items) != requests.PerPage || l.Waiting != n20 || l.Items[0].Slug != "app0" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := w.List(t.Context(), w.owner(), "acme", models.RequestsOpen, 2); !errors.Is(err, models.ErrPageOutOfRange) {
		t.Errorf("a page too far: %v", err)
	}
	mine, total, err := w.Mine(t.Context(), w.member(), 1)
	if err != nil || total != n20 || mine[0].Slug != "app19" {
		t.Errorf("%d, %v", total, err)
	}
}

const n20 = models.MaxOpenRequests

func TestPolicyAndRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	save := func(decision models.Decision, version int) {
		t.Helper()
		if err := w.policies.SavePolicy(t.Context(), w.owner(), "acme", models.BuyPolicy{Rules: []models.BuyRule{{Decision: decision, Category: "testing", Words: "Because."}}}, version); err != nil {
			t.Fatal(err)
		}
	}
	id := w.ask()
	save(models.DecisionAsk, 0)
	// The billing manager sees that an owner has to decide, and can ask one.
	c, err := w.Case(t.Context(), w.biller(), "acme", id, requests.Terms{})
	if err != nil || !errors.Is(c.Problem, models.ErrPolicyAsks) || c.Verdict.Reasons[0].Words != "Because." {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := w.Approve(t.Context(), w.biller(), "acme", id, w.approval()); !errors.Is(err, models.ErrPolicyAsks) || w.state(id) != "open" {
		t.Errorf("%v, %s", err, w.state(id))
	}
	if _, err := w.Ask(t.Context(), w.biller(), wish); err != nil {
		t.Errorf("the billing manager asks: %v", err)
	}
	save(models.DecisionDeny, 1)
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, w.approval()); !errors.Is(err, models.ErrPolicyDenied) {
		t.Errorf("denied: %v", err)
	}
	if _, err := w.Ask(t.Context(), w.as(w.cleo, models.RoleMember), wish); !errors.Is(err, models.ErrPolicyDenied) {
		t.Errorf("asked: %v", err)
	}
	if n := w.count(`orders`); n != 0 {
		t.Errorf("%d orders", n)
	}
	save(models.DecisionAsk, 2)
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, w.approval()); err != nil || w.state(id) != "approved" {
		t.Errorf("the owner: %v", err)
	}
}

func TestBudgetAndRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.policies.SetBudget(t.Context(), w.owner(), "acme", "testing", models.Money{Minor: 2999, Currency: "EUR"}); err != nil {
		t.Fatal(err)
	}
	id := w.ask()
	if _, err := w.Approve(t.Context(), w.biller(), "acme", id, w.approval()); !errors.Is(err, models.ErrPolicyAsks) {
		t.Errorf("over the budget: %v", err)
	}
	a := w.approval()
	a.Units, a.Shown.Minor = 2, 2000
	if _, err := w.Approve(t.Context(), w.biller(), "acme", id, a); err != nil {
		t.Errorf("within it: %v", err)
	}
}

func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	eve := dbtest.User(t, w.db, "eve")
	evil := dbtest.Organization(t, w.db, "evil", eve)
	stranger := models.Actor{UserID: eve.ID, Login: "eve", MailVerified: true, Memberships: []models.Membership{{OrganizationID: evil.ID, Login: "evil", Role: models.RoleOwner}}}
	for _, c := range []struct {
		who        models.Actor
		login      string
		see, write error
	}{
		{w.member(), "acme", models.ErrForbidden, models.ErrForbidden},
		{w.as(w.carl, ""), "acme", models.ErrNotFound, models.ErrNotFound},
		{stranger, "acme", models.ErrNotFound, models.ErrNotFound},
		{stranger, "evil", models.ErrNotFound, models.ErrNotFound}, // by the address of their own
		{models.Actor{UserID: eve.ID, Staff: models.StaffSupport, MailVerified: true}, "acme", nil, models.ErrNotFound},
		{models.Actor{}, "acme", models.ErrSignInNeeded, models.ErrSignInNeeded},
	} {
		if _, err := w.Case(t.Context(), c.who, c.login, id, requests.Terms{}); !errors.Is(err, c.see) {
			t.Errorf("%s sees: %v", c.who.Login, err)
		}
		if _, err := w.Approve(t.Context(), c.who, c.login, id, w.approval()); !errors.Is(err, c.write) {
			t.Errorf("%s approves: %v", c.who.Login, err)
		}
		if err := w.Decline(t.Context(), c.who, c.login, id, "no"); !errors.Is(err, c.write) {
			t.Errorf("%s declines: %v", c.who.Login, err)
		}
	}
	for _, who := range []models.Actor{w.owner(), w.as(w.cleo, models.RoleMember), stranger} {
		if err := w.Withdraw(t.Context(), who, id); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s withdraws: %v", who.Login, err)
		}
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "  "); !errors.Is(err, models.ErrRequestWords) {
		t.Errorf("without words: %v", err)
	}
	if w.state(id) != "open" {
		t.Error("it was decided")
	}
	if err := w.Withdraw(t.Context(), w.member(), id); err != nil || w.state(id) != "withdrawn" {
		t.Errorf("withdrawn: %v", err)
	}
}

func TestPriceChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	a := w.approval()
	a.Shown.Minor = 2999
	if _, err := w.Approve(t.Context(), w.owner(), "acme", id, a); !errors.Is(err, models.ErrQuoteChanged) || w.state(id) != "open" {
		t.Errorf("%v, %s", err, w.state(id))
	}
	// Nobody has to wait after that.
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "Dearer than shown."); err != nil {
		t.Error(err)
	}
}

func TestWhatIsGoneCanBeDeclined(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ask()
	w.exec(`UPDATE listings SET state = 'taken_down', taken_down_at = now() WHERE slug = 'checker'`)
	c, err := w.Case(t.Context(), w.owner(), "acme", id, requests.Terms{})
	if err != nil || !errors.Is(c.Problem, models.ErrPlanGone) {
		t.Fatalf("%+v, %v", c, err)
	}
	if err := w.Decline(t.Context(), w.owner(), "acme", id, "It is gone."); err != nil {
		t.Error(err)
	}
	if l, err := w.List(t.Context(), w.owner(), "acme", models.RequestsDecided, 1); err != nil || len(l.Items) != 1 || l.Items[0].Words != "It is gone." {
		t.Errorf("%+v, %v", l, err)
	}
}

// TestStates holds the state machine against the schema.
func TestStates(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var check string
	err := d.Pool().QueryRow(t.Context(), `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'buy_requests_state'`).Scan(&check)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("CHECK ((state = ANY (ARRAY['%s'::text, '%s'::text, '%s'::text, '%s'::text, '%s'::text])))",
		models.RequestOpen, models.RequestApproved, models.RequestDeclined, models.RequestWithdrawn, models.RequestExpired)
	if check != want || len(models.RequestStates()) != 5 {
		t.Errorf("%s, want %s", check, want)
	}
}
