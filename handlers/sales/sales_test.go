package sales_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/billing"
	"souk/models/db/dbtest"
	"souk/models/ledger"
	"souk/web/i18n"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const script = `<script>alert(1)</script>`

// expect fails unless the answer has the status, and each text or, after "!",
// has it not.
func expect(t *testing.T, what string, a apptest.Answer, status int, texts ...string) {
	t.Helper()
	_, body, found := strings.Cut(a.Body, "<main")
	if !found {
		body = a.Body
	}
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

func english(at time.Time) string {
	return i18n.Date(i18n.With(context.Background(), "en"), at)
}

const manage = "/marketplace/manage/checker/"

// TestSales goes from nothing sold to a customer who gets money back.
func TestSales(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	maker := s.As(t, s.Maker)
	for _, page := range []string{"sales", "transactions", "customers", "invoices", "coupons"} {
		expect(t, page, maker.Get(manage+page), 200, `class="empty"`)
	}
	expect(t, "the buyer", s.As(t, s.Ada).Get(manage+"sales"), 404)
	s.Buy(t, apptest.Pro)
	s.Pass(t, 32)
	maker = s.As(t, s.Maker)
	expect(t, "the overview", maker.Get(manage+"sales"), 200, "€30.00", "Revenue by month, EUR", "Renewals of the next 30 days", "acme", "None so far")
	list := maker.Get(manage + "transactions?period=all")
	expect(t, "transactions", list, 200, "Purchase", "Renewal", "€30.00", "France", "€60.00 paid")
	expect(t, "of a kind", maker.Get(manage+"transactions?period=all&kind=renewal"), 200, "€30.00 paid")
	expect(t, "of another country", maker.Get(manage+"transactions?period=all&country=JP"), 200, "No transactions")
	expect(t, "of no kind", maker.Get(manage+"transactions?kind=gift"), 400)
	expect(t, "a page that isn't there", maker.Get(manage+"transactions?page=7"), 400)
	customer := manage + "customers/" + strconv.FormatInt(s.Acme.ID, 10)
	expect(t, "customers", maker.Get(manage+"customers"), 200, `href="`+customer+`"`, "Pro, monthly", "Active")
	expect(t, "whose login begins otherwise", maker.Get(manage+"customers?q=x%25"), 200, "No customers")
	invoice := s.Number(t, `SELECT min(id) FROM invoices`)
	refund := manage + "invoices/" + strconv.FormatInt(invoice, 10) + "/refund"
	expect(t, "the customer", maker.Get(customer), 200, "Buyer acme", "€60.00", "TM-000001", `href="`+refund+`"`, "Paid")
	expect(t, "of nobody", maker.Get(manage+"customers/"+strconv.FormatInt(s.Makers.ID, 10)), 404)
	if a := s.AsUnconfirmed(t, s.Maker).Get(refund); a.Status != 303 || !strings.HasPrefix(a.Location, "/sudo") {
		t.Errorf("without a confirmed session: %d %s", a.Status, a.Location)
	}
	page := maker.Get(refund)
	expect(t, "refunding", page, 200, "Refund the buyer", `value="30.00"`, "credit note")
	key := rand.Text()
	expect(t, "no amount", maker.Post(refund, form("key", key, "amount", "lots", "reason", "mistake", "words", script)), 422, "Type an amount", "&lt;script&gt;", "!"+script, `value="lots"`)
	expect(t, "too much", maker.Post(refund, form("key", key, "amount", "30.01", "reason", "mistake")), 422, "No more can be given back")
	for range 2 {
		expect(t, "refunded", maker.Post(refund, form("key", key, "amount", "12.34", "reason", "mistake", "words", "Sorry "+script)), 303)
	}
	expect(t, "the customer, after it", maker.Get(customer), 200, "-€12.34", "TM-000003", "corrects TM-000001", "€47.66")
	expect(t, "refunding the rest", maker.Get(refund), 200, `value="17.66"`, "Sorry &lt;script&gt;", "!"+script, "Refunded")
	expect(t, "invoices", maker.Get(manage+"invoices?state=credit_note"), 200, "TM-000003", "!TM-000002")
	expect(t, "transactions, after it", maker.Get(manage+"transactions?period=all"), 200, "Refund", "-€12.34", "€47.66")
	expect(t, "the buyer's inbox", s.As(t, s.Ada).Get("/notifications"), 200, "€12.34 for Checker (TM-000001) were given back")
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		for _, page := range []string{"sales", "transactions?period=all", "customers", customer[len(manage):], "invoices", "coupons", "coupons/new", "prices", refund[len(manage):]} {
			expect(t, lang+" "+page, maker.Get("/"+lang+manage+page), 200, "Checker")
		}
	}
}

