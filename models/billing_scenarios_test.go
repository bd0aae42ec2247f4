package models_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/models"
)

// scenario is a story that docs/billing.md tells with its dates and amounts. Each
// step is a line: a time in the buyer's zone, and what the buyer does, or the clock.
type scenario struct {
	title string
	zone  string // UTC unless it says another
	env   models.BillingEnv
	offer models.Offer // coupon, trial had before, by transfer
	book  models.PriceBook
	steps string
}

// shelf are the plans of the stories.
func shelf() map[string]models.Plan {
	minor := func(n int64) *int64 { return &n }
	plan := func(id int64, name string, p models.Plan) models.Plan {
		p.ID, p.Number, p.Name, p.State, p.Version, p.Audience = id, int(id), name, models.PlanPublished, 1, models.AudienceEveryone
		p.Currency = cmp.Or(p.Currency, "EUR")
		return p
	}
	all := []models.Plan{
		plan(1, "Free", models.Plan{Kind: models.PlanFree}),
		plan(2, "Solo", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(1000), YearlyMinor: minor(10000)}),
		plan(3, "Team", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(3000), YearlyMinor: minor(30000)}),
		plan(4, "Seats", models.Plan{Kind: models.PlanPerUnit, UnitName: "seat", MonthlyMinor: minor(500), YearlyMinor: minor(5000)}),
		plan(5, "Trial", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(2000), YearlyMinor: minor(20000), TrialDays: 14}),
		plan(6, "Long trial", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(4000), TrialDays: 45}),
		plan(7, "Odd", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(999), YearlyMinor: minor(9999)}),
		plan(8, "Yen", models.Plan{Kind: models.PlanPerUnit, UnitName: "seat", MonthlyMinor: minor(1000), YearlyMinor: minor(10000), Currency: "JPY"}),
		plan(9, "Dinar", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(12345), Currency: "KWD"}),
		plan(10, "Day trial", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(1500), TrialDays: 2}),
		plan(11, "Cheap year", models.Plan{Kind: models.PlanFlatRate, MonthlyMinor: minor(1000), YearlyMinor: minor(600)}),
	}
	m := map[string]models.Plan{}
	for _, p := range all {
		m[p.Name] = p
	}
	return m
}

// stage plays a scenario and writes down what happens.
type billingStage struct {
	scenario
	t     *testing.T
	sub   models.Subscription
	now   time.Time
	fails bool
	out   bytes.Buffer
	owed  *models.Bill
	total map[string]int64
}

func (s *billingStage) row(at time.Time, what string, bill *models.Bill, note string) {
	amount := "–"
	if bill != nil {
		amount = lines(bill)
	}
	if note != "" {
		what += ". " + note
	}
	fmt.Fprintf(&s.out, "| %s | %s | %s |\n", at.In(s.sub.Location()).Format("2 Jan 2006 15:04"), what, amount)
}

