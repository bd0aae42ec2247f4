package wallet_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// cast is a marketplace where ada owns acme, bob manages its billing, and eve has
// nothing to do with it.
type cast struct {
	*apptest.App
	ada, bob, eve, acme models.Account
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{App: apptest.New(t)}
	c.ada, c.bob, c.eve = dbtest.User(t, c.DB, "ada"), dbtest.User(t, c.DB, "bob"), dbtest.User(t, c.DB, "eve")
	c.acme = dbtest.Organization(t, c.DB, "acme", c.ada)
	dbtest.Member(t, c.DB, c.acme, c.bob, models.RoleBillingManager)
	return c
}

// local is an address of this site without the site.
func (c *cast) local(t *testing.T, address string) string {
	t.Helper()
	path, ok := strings.CutPrefix(address, c.URL)
	if !ok {
		t.Fatalf("%q leads elsewhere", address)
	}
	return path
}

const methods = "/organizations/acme/settings/billing/methods"

// begin has bob begin to save a payment method for acme, up to the gateway's page.
func (c *cast) begin(t *testing.T, b *apptest.Browser, back string) string {
	t.Helper()
	a := b.Post(methods, url.Values{"return_to": {back}})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	return c.local(t, a.Location)
}

// A card goes from the gateway's page to the list, without its number coming here.
func TestACardIsSaved(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.bob)
	if a := b.Get(methods); a.Status != 200 || !strings.Contains(a.Body, "No payment method yet") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	page := c.begin(t, b, "/docs?a=1")
	if a := b.Get(page); a.Status != 200 || !strings.Contains(a.Body, "4242") || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d %v", a.Status, a.Header)
	}
	if a := b.Post(page, url.Values{"number": {"4929 1111 2222 3333"}, "decision": {"approve"}}); a.Status != 422 || !strings.Contains(a.Body, "4929 1111 2222 3333") || !strings.Contains(a.Body, "Never type a real one") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	a := b.Post(page, url.Values{"number": {"4242 4242 4242 4242"}, "decision": {"approve"}})
	done := c.local(t, a.Location)
	if a := c.As(t, c.eve).Get(done); a.Status != 404 {
		t.Errorf("eve comes back from bob's page: %d", a.Status)
	}
	if a := b.Get(done); a.Status != http.StatusSeeOther || a.Location != "/docs?a=1" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if a := b.Get("/docs"); !strings.Contains(a.Body, "The payment method was saved.") {
		t.Error("nobody says that it was saved")
	}
	list := b.Get(methods).Body
	for _, want := range []string{"Visa •••• 4242", "Expires", "Nothing is paid with it"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q isn't in the list", want)
		}
	}
	if strings.Contains(list, "4242 4242") {
		t.Error("the number is here")
	}
	if again := b.Get(done); again.Status != http.StatusSeeOther {
		t.Errorf("coming back again: %d", again.Status)
	}
	if a := b.Get(page); a.Status != 200 || !strings.Contains(a.Body, "Nothing is left to do here") {
		t.Errorf("the gateway's page afterwards: %d", a.Status)
	}
	var logged int
	if err := c.DB.Read(t.Context()).Raw(`SELECT count(*) FROM audit_events WHERE action = 'payment_method.add' AND target_name = 'visa 4242'`).Scan(&logged).Error; err != nil || logged != 1 {
		t.Errorf("%d events, %v", logged, err)
	}
}

// Nothing that a visitor brings along leads elsewhere afterwards.
func TestTheWayBackIsOurs(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.bob)
	for _, back := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		a := b.Post(c.begin(t, b, back), url.Values{"behaviour": {"approve"}, "decision": {"approve"}})
		if a := b.Get(c.local(t, a.Location)); a.Status != http.StatusSeeOther || a.Location != "/" {
			t.Errorf("%s: %d %s", back, a.Status, a.Location)
		}
	}
}

// A method that was declined, or that nobody answered for, isn't there.
func TestMethodsThatAreNotSaved(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.bob)
	for decision, said := range map[string]string{"decline": "wasn’t saved", "never": "isn’t confirmed yet"} {
		a := b.Post(c.begin(t, b, ""), url.Values{"behaviour": {"approve"}, "decision": {decision}})
		if a = b.Get(c.local(t, a.Location)); a.Location != methods {
			t.Errorf("%s: %d %s", decision, a.Status, a.Location)
		}
		if list := b.Get(methods).Body; !strings.Contains(list, said) || !strings.Contains(list, "No payment method yet") {
			t.Errorf("%s: %s", decision, list)
		}
	}
}