// TestFile has GitHub's columns first, and what others typed is no formula.
func TestFile(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	s.Exec(t, `UPDATE listings SET name = '=cmd()' WHERE slug = 'checker'`)
	id := s.Buy(t, apptest.Seats, func(o *billing.Order) { o.Units, o.Period = 3, models.Yearly })
	if _, err := s.Verbs.Billing.Cancel(t.Context(), s.Actor(s.Ada, s.Acme), id, rand.Text()); err != nil {
		t.Fatal(err)
	}
	s.Pass(t, 367)
	a := s.As(t, s.Maker).Get(manage + "transactions.csv?period=all")
	lines, err := csv.NewReader(bytes.NewBufferString(a.Body)).ReadAll()
	if err != nil || len(lines) != 3 {
		t.Fatalf("%v: %s", err, a.Body)
	}
	if got := strings.Join(lines[0][:11], " "); got != "date app_name user_login user_id user_type country amount_in_cents renewal_frequency marketplace_listing_plan_id region postal_code" {
		t.Errorf("GitHub's columns are %s", got)
	}
	want := map[string][2]string{"app_name": {"'=cmd()", "'=cmd()"}, "user_login": {"acme", "acme"}, "user_type": {"Organization", "Organization"}, "country": {"FRA", "FRA"},
		"amount_in_cents": {"9999", "0"}, "renewal_frequency": {"Yearly", "Yearly"}, "kind": {"purchase", "cancellation"}, "unit_count": {"3", "3"}, "currency": {"EUR", "EUR"}, "plan_name": {"Seats", "Seats"}}
	for i, column := range lines[0] {
		if w, ok := want[column]; ok && (lines[1][i] != w[0] || lines[2][i] != w[1]) {
			t.Errorf("%s is %q and %q, want %q", column, lines[1][i], lines[2][i], w)
		}
	}
}

// TestCoupons makes one, refuses what makes no sense, and retires it.
func TestCoupons(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	maker := s.As(t, s.Maker)
	at := manage + "coupons/new"
	expect(t, "the form", maker.Get(at), 200, "Create coupon", `value="EUR"`)
	for name, typed := range map[string][]string{
		"Choose 3 to 40":                  {"code", script, "kind", "percent", "percent", "10", "for", "once"},
		"from 1 to 100":                   {"code", "SPRING", "kind", "percent", "percent", "101", "for", "once"},
		"Choose a percentage or":          {"code", "SPRING", "kind", "", "for", "once"},
		"from 1 to 120":                   {"code", "SPRING", "kind", "percent", "percent", "10", "for", "periods", "periods", "0"},
		"paid plan of this listing":       {"code", "SPRING", "kind", "percent", "percent", "10", "for", "ever", "plan", "999999"},
		"isn’t over yet":                  {"code", "SPRING", "kind", "percent", "percent", "10", "for", "ever", "expires", "2001-01-01"},
		"Type a whole number from 1 to 1": {"code", "SPRING", "kind", "percent", "percent", "10", "for", "ever", "limit", "none"},
	} {
		expect(t, name, maker.Post(at, form(typed...)), 422, name, "!"+script)
	}
	expect(t, "created", maker.Post(at, form("code", " spring-10 ", "kind", "percent", "percent", "10", "for", "periods", "periods", "3", "limit", "5")), 303)
	expect(t, "taken", maker.Post(at, form("code", "Spring-10", "kind", "percent", "percent", "20", "for", "once")), 422, "Choose another")
	expect(t, "the list", maker.Get(manage+"coupons"), 200, "SPRING-10", "10% off 3 periods", "0 of 5", "Can be redeemed")
	s.Buy(t, apptest.Team, func(o *billing.Order) { o.Coupon = "spring-10" })
	if paid := s.Number(t, `SELECT minor FROM charges`); paid != 900 {
		t.Errorf("paid %d", paid)
	}
	expect(t, "redeemed", maker.Get(manage+"coupons"), 200, "1 of 5")
	retire := manage + "coupons/" + strconv.FormatInt(s.Number(t, `SELECT id FROM coupons`), 10) + "/retire"
	expect(t, "retiring", maker.Get(retire), 200, "Retire SPRING-10?", "1 buyer who has redeemed it keeps")
	expect(t, "retired", maker.Post(retire, form()), 303)
	expect(t, "twice", maker.Post(retire, form()), 303)
	expect(t, "the list", maker.Get(manage+"coupons"), 200, "Retired", "!/retire")
	expect(t, "of another listing", maker.Get(manage+"coupons/99999/retire"), 404)
}

