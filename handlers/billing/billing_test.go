package billing_test

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/billing"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is a marketplace where toolmakers sell Checker: free, at €12 and €30 a month,
// and per seat; ada owns acme, bob pays for it, and both have a card.
type cast struct {
	*apptest.App
	t                         *testing.T
	ada, bob, eve, kim, grace models.Account
	acme, makers              models.Account
	card, refused, authentic  int64
	checker                   dbtest.Entry
	free, solo, team, seats   int // numbers of the plans
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t, free: 1, solo: 2, team: 3, seats: 4}
	for login, a := range map[string]*models.Account{"ada": &c.ada, "bob": &c.bob, "eve": &c.eve, "kim": &c.kim, "grace": &c.grace} {
		*a = dbtest.User(t, c.DB, login)
	}
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada)
	dbtest.Member(t, c.DB, c.acme, c.bob, models.RoleBillingManager)
	dbtest.Member(t, c.DB, c.acme, c.eve, models.RoleMember)
	dbtest.MakeStaff(t, c.DB, c.grace, models.StaffSupport)
	c.makers = dbtest.Organization(t, c.DB, "toolmakers", c.kim)
	dbtest.Seller(t, c.DB, c.makers)
	plan := func(name string, kind models.PlanKind, monthly, yearly int64, more ...func(*models.Plan)) models.Plan {
		p := models.Plan{Name: name, Kind: kind, Currency: "EUR", State: models.PlanPublished}
		if kind != models.PlanFree {
			p.MonthlyMinor, p.YearlyMinor = &monthly, &yearly
		}
		for _, m := range more {
			m(&p)
		}
		return p
	}
	c.checker = dbtest.Listing(t, c.DB, dbtest.Named("checker", "Checker"), dbtest.By(c.makers), func(e *dbtest.Entry) {
		e.Plans = []models.Plan{plan("Free", models.PlanFree, 0, 0), plan("Solo", models.PlanFlatRate, 1200, 12000),
			plan("Team", models.PlanFlatRate, 3000, 30000, func(p *models.Plan) { p.TrialDays = 14 }),
			plan("Seats", models.PlanPerUnit, 500, 5000, func(p *models.Plan) { p.UnitName = "seat" })}
	})
	for _, a := range []models.Account{c.ada, c.acme} {
		dbtest.Profile(t, c.DB, a, "IE")
	}
	c.card, c.refused = dbtest.PaymentMethod(t, c.DB, c.acme, "tok_approve"), dbtest.PaymentMethod(t, c.DB, c.acme, "tok_decline")
	c.authentic = dbtest.PaymentMethod(t, c.DB, c.acme, "tok_authenticate")
	return c
}

// actor is somebody in a session that was just confirmed.
func (c *cast) actor(a models.Account) models.Actor {
	actor := models.Actor{UserID: a.ID, Login: a.Login, MailVerified: true}
	if a.ID == c.ada.ID {
		actor.Memberships = []models.Membership{{OrganizationID: c.acme.ID, Role: models.RoleOwner}}
	}
	return actor
}

// buy has ada buy a plan of Checker for acme, and returns its address.
func (c *cast) buy(plan int, method int64, options ...func(*billing.Order)) (id int64, address string) {
	c.t.Helper()
	o := billing.Order{Key: rand.Text(), Listing: "checker", Plan: plan, Account: "acme", Period: models.Monthly, Units: 1, Method: method}
	for _, option := range options {
		option(&o)
	}
	placed, err := c.Verbs.Billing.Place(c.t.Context(), c.actor(c.ada), o)
	if err != nil {
		c.t.Fatalf("buying: %v", err)
	}
	return placed.SubscriptionID, fmt.Sprintf("/settings/billing/subscriptions/%d", placed.SubscriptionID)
}

// pass lets time pass, and what is due happen.
func (c *cast) pass(d time.Duration) {
	c.t.Helper()
	c.Clock.Pass(d)
	rows, err := c.DB.Pool().Query(c.t.Context(), `SELECT id FROM subscriptions`)
	if err != nil {
		c.t.Fatal(err)
	}
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			c.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		if err := c.Verbs.Billing.Advance(c.t.Context(), id); err != nil {
			c.t.Fatal(err)
		}
	}
	c.settle()
}

