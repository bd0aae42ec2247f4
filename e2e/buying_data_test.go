package e2e

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"souk/models"
	"souk/models/db/dbtest"
)

// Who looks at the pages of buying and selling.
const (
	byBuyer      = "bea"  // owns the organization wharf, which buys
	byBookkeeper = "bill" // its billing manager
	byAsker      = "ann"  // its member
	byLoner      = "sol"  // buys alone
	byMerchant   = "theo" // owns the organization chandlers, which sells
	byTreasurer  = "tess" // is staff
)

// market is the people, listings and purchases of the pages of buying and selling.
type market struct {
	*desk
	wharf, chandlers models.Account
	cards            map[string]int64 // of the test gateway, by whose they are and how they behave
}

// The plans of everything that chandlers sell, by number.
const (
	freePlan = iota + 1
	triedPlan
	flatPlan
	unitPlan
	scarcePlan
)

// trade makes purchases in every state.
func (s *souk) trade(t testing.TB) *market {
	t.Helper()
	m := &market{desk: &desk{t: t, site: s, db: dbtest.Open(t, s.database), cookies: secrets{}, who: map[string]models.Account{}, ids: map[string]string{}, now: time.Now().UTC()},
		cards: map[string]int64{}}
	for _, login := range []string{byBuyer, byBookkeeper, byAsker, byLoner, byMerchant, byTreasurer, byReader} {
		m.who[login] = dbtest.User(t, m.db, login)
		m.cookies[login] = dbtest.Session(t, m.db, m.who[login], m.now, true)
	}
	dbtest.MakeStaff(t, m.db, m.who[byTreasurer], models.StaffAdministrator)
	m.wharf = dbtest.Organization(t, m.db, "wharf", m.who[byBuyer])
	dbtest.Member(t, m.db, m.wharf, m.who[byBookkeeper], models.RoleBillingManager)
	dbtest.Member(t, m.db, m.wharf, m.who[byAsker], models.RoleMember)
	m.chandlers = dbtest.Organization(t, m.db, "chandlers", m.who[byMerchant])
	m.shelves()
	m.wallets()
	m.tells()
	m.rules()
	m.purchases()
	m.month()
	m.afterwards()
	m.books()
	return m
}

// sold are the listings that chandlers sell.
var sold = []string{"anchorage", "bilge", "capstan", "davit", "ensign", "fender", "gunwale", "halyard", "inlet", "jetty", "keel", "lagoon", "mainsail"}

// shelves are what is sold, and one listing that is bought elsewhere.
func (m *market) shelves() {
	m.t.Helper()
	dbtest.Seller(m.t, m.db, m.chandlers, func(s *models.Seller) {
		s.LegalName, s.TaxNumber, s.TaxRegistered, s.AcceptsTransfer, s.InvoiceNote = "Chandlers of Dublin Ltd", "IE1234567T", true, true, "Thank you for sailing with us."
		s.GatewayAccount, s.InvoicePrefix = "acct_chandlers", "CH-"
	})
	minor := func(n int64) *int64 { return &n }
	for i, slug := range sold {
		dbtest.Listing(m.t, m.db, dbtest.Named(slug, strings.ToUpper(slug[:1])+slug[1:]), dbtest.By(m.chandlers), dbtest.In([]string{"deployment", "monitoring"}[i%2]),
			func(e *dbtest.Entry) {
				e.App.HomepageURL = "https://" + slug + ".example"
				e.App.Permissions = models.Grants{"contents": models.LevelWrite, "issues": models.LevelRead}
			},
			dbtest.WithPlan(models.Plan{Name: "Watch", Description: "For one harbour.", Bullets: []string{"Public repositories"}}),
			dbtest.WithPlan(models.Plan{Name: "Crew", Kind: models.PlanFlatRate, MonthlyMinor: minor(1200), YearlyMinor: minor(12000), Currency: "EUR", TrialDays: 14}),
			dbtest.WithPlan(models.Plan{Name: "Fleet", Kind: models.PlanFlatRate, MonthlyMinor: minor(3000), YearlyMinor: minor(30000), Currency: "EUR"}),
			dbtest.WithPlan(models.Plan{Name: "Ships", Kind: models.PlanPerUnit, MonthlyMinor: minor(333), YearlyMinor: minor(3333), Currency: "EUR", UnitName: "ship", MinUnits: minor(2), MaxUnits: minor(500)}),
			dbtest.WithPlan(models.Plan{Name: "Berths", Kind: models.PlanPerUnit, MonthlyMinor: minor(90000), Currency: "EUR", UnitName: "berth", Capacity: minor(3), Audience: models.AudienceOrganizations}))
	}
	m.write(`UPDATE listings SET claimed_at = now(), purchase = 'here'`)
	dbtest.Listing(m.t, m.db, dbtest.Named("nearby", "Nearby"), dbtest.WithPlan(models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(900)}),
		func(e *dbtest.Entry) { e.App.HomepageURL = "https://nearby.example" })
	for code, n := range map[string]int{"SPRING": 25, "HARBOUR": 100} {
		m.row(code, `INSERT INTO coupons (listing_id, code, percent, periods, max_redemptions, expires_at, creator_id, created_at)
			SELECT id, $1, $2, 3, 50, $3, $4, $5 FROM listings WHERE slug = 'anchorage' RETURNING id`, code, n, m.now.AddDate(1, 0, 0), m.who[byMerchant].ID, m.now)
	}
	m.write(`UPDATE coupons SET retired_at = $1 WHERE code = 'HARBOUR'`, m.now)
}