// TestPrices says whom another price would touch, as the bills will.
func TestPrices(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	maker := s.As(t, s.Maker)
	expect(t, "nobody", maker.Get(manage+"prices?plan=2"), 200, "Nobody has this plan now")
	s.Buy(t, apptest.Team)
	at := manage + "prices?plan=2&asked=true&currency=EUR"
	renews := english(s.Clock.Now().AddDate(0, 2, 0))
	expect(t, "moved", maker.Get(at+"&monthly=15.00&yearly=100.00&policy=move&notice=40"), 200, "€15.00", "+€5.00", renews)
	expect(t, "kept", maker.Get(at+"&monthly=15.00&yearly=100.00&policy=keep&notice=40"), 200, "Keeps its price", "!+€5.00")
	expect(t, "cheaper", maker.Get(at+"&monthly=5.00&yearly=100.00&policy=move&notice=40"), 200, "€5.00", english(s.Clock.Now().AddDate(0, 1, 0)))
	expect(t, "the other period", maker.Get(at+"&monthly=10.00&yearly=120.00&policy=move&notice=40"), 200, "Keeps its price")
	expect(t, "no price", maker.Get(at+"&monthly=a+lot&policy=move"), 422, `value="a lot"`)
	expect(t, "no plan", maker.Get(manage+"prices?plan=77"), 404)
	// What it says is what is billed.
	s.Exec(t, `UPDATE plans SET monthly_minor = 1500, version = version + 1, price_policy = 'move', notice_days = 40 WHERE number = 2`)
	s.Pass(t, 70)
	if got := s.Number(t, `SELECT count(*) FROM charges WHERE minor = 1500`); got != 1 {
		t.Errorf("%d charges at the new price", got)
	}
}

