package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

// The people of the story: a member who asks, the owner who buys, the integrator
// who sells, and buyers in other languages.
const (
	asAsker    = "marco"
	asBuyer    = "olivia"
	asSeller   = "tomas"
	asJapanese = "yuki"
	asFrench   = "celine"

	hookSecret = "the secret of a webhook, known to both"
)

// ears is an app's webhook, which keeps what it is told.
type ears struct {
	*httptest.Server
	mu    sync.Mutex
	heard []told
}

type told struct {
	guid, action, login string
	signed              bool
	plan                string
}

func listen(t testing.TB) *ears {
	e := &ears{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(hookSecret))
		mac.Write(body)
		var p models.PurchasePayload
		if r.Header.Get("X-GitHub-Event") != "marketplace_purchase" {
			return
		}
		if err := json.Unmarshal(body, &p); err != nil {
			t.Errorf("a webhook that can't be read: %v: %s", err, body)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, told{guid: r.Header.Get("X-GitHub-Delivery"), action: string(p.Action), login: p.Purchase.Account.Login,
			plan: p.Purchase.Plan.Name, signed: r.Header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(mac.Sum(nil))})
	}))
	t.Cleanup(e.Close)
	return e
}

// of are the actions that were told about an account, in their order.
func (e *ears) of(login string) (actions []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range e.heard {
		if h.login == login {
			actions = append(actions, h.action+" "+h.plan)
		}
	}
	return actions
}

// shop makes a listing that is sold, and everyone around it.
func (s *souk) shop(t testing.TB) secrets {
	t.Helper()
	d := dbtest.Open(t, s.database)
	cookies := secrets{}
	person := func(login string) models.Account {
		a := dbtest.User(t, d, login)
		cookies[login] = dbtest.Session(t, d, a, time.Now(), true)
		return a
	}
	owner, member := person(asBuyer), person(asAsker)
	harbor := dbtest.Organization(t, d, "harbor", owner)
	dbtest.Member(t, d, harbor, member, models.RoleMember)
	forge := dbtest.Organization(t, d, "forge", person(asSeller))
	minor := func(n int64) *int64 { return &n }
	dbtest.Listing(t, d, dbtest.Named("foghorn", "Foghorn"), dbtest.By(forge), dbtest.In("monitoring"),
		dbtest.WithPlan(models.Plan{Name: "Crew", Kind: models.PlanFlatRate, MonthlyMinor: minor(1200), YearlyMinor: minor(12000), Currency: "EUR", TrialDays: 14}),
		dbtest.WithPlan(models.Plan{Name: "Fleet", Kind: models.PlanFlatRate, MonthlyMinor: minor(3000), YearlyMinor: minor(30000), Currency: "EUR"}))
	s.exec(t, `UPDATE listings SET claimed_at = now(), purchase = 'here' WHERE slug = 'foghorn'`)
	for login, language := range map[string]string{asJapanese: "ja", asFrench: "fr"} {
		person(login)
		s.exec(t, `UPDATE users SET language = $2, time_zone = $3 WHERE account_id = (SELECT id FROM accounts WHERE login = $1)`, login, language,
			map[string]string{"ja": "Asia/Tokyo", "fr": "Europe/Paris"}[language])
	}
	return cookies
}