// The gateway's webhook saves it, for a buyer who never comes back.
func TestTheWebhookSavesIt(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.bob)
	b.Post(c.begin(t, b, ""), url.Values{"behaviour": {"funds"}, "decision": {"approve"}})
	var waiting []struct{ Gateway, Kind string }
	err := c.DB.Read(t.Context()).Raw(`SELECT gateway, kind FROM gateway_events`).Scan(&waiting).Error
	if err != nil || len(waiting) != 1 || waiting[0].Kind != string(gateway.EventMethod) {
		t.Fatalf("%v, %v", waiting, err)
	}
	var setup string
	if err := c.DB.Read(t.Context()).Raw(`SELECT setup FROM payment_methods`).Scan(&setup).Error; err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Verbs.Wallet.Hear(t.Context(), models.GatewayTest, gateway.Event{Kind: gateway.EventMethod, Reference: setup}); err != nil {
			t.Fatal(err)
		}
	}
	if list := b.Get(methods).Body; !strings.Contains(list, "Visa •••• 9995") {
		t.Error(list)
	}
}

// Twenty pages in an hour are enough for anybody.
func TestBeginningsAreBounded(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.bob)
	for range 20 {
		c.begin(t, b, "")
	}
	if a := b.Post(methods, url.Values{}); a.Status != http.StatusTooManyRequests {
		t.Errorf("%d", a.Status)
	}
	c.Clock.Pass(61 * time.Minute)
	c.begin(t, b, "")
}