// settle does what jobs would: it asks the gateway for what is reserved.
func (c *cast) settle() {
	c.t.Helper()
	var charge int64
	for c.DB.Pool().QueryRow(c.t.Context(), `SELECT id FROM charges WHERE state = 'reserved'`).Scan(&charge) == nil {
		if err := c.Verbs.Billing.Settle(c.t.Context(), charge); err != nil {
			c.t.Fatal(err)
		}
	}
}

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	_, body, _ := strings.Cut(a.Body, "<main")
	if a.Status != status {
		t.Fatalf("%s: status %d, want %d; %s %s", what, a.Status, status, a.Location, body)
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(body, without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, body)
		}
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`)

// form are the hidden values of the form on a page that posts to an address, with
// more beside them.
func form(t *testing.T, a apptest.Answer, address string, more ...string) url.Values {
	t.Helper()
	_, rest, ok := strings.Cut(a.Body, `method="post" action="`+address+`"`)
	if !ok {
		t.Fatalf("no form to %s in %s", address, a.Body)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	v := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(rest, -1) {
		v.Set(m[1], m[2])
	}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

const day = 24 * time.Hour

// TestADesk shows what is bought, what it will cost and what it did cost.
func TestADesk(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	desk := "/organizations/acme/settings/billing"
	expect(t, "nothing yet", ada.Get(desk), 200, "Nothing bought yet", "Browse apps", "/organizations/acme/settings/billing/policy", "!Payment due")
	expect(t, "one's own", ada.Get("/settings/billing"), 200, "Nothing bought yet", "!policy")
	_, address := c.buy(c.solo, c.card)
	expect(t, "the desk", ada.Get(desk), 200, `href="`+address+`"`, "Solo, monthly", "€12.00 on ", "Active", "Next 12 months", "TM-", "Paid", "!Payment due")
	expect(t, "one's own is another", ada.Get("/settings/billing"), 200, "Nothing bought yet")
	a := ada.Get(address)
	expect(t, "the subscription", a, 200, "Subscription to Checker", "Renews on ", "Visa •••• 4242", "Tool Makers Ltd", "Reminder by mail", "Renewal",
		"Bought: Solo, monthly", "Invoice TM-", "Charged", "Change plan", "Change payment method", ">Pause<", ">Cancel subscription<", "!Resume")
	if n := strings.Count(a.Body, "Renewal"); n != 12 {
		t.Errorf("the calendar has %d renewals", n)
	}
	if len(a.Body) > 60_000 {
		t.Errorf("the page has %d bytes", len(a.Body))
	}
	spent := regexp.MustCompile(`This month</dt><dd>(.*?)</dd>`).FindStringSubmatch(ada.Get(desk).Body)
	if spent == nil || spent[1] != "€12.00" {
		t.Errorf("what was spent is %q", spent)
	}
	year := regexp.MustCompile(`Next 12 months</dt><dd>(.*?)</dd>`).FindStringSubmatch(ada.Get(desk).Body)
	if year == nil || year[1] != "€144.00" {
		t.Errorf("the year ahead is %q", year)
	}
	for _, nothing := range []string{"999", "0", "-1", "x", "99999999999999999999", "1%00"} {
		expect(t, nothing, ada.Get("/settings/billing/subscriptions/"+nothing), 404)
	}
	expect(t, "a person is no organization", ada.Get("/organizations/ada/settings/billing"), 404)
}

// TestStatements holds that pages read as much for many subscriptions as for one.
func TestStatements(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.buy(c.solo, c.card)
	ada := c.actor(c.ada)
	count := func(do func() error) int64 {
		var err error
		n := dbtest.Statements(c.DB, func() { err = do() })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	desk := func() error { _, err := c.Verbs.Billing.Desk(t.Context(), ada, "acme"); return err }
	if n := count(desk); n != 3 {
		t.Errorf("the desk takes %d statements", n)
	}
	for i := range 3 {
		other := dbtest.Listing(t, c.DB, dbtest.Named(fmt.Sprintf("other%d", i), "Other"), dbtest.By(c.makers), dbtest.WithPlan(models.Plan{Name: "Free", Kind: models.PlanFree}))
		c.buy(1, 0, func(o *billing.Order) { o.Listing = other.Slug })
	}
	if n := count(desk); n != 3 {
		t.Errorf("the desk of many takes %d statements", n)
	}
	if n := count(func() error { _, err := c.Verbs.Billing.Subscription(t.Context(), ada, 1, 1); return err }); n != 2 {
		t.Errorf("a subscription takes %d statements", n)
	}
}

// TestWhoSees holds who sees what a account has bought, and who may do something.
func TestWhoSees(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	desk := "/organizations/acme/settings/billing"
	expect(t, "the billing manager", c.As(t, c.bob).Get(address), 200, "Change plan", ">Cancel subscription<")
	expect(t, "the billing manager's menu", c.As(t, c.bob).Get(desk), 200, `aria-current="page"`, "!member_privileges")
	for a, status := range map[models.Account]int{c.eve: 403, c.kim: 404} {
		b := c.As(t, a)
		for _, page := range []string{"", "/change", "/cancel", "/pause", "/resume", "/method"} {
			expect(t, a.Login+page, b.Get(address+page), status)
		}
		for _, act := range []string{"/change", "/cancel", "/take-back", "/pause", "/resume", "/method"} {
			expect(t, a.Login+act, b.Post(address+act, url.Values{"plan": {"3"}, "period": {"month"}, "units": {"1"}, "method": {"1"}}), status)
		}
	}
	staff := c.As(t, c.grace)
	expect(t, "staff", staff.Get(address), 200, "You see this as staff", "!Change plan", "!>Cancel subscription<", "!<form")
	expect(t, "staff's desk", staff.Get(desk), 200, "Checker", "You see this as staff")
	expect(t, "staff's change", staff.Get(address+"/change?plan=3&period=month"), 200, "You see this as staff", "!method=\"post\"")
	expect(t, "staff's cancelling", staff.Get(address+"/cancel"), 200, "You see this as staff", "!method=\"post\"")
	dbtest.Suspend(t, c.DB, c.bob)
	suspended := c.As(t, c.bob)
	expect(t, "the suspended", suspended.Get(address), 200, "the account is suspended", "!Change plan", "!<form")
	expect(t, "the suspended write", suspended.Post(address+"/cancel", url.Values{}), 403)
}

// TestChanging goes up at once, down at the end of the period, and back.
func TestChanging(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	c.pass(10 * day)
	ada := c.As(t, c.ada)
	expect(t, "the plans", ada.Get(address+"/change"), 200, "Solo (current plan)", "Team", "Seats", "Preview the change", "!Summary of the change<", "!method=\"post\"")
	expect(t, "the same", ada.Get(address+"/change?plan=2&period=month"), 200, "This is your current plan", "!method=\"post\"")
	expect(t, "no such plan", ada.Get(address+"/change?plan=77&period=month"), 422)
	expect(t, "no such period", ada.Get(address+"/change?plan=3&period=week"), 422)
	expect(t, "nonsense", ada.Get(address+"/change?plan=x&period=%3Cscript%3E&units=y"), 422, "!<script>alert")
	expect(t, "too few", ada.Get(address+"/change?plan=4&period=month&units=-3"), 422, `value="-3"`)

	a := ada.Get(address + "/change?plan=3&period=month")
	expect(t, "up", a, 200, "It changes at once to Team, monthly", "Credit for unused time: Solo, monthly", "Team, monthly, for the rest of the period", "Change now and pay €", "Charged to Visa •••• 4242")
	to := address + "/change"
	values := form(t, a, to)
	expect(t, "another total", ada.Post(to, form(t, a, to, "shown", "1")), 409, "Summary of the change", "Change now and pay €")
	c.Clock.Pass(time.Hour) // it costs less by now
	ada = c.As(t, c.ada)
	expect(t, "done", ada.Post(to, values), 303)
	expect(t, "twice", ada.Post(to, values), 303)
	expect(t, "afterwards", ada.Get(address), 200, "Team, monthly", "Changed: Team, monthly", "The subscription is changed")
	var charges int
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM charges WHERE state = 'succeeded'`).Scan(&charges); err != nil || charges != 2 {
		t.Errorf("there were %d charges (%v)", charges, err)
	}

	a = ada.Get(address + "/change?plan=1&period=month")
	expect(t, "down", a, 200, "At the end of the period, on ", "Change on ", "!Change now", "!Charged to")
	expect(t, "down", ada.Post(to, form(t, a, to)), 303)
	a = ada.Get(address)
	expect(t, "pending", a, 200, "It changes to Free", "Undo", "Changing")
	expect(t, "taken back", ada.Post(address+"/take-back", form(t, a, address+"/take-back")), 303)
	expect(t, "as before", ada.Get(address), 200, "Taken back", "!>Undo<", "for €30.00")
	expect(t, "nothing to take back", ada.Post(address+"/take-back", url.Values{}), 409)
}