// TestPurchase is the life of a subscription: asked for, tried, paid, raised,
// declined, mended, lowered, kept, cancelled, and in part given back.
func TestPurchase(t *testing.T) {
	t.Parallel()
	hears := listen(t)
	site := start(t, "SOUK_DEMO=false", "SOUK_DEV=true", "SOUK_ALLOW_PRIVATE_NETWORKS=true")
	cookies := site.shop(t)
	b := open(t, site, desktop)
	b.tolerate = append(b.tolerate, "422", "402", "409")
	as := func(who string) { b.become(cookies, who) }

	as(asSeller)
	b.sells(hears.URL)

	as(asAsker)
	b.visit("/marketplace/foghorn/order/1/request?account=harbor")
	b.set(map[string]string{"reason": "The bridge is in the fog every night."})
	b.send("#f-reason")
	b.wantFlash()

	as(asBuyer)
	b.savesCard("/organizations/harbor/settings/billing/methods", "4242 4242 4242 4242")
	b.visit("/organizations/harbor/settings/billing/requests")
	b.follow(`main .rows a`)
	b.wants("The bridge is in the fog every night.", "€12.00")
	b.send(`form[action$="/approve"] button`)
	b.visit("/organizations/harbor/settings/billing")
	b.follow(`main a[href*="/settings/billing/subscriptions/"]`)
	subscription := b.path()
	b.wants("Crew", "€12.00")
	foretold := b.calendar()

	// The trial ends, and a month passes: as foretold.
	b.untilBilled("harbor", 0)
	b.passes("week")
	b.passes("week")
	b.passes("day")
	b.untilBilled("harbor", 1)
	b.visit("/organizations/harbor/settings/billing/invoices")
	b.wants(foretold[0].day, foretold[0].amount)

	// An upgrade, in the middle of the month.
	b.passes("week")
	b.visit(subscription + "/change?plan=2&period=month")
	b.wants("Fleet", "Crew")
	quoted := eval[int](b, `Number(document.querySelector('form[method=post] input[name="shown"]').value)`)
	b.send(`form[method=post] input[name="shown"]`)
	b.untilBilled("harbor", 2)
	if charged := b.count(`SELECT minor FROM charges WHERE state = 'succeeded' ORDER BY id DESC LIMIT 1`); charged > quoted || charged < quoted-1 {
		t.Errorf("the upgrade was shown for %d cents, and %d were charged", quoted, charged)
	}
	b.visit(subscription)
	b.wants("Fleet", "€30.00")

	// A card that fails when nobody is there, and one that works.
	b.savesCard("/organizations/harbor/settings/billing/methods", "4000 0000 0000 0341")
	b.pays(subscription, "0341")
	b.passes("month")
	b.untilState("harbor", models.SubscriptionPastDue)
	link := b.letterAbout("harbor", "Foghorn")
	b.pays(subscription, "4242")
	b.untilState("harbor", models.SubscriptionActive)
	b.visit(link)

	// Lowered, and taken back; cancelled.
	b.visit(subscription + "/change?plan=1&period=month")
	b.send(`form[method=post] input[name="shown"]`)
	b.visit(subscription)
	b.wants("Crew")
	b.send(`form[action$="/take-back"] button`)
	b.wantFlash()
	b.visit(subscription + "/cancel")
	b.send(`form[action$="/cancel"] button`)
	b.visit(subscription)

	as(asSeller)
	b.refunds("5.00")
	as(asBuyer)
	b.passes("month")
	b.untilState("harbor", models.SubscriptionEnded)
	receipt := b.receipt("/organizations/harbor/settings/billing/invoices")

	b.become(cookies, asNobody)
	b.visit(receipt)
	b.wants("Valid", "Credit note", "Forge Instruments Ltd")
	want := []string{"purchased Crew", "changed Crew", "changed Fleet", "pending_change Crew", "pending_change_cancelled Fleet", "pending_change Fleet", "cancelled Fleet"}
	until(t, "the last webhook", func() bool { return len(hears.of("harbor")) >= len(want) })
	if got := hears.of("harbor"); !slices.Equal(got, want) {
		t.Errorf("the app was told %q, want %q", got, want)
	}
	hears.onceEach(t)

	as(asSeller)
	b.seesMoney(t)

	site.command(t, "ledger", "check", "--ask", "all")
	for _, other := range []struct{ who, language, words string }{{asJapanese, "ja", "請求書"}, {asFrench, "fr", "Facture"}} {
		as(other.who)
		b.buysIn(other.who, other.language, other.words)
	}
}

// onceEach holds that everything was told once, signed.
func (e *ears) onceEach(t *testing.T) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := map[string]bool{}
	for _, h := range e.heard {
		if seen[h.guid] || !h.signed || h.guid == "" {
			t.Errorf("%s came twice, or unsigned: %+v", h.action, h)
		}
		seen[h.guid] = true
	}
}

// sells sets up how the integrator is paid, and where the app is told of purchases.
func (b *tab) sells(hook string) {
	b.t.Helper()
	b.visit("/organizations/forge/settings/selling")
	b.set(map[string]string{"legal_name": "Forge Instruments Ltd", "line1": "1 Quay", "city": "Dublin", "postal_code": "D01", "country": "IE",
		"mail": "money@forge.example", "invoice_prefix": "FI-", "grace_days": "14", "transfer_days": "14"})
	b.send("#f-legal_name")
	b.wantFlash()
	b.visit("/organizations/forge/settings/selling")
	b.send(`form[action$="/gateway"] button`)
	b.wantFlash()
	b.visit("/marketplace/manage/foghorn/webhook/settings")
	b.set(map[string]string{"url": hook, "active": "true"})
	b.send("#f-url")
	b.visit("/marketplace/manage/foghorn/webhook/secret")
	b.set(map[string]string{"secret": hookSecret, "end": "true"})
	b.send("#f-secret")
}

// savesCard saves a card at the test gateway's page.
func (b *tab) savesCard(methods, number string) {
	b.t.Helper()
	b.visit(methods + "/new?listing=foghorn")
	b.send(`main form[method=post] button`)
	b.paysAt(number)
}

// paysAt types a card's number on the test gateway's page, which leads back.
func (b *tab) paysAt(number string) {
	b.t.Helper()
	if !strings.HasPrefix(b.path(), "/payment/test/") {
		b.t.Fatalf("%s isn't the gateway's page: %s", b.path(), tail(b.text("main")))
	}
	b.set(map[string]string{"number": number})
	b.send("#f-number")
}

// pays chooses a saved card for a subscription.
func (b *tab) pays(subscription, last4 string) {
	b.t.Helper()
	b.visit(subscription + "/method")
	id := eval[string](b, `[...document.querySelectorAll('input[name=method]')].find((e) => e.closest('label').innerText.includes(%q))?.value ?? ''`, last4)
	b.set(map[string]string{"method": id})
	b.send(`input[name=method]`)
}