// What isn't signed is refused; what is, is kept once.
func TestHooks(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	post := func(path, signature, body string) int {
		b := c.Visitor(t)
		if signature != "" {
			b.Header().Set(testgw.Signature, signature)
		}
		return b.Do(http.MethodPost, path, "application/json", body).Status
	}
	body := `{"ID":"evt_9","Kind":"other"}`
	sign := func(at time.Time) string {
		s, err := c.Verbs.TestGateway.Sign(t.Context(), []byte(body), at)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	now := c.Clock.Now()
	for name, one := range map[string]struct {
		path, signature, body string
		want                  int
	}{
		"no signature":  {"/hooks/test", "", body, 403},
		"another body":  {"/hooks/test", sign(now), body + " ", 403},
		"an old one":    {"/hooks/test", sign(now.Add(-time.Hour)), body, 403},
		"no gateway":    {"/hooks/nobody", sign(now), body, 404},
		"not connected": {"/hooks/stripe", sign(now), body, 404},
	} {
		if got := post(one.path, one.signature, one.body); got != one.want {
			t.Errorf("%s: %d, want %d", name, got, one.want)
		}
	}
	for range 3 {
		if got := post("/hooks/test", sign(now), body); got != 204 {
			t.Errorf("%d", got)
		}
	}
	var kept int
	if err := c.DB.Read(t.Context()).Raw(`SELECT count(*) FROM gateway_events WHERE id = 'evt_9'`).Scan(&kept).Error; err != nil || kept != 1 {
		t.Errorf("%d events are kept, %v", kept, err)
	}
}

// Whoever may pay removes a method that pays for nothing; the gateway forgets it.
func TestMethodsAreRemoved(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	id := dbtest.PaymentMethod(t, c.DB, c.ada, "tok_approve")
	_ = id
	b := c.As(t, c.ada)
	list := b.Get("/settings/billing/methods").Body
	remove := between(list, `href="`, `/remove"`) + "/remove"
	if a := b.Get(remove); a.Status != 200 || !strings.Contains(a.Body, "Remove Visa •••• 4242?") {
		t.Fatalf("%s: %d %s", remove, a.Status, a.Body)
	}
	if a := c.As(t, c.eve).Post(remove, nil); a.Status != 404 {
		t.Errorf("eve: %d", a.Status)
	}
	if a := b.Post(remove, nil); a.Status != http.StatusSeeOther {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := b.Post(remove, nil); a.Status != 404 {
		t.Errorf("twice: %d", a.Status)
	}
	var queued int
	if err := c.DB.Read(t.Context()).Raw(`SELECT count(*) FROM river_job WHERE kind = 'forget_method'`).Scan(&queued).Error; err != nil || queued != 1 {
		t.Errorf("%d jobs, %v", queued, err)
	}
}

// between is what stands before the last mark, from the nearest beginning.
func between(s, from, to string) string {
	head, _, ok := strings.Cut(s, to)
	if !ok {
		return ""
	}
	return head[strings.LastIndex(head, from)+len(from):]
}

var address = url.Values{"name": {" Acme GmbH "}, "line1": {"Hauptstr. 1"}, "city": {"Wien"}, "postal_code": {"1010"}, "country": {"AT"},
	"tax_number": {"atu 1234 5675"}, "mail": {"rechnung@acme.example"}, "language": {"fr"}, "time_zone": {"Europe/Vienna"}}

func with(form url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// Details are kept as they will stand on invoices; what is wrong is said beside what
// was typed.
func TestBillingDetails(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	const page = "/organizations/acme/settings/billing/details"
	b := c.As(t, c.bob)
	a := b.Post(page, with(address, "name", "", "country", "XX", "tax_number", "A12", "mail", "nobody", "time_zone", "Nowhere", "city", "Linz <b>"))
	for _, want := range []string{`value="Linz &lt;b&gt;"`, `value="A12"`, `href="#f-name"`, `href="#f-country"`, `href="#f-tax_number"`, `href="#f-mail"`, `href="#f-time_zone"`} {
		if a.Status != 422 || !strings.Contains(a.Body, want) {
			t.Errorf("%d, without %s", a.Status, want)
		}
	}
	if a := b.Post(page, with(address, "return_to", "/docs")); a.Status != http.StatusSeeOther || a.Location != "/docs" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	var got struct{ Name, TaxNumber, Language, Country string }
	err := c.DB.Read(t.Context()).Raw(`SELECT name, tax_number, language, address ->> 'country' country FROM billing_profiles WHERE account_id = ?`, c.acme.ID).Scan(&got).Error
	if err != nil || got.Name != "Acme GmbH" || got.TaxNumber != "ATU12345675" || got.Language != "fr" || got.Country != "AT" {
		t.Errorf("%+v, %v", got, err)
	}
	if a := b.Get(page); !strings.Contains(a.Body, `value="ATU12345675"`) {
		t.Error("the page says something else")
	}
}

var selling = url.Values{"legal_name": {"Acme Software GmbH"}, "line1": {"Hauptstr. 1"}, "city": {"Wien"}, "country": {"AT"}, "tax_number": {"ATU12345675"},
	"tax_registered": {"true"}, "tax_inclusive": {"true"}, "mail": {"money@acme.example"}, "invoice_prefix": {"ac-"}, "transfer_days": {"10"}, "grace_days": {"7"}}

// An owner says who sells, and connects the test gateway with one click.
func TestSelling(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	const page = "/organizations/acme/settings/selling"
	b := c.As(t, c.ada)
	if a := b.Get(page); a.Status != 200 || !strings.Contains(a.Body, "Connect Test gateway") || strings.Contains(a.Body, "Stripe") {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	a := b.Post(page, with(selling, "legal_name", "", "invoice_prefix", "a b", "accepts_transfer", "true", "transfer_days", "15", "grace_days", "x", "tax_number", ""))
	for _, want := range []string{"#f-legal_name", "#f-invoice_prefix", "#f-transfer_details", "#f-transfer_days", "#f-grace_days", "#f-tax_number", `value="15"`, `value="x"`} {
		if a.Status != 422 || !strings.Contains(a.Body, want) {
			t.Errorf("%d, without %s", a.Status, want)
		}
	}
	if a := b.Post(page, selling); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if a := b.Post(page+"/gateway", url.Values{"gateway": {"stripe"}}); a.Status != 404 {
		t.Errorf("a gateway that isn't there: %d", a.Status)
	}
	for range 2 {
		if a := b.Post(page+"/gateway", url.Values{"gateway": {"test"}}); a.Status != http.StatusSeeOther || a.Location != page {
			t.Errorf("%d %s", a.Status, a.Location)
		}
	}
	if a := b.Get(page); !strings.Contains(a.Body, "Can be paid") || !strings.Contains(a.Body, `value="AC-"`) {
		t.Error(a.Body)
	}
	if a := b.Get(page + "/disconnect"); a.Status != 200 {
		t.Errorf("%d", a.Status)
	}
	if a := b.Post(page+"/disconnect", nil); a.Status != http.StatusSeeOther {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := b.Get(page); !strings.Contains(a.Body, "Connect Test gateway") || !strings.Contains(a.Body, `value="Acme Software GmbH"`) {
		t.Error(a.Body)
	}
}

// Who has not confirmed the session lately is asked to before changing who is paid.
func TestSellingNeedsAFreshSession(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.AsUnconfirmed(t, c.ada)
	if a := b.Get("/settings/selling"); a.Status != 200 {
		t.Errorf("looking: %d", a.Status)
	}
	if a := b.Post("/settings/selling/gateway", url.Values{"gateway": {"test"}}); a.Status == http.StatusSeeOther && !strings.HasPrefix(a.Location, "/sudo") {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	var sellers int
	if err := c.DB.Read(t.Context()).Raw(`SELECT count(*) FROM sellers`).Scan(&sellers).Error; err != nil || sellers != 0 {
		t.Errorf("%d, %v", sellers, err)
	}
}

// The buyer confirms a charge on the gateway's page, and it tells the site.
func TestAChargeIsConfirmed(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for decision, want := range map[string]models.ChargeState{"approve": models.ChargeSucceeded, "decline": models.ChargeDeclined, "never": models.ChargeAction} {
		charge, err := c.Verbs.TestGateway.Charge(t.Context(), gateway.ChargeRequest{Key: decision, Method: "tok_authenticate", Present: true,
			Amount: models.Money{Minor: 1200, Currency: "EUR"}, Description: "Checker, July", ReturnURL: c.URL + "/orders/1"})
		if err != nil {
			t.Fatal(err)
		}
		b, page := c.Visitor(t), c.local(t, charge.ActionURL)
		if a := b.Get(page); a.Status != 200 || !strings.Contains(a.Body, "€12.00") || !strings.Contains(a.Body, "Checker, July") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a := b.Post(page, url.Values{"decision": {decision}}); a.Status != http.StatusSeeOther || a.Location != c.URL+"/orders/1" {
			t.Errorf("%d %s", a.Status, a.Location)
		}
		if got, err := c.Verbs.TestGateway.Read(t.Context(), gateway.Account{}, charge.Reference); err != nil || got.State != want {
			t.Errorf("%s: %+v, %v", decision, got, err)
		}
		var told int
		if err := c.DB.Read(t.Context()).Raw(`SELECT count(*) FROM gateway_events WHERE body::text LIKE '%' || ? || '%'`, charge.Reference).Scan(&told).Error; err != nil || (told == 1) != (decision != "never") {
			t.Errorf("%s: told %d times, %v", decision, told, err)
		}
	}
}

// Each page takes few statements, however much is in it.
func TestStatements(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.ada)
	for range 5 {
		dbtest.PaymentMethod(t, c.DB, c.ada, "tok_approve")
	}
	for page, most := range map[string]int64{"/settings/billing/methods": 3, "/settings/billing/details": 3, "/settings/selling": 4} {
		b.Get(page)
		if n := dbtest.Statements(c.DB, func() { b.Get(page) }); n > most {
			t.Errorf("%s takes %d statements", page, n)
		}
	}
}

// Pages speak the reader's language.
func TestLanguages(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	b := c.As(t, c.ada)
	for lang, want := range map[string]string{"ja": "支払い方法", "zh-CN": "付款方式", "fr": "Moyens de paiement"} {
		if a := b.Get("/" + lang + "/settings/billing/methods"); a.Status != 200 || !strings.Contains(a.Body, want) {
			t.Errorf("%s: %d", lang, a.Status)
		}
	}
	a := b.Post("/fr/settings/billing/methods", url.Values{})
	page := c.local(t, a.Location)
	a = b.Post(page, url.Values{"behaviour": {"approve"}, "decision": {"approve"}})
	if !strings.HasPrefix(c.local(t, a.Location), "/fr/settings/billing/methods/") {
		t.Errorf("the way back is %s", a.Location)
	}
}
