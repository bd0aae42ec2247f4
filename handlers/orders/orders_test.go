package orders_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// market has checker of toolmakers, with plans of every kind; ada, who owns acme and
// is a member of globex; and bob, its billing manager.
type market struct {
	*apptest.App
	t                   *testing.T
	ada, bob            models.Account
	acme, globex, maker models.Account
	card                int64
	listing             dbtest.Entry
}

func newMarket(t *testing.T, options ...func(*models.Seller)) *market {
	t.Helper()
	m := &market{App: apptest.New(t), t: t}
	m.ada, m.bob = dbtest.User(t, m.DB, "ada"), dbtest.User(t, m.DB, "bob")
	m.acme = dbtest.Organization(t, m.DB, "acme", m.ada)
	dbtest.Member(t, m.DB, m.acme, m.bob, models.RoleBillingManager)
	m.globex = dbtest.Organization(t, m.DB, "globex", dbtest.User(t, m.DB, "gus"))
	dbtest.Member(t, m.DB, m.globex, m.ada, models.RoleMember)
	m.maker = dbtest.Organization(t, m.DB, "toolmakers", dbtest.User(t, m.DB, "tim"))
	dbtest.Seller(t, m.DB, m.maker, options...)
	m.listing = dbtest.Listing(t, m.DB, dbtest.Named("checker", "Checker"), dbtest.By(m.maker),
		func(e *dbtest.Entry) { e.App.HomepageURL = "https://checker.example" },
		dbtest.WithPlan(models.Plan{Name: "Starter"}),
		dbtest.WithPlan(models.Plan{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(1200)), YearlyMinor: new(int64(12000)), Currency: "EUR"}),
		dbtest.WithPlan(models.Plan{Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(500)), UnitName: "seat", Capacity: new(int64(10)), Currency: "EUR"}),
		dbtest.WithPlan(models.Plan{Name: "Trial", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(3000)), TrialDays: 14, Currency: "EUR"}))
	m.exec(`UPDATE listings SET claimed_at = now()`)
	m.card = dbtest.PaymentMethod(t, m.DB, m.ada, "tok_approve")
	return m
}

func (m *market) exec(sql string, args ...any) {
	m.t.Helper()
	if _, err := m.DB.Pool().Exec(m.t.Context(), sql, args...); err != nil {
		m.t.Fatal(err)
	}
}

func (m *market) number(sql string, args ...any) (n int64) {
	m.t.Helper()
	if err := m.DB.Pool().QueryRow(m.t.Context(), sql, args...).Scan(&n); err != nil {
		m.t.Fatal(err)
	}
	return n
}

const at = "/marketplace/checker/order/"

var placing = regexp.MustCompile(`name="place" value="([^"]+)"`)

// place is what the button of a page sends; "" where there is none.
func place(a apptest.Answer) string {
	if found := placing.FindStringSubmatch(a.Body); found != nil {
		return found[1]
	}
	return ""
}

// chosen are the fields of the form, as the page has them.
func chosen(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

var (
	inputs = regexp.MustCompile(`<input[^>]*>`)
	named  = regexp.MustCompile(` name="([^"]*)"`)
	valued = regexp.MustCompile(` value="([^"]*)"`)
)

// pressed is what a browser sends when the button of a page is pressed.
func pressed(a apptest.Answer) url.Values {
	v := url.Values{}
	_, form, _ := strings.Cut(main(a), "data-order")
	form, _, _ = strings.Cut(form, "</form>")
	for _, input := range inputs.FindAllString(form, -1) {
		if strings.Contains(input, `type="radio"`) && !strings.Contains(input, " checked") {
			continue
		}
		v.Set(named.FindStringSubmatch(input)[1], valued.FindStringSubmatch(input)[1])
	}
	if p := place(a); p != "" {
		v.Set("place", p)
	}
	return v
}

// buy looks at the page and presses its button.
func (m *market) buy(b *apptest.Browser, plan string, pairs ...string) apptest.Answer {
	m.t.Helper()
	page := b.Get(at + plan + "?" + chosen(pairs...).Encode())
	if page.Status != http.StatusOK || place(page) == "" {
		m.t.Fatalf("the page of %s: %d %s", plan, page.Status, main(page))
	}
	return b.Post(at+plan, pressed(page))
}

func main(a apptest.Answer) string {
	_, body, _ := strings.Cut(a.Body, "<main")
	return body
}

// expect fails unless the answer has the status, and each text or, after "!", has it
// not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s: status %d, not %d; %s %s", what, a.Status, status, a.Location, main(a))
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(main(a), without) == not {
			t.Errorf("%s: %q is %v there: %s", what, without, not, main(a))
		}
	}
}