// wallets are payment methods and billing details.
func (m *market) wallets() {
	m.t.Helper()
	dbtest.Profile(m.t, m.db, m.wharf, "IE")
	dbtest.Profile(m.t, m.db, m.who[byLoner], "FR")
	for name, a := range map[string]models.Account{"wharf": m.wharf, byLoner: m.who[byLoner]} {
		for _, behaviour := range []string{"approve", "authenticate", "later", "decline", "fails_later"} {
			m.cards[name+" "+behaviour] = dbtest.PaymentMethod(m.t, m.db, a, "tok_"+behaviour)
		}
	}
	m.ids["card"] = fmt.Sprint(m.cards["wharf later"])
	m.ids["setup"] = strings.TrimPrefix(m.post(byLoner, "/settings/billing/methods", url.Values{"listing": {"anchorage"}}), "/payment/test/")
}

// tells has anchorage's app be told of what happens; it doesn't take everything.
func (m *market) tells() {
	m.t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(`"changed"`)) || bytes.Contains(body, []byte(`"zen"`)) {
			http.Error(w, "the horn is broken", http.StatusBadGateway)
		}
	}))
	m.t.Cleanup(app.Close)
	m.post(byMerchant, "/marketplace/manage/anchorage/webhook/settings", url.Values{"url": {app.URL}, "active": {"true"}, "content_type": {"json"}})
	m.post(byMerchant, "/marketplace/manage/anchorage/webhook/ping", nil)
}

// rules are wharf's policy and budgets.
func (m *market) rules() {
	m.t.Helper()
	m.fill(byBuyer, "/organizations/wharf/settings/billing/policy", "/policy", url.Values{"do": {"save"}, "otherwise": {"allow"}, "rule": {
		`{"decision": "deny", "price": "above", "minor": 50000, "currency": "EUR", "words": "Speak with the harbour master first."}`,
		`{"decision": "ask", "price": "above", "minor": 4000, "currency": "EUR", "category": "monitoring", "permission": "contents", "level": "write", "publisher": "unverified"}`,
		`{"decision": "allow", "price": "at_most", "minor": 0, "currency": "EUR"}`}})
	for category, amount := range map[string]string{"": "500", "monitoring": "20"} {
		m.post(byBuyer, "/organizations/wharf/settings/billing/budgets", url.Values{"category": {category}, "amount": {amount}, "currency": {"EUR"}})
	}
}

// fill sends a form of a page with what stands in it, but for some values.
func (m *market) fill(who, page, action string, values url.Values) string {
	m.t.Helper()
	all, at := m.form(who, page, action)
	maps.Copy(all, values)
	return m.post(who, at, all)
}

// form is what a form of a page would send, and where to.
func (m *market) form(who, page, action string) (all url.Values, at string) {
	m.t.Helper()
	body := m.site.getAs(m.t, m.cookies[who], page)
	tree, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	for n := range tree.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && (attribute(n, "method") == "post" || action == "") && strings.HasSuffix(attribute(n, "action"), action) &&
			(action != "" || attribute(n, "class") == "order") {
			return fields(n), attribute(n, "action")
		}
	}
	m.t.Fatalf("%s as %s has no form %s: %s", page, who, action, tail(string(body)))
	return nil, ""
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// fields are what a form holds.
func fields(form *html.Node) url.Values {
	all := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "textarea":
			all.Add(name, content(n))
		case n.Data == "select":
			all.Add(name, selected(n))
		case n.Data == "button" && name == "place":
			all.Set(name, attribute(n, "value"))
		case n.Data == "input":
			if kind := attribute(n, "type"); kind != "radio" && kind != "checkbox" || has(n, "checked") {
				all.Add(name, attribute(n, "value"))
			}
		}
	}
	return all
}

// selected is what a list is set to.
func selected(list *html.Node) (value string) {
	first := true
	for n := range list.Descendants() {
		if n.Data == "option" && (first || has(n, "selected")) {
			value, first = attribute(n, "value"), false
		}
	}
	return value
}
