package plans_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// stage is a site with an organization's app, its draft, and its owner's browser.
type stage struct {
	*apptest.App
	t       *testing.T
	owner   models.Account
	browser *apptest.Browser
	listing int64
}

func newStage(t *testing.T, plans ...models.PlanTerm) *stage {
	t.Helper()
	s := &stage{App: apptest.New(t), t: t}
	s.owner = dbtest.User(t, s.DB, "owner")
	tools := dbtest.Organization(t, s.DB, "tools", s.owner)
	s.listing = dbtest.Draft(t, s.DB, dbtest.App(t, s.DB, tools, "hammer"), models.ListingContent{Name: "Hammer", Plans: plans})
	s.browser = s.As(t, s.owner)
	return s
}

const desk = "/marketplace/manage/hammer/"

func (s *stage) get(path string) apptest.Answer {
	s.t.Helper()
	a := s.browser.Get(path)
	if a.Status != http.StatusOK {
		s.t.Fatalf("%s: %d %s %s", path, a.Status, a.Location, main(a.Body))
	}
	if len(a.Body) > 60_000 {
		s.t.Errorf("%s weighs %d bytes", path, len(a.Body))
	}
	return a
}

// post sends a form that is carried out, and returns the page that it leads to.
func (s *stage) post(path string, form url.Values) apptest.Answer {
	s.t.Helper()
	a := s.browser.Post(path, form)
	if a.Status != http.StatusSeeOther {
		s.t.Fatalf("%s %v: %d %s", path, form, a.Status, main(a.Body))
	}
	return s.get(a.Location)
}

// refused sends a form that can't be carried out, and returns what it says.
func (s *stage) refused(path string, form url.Values, texts ...string) apptest.Answer {
	s.t.Helper()
	a := s.browser.Post(path, form)
	if a.Status != http.StatusUnprocessableEntity {
		s.t.Fatalf("%s %v: %d %s %s", path, form, a.Status, a.Location, main(a.Body))
	}
	s.has(a, texts...)
	return a
}

// has fails unless each text is in the page, or, after "!", is not.
func (s *stage) has(a apptest.Answer, texts ...string) {
	s.t.Helper()
	body := html.UnescapeString(a.Body)
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(body, without) == not {
			s.t.Errorf("%q is %v there: %s", without, not, main(body))
		}
	}
}

func main(body string) string {
	_, rest, _ := strings.Cut(body, "<main")
	return rest[:min(len(rest), 6000)]
}

var markField = regexp.MustCompile(`name="mark" value="([^"]*)"`)

func mark(a apptest.Answer) string { return markField.FindStringSubmatch(a.Body)[1] }