// TestAListingLeadsToItsOrders: each plan has a button that names the act.
func TestAListingLeadsToItsOrders(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	visitor := m.Visitor(t)
	expect(t, "the listing", visitor.Get("/marketplace/checker"), 200, `href="/marketplace/checker/order/1"`, "Get it for free", `href="/marketplace/checker/order/2"`,
		`href="/marketplace/checker/order/2?period=year"`, "Start 14-day trial", "Choose a plan")
	if a := visitor.Get(at + "2?period=year"); a.Status != 303 || a.Location != "/login?return_to=%2Fmarketplace%2Fchecker%2Forder%2F2%3Fperiod%3Dyear" {
		t.Errorf("a visitor: %d %s", a.Status, a.Location)
	}
	m.exec(`UPDATE listings SET purchase = 'direct', purchase_url = 'https://checker.example/buy'`)
	expect(t, "sold elsewhere", m.Visitor(t).Get("/marketplace/checker"), 200, "!/order/", "checker.example")
	ada := m.As(t, m.ada)
	expect(t, "its order page", ada.Get(at+"2"), 200, "sold here", "/marketplace/checker/setup?to=purchase", "checker.example", `!name="place"`)
	m.exec(`UPDATE listings SET purchase = 'here', purchase_url = '', claimed_at = NULL; DELETE FROM sellers`)
	expect(t, "imported", ada.Get(at+"2"), 200, "was imported", `/marketplace/checker/setup"`, `!name="place"`)
	expect(t, "an imported listing", m.Visitor(t).Get("/marketplace/checker"), 200, "!/order/")
}

// TestTheOrderPageSaysItAll: what is paid today, next, within a year, and by whom.
func TestTheOrderPageSaysItAll(t *testing.T) {
	t.Parallel()
	m := newMarket(t, func(s *models.Seller) { s.AcceptsTransfer = true })
	dbtest.Profile(t, m.DB, m.ada, "IE")
	ada := m.As(t, m.ada)
	page := ada.Get(at + "2")
	expect(t, "a month", page, 200, "Buy for €12.00 a month", "Tool Makers Ltd", "Ireland", "Total over twelve months", "€144.00", "Visa •••• 4242", "Bank transfer",
		"Buyer ada", "2 High Street", "/settings/billing/details?", "Saves €24.00 compared with paying monthly", "<dd>None</dd>", `value="acme"`, `value="globex"`)
	if n := strings.Count(main(page), "<tr>"); n < 13 {
		t.Errorf("the calendar has %d rows", n)
	}
	expect(t, "a year", ada.Get(at+"2?period=year"), 200, "Buy for €120.00 a year")
	expect(t, "units", ada.Get(at+"3?units=4"), 200, "Buy for €20.00 a month", "10 of 10 left", `value="4"`)
	expect(t, "free", ada.Get(at+"1"), 200, "Get it for free", "No payment method needed", "!Coupon", "!Bank transfer")
	trial := ada.Get(at + "4")
	expect(t, "a trial", trial, 200, "Start 14-day trial", "Trial ends", "Reminder by mail", "The trial ends at once", "€0.00")
	expect(t, "in French", ada.Get("/fr"+at+"2"), 200, "Acheter pour 12,00", "Tool Makers Ltd")
	for _, texts := range []string{"3?units=0", "3?units=-1", "3?units=many", "3?units=1e9", "2?period=week"} {
		expect(t, texts, ada.Get(at+texts), 200, `-problem"`, "!name=\"place\"")
	}
	expect(t, "an unknown coupon", ada.Get(at+"2?coupon=nothing"), 200, "f-coupon-problem", `value="nothing"`)
	for _, missing := range []string{at + "99", at + "x", at + "2?account=toolmakers", "/marketplace/nothing/order/1"} {
		if a := ada.Get(missing); a.Status != 404 {
			t.Errorf("%s: %d", missing, a.Status)
		}
	}
}