// money writes an amount as an accountant would, with a point.
func money(minor int64, currency string) string {
	digits := models.CurrencyDigits(currency)
	sign := ""
	if minor < 0 {
		sign, minor = "−", -minor
	}
	text := strconv.FormatInt(minor, 10)
	if digits > 0 {
		text = fmt.Sprintf("%0*d", digits+1, minor)
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	return sign + text + " " + currency
}

func lines(b *models.Bill) string {
	var parts []string
	for i := range b.Lines {
		l := &b.Lines[i]
		name := l.PlanName
		if l.PlanKind == models.PlanPerUnit {
			name += fmt.Sprintf(" × %d", l.Units)
		}
		text := map[models.LineKind]string{models.LinePeriod: name + ", a " + string(l.Period), models.LineRemaining: name + ", the rest of the " + string(l.Period),
			models.LineUnused: name + ", unused"}[l.Kind] + ": " + money(l.Minor, b.Currency)
		if l.Discount != 0 {
			text += " less " + money(l.Discount, b.Currency)
		}
		parts = append(parts, text)
	}
	if b.Tax != 0 {
		word := "plus"
		if b.Rule.Inclusive {
			word = "of it"
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", word, b.Rule.Name, money(b.Tax, b.Currency)))
	} else if b.Rule.Reverse {
		parts = append(parts, "reverse charge")
	}
	text := strings.Join(parts, "; ")
	if total := "**" + money(b.Total, b.Currency) + "**"; len(parts) > 1 || b.Lines[0].Discount != 0 {
		text += " = " + total
	} else {
		text = strings.TrimSuffix(text, money(b.Total, b.Currency)) + total
	}
	return text
}

// take carries a turn out, with a card that works or doesn't.
func (s *billingStage) take(turn *models.Turn, what string) {
	pays := turn.Charges() && !turn.After.ByTransfer
	switch {
	case pays && s.fails && turn.Required:
		s.row(turn.At, what, turn.Bill, "The card is declined; nothing changes")
		return
	case pays && s.fails:
		s.sub, s.owed = turn.After.Failed(&s.env, turn.At, turn.At), turn.Bill
		s.row(turn.At, what, turn.Bill, "The card is declined: past due; "+s.dunning())
		return
	case turn.Act == models.ActRetry && !turn.After.ByTransfer && s.fails:
		s.sub = turn.After.Failed(&s.env, turn.At, turn.At)
		s.row(turn.At, what, s.owed, "Declined again; "+s.dunning())
		return
	case turn.Act == models.ActRetry && !turn.After.ByTransfer:
		s.sub = turn.After.Paid()
		s.row(turn.At, what, s.owed, "Paid")
		s.owed = nil
		return
	}
	s.sub = turn.After
	if turn.Charges() && turn.After.ByTransfer {
		s.owed = turn.Bill
		s.row(turn.At, what, turn.Bill, "By transfer, until "+s.sub.Due.Payable.In(s.sub.Location()).Format("2 January")+"; "+s.dunning())
		return
	}
	s.row(turn.At, what, turn.Bill, s.standing(turn))
}

func (s *billingStage) dunning() string {
	d := s.sub.Due
	day := func(t time.Time) string { return t.In(s.sub.Location()).Format("2 January") }
	next := "no further try"
	if !d.Next.IsZero() {
		next = "next on " + day(d.Next)
	}
	return next + ", ends on " + day(d.Until)
}

// standing is what a reader has to know after a turn beside its amounts.
func (s *billingStage) standing(turn *models.Turn) string {
	switch p := s.sub.Pending; {
	case s.sub.State == models.SubscriptionEnded:
		return "It has ended"
	case turn.Act == models.ActLapse:
		return "Back to " + terms(&s.sub.Terms) + ", which is paid until " + s.date(s.sub.End)
	case s.sub.State == models.SubscriptionPaused:
		return "Nothing is served or charged"
	case turn.Act == models.ActRemind || turn.Act == models.ActRetry:
		return ""
	case p != nil && p.Kind == models.PendingTerms:
		return "On " + s.date(s.sub.End) + ", to " + terms(p.Terms)
	case p != nil:
		return "It goes on until " + s.date(s.sub.End)
	case s.sub.OnTrial():
		return "The trial ends on " + s.date(s.sub.End)
	case s.sub.End.IsZero():
		return "Nothing will be charged"
	}
	return "Next on " + s.date(s.sub.End)
}

func (s *billingStage) date(t time.Time) string {
	return t.In(s.sub.Location()).Format("2 January 2006")
}

func terms(t *models.Terms) string {
	name := t.Plan.Name
	if t.Plan.Kind == models.PlanPerUnit {
		name += fmt.Sprintf(" × %d", t.Units)
	}
	if !t.Plan.Free() {
		name += " by the " + string(t.Period)
	}
	return name
}

// pass lets the clock do what it does until a time.
func (s *billingStage) pass(to time.Time) {
	says := map[models.SubscriptionAct]string{models.ActRemind: "The buyer is reminded", models.ActTrialEnd: "The trial ends", models.ActRenew: "The next period begins",
		models.ActPeriodEnd: "The period ends", models.ActRetry: "The payment is tried again", models.ActLapse: "The grace is over"}
	for next := s.sub.Next(); !next.IsZero() && !next.After(to); next = s.sub.Next() {
		turn := s.sub.Pass(&s.env)
		what := says[turn.Act]
		if turn.Act == models.ActRetry && s.sub.ByTransfer {
			what = "The buyer is reminded of the open invoice"
		}
		s.take(turn, what)
	}
	s.now = to
}

func (s *billingStage) play() {
	for step := range strings.SplitSeq(strings.TrimSpace(s.steps), "\n") {
		step = strings.TrimSpace(step)
		at, err := time.ParseInLocation("2006-01-02 15:04:05", step[:19], s.sub.Location())
		if err != nil {
			s.t.Fatalf("%s: %v", s.title, err)
		}
		s.pass(at)
		s.step(strings.Fields(step[19:]))
	}
}

func (s *billingStage) terms(words []string) models.Terms {
	name := strings.ReplaceAll(words[0], "_", " ")
	plan, ok := shelf()[name]
	if !ok {
		s.t.Fatalf("%s: no plan %q", s.title, name)
	}
	t := models.Terms{Plan: plan, Period: models.Monthly, Units: 1}
	for _, w := range words[1:] {
		if n, err := strconv.ParseInt(w, 10, 64); err == nil {
			t.Units = n
		} else {
			t.Period = models.Period(w)
		}
	}
	return t
}

func (s *billingStage) step(words []string) {
	var turn *models.Turn
	var err error
	what := ""
	switch words[0] {
	case "until":
		return
	case "card":
		s.fails = words[1] == "fails"
		return
	case "mend":
		s.fails = false
		s.sub = s.sub.Paid()
		s.row(s.now, "The buyer gives another card, which is charged at once", s.owed, "Next on "+s.date(s.sub.End))
		s.owed = nil
		return
	case "transfer":
		s.sub = s.sub.Paid()
		s.row(s.now, "The transfer arrives", nil, "Next on "+s.date(s.sub.End))
		return
	case "buy":
		s.offer.Kind, s.offer.Zone, s.offer.Terms = models.KindOrganization, cmp.Or(s.zone, "UTC"), s.terms(words[1:])
		turn, err = models.Subscribe(s.offer, &s.env, s.now)
		what = "Buys " + terms(&s.offer.Terms)
	case "change":
		to := s.terms(words[1:])
		turn, err = s.sub.Change(to, models.KindOrganization, !s.offer.Trialled, &s.env, s.now)
		what = "Changes to " + terms(&to)
	case "cancel":
		turn, err = s.sub.Cancel(&s.env, s.now)
		what = "Cancels"
	case "takeback":
		turn, err = s.sub.TakeBack(s.now)
		what = "Takes it back"
	case "pause":
		turn, err = s.sub.Pause(&s.env, s.now)
		what = "Pauses"
	case "resume":
		turn, err = s.sub.Resume(&s.env, s.now)
		what = "Resumes"
	default:
		s.t.Fatalf("%s: what is %q?", s.title, words[0])
	}
	if refused, ok := errors.AsType[*models.Error](err); ok {
		s.row(s.now, what+": refused (`"+refused.Code+"`)", nil, "")
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.take(turn, what)
}

// tell plays a scenario and returns its section.
func (x scenario) tell(t *testing.T, number int) string {
	s := &billingStage{scenario: x, t: t, total: map[string]int64{}}
	if s.env.GraceDays == 0 {
		s.env.GraceDays = 14
	}
	if s.env.GraceDays < 0 {
		s.env.GraceDays = 0
	}
	s.env.TransferDays = 14
	s.env.Prices = s.book
	s.sub.Zone = cmp.Or(x.zone, "UTC")
	s.play()
	return fmt.Sprintf("### %d. %s\n\n| when | what happens | billed |\n|---|---|---|\n%s\n", number, x.title, s.out.String())
}

// chapter is a part of the document.
type chapter struct {
	title, lede string
	scenarios   []scenario
}

// TestBillingScenarios holds the stories of docs/billing.md to what the engine does.
func TestBillingScenarios(t *testing.T) {
	t.Parallel()
	var doc bytes.Buffer
	doc.WriteString(billingPreface)
	number := 0
	for _, c := range billingChapters() {
		fmt.Fprintf(&doc, "## %s\n\n%s\n\n", c.title, c.lede)
		for _, x := range c.scenarios {
			number++
			doc.WriteString(x.tell(t, number))
		}
	}
	if number < 100 {
		t.Errorf("there are %d scenarios", number)
	}
	const file = "../docs/billing.md"
	got := bytes.TrimRight(doc.Bytes(), "\n")
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/billing.md tells something else: look at what changed, and run go test ./models -run TestBillingScenarios -update")
	}
}