// TestCancelling says what ends when; a trial ends at once.
func TestCancelling(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	ada := c.As(t, c.ada)
	a := ada.Get(address + "/cancel")
	expect(t, "the page", a, 200, "It ends on ", "Nothing more is charged", "Installing is separate", "Cancel as of ", "Nothing is refunded automatically")
	expect(t, "cancelled", ada.Post(address+"/cancel", form(t, a, address+"/cancel")), 303)
	expect(t, "afterwards", ada.Get(address), 200, "Cancelled. You are served until", "Undo", "!>Cancel subscription<", "The period ends", "!Renewal", "The subscription is cancelled")
	expect(t, "twice", ada.Get(address+"/cancel"), 409)
	c.pass(32 * day)
	ada = c.As(t, c.ada)
	expect(t, "over", ada.Get(address), 200, "Cancelled; ended on", "!Change plan", "!Charges of the next")
	expect(t, "the desk", ada.Get("/organizations/acme/settings/billing"), 200, "Nothing bought yet", "Ended", `href="`+address+`"`)
	expect(t, "gone", ada.Get(address+"/cancel"), 410)
	expect(t, "gone", ada.Get(address+"/change?plan=3&period=month"), 410)

	_, trial := c.buy(c.team, c.card)
	expect(t, "on trial", ada.Get(trial), 200, "Free until ", "Then €30.00 is charged", "!>Pause<")
	a = ada.Get(trial + "/cancel")
	expect(t, "the trial's page", a, 200, "It ends at once", "End the trial")
	expect(t, "ended", ada.Post(trial+"/cancel", form(t, a, trial+"/cancel")), 303)
	expect(t, "over", ada.Get(trial), 200, "Cancelled; ended on")
}