// TestBuying goes from the page to the next step, for each kind of plan.
func TestBuying(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	bought := m.buy(ada, "2", "account", "ada", "period", "month", "method", strconv.FormatInt(m.card, 10))
	if bought.Status != 303 || !strings.HasPrefix(bought.Location, "/orders/") {
		t.Fatalf("%d %s %s", bought.Status, bought.Location, main(bought))
	}
	status := ada.Get(bought.Location)
	expect(t, "afterwards", status, 200, "Checker is yours", "€12.00", `href="/marketplace/checker/setup"`, "/settings/billing/subscriptions/")
	if a := m.As(t, m.bob).Get(bought.Location); a.Status != 404 {
		t.Errorf("somebody else sees the order: %d", a.Status)
	}
	again := ada.Get(at + "4")
	expect(t, "bought already", again, 200, "ada already has Checker", "/settings/billing/subscriptions/", "!name=\"place\"")
	free := m.buy(ada, "1", "account", "acme")
	expect(t, "what is free", ada.Get(free.Location), 200, "Checker is yours", "Nothing", "!$0.00")
	if n := m.number(`SELECT count(*) FROM charges`); n != 1 {
		t.Errorf("%d charges", n)
	}
}

// TestOAuthAppsLearnThePlan: the buyer goes on to the installation address.
func TestOAuthAppsLearnThePlan(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	m.exec(`UPDATE apps SET kind = 'oauth_app'`)
	ada := m.As(t, m.ada)
	plan := m.number(`SELECT id FROM plans WHERE name = 'Starter'`)
	status := ada.Get(m.buy(ada, "1", "account", "ada").Location)
	step := "/marketplace/checker/setup?plan=" + strconv.FormatInt(plan, 10)
	expect(t, "afterwards", status, 200, step)
	if a := ada.Get(step); a.Status != 302 || a.Location != "https://checker.example?marketplace_listing_plan_id="+strconv.FormatInt(plan, 10) {
		t.Errorf("%d %s", a.Status, a.Location)
	}
}

// TestErrorsKeepWhatWasTyped, with the status of the error.
func TestErrorsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	bad := strconv.FormatInt(dbtest.PaymentMethod(t, m.DB, m.ada, "tok_decline"), 10)
	declined := m.buy(ada, "3", "account", "ada", "units", "4", "method", bad)
	expect(t, "declined", declined, 402, `value="4"`, `value="`+bad+`" checked`, "Buy for €20.00 a month", `class="summary"`)
	v := pressed(declined)
	v.Set("method", strconv.FormatInt(m.card, 10))
	if a := ada.Post(at+"3", v); a.Status != 303 {
		t.Errorf("with another card: %d %s", a.Status, main(a))
	}
	acme := strconv.FormatInt(dbtest.PaymentMethod(t, m.DB, m.acme, "tok_approve"), 10)
	page := ada.Get(at + "3?account=acme&units=2&method=" + acme)
	expect(t, "six are left", page, 200, "6 of 10 left")
	v = pressed(page)
	v.Set("units", "3")
	expect(t, "more than was shown", ada.Post(at+"3", v), 409, `value="3"`, "Buy for €15.00 a month")
	v.Set("units", "7")
	expect(t, "more than is left", ada.Post(at+"3", v), 409, `value="7"`)
	v.Set("units", "seven")
	expect(t, "no number", ada.Post(at+"3", v), 422, `value="seven"`)
	v.Set("units", "2")
	v.Set("place", "")
	expect(t, "nothing was shown", ada.Post(at+"3", v), 409, `value="2"`)
	m.exec(`INSERT INTO buy_policies (organization_id, rules, version, updated_at) VALUES ($1, '{"rules": [], "otherwise": "deny"}', 1, now())`, m.acme.ID)
	v.Set("place", place(page))
	expect(t, "denied", ada.Post(at+"3", v), 403, "doesn’t allow this", `value="2"`, "!name=\"place\"")
	if n := m.number(`SELECT count(*) FROM subscriptions WHERE account_id = $1`, m.acme.ID); n != 0 {
		t.Errorf("acme has bought %d", n)
	}
}