type due struct{ day, amount string }

// calendar is what the page says will be charged.
func (b *tab) calendar() (all []due) {
	b.t.Helper()
	rows := eval[[][]string](b, `[...document.querySelectorAll('main table.calendar tbody tr')].map((r) => [...r.cells].map((c) => c.innerText.trim()))`)
	for _, r := range rows {
		if last := r[len(r)-1]; strings.HasPrefix(last, "€") {
			all = append(all, due{day: r[0], amount: last})
		}
	}
	if len(all) < 11 {
		b.t.Fatalf("the calendar of twelve months has %d charges: %s", len(all), tail(b.text("main")))
	}
	return all
}

// passes moves the clock of what is bought.
func (b *tab) passes(span string) {
	b.t.Helper()
	b.visit("/dev/clock")
	b.send(`form input[name="by"][value="` + span + `"]`)
	b.wantFlash()
}

// count asks the database, which the journey waits for and never changes.
func (b *tab) count(sql string, args ...any) (n int) {
	b.t.Helper()
	if err := dbtest.Open(b.t, b.site.database).Pool().QueryRow(b.t.Context(), sql, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *tab) untilBilled(login string, invoices int) {
	b.t.Helper()
	until(b.t, "so many invoices", func() bool {
		return b.count(`SELECT count(*) FROM invoices i JOIN accounts a ON a.id = i.account_id WHERE a.login = $1 AND i.kind = 'invoice' AND i.state = 'paid'`, login) == invoices &&
			b.count(`SELECT count(*) FROM charges WHERE state = 'reserved'`) == 0
	})
}

func (b *tab) untilState(login string, state models.SubscriptionState) {
	b.t.Helper()
	until(b.t, string(state), func() bool {
		return b.count(`SELECT count(*) FROM subscriptions s JOIN accounts a ON a.id = s.account_id WHERE a.login = $1 AND s.state = $2`, login, state) == 1
	})
}

// letterAbout opens the newest letter to the owner of an account and returns its
// link.
func (b *tab) letterAbout(_, listing string) string {
	b.t.Helper()
	link := b.letter(asBuyer + "@example.test")
	b.wants(listing)
	return link
}

// refunds gives a part of the newest paid invoice back.
func (b *tab) refunds(amount string) {
	b.t.Helper()
	b.visit("/marketplace/manage/foghorn/invoices")
	b.follow(`main a[href$="/refund"]`)
	b.set(map[string]string{"amount": amount, "words": "The horn was silent for a night."})
	b.send("#f-amount")
	b.wantFlash()
	until(b.t, "the credit note", func() bool {
		return b.count(`SELECT count(*) FROM invoices WHERE kind = 'credit_note' AND total_minor = 500`) == 1
	})
}

// receipt is the public address of the newest document of an account.
func (b *tab) receipt(list string) string {
	b.t.Helper()
	b.visit(list)
	b.wants("-€5.00")
	b.follow(`main a[href*="/settings/billing/invoices/"]`)
	return eval[string](b, `new URL(document.querySelector('a[href*="/receipts/"]').href).pathname`)
}

// seesMoney reads the integrator's transactions as a file.
func (b *tab) seesMoney(t *testing.T) {
	t.Helper()
	text := eval[string](b, `(async () => await (await fetch('/marketplace/manage/foghorn/transactions.csv?period=all')).text())()`)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 5 {
		t.Fatalf("the file of transactions: %v: %s", err, text)
	}
	for _, column := range []string{"date", "app_name", "user_login", "user_id", "user_type", "country", "amount_in_cents", "renewal_frequency", "marketplace_listing_plan_id"} {
		if !slices.Contains(rows[0], column) {
			t.Errorf("the file lacks %s: %q", column, rows[0])
		}
	}
	at := slices.Index(rows[0], "amount_in_cents")
	var amounts []string
	for _, r := range rows[1:] {
		amounts = append(amounts, r[at])
	}
	for _, want := range []string{"1200", "3000", "-500"} {
		if !slices.Contains(amounts, want) {
			t.Errorf("the file has no %s: %q", want, amounts)
		}
	}
}

// buysIn buys in another language: what is mailed and what is kept are in it.
func (b *tab) buysIn(login, language, invoice string) {
	b.t.Helper()
	b.visit("/" + language + "/marketplace/foghorn/order/2?account=" + login + "&period=month")
	b.follow(`button[formaction$="/method"]`)
	b.paysAt("4242424242424242")
	b.follow(`button[name="place"]`)
	b.untilBilled(login, 1)
	b.visit("/" + language + "/settings/billing/invoices")
	b.follow(`main a[href*="/settings/billing/invoices/"]`)
	b.wants(invoice, "Forge Instruments Ltd")
	until(b.t, "the letter with the receipt", func() bool {
		b.visit("/dev/mailbox?to=" + login + "@example.test")
		return b.has(`main .rows a[lang="` + language + `"]`)
	})
}