// TestPausing stops with the period, and resumes with a new one.
func TestPausing(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	ada := c.As(t, c.ada)
	a := ada.Get(address + "/pause")
	expect(t, "the page", a, 200, "It pauses on ", "From then on nothing is charged", "Pause on ")
	expect(t, "paused", ada.Post(address+"/pause", form(t, a, address+"/pause")), 303)
	expect(t, "pending", ada.Get(address), 200, "Pausing", "Undo")
	expect(t, "not yet", ada.Get(address+"/resume"), 409)
	c.pass(32 * day)
	ada = c.As(t, c.ada)
	expect(t, "paused", ada.Get(address), 200, "Paused: nothing is charged", ">Resume<", ">Cancel subscription<", "!Change plan")
	a = ada.Get(address + "/resume")
	expect(t, "resuming", a, 200, "A new period begins at once, and €12.00 is paid", "Resume now and pay €12.00")
	expect(t, "another total", ada.Post(address+"/resume", form(t, a, address+"/resume", "shown", "0")), 409, "Resume now and pay €12.00")
	expect(t, "resumed", ada.Post(address+"/resume", form(t, a, address+"/resume")), 303)
	expect(t, "again", ada.Get(address), 200, "Renews on ", "Resumed: a new period has begun")
}

// TestMending pays what is owed with another card.
func TestMending(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	id, address := c.buy(c.solo, c.card)
	exec(t, c, `UPDATE payment_methods SET reference = 'tok_decline' WHERE id = $1`, c.card)
	c.pass(32 * day)
	ada := c.As(t, c.ada)
	expect(t, "owed", ada.Get(address), 200, "Past due", "couldn’t be charged", "Pay it now", `href="`+address+`/method"`, "Charge refused", "The bank refused the charge", "!Change plan")
	expect(t, "the desk", ada.Get("/organizations/acme/settings/billing"), 200, "Payment due", "Pay it now")
	expect(t, "staff", c.As(t, c.grace).Get("/organizations/acme/settings/billing"), 200, "Payment due", "!Pay it now")
	expect(t, "changing", ada.Get(address+"/change?plan=3&period=month"), 409)
	to := address + "/method"
	expect(t, "the cards", ada.Get(to), 200, "€12.00 is owed", "Use it and pay €12.00 now", "Add a payment method", "Expires 12/2099")
	expect(t, "none", ada.Post(to, url.Values{}), 422, "f-method-problem")
	expect(t, "another’s", ada.Post(to, url.Values{"method": {fmt.Sprint(dbtest.PaymentMethod(t, c.DB, c.ada, "tok_approve"))}}), 422, "f-method-problem")
	expect(t, "refused again", ada.Post(to, url.Values{"method": {fmt.Sprint(c.refused)}}), 402, "The bank refused the charge")
	good := dbtest.PaymentMethod(t, c.DB, c.acme, "tok_approve")
	expect(t, "paid", ada.Post(to, url.Values{"method": {fmt.Sprint(good)}}), 303)
	expect(t, "afterwards", ada.Get(address), 200, "Renews on ", "Payments use this method from now on", "!couldn’t be charged")
	var state models.SubscriptionState
	if err := c.DB.Pool().QueryRow(t.Context(), `SELECT state FROM subscriptions WHERE id = $1`, id).Scan(&state); err != nil || state != models.SubscriptionActive {
		t.Errorf("it is %s (%v)", state, err)
	}
}