// TestWhoMayBuy: members ask, others don't know the account.
func TestWhoMayBuy(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	dbtest.PaymentMethod(t, m.DB, m.globex, "tok_approve")
	dbtest.PaymentMethod(t, m.DB, m.acme, "tok_approve")
	ada := m.As(t, m.ada)
	page := ada.Get(at + "3?account=globex&units=5")
	expect(t, "a member", page, 200, "Ask globex to buy", "/marketplace/checker/order/3/request?account=globex", "units=5", `name="units" value="5"`, "!name=\"place\"", "!4242")
	v := chosen("account", "globex", "period", "month", "units", "5", "place", "key.2500.EUR")
	if a := ada.Post(at+"3", v); a.Status != 403 {
		t.Errorf("a member buys: %d", a.Status)
	}
	v.Set("account", "toolmakers")
	if a := ada.Post(at+"3", v); a.Status != 404 {
		t.Errorf("a stranger buys: %d", a.Status)
	}
	expect(t, "a billing manager", m.As(t, m.bob).Get(at+"3?account=acme"), 200, `name="place"`)
	m.exec(`UPDATE users SET mail_verified_at = NULL WHERE account_id = $1`, m.ada.ID)
	expect(t, "without a proven address", m.As(t, m.ada).Get(at+"1"), 200, "!name=\"place\"")
	if n := m.number(`SELECT count(*) FROM subscriptions`); n != 0 {
		t.Errorf("%d subscriptions", n)
	}
}

// TestPayingLater: confirming, waiting and failing have a page that says so.
func TestPayingLater(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	for reference, c := range map[string]struct {
		account models.Account
		texts   []string
		refresh bool
	}{
		"tok_authenticate": {m.ada, []string{"Confirm the payment", "/payment/test/"}, false},
		"tok_later":        {m.acme, []string{"is under way", "€12.00"}, true},
	} {
		card := dbtest.PaymentMethod(t, m.DB, c.account, reference)
		bought := m.buy(ada, "2", "account", c.account.Login, "method", strconv.FormatInt(card, 10))
		if bought.Status != 303 {
			t.Fatalf("%s: %d %s", reference, bought.Status, main(bought))
		}
		page := ada.Get(bought.Location)
		expect(t, reference, page, 200, c.texts...)
		if (page.Header.Get("Refresh") != "") != c.refresh {
			t.Errorf("%s: the page looks again: %q", reference, page.Header.Get("Refresh"))
		}
	}
}

// TestADoubleClickIsOneOrder, however many clicks there are at once.
func TestADoubleClickIsOneOrder(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	v := pressed(m.As(t, m.ada).Get(at + "2"))
	var wait sync.WaitGroup
	places := make([]string, 6)
	for i := range places {
		b := m.As(t, m.ada)
		wait.Go(func() { places[i] = b.Post(at+"2", v).Location })
	}
	wait.Wait()
	for _, p := range places {
		if p != places[0] || p == "" {
			t.Errorf("six clicks lead to %v", places)
			break
		}
	}
	if n := m.number(`SELECT count(*) FROM charges WHERE state = 'succeeded'`); n != 1 {
		t.Errorf("%d charges", n)
	}
}

// TestAddingAMethodComesBack with everything that was chosen.
func TestAddingAMethodComesBack(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	page := ada.Get(at + "3?account=acme&units=4&coupon=")
	expect(t, "without a method", page, 200, "Add a payment method", "!name=\"place\"", "None is saved yet")
	led := ada.Post(at+"3/method", chosen("account", "acme", "units", "4"))
	if led.Status != 303 || !strings.Contains(led.Location, "/payment/test/") {
		t.Fatalf("%d %s", led.Status, led.Location)
	}
	var back string
	if err := m.DB.Pool().QueryRow(t.Context(), `SELECT return_to FROM payment_methods WHERE state = 'pending'`).Scan(&back); err != nil || back != at+"3?account=acme&method=newest&units=4" {
		t.Errorf("it comes back to %s, %v", back, err)
	}
	added := dbtest.PaymentMethod(t, m.DB, m.acme, "tok_approve")
	expect(t, "back", ada.Get(back), 200, `value="`+strconv.FormatInt(added, 10)+`" checked`, `value="4"`, "Buy for €20.00 a month")
	if a := ada.Post(at+"3/method", chosen("account", "globex")); a.Status != 403 && a.Status != 404 {
		t.Errorf("a member adds a card: %d", a.Status)
	}
}