// TestStaff finds an invoice, gives money back for a seller, and sees the books.
func TestStaff(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t, func(m *models.Seller) { m.AcceptsTransfer = true })
	grace := dbtest.User(t, s.DB, "grace")
	dbtest.MakeStaff(t, s.DB, grace, models.StaffSupport)
	staff := s.As(t, grace)
	s.Buy(t, apptest.Pro, func(o *billing.Order) { o.Transfer, o.Method = true, 0 })
	id := strconv.FormatInt(s.Number(t, `SELECT id FROM invoices`), 10)
	expect(t, "money", staff.Get("/staff/money"), 200, "never compared", "0 open disputes")
	for _, q := range []string{"TM-000001", "tm-000001", "acme", "MAKERS"} {
		expect(t, q, staff.Get("/staff/money?q="+q), 200, `href="/staff/money/invoices/`+id+`"`)
	}
	expect(t, "nothing", staff.Get("/staff/money?q=%27%00%FF"+url.QueryEscape(script)), 200, "No invoice was found", "!"+script)
	expect(t, "the invoice", staff.Get("/staff/money/invoices/"+id), 200, "Unpaid", "Mark as paid")
	expect(t, "paying", staff.Get("/staff/money/invoices/"+id+"/paid"), 200, "€30.00 of acme")
	expect(t, "paid", staff.Post("/staff/money/invoices/"+id+"/paid", form("words", "seen it")), 303)
	expect(t, "paid twice", staff.Post("/staff/money/invoices/"+id+"/paid", form("words", "seen it")), 409)
	s.Clock.Pass(400 * 24 * time.Hour)
	staff = s.As(t, grace)
	expect(t, "refunding", staff.Get("/staff/money/invoices/"+id+"/refund"), 200, "transfer the money back yourself")
	expect(t, "refunded", staff.Post("/staff/money/invoices/"+id+"/refund", form("key", "k", "amount", "30", "reason", "service")), 303)
	expect(t, "afterwards", staff.Get("/staff/money/invoices/"+id), 200, "Refunded", "!Refund…")
	s.Exec(t, `INSERT INTO gateway_events (gateway, id, kind, body, received_at, processed_at, problem) VALUES ('test', 'evt_1', 'charge', '{}', now(), now(), 'unknown')`)
	expect(t, "an event", staff.Get("/staff/money"), 200, "evt_1", "1 event that failed")
	expect(t, "again", staff.Post("/staff/money/events", form("gateway", "test", "id", "evt_1")), 303)
	expect(t, "nothing again", staff.Post("/staff/money/events", form("gateway", "test", "id", "evt_2")), 404)
	if n := s.Number(t, `SELECT count(*) FROM river_job WHERE kind = 'hear_gateway' AND args ->> 'event' = 'evt_1'`); n != 1 {
		t.Errorf("%d jobs", n)
	}
	expect(t, "checking", staff.Post("/staff/money/check", form()), 303)
	s.Exec(t, `UPDATE sellers SET last_number = last_number + 1`)
	if _, err := s.Verbs.Ledger.Check(t.Context(), models.Actor{Operator: true}, ledger.Options{}); err != nil {
		t.Fatal(err)
	}
	expect(t, "the books", staff.Get("/staff/money"), 200, "1 disagreement", "The number is missing", "TM-000003")
	for _, nothing := range []string{"0", "x", "99999999999999999999", "12345"} {
		expect(t, nothing, staff.Get("/staff/money/invoices/"+nothing), 404)
	}
	for _, lang := range []string{"zh-CN", "ja", "fr"} {
		expect(t, lang, staff.Get("/"+lang+"/staff/money?q=acme"), 200, "TM-000001")
		expect(t, lang, staff.Get("/"+lang+"/staff/money/invoices/"+id), 200, "TM-000001")
	}
}

// TestStatements pins what the pages cost, however much was sold.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := apptest.NewShop(t)
	for range 2 {
		s.Buy(t, apptest.Pro)
		s.Pass(t, 40)
		id := s.Number(t, `SELECT max(id) FROM subscriptions`)
		if _, err := s.Verbs.Billing.Cancel(t.Context(), s.Actor(s.Ada, s.Acme), id, rand.Text()); err != nil {
			t.Fatal(err)
		}
		s.Pass(t, 40)
		maker := s.As(t, s.Maker)
		maker.Get(manage + "sales") // the session's row is touched now and then
		for page, most := range map[string]int64{"sales": 5, "transactions": 3, "customers": 3, "invoices": 3, "coupons": 3, "prices": 4, "customers/" + strconv.FormatInt(s.Acme.ID, 10): 3} {
			if n := dbtest.Statements(s.DB, func() { expect(t, page, maker.Get(manage+page), 200) }); n != most {
				t.Errorf("%s takes %d statements, not %d", page, n, most)
			}
		}
	}
}