// TestConfirming leads to the bank's page and says what waits for it.
func TestConfirming(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.solo, c.card)
	exec(t, c, `UPDATE subscriptions SET payment_method_id = $1`, c.authentic)
	c.pass(time.Hour)
	ada := c.As(t, c.ada)
	to := address + "/change"
	a := ada.Post(to, form(t, ada.Get(to+"?plan=3&period=month"), to))
	if a.Status != 303 || !strings.Contains(a.Location, "/payment/test/") {
		t.Fatalf("changing leads to %d %s", a.Status, a.Location)
	}
	expect(t, "waits", ada.Get(address), 200, "waits for your confirmation", "Confirm the payment", "/payment/test/", "Solo, monthly")
	expect(t, "the desk", ada.Get("/organizations/acme/settings/billing"), 200, "Payment due", "Confirm the payment")
}

// TestTransferring says where to transfer what is owed.
func TestTransferring(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	exec(t, c, `UPDATE sellers SET accepts_transfer = true`)
	_, address := c.buy(c.solo, 0, func(o *billing.Order) { o.Transfer = true })
	ada := c.As(t, c.ada)
	expect(t, "to be transferred", ada.Get(address), 200, "€12.00 is to be transferred by", "IBAN IE00 0000 0000 0000", "Bank transfer", "Invoice open", "!Change plan")
	expect(t, "the desk", ada.Get("/organizations/acme/settings/billing"), 200, "Payment due", "See where to transfer it")
}

// TestPagesInAllLanguages are there.
func TestPagesInAllLanguages(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	_, address := c.buy(c.seats, c.card, func(o *billing.Order) { o.Units = 3 })
	ada := c.As(t, c.ada)
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		for _, page := range []string{"", "/change", "/change?plan=3&period=year", "/change?plan=4&period=month&units=2", "/cancel", "/pause", "/method"} {
			expect(t, lang+page, ada.Get("/"+lang+address+page), 200, "Checker", "!billing.")
		}
		expect(t, lang, ada.Get("/"+lang+"/organizations/acme/settings/billing"), 200, "Checker", "!billing.owed")
	}
}

func exec(t *testing.T, c *cast, sql string, args ...any) {
	t.Helper()
	if _, err := c.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}