// TestUpgradesAreLed to the order page, and to the subscription once there is one.
func TestUpgradesAreLed(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	address := "/marketplace/checker/upgrade/2/" + strconv.FormatInt(m.acme.ID, 10)
	if a := ada.Get(address); a.Status != 303 || a.Location != at+"2?account=acme" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	m.buy(ada, "1", "account", "acme")
	if a := ada.Get(address); a.Status != 303 || !strings.HasSuffix(a.Location, "/change?plan=2") {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := m.As(t, m.bob).Get("/marketplace/checker/upgrade/2/" + strconv.FormatInt(m.globex.ID, 10)); a.Status != 404 {
		t.Errorf("an account of others: %d", a.Status)
	}
}

// TestATransferIsOwed: no card, an invoice that is due.
func TestATransferIsOwed(t *testing.T) {
	t.Parallel()
	m := newMarket(t, func(s *models.Seller) { s.AcceptsTransfer, s.TransferDays = true, 10 })
	ada := m.As(t, m.ada)
	page := ada.Get(at + "2?account=acme&method=transfer")
	expect(t, "the page", page, 200, "to be paid by", "Buy for €12.00 a month", "within 10 days")
	status := ada.Get(m.buy(ada, "2", "account", "acme", "method", "transfer").Location)
	expect(t, "afterwards", status, 200, "Checker is yours", "€12.00, to be paid by")
	if n := m.number(`SELECT count(*) FROM invoices WHERE state = 'open' AND total_minor = 1200`); n != 1 {
		t.Errorf("%d open invoices", n)
	}
}

// TestHostileOrders: nothing that is typed comes back as markup, and nothing panics.
func TestHostileOrders(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	const script = `"><script>alert(1)</script>`
	for _, text := range []string{script, "\x00", "\xff", strings.Repeat("9", 400), "%00", "-1", "'; DROP TABLE plans --"} {
		for _, field := range []string{"account", "period", "units", "coupon", "method", "place"} {
			v := chosen("account", "ada", field, text)
			got, posted := ada.Get(at+"3?"+v.Encode()), ada.Post(at+"3", v)
			for _, a := range []apptest.Answer{got, posted, ada.Post(at+"3/method", v)} {
				if a.Status >= 500 || strings.Contains(a.Body, script) {
					t.Errorf("%s %q: %d", field, text, a.Status)
				}
			}
		}
	}
	if n := m.number(`SELECT count(*) FROM orders`); n != 0 {
		t.Errorf("%d orders", n)
	}
	for _, path := range []string{"/orders/0", "/orders/x", "/orders/99999999999999999999", "/marketplace/checker/upgrade/x/y"} {
		if a := ada.Get(path); a.Status != 404 {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
}

// TestTheOrderPageIsLight: its size, and what it asks of the database.
func TestTheOrderPageIsLight(t *testing.T) {
	t.Parallel()
	m := newMarket(t)
	ada := m.As(t, m.ada)
	address := at + "2?account=ada&period=month&method=" + strconv.FormatInt(m.card, 10)
	ada.Get(address)
	before := m.DB.Statements()
	page := ada.Get(address)
	// Who is signed in, what is offered, who has bought it.
	if n := m.DB.Statements() - before; n > 3 {
		t.Errorf("%d statements", n)
	}
	if len(page.Body) > 60_000 {
		t.Errorf("%d bytes", len(page.Body))
	}
	if !strings.Contains(page.Header.Get("Content-Security-Policy"), "form-action 'self' https://checkout.stripe.com") {
		t.Errorf("the form can't lead to the gateway: %s", page.Header.Get("Content-Security-Policy"))
	}
}
