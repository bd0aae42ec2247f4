package requests_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is acme, which ada owns; bob buys for it, and carl is a member. toolmakers
// sells checker.
type cast struct {
	*apptest.App
	t                    *testing.T
	ada, bob, carl, acme models.Account
	card                 int64
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t), t: t}
	for login, a := range map[string]*models.Account{"ada": &c.ada, "bob": &c.bob, "carl": &c.carl} {
		*a = dbtest.User(t, c.DB, login)
	}
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada)
	dbtest.Member(t, c.DB, c.acme, c.bob, models.RoleBillingManager)
	dbtest.Member(t, c.DB, c.acme, c.carl, models.RoleMember)
	dbtest.Profile(t, c.DB, c.acme, "IE")
	tools := dbtest.Organization(t, c.DB, "toolmakers")
	dbtest.Seller(t, c.DB, tools)
	dbtest.Listing(t, c.DB, dbtest.Named("checker", "Checker"), dbtest.By(tools), dbtest.In("testing"), func(e *dbtest.Entry) {
		e.App.Permissions = models.Grants{"contents": models.LevelWrite}
		e.Plans = []models.Plan{
			{Name: "Free"},
			{Name: "Team", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1000)), YearlyMinor: new(int64(10000)), Currency: "EUR", UnitName: "seat"},
			{Name: "Tried", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(5000)), Currency: "EUR", TrialDays: 14},
		}
	})
	c.card = dbtest.PaymentMethod(t, c.DB, c.acme, "tok_approve")
	return c
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

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

const (
	askPage    = "/marketplace/checker/order/2/request"
	minePage   = "/settings/billing/requests"
	listPage   = "/organizations/acme/settings/billing/requests"
	policyPage = "/organizations/acme/settings/billing/policy"
	budgets    = "/organizations/acme/settings/billing/budgets"
)

// ask asks as carl and returns the request's page.
func (c *cast) ask() string {
	c.t.Helper()
	expect(c.t, "asked", c.As(c.t, c.carl).Post(askPage, form("account", "acme", "period", "month", "units", "3", "reason", "We test too little.")), 303)
	var id int64
	if err := c.DB.Pool().QueryRow(c.t.Context(), `SELECT max(id) FROM buy_requests`).Scan(&id); err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprint(listPage, "/", id)
}