func team(more ...string) url.Values {
	form := url.Values{"name": {"Team"}, "kind": {"flat_rate"}, "monthly_minor": {"30.00"}, "yearly_minor": {"300"}, "currency": {"USD"}, "trial_days": {"21"},
		"description": {"For small teams"}, "bullets": {"One", "", "Two", ""}, "audience": {"everyone"}, "state": {"published"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func live(s *stage) {
	s.t.Helper()
	if _, err := s.DB.Pool().Exec(s.t.Context(), `DELETE FROM listing_drafts`); err != nil { // it begins anew with what is live
		s.t.Fatal(err)
	}
	for _, sql := range []string{
		`INSERT INTO plans (listing_id, number, name, kind, description, monthly_minor, yearly_minor, currency, trial_days, bullets, state, created_at, updated_at)
			VALUES ($1, 1, 'Team', 'flat_rate', 'For small teams', 3000, 30000, 'USD', 21, '{One,Two}', 'published', now(), now())`,
		`UPDATE listings SET state = 'published', published_at = now() WHERE id = $1`} {
		if _, err := s.DB.Pool().Exec(s.t.Context(), sql, s.listing); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestWritingPlans(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.has(s.get(desk+"plans"), "No plans yet", "Add a plan")
	s.has(s.get(desk+"plans/new"), "Up to 365", "such as 1,234.50")

	checked := s.browser.Post(desk+"plans/new", team("act", "check"))
	if checked.Status != http.StatusOK {
		t.Fatalf("to look: %d", checked.Status)
	}
	s.has(checked, "$30.00 a month", "21 days free, then $30.00 a month.", "21 days free, then $300.00 a year.", `value="30.00"`)
	s.has(s.get(desk+"plans"), "No plans yet")

	page := s.post(desk+"plans/new", team())
	s.has(page, "The plan is saved in your draft.", "Team", "$30.00 a month", "$300.00 a year", "21 days free", "For sale", "New", "For small teams", "One", "Two")
	s.post(desk+"plans/new", team("name", "Seats", "kind", "per_unit", "monthly_minor", "5", "yearly_minor", "", "unit_name", "seat", "min_units", "2", "max_units", "1,000", "capacity", "12,000", "trial_days", ""))
	form := s.get(desk + "plans/2")
	s.has(form, `value="1,000"`, `value="12,000"`, `value="5.00"`, `name="unit_name"`)
	s.post(desk+"plans/2/move", url.Values{"to": {"up"}})
	if page := s.get(desk + "plans").Body; strings.Index(page, ">Seats<") > strings.Index(page, ">Team<") {
		t.Error("Seats isn't above Team")
	}
	s.has(s.get(desk+"plans/2/remove"), "Remove Seats?")
	s.has(s.post(desk+"plans/2/remove", nil), "The plan is removed from your draft.", "!Seats")

	s.refused(desk+"plans/purchase", url.Values{"purchase": {"direct"}}, `id="f-purchase_url-problem"`)
	s.has(s.post(desk+"plans/purchase", url.Values{"purchase": {"direct"}, "purchase_url": {"https://hammer.example/buy"}}), "https://hammer.example/buy", "How to buy is saved")
	if a := s.browser.Get(desk + "plans/99"); a.Status != http.StatusNotFound {
		t.Errorf("a plan that isn't there: %d", a.Status)
	}
	if a := s.browser.Get(desk + "plans/x"); a.Status != http.StatusNotFound {
		t.Errorf("a plan that isn't a number: %d", a.Status)
	}
}

// Prices are read as the reader's language writes them, and nothing is guessed:
// what was typed stays, with the reason beside it.
func TestHostilePrices(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct{ prefix, typed, currency, want string }{
		{"", "1e9", "USD", "That is no price"}, {"", "-1", "USD", ""}, {"", "NaN", "USD", ""}, {"", "12,50", "USD", ""}, {"", "0x1F", "USD", ""},
		{"", "<script>alert(1)</script>", "USD", ""}, {"", "12.505", "USD", ""}, {"", "12.50", "JPY", ""}, {"", "99999999999999", "USD", ""}, {"", "0", "USD", ""},
		{"/fr", "1,000.00", "USD", ""}, {"/fr", "12,5O", "EUR", ""}, {"/ja", "－１", "JPY", ""},
	} {
		a := s.refused(c.prefix+desk+"plans/new", team("monthly_minor", c.typed, "currency", c.currency), `id="f-monthly_minor-problem"`)
		if typed := `value="` + html.EscapeString(c.typed) + `"`; !strings.Contains(a.Body, typed) {
			t.Errorf("%q is gone", c.typed)
		}
	}
	for i, c := range []struct{ prefix, typed, currency, want string }{
		{"", "1,000.00", "USD", "$1,000.00 a month"}, {"/fr", "12,50", "EUR", "12,50\u00a0€ par mois"}, {"/fr", "1 234,5", "EUR", "1\u202f234,50\u00a0€ par mois"},
		{"/ja", "１，５００", "JPY", "月額 ¥1,500"}, {"", "0.01", "USD", "$0.01 a month"},
	} {
		name := string(rune('A' + i))
		page := s.post(c.prefix+desk+"plans/new", team("name", name, "monthly_minor", c.typed, "currency", c.currency, "yearly_minor", ""))
		if c.prefix == "/fr" {
			c.want = strings.ReplaceAll(c.want, "\u202f", group(page.Body))
		}
		s.has(page, c.want)
	}
	for field, typed := range map[string]string{"trial_days": "14 days", "min_units": "1.5", "max_units": "∞", "capacity": "many"} {
		s.refused(desk+"plans/new", team("name", "Odd", field, typed), `value="`+typed+`"`)
	}
	s.refused(desk+"plans/new", team("name", "Odd", "trial_days", "366"), `id="f-trial_days-problem"`)
	s.refused(desk+"plans/new", url.Values{}, `id="f-name-problem"`)
}

// group is what parts thousands in a page in French.
func group(body string) string {
	if m := regexp.MustCompile(`1([^0-9])234,50`).FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return "?"
}

// What changes for whom is told before it is saved and after, and live stays as it
// is until the revision is approved.
func TestChangingALivePrice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	live(s)
	form := s.get(desk + "plans/1")
	s.has(form, "They keep their price", "!What changes for whom", "!Remove plan")
	s.has(s.get(desk+"plans"), "Public price history", "!Changed")

	dearer := team("monthly_minor", "36", "price_policy", "move", "notice_days", "45", "mark", mark(form), "act", "check")
	a := s.browser.Post(desk+"plans/1", dearer)
	s.has(a, "What changes for whom", "Who buys from now on", "Whose trial runs", "Who has it already", "$36.00 a month", "at least 45 days after they are told")
	s.has(s.get(desk+"plans"), "!Changed")
	dearer.Set("act", "save")
	s.has(s.post(desk+"plans/1", dearer), "Changed", "What changes for buyers of Team", "Nothing of this happens before the revision is approved.")
	s.has(s.get("/marketplace/hammer/prices"), "$30.00 a month", "!$36.00")

	again := s.get(desk + "plans/1")
	s.post(desk+"plans/1", team("monthly_minor", "37", "mark", mark(again), "price_policy", "keep"))
	s.refused(desk+"plans/1", team("notice_days", "-3", "mark", mark(again)), `id="f-notice_days-problem"`)
	conflict := s.refused(desk+"plans/1", team("monthly_minor", "38", "mark", mark(again), "price_policy", "keep"), "Somebody else has changed this plan", `value="38"`)
	s.has(s.post(desk+"plans/1", team("monthly_minor", "38", "mark", mark(conflict), "price_policy", "keep")), "$38.00 a month", "They keep their price as long as they stay")
	if a := s.browser.Post(desk+"plans/1/remove", nil); a.Status != http.StatusConflict {
		t.Errorf("a live plan is removed: %d", a.Status)
	}
	s.refused(desk+"plans/1", team("state", "draft", "mark", mark(s.get(desk+"plans/1"))), `id="f-state-problem"`)
}

func TestPriceHistoryPage(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	visitor := s.Visitor(t)
	if a := visitor.Get("/marketplace/hammer/prices"); a.Status != http.StatusNotFound {
		t.Fatalf("a draft's prices: %d", a.Status)
	}
	live(s)
	for _, sql := range []string{`UPDATE plans SET monthly_minor = 3600, price_policy = 'move', notice_days = 60`, `UPDATE plans SET monthly_minor = 2500, yearly_minor = NULL, price_policy = 'keep'`} {
		if _, err := s.DB.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s.has(visitor.Get("/marketplace/hammer/prices"), "Prices of Hammer", "Version 3", "The first price", "$6.00 more", "$11.00 less", "They were told 60 days ahead", "Not offered any more", "21 days free")
	s.has(visitor.Get("/ja/marketplace/hammer/prices"), "Hammer の価格", "$6.00 値上げ", "60 日前に通知され")
	s.has(visitor.Get("/fr/marketplace/hammer/prices"), "Prix de Hammer", "Le premier prix")
	s.has(visitor.Get("/zh-CN/marketplace/hammer/prices"), "Hammer 的价格")
	var prices struct {
		Plans []struct {
			Versions []struct{ Monthly_minor, Yearly_minor *int64 }
		}
	}
	api := visitor.Get("/api/v1/listings/hammer/prices")
	if err := json.Unmarshal([]byte(api.Body), &prices); err != nil || len(prices.Plans) != 1 || len(prices.Plans[0].Versions) != 3 || *prices.Plans[0].Versions[0].Monthly_minor != 2500 || prices.Plans[0].Versions[0].Yearly_minor != nil {
		t.Errorf("%d %v %s", api.Status, err, api.Body)
	}
	if a := visitor.Get("/api/v1/listings/nothing-there/prices"); a.Status != http.StatusNotFound {
		t.Errorf("the prices of nothing: %d", a.Status)
	}
}

func TestTryingAPurchase(t *testing.T) {
	t.Parallel()
	seats := models.PlanTerm{Name: "Seats", Kind: models.PlanPerUnit, MonthlyMinor: new(int64(1000)), YearlyMinor: new(int64(10000)), UnitName: "seat", TrialDays: 14, MaxUnits: new(int64(20))}
	s := newStage(t, seats, models.PlanTerm{Name: "Free", Kind: models.PlanFree})
	s.has(s.get(desk+"try"), "Buy as if", "Seats ($10.00 per seat a month / $100.00 per seat a year)")
	s.refused(desk+"try", url.Values{"account": {"organization"}, "plan": {"1"}, "period": {"month"}, "units": {"21"}}, `id="f-units-problem"`)
	s.refused(desk+"try", url.Values{"account": {"organization"}, "plan": {"1"}, "period": {"month"}, "units": {"many"}}, `value="many"`)
	s.refused(desk+"try", url.Values{"account": {"robot"}, "plan": {"1"}, "period": {"month"}})
	s.refused(desk+"try", url.Values{}, `id="f-plan-problem"`)

	page := s.post(desk+"try", url.Values{"account": {"organization"}, "plan": {"1"}, "period": {"month"}, "units": {"5"}})
	s.has(page, "On trial", "Bought: Seats, by the month × 5", "Nothing is charged.", "marketplace_purchase, purchased", `"on_free_trial": true`)
	step := func(more ...string) apptest.Answer {
		form := url.Values{}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		t.Helper()
		return s.post(desk+"try/step", form)
	}
	s.has(step("act", "clock", "to", "trial_end"), "Paid", "$50.00", "The trial ended", `"action": "changed"`)
	s.has(step("act", "change", "plan", "1", "period", "month", "units", "8"), "× 8", "unused", "-$50.00")
	s.has(step("act", "change", "plan", "1", "period", "month", "units", "3"), "it becomes Seats, by the month × 3", "Take the change back", `"action": "pending_change"`)
	s.has(step("act", "take_back"), `"action": "pending_change_cancelled"`, "!it becomes")
	s.has(step("act", "card_fails"), "Fails")
	s.has(step("act", "clock", "to", "next"), "The buyer is reminded")
	s.has(step("act", "clock", "to", "next"), "Past due", "Declined", "Tried again on")
	s.refused(desk+"try/step", url.Values{"act": {"change"}, "plan": {"2"}, "period": {"month"}}, "Nothing can be changed while a charge is owed")
	s.has(step("act", "card_works"), "Works", "Paid")
	s.has(step("act", "pause"), "The purchase pauses on")
	s.has(step("act", "clock", "to", "next"), "Paused", "The period ended")
	s.has(step("act", "resume"), "Resumed: Seats")
	s.has(step("act", "cancel"), "The purchase ends on")
	s.has(step("act", "clock", "to", "next"), "Nothing bought", `"action": "cancelled"`)
	s.refused(desk+"try/step", url.Values{"act": {"clock"}, "to": {"date"}, "date": {"1999-01-01"}}, `id="f-date-problem"`)
	s.refused(desk+"try/step", url.Values{"act": {"teleport"}})
	if a := s.browser.Post(desk+"try/step", url.Values{"act": {"cancel"}}); a.Status != http.StatusConflict {
		t.Errorf("cancelled nothing: %d", a.Status)
	}
	s.has(s.get(desk+"try?page=2"), "Bought: Seats")
	s.get(desk + "try?page=999")

	other := dbtest.User(t, s.DB, "other")
	if a := s.As(t, other).Get(desk + "try"); a.Status != http.StatusNotFound {
		t.Errorf("a stranger: %d", a.Status)
	}
	s.has(s.post(desk+"try/end", nil), "The tryout is over and forgotten.", "Buy as if")
}

// A long tryout stays small on the page, in every language.
func TestALongTryout(t *testing.T) {
	t.Parallel()
	s := newStage(t, models.PlanTerm{Name: "Team", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(3000)), Bullets: []string{"One", "Two", "Three", "Four"}},
		models.PlanTerm{Name: "Large", Kind: models.PlanFlatRate, MonthlyMinor: new(int64(9000)), Description: strings.Repeat("long ", 60)})
	s.post(desk+"try", url.Values{"account": {"user"}, "plan": {"1"}, "period": {"month"}})
	s.has(s.post("/ja"+desk+"try/step", url.Values{"act": {"clock"}, "to": {"date"}, "date": {s.Clock.Now().AddDate(2, 0, 0).Format(time.DateOnly)}}), "更新", "US$30.00")
	for range 6 {
		for _, plan := range []string{"2", "1"} {
			if a := s.browser.Post(desk+"try/step", url.Values{"act": {"change"}, "plan": {plan}, "period": {"month"}}); a.Status >= 500 {
				t.Fatal(a.Status)
			}
		}
		s.post(desk+"try/step", url.Values{"act": {"take_back"}})
		s.post(desk+"try/step", url.Values{"act": {"clock"}, "to": {"month"}})
	}
	page := s.get("/fr" + desk + "try")
	s.has(page, "Essayer un achat", "Renouvellement")
}

// What is copied is JSON.
func TestPayloadsAreJSON(t *testing.T) {
	t.Parallel()
	s := newStage(t, models.PlanTerm{Name: `<Team> & "co"`, Kind: models.PlanFlatRate, MonthlyMinor: new(int64(3000))})
	page := s.post(desk+"try", url.Values{"account": {"user"}, "plan": {"1"}, "period": {"month"}})
	_, code, _ := strings.Cut(page.Body, "<pre")
	_, code, _ = strings.Cut(code, "<code>")
	code, _, _ = strings.Cut(code, "</code>")
	var payload models.PurchasePayload
	if err := json.Unmarshal([]byte(html.UnescapeString(code)), &payload); err != nil {
		t.Fatal(err)
	}
	if payload.Purchase.Plan.Name != `<Team> & "co"` || payload.Sender.Login != "owner" || payload.Purchase.Account.Login != "owner" || !strings.HasPrefix(payload.Sender.URL, s.URL) {
		t.Errorf("%+v", payload)
	}
}