// approval is what the form on a request's page sends.
func (c *cast) approval(pairs ...string) url.Values {
	v := form("plan", "2", "period", "month", "units", "3", "method", fmt.Sprint(c.card), "shown", "3000", "currency", "EUR", "words", "Have fun.")
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestFromRequestToOrder(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	carl, ada := c.As(t, c.carl), c.As(t, c.ada)
	expect(t, "the form", carl.Get(askPage+"?units=3"), 200, "Ask to buy Checker", "€30.00 a month", "Send the request", "You ask acme.")
	a := carl.Post(askPage, form("account", "acme", "period", "year", "units", "5", "do", "update", "reason", "We test <too> little."))
	expect(t, "updated", a, 200, "€500.00 a year", "We test &lt;too&gt; little.")
	a = carl.Post(askPage, form("account", "acme", "period", "month", "units", "many", "reason", ""))
	expect(t, "what is wrong", a, 422, `id="f-units-problem"`, "Send the request")
	expect(t, "sent", carl.Post(askPage, form("account", "acme", "period", "month", "units", "3", "reason", "We test too little.")), 303)
	expect(t, "one's own", carl.Get(minePage), 200, "Your request is sent", "Checker", "Team, by the month, 3 × seat", "€30.00 a month", "Withdraw")
	expect(t, "asked again", carl.Get(askPage), 200, "hasn’t answered yet", "See your request")
	expect(t, "sent again", carl.Post(askPage, form("account", "acme", "period", "month", "units", "3", "reason", "Again.")), 200, "hasn’t answered yet")

	expect(t, "the list", ada.Get(listPage), 200, "carl asks for Checker", "We test too little.")
	at := c.pageOf()
	expect(t, "the case", ada.Get(at), 200, "carl asks for Checker", "We test too little.", "€30.00", "Approve and pay €30.00", "Visa •••• 4242",
		"contents", "Those who buy for the organization may buy it.", "Tool Makers Ltd", "Decline the request", "12 charges in the next 12 months")
	expect(t, "on other terms", ada.Get(at+"?plan=3"), 200, "Approve and start 14-day trial", "Nothing is paid today", "!Approve and pay")
	expect(t, "by the year", ada.Get(at+"?plan=2&period=year&units=2"), 200, "Approve and pay €200.00")
	a = ada.Post(at+"/approve", c.approval())
	expect(t, "approved", a, 303)
	if !strings.HasPrefix(a.Location, "/orders/") {
		t.Errorf("on to %s", a.Location)
	}
	expect(t, "the answer", ada.Get(at), 200, "Approved", "Have fun.", "Answered by ada", "!Approve and pay", "!Decline the request")
	expect(t, "for carl", carl.Get(minePage), 200, "Approved", "Have fun.", "!Withdraw")
	expect(t, "no more", ada.Get(listPage), 200, "Nothing waits")
	expect(t, "decided", ada.Get(listPage+"?view=decided"), 200, "carl asks for Checker", "Approved")
	expect(t, "acme has it", carl.Get(askPage), 200, "!Send your")
	if a := ada.Post(at+"/decline", form("words", "no")); a.Status != 410 {
		t.Errorf("declined after that: %d", a.Status)
	}
}

// pageOf is the page of the newest request.
func (c *cast) pageOf() string {
	c.t.Helper()
	var id int64
	if err := c.DB.Pool().QueryRow(c.t.Context(), `SELECT max(id) FROM buy_requests`).Scan(&id); err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprint(listPage, "/", id)
}

func TestPaymentFails(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at, ada := c.ask(), c.As(t, c.ada)
	bad := dbtest.PaymentMethod(t, c.DB, c.acme, "tok_decline")
	a := ada.Post(at+"/approve", c.approval("method", fmt.Sprint(bad), "words", "Enjoy."))
	expect(t, "declined by the bank", a, 422, "but the payment of €30.00 failed", "The request stays open", "Enjoy.", "Approve and pay €30.00")
	a = ada.Post(at+"/approve", c.approval("shown", "1"))
	expect(t, "the price has changed", a, 422, "Approve and pay €30.00")
	expect(t, "another card", ada.Post(at+"/approve", c.approval()), 303)
}

// TestConfirmedAtTheBank leads the owner to confirm the payment.
func TestConfirmedAtTheBank(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at, ada := c.ask(), c.As(t, c.ada)
	asks := dbtest.PaymentMethod(t, c.DB, c.acme, "tok_authenticate")
	a := ada.Post(at+"/approve", c.approval("method", fmt.Sprint(asks)))
	if a.Status != 303 || !strings.Contains(a.Location, "/payment/test/") {
		t.Fatalf("%d %s", a.Status, a.Location)
	}
	expect(t, "meanwhile", ada.Get(at), 200, "is under way", "See the order")
	if a := c.As(t, c.bob).Post(at+"/decline", form("words", "no")); a.Status != 409 {
		t.Errorf("declined meanwhile: %d", a.Status)
	}
}

func TestDeclining(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at, bob := c.ask(), c.As(t, c.bob)
	expect(t, "without words", bob.Post(at+"/decline", form("words", "")), 422, "Write a few words")
	expect(t, "declined", bob.Post(at+"/decline", form("words", "We have <one> already.")), 303)
	expect(t, "for carl", c.As(t, c.carl).Get(minePage), 200, "Declined", "We have &lt;one&gt; already.", "Answered by bob")
}

func TestWithdrawing(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at := c.ask()
	id := at[strings.LastIndex(at, "/")+1:]
	if a := c.As(t, c.ada).Post(minePage+"/"+id+"/withdraw", nil); a.Status != 404 {
		t.Errorf("somebody else's: %d", a.Status)
	}
	expect(t, "withdrawn", c.As(t, c.carl).Post(minePage+"/"+id+"/withdraw", nil), 303)
	expect(t, "for carl", c.As(t, c.carl).Get(minePage), 200, "Withdrawn")
	if a := c.As(t, c.ada).Post(at+"/approve", c.approval()); a.Status != 410 {
		t.Errorf("approved after that: %d", a.Status)
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	expect(t, "approved", ada.Post(c.ask()+"/approve", c.approval()), 303)
	expect(t, "nothing yet", ada.Get(policyPage), 200, "There is no rule yet", "Write a rule", "!Nothing of this is saved")
	a := ada.Post(policyPage, form("do", "add", "version", "0", "otherwise", "allow", "decision", "deny", "price", "above", "amount", "ten", "currency", "EUR", "permission", "everything"))
	expect(t, "what is wrong", a, 422, `id="f-amount-problem"`, "Choose a permission from the list", "everything")
	a = ada.Post(policyPage, form("do", "add", "version", "0", "otherwise", "allow", "decision", "deny", "price", "above", "amount", "29.99", "currency", "EUR", "words", "Too <dear>."))
	expect(t, "added", a, 200, "it costs more than €29.99 a month", "Too &lt;dear&gt;.", "Nothing of this is saved yet", "Would have stopped 1 of 1 order.", "<td>ada</td>", "!There is no rule yet")
	rule := `{"decision":"deny","price":"above","minor":2999,"currency":"EUR","words":"Too dear."}`
	second := `{"decision":"ask","permission":"contents","level":"write"}`
	a = ada.Post(policyPage, form("do", "down:0", "version", "0", "otherwise", "deny", "rule", rule, "rule", second))
	expect(t, "moved", a, 200, "Would have stopped 0 of 1 order.", "1 more would have needed an owner.")
	a = ada.Post(policyPage, form("do", "edit:0", "version", "0", "otherwise", "deny", "rule", rule, "rule", second))
	expect(t, "taken out to be changed", a, 200, `value="29.99"`, "Would have stopped 0 of 1 order.")
	a = ada.Post(policyPage, form("do", "remove:1", "version", "0", "otherwise", "allow", "rule", rule, "rule", second))
	expect(t, "removed", a, 200, "!asks for Contents")
	if n := c.rows("buy_policies"); n != 0 {
		t.Error("trying it has kept it")
	}
	expect(t, "saved", ada.Post(policyPage, form("do", "save", "version", "0", "otherwise", "allow", "rule", rule)), 303)
	expect(t, "kept", ada.Get(policyPage), 200, "The policy is saved", "it costs more than €29.99 a month")
	if a := ada.Post(policyPage, form("do", "save", "version", "0", "otherwise", "allow")); a.Status != 409 {
		t.Errorf("an older version: %d", a.Status)
	}
	for _, bad := range []string{"{", `{"decision":"x"}`, `{"decision":"deny","category":"nothing"}`, `[]`, strings.Repeat("x", 100)} {
		if a := ada.Post(policyPage, form("do", "save", "version", "1", "otherwise", "allow", "rule", bad)); a.Status != 422 && a.Status != 400 {
			t.Errorf("%q: %d", bad, a.Status)
		}
	}
	expect(t, "for the billing manager", c.As(t, c.bob).Get(policyPage), 200, "it costs more than €29.99 a month", "Owners of the organization change this", "!Write a rule")
}

func (c *cast) rows(table string) (n int) {
	c.t.Helper()
	if err := c.DB.Pool().QueryRow(c.t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestPolicyOnPages(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	at := c.ask()
	rule := `{"decision":"ask","category":"testing","words":"Owners look at tests."}`
	expect(t, "saved", ada.Post(policyPage, form("do", "save", "version", "0", "otherwise", "allow", "rule", rule)), 303)
	expect(t, "for the billing manager", c.As(t, c.bob).Get(at), 200, "Ask an owner", "Rule 1 of the policy: Owners look at tests.", "leaves this purchase to an owner", "!Approve and pay")
	expect(t, "tried all the same", c.As(t, c.bob).Post(at+"/approve", c.approval()), 422, "leaves this purchase to an owner")
	expect(t, "for the owner", ada.Get(at), 200, "Approve and pay €30.00")
	expect(t, "the billing manager's order page leads to it", c.As(t, c.bob).Get("/marketplace/checker/order/2?account=acme&units=3"), 200, "Ask acme to buy", "/marketplace/checker/order/2/request?account=acme")
	expect(t, "the billing manager asks", c.As(t, c.bob).Get(askPage), 200, "Send the request")
	rule = `{"decision":"deny","permission":"contents","level":"write","words":"No."}`
	expect(t, "saved", ada.Post(policyPage, form("do", "save", "version", "1", "otherwise", "allow", "rule", rule)), 303)
	expect(t, "denied", ada.Get(at), 200, "Nobody can buy it", "!Approve and pay")
	expect(t, "asking", c.As(t, c.bob).Get(askPage), 200, "stops this order", "Rule 1 of the policy: No.")
}

func TestBudgets(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	ada := c.As(t, c.ada)
	expect(t, "none", ada.Get(budgets), 200, "No budget yet", "Set the budget")
	expect(t, "not an amount", ada.Post(budgets, form("amount", "lots", "currency", "EUR")), 422, `id="f-amount-problem"`, `value="lots"`)
	expect(t, "no such category", ada.Post(budgets, form("amount", "1", "currency", "EUR", "category", "x")), 422, `id="f-category-problem"`)
	expect(t, "set", ada.Post(budgets, form("amount", "29.99", "currency", "EUR", "category", "testing")), 303)
	expect(t, "there", ada.Get(budgets), 200, "Testing", "€29.99", "€0.00", "The budget is set")
	at := c.ask()
	expect(t, "what it says", c.As(t, c.bob).Get(at), 200, "€0.00 of €29.99 a month is spent, and this would go over it", "!Approve and pay")
	expect(t, "approved by the owner", ada.Post(at+"/approve", c.approval()), 303)
	expect(t, "over", ada.Get(budgets), 200, "€30.00", "-€0.01", "Over")
	expect(t, "for the billing manager", c.As(t, c.bob).Get(budgets), 200, "Testing", "!Set the budget", "!Remove")
	expect(t, "removed", ada.Post(budgets+"/remove", form("category", "testing", "currency", "EUR")), 303)
	expect(t, "none again", ada.Get(budgets), 200, "No budget yet")
}

func TestNobodyToAsk(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	expect(t, "an owner", c.As(t, c.ada).Get(askPage), 200, "No organization to ask", `/marketplace/checker/order/2"`)
	expect(t, "a plan that isn't there", c.As(t, c.carl).Get("/marketplace/checker/order/9/request"), 404)
	expect(t, "no number", c.As(t, c.carl).Get("/marketplace/checker/order/x/request"), 404)
	if a := c.As(t, c.carl).Post(askPage, form("account", "\x00", "units", "-1", "period", "<", "reason", "why")); a.Status != 422 {
		t.Errorf("nonsense: %d", a.Status)
	}
	if a := c.As(t, c.ada).Get(listPage + "/99999999999999999999"); a.Status != 404 {
		t.Errorf("no number: %d", a.Status)
	}
}

func TestPagesInAllLanguages(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at := c.ask()
	for lang, texts := range map[string][]string{"fr": {"carl demande Checker", "Approuver et payer 30,00"}, "ja": {"carl さんの Checker のリクエスト", "承認して"}, "zh-CN": {"carl 申请 Checker", "批准并支付"}} {
		expect(t, lang, c.As(t, c.ada).Get("/"+lang+at), 200, texts...)
		for _, page := range []string{listPage, policyPage, budgets, minePage, askPage} {
			expect(t, lang+page, c.As(t, c.ada).Get("/"+lang+page), 200, "!requests.")
		}
	}
	a := c.As(t, c.ada).Post("/fr"+budgets, form("amount", "1 234,50", "currency", "EUR"))
	expect(t, "an amount in French", a, 303)
	expect(t, "an amount in English", c.As(t, c.ada).Get(budgets), 200, "€1,234.50")
}

func TestPagesAreCheap(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at, ada, carl := c.ask(), c.As(t, c.ada), c.As(t, c.carl)
	for _, p := range []struct {
		who  *apptest.Browser
		page string
		most int64
	}{{carl, askPage, 2}, {carl, minePage, 3}, {ada, listPage, 3}, {ada, at, 8}, {ada, policyPage, 2}, {ada, budgets, 2}} {
		var a apptest.Answer
		if n := dbtest.Statements(c.DB, func() { a = p.who.Get(p.page) }); n > p.most {
			t.Errorf("%s: %d statements, at most %d", p.page, n, p.most)
		}
		if len(a.Body) > 60_000 {
			t.Errorf("%s: %d bytes", p.page, len(a.Body))
		}
	}
}

// TestInbox has notices put into words.
func TestInbox(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	at := c.ask()
	expect(t, "asked", c.As(t, c.ada).Get("/notifications"), 200, "carl asks acme to buy Checker (Team)")
	c.Clock.Pass(4 * 24 * time.Hour)
	if err := c.Verbs.BuyRequests.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "reminded", c.As(t, c.ada).Get("/notifications"), 200, "carl still waits for an answer")
	expect(t, "declined", c.As(t, c.bob).Post(at+"/decline", form("words", "Not now.")), 303)
	expect(t, "told", c.As(t, c.carl).Get("/notifications"), 200, "acme won’t buy Checker: Not now.")
}
