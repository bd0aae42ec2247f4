// Package gatewaytest is what every gateway has to do, as tests. A gateway's own
// tests bring it along with somebody who plays the buyer, and the bank.
package gatewaytest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/gateway"
)

// Bench is a gateway to test, and who is on its other side.
type Bench struct {
	Gateway gateway.Gateway
	Seller  gateway.Account
	Now     func() time.Time

	// Save has the buyer save, on the page of a setup, a method that behaves as one
	// of the Behaviours.
	Save func(t testing.TB, setup gateway.Setup, behaviour string)
	// Refuse has the page of a setup end without a method.
	Refuse func(t testing.TB, setup gateway.Setup)
	// Decide has the buyer, or the bank, approve or decline a charge that isn't settled.
	Decide func(t testing.TB, charge gateway.Charge, approve bool)
	// DecideRefund has the bank carry out a refund that is pending, or not.
	DecideRefund func(t testing.TB, refund gateway.Refund, succeeds bool)
	// Contest has the buyer contest a charge, or the bank decide: open, won, lost.
	Contest func(t testing.TB, charge gateway.Charge, state string)
	// Heard is the last that the gateway sent to its webhook.
	Heard func(t testing.TB) (header map[string]string, body []byte)
	// LoseAnswers has the answers to the next calls be lost after they were carried out.
	LoseAnswers func(n int)
}

// The behaviours.
const (
	Approve      = "approve"
	Decline      = "decline"
	Funds        = "funds"
	Expired      = "expired"
	Fraud        = "fraud"
	Authenticate = "authenticate"
	FailsLater   = "fails_later"
	Later        = "later"
	RefundsLater = "refunds_later"
	RefundsFail  = "refunds_fail"
)

// Run holds a gateway to what it has to do. Each test gets a bench of its own.
func Run(t *testing.T, bench func(t *testing.T) *Bench) {
	for name, test := range map[string]func(*testing.T, *Bench){
		"a method is saved on the gateway's page":    savesMethods,
		"the same card is known again":               knowsCards,
		"a setup can fail":                           failsSetups,
		"a charge is made once":                      chargesOnce,
		"clicks at once are one charge":              chargesOnceAtOnce,
		"a lost answer is asked for again":           answersAgain,
		"a key stands for one thing":                 keepsKeys,
		"refusals are answers":                       declines,
		"the buyer confirms":                         authenticates,
		"nobody confirms without the buyer":          declinesUnattended,
		"a bank takes its time":                      processes,
		"what isn't settled can be given up":         cancels,
		"money goes back, in parts, once":            refunds,
		"no more goes back than came":                refundsNoMore,
		"a refund takes its time":                    refundsLater,
		"a refund can fail":                          refundsFail,
		"what is forgotten can't be charged":         forgets,
		"charges are contested":                      contests,
		"what isn't from the gateway isn't believed": doubts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, bench(t))
		})
	}
}

var keys struct {
	sync.Mutex
	n int
}

func key(what string) string {
	keys.Lock()
	defer keys.Unlock()
	keys.n++
	return fmt.Sprintf("%s-%d", what, keys.n)
}

func (b *Bench) setup(t *testing.T) gateway.Setup {
	t.Helper()
	s, err := b.Gateway.Setup(t.Context(), gateway.SetupRequest{Key: key("setup"), Seller: b.Seller, BuyerID: 7, Name: "Ada", Mail: "ada@example.test",
		Language: "fr", Currency: "EUR", ReturnURL: "https://souk.example/back", CancelURL: "https://souk.example/stop"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// saved is a payment method that behaves so.
func (b *Bench) saved(t *testing.T, behaviour string) gateway.Method {
	t.Helper()
	s := b.setup(t)
	b.Save(t, s, behaviour)
	m, err := b.Gateway.Method(t.Context(), b.Seller, s.ID)
	if err != nil || m.Pending || m.Failed || m.Reference == "" {
		t.Fatalf("%s: %+v, %v", behaviour, m, err)
	}
	return m
}

func (b *Bench) request(method gateway.Method) gateway.ChargeRequest {
	return gateway.ChargeRequest{Key: key("charge"), Seller: b.Seller, Method: method.Reference, Amount: models.Money{Minor: 1200, Currency: "EUR"},
		Fee: 60, Description: "Checker, July", Present: true, ReturnURL: "https://souk.example/orders/1", ChargeID: 41}
}

// charge is a request that has to be answered.
func (b *Bench) charge(t *testing.T, r gateway.ChargeRequest) gateway.Charge {
	t.Helper()
	c, err := b.Gateway.Charge(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// reads holds what the gateway says of a charge later.
func (b *Bench) reads(t *testing.T, reference string, want models.ChargeState) gateway.Charge {
	t.Helper()
	c, err := b.Gateway.Read(t.Context(), b.Seller, reference)
	if err != nil || c.Reference != reference || c.State != want {
		t.Fatalf("it reads as %+v, %v; want %s", c, err, want)
	}
	return c
}

// heard is the event that the gateway sent last.
func (b *Bench) heard(t *testing.T) gateway.Event {
	t.Helper()
	header, body := b.Heard(t)
	e, err := b.Gateway.Verify(header, body, b.Now())
	if err != nil || e.ID == "" {
		t.Fatalf("%+v, %v: %s", e, err, body)
	}
	return e
}

func savesMethods(t *testing.T, b *Bench) {
	r := gateway.SetupRequest{Key: key("setup"), Seller: b.Seller, BuyerID: 7, ReturnURL: "https://souk.example/back", CancelURL: "https://souk.example/stop"}
	s, err := b.Gateway.Setup(t.Context(), r)
	if err != nil || s.ID == "" || s.URL == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if again, err := b.Gateway.Setup(t.Context(), r); err != nil || again != s {
		t.Errorf("with the same key: %+v, %v; want %+v", again, err, s)
	}
	if m, err := b.Gateway.Method(t.Context(), b.Seller, s.ID); err != nil || !m.Pending {
		t.Errorf("before anything was typed: %+v, %v", m, err)
	}
	b.Save(t, s, Approve)
	if e := b.heard(t); e.Kind != gateway.EventMethod || e.Reference != s.ID || e.Account != b.Seller.Reference {
		t.Errorf("the webhook says %+v", e)
	}
	m, err := b.Gateway.Method(t.Context(), b.Seller, s.ID)
	if err != nil || m.Pending || m.Failed || m.Reference == "" || m.Kind != "card" || m.Brand != "visa" || m.Last4 != "4242" || len(m.Expires) != 7 {
		t.Errorf("%+v, %v", m, err)
	}
}

func knowsCards(t *testing.T, b *Bench) {
	first, second, other := b.saved(t, Approve), b.saved(t, Approve), b.saved(t, Decline)
	if first.Fingerprint == "" || first.Fingerprint != second.Fingerprint || first.Fingerprint == other.Fingerprint {
		t.Errorf("%q, %q and %q", first.Fingerprint, second.Fingerprint, other.Fingerprint)
	}
	if first.Reference == second.Reference {
		t.Error("two methods have one reference")
	}
}

func failsSetups(t *testing.T, b *Bench) {
	s := b.setup(t)
	b.Refuse(t, s)
	if e := b.heard(t); e.Kind != gateway.EventMethod || e.Reference != s.ID {
		t.Errorf("the webhook says %+v", e)
	}
	if m, err := b.Gateway.Method(t.Context(), b.Seller, s.ID); err != nil || !m.Failed {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := b.Gateway.Method(t.Context(), b.Seller, "never-was"); err != nil || !m.Failed {
		t.Errorf("of no setup: %+v, %v", m, err)
	}
}

func chargesOnce(t *testing.T, b *Bench) {
	r := b.request(b.saved(t, Approve))
	c := b.charge(t, r)
	if c.State != models.ChargeSucceeded || c.Reference == "" || c.Fee != 60 || c.Decline != "" {
		t.Errorf("%+v", c)
	}
	if again := b.charge(t, r); again != c {
		t.Errorf("with the same key: %+v; want %+v", again, c)
	}
	if got := b.reads(t, c.Reference, models.ChargeSucceeded); got.Fee != 60 {
		t.Errorf("%+v", got)
	}
	r.Key, r.Fee, r.Present = key("charge"), 0, false
	if next := b.charge(t, r); next.State != models.ChargeSucceeded || next.Reference == c.Reference || next.Fee != 0 {
		t.Errorf("another key: %+v", next)
	}
	if _, err := b.Gateway.Read(t.Context(), b.Seller, "never-was"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("no charge reads as %v", err)
	}
}

func chargesOnceAtOnce(t *testing.T, b *Bench) {
	r := b.request(b.saved(t, Approve))
	found := make([]string, 8)
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() {
			for range 20 { // a call that finds another under way is made again
				if c, err := b.Gateway.Charge(t.Context(), r); err == nil {
					found[i] = c.Reference
					return
				}
			}
		})
	}
	all.Wait()
	slices.Sort(found)
	if len(slices.Compact(found)) != 1 || found[0] == "" {
		t.Errorf("%v", found)
	}
}

func answersAgain(t *testing.T, b *Bench) {
	r := b.request(b.saved(t, Approve))
	b.LoseAnswers(2)
	var c gateway.Charge
	lost := 0
	for {
		var err error
		if c, err = b.Gateway.Charge(t.Context(), r); err == nil {
			break
		}
		if lost++; lost > 5 {
			t.Fatal(err)
		}
	}
	if lost == 0 || c.State != models.ChargeSucceeded {
		t.Fatalf("%d answers were lost, then %+v", lost, c)
	}
	if back, err := b.Gateway.Refund(t.Context(), gateway.RefundRequest{Key: key("refund"), Seller: b.Seller, Charge: c.Reference, Amount: r.Amount}); err != nil || back.Failed {
		t.Errorf("%+v, %v", back, err)
	}
}

func keepsKeys(t *testing.T, b *Bench) {
	r := b.request(b.saved(t, Approve))
	b.charge(t, r)
	r.Amount.Minor++
	if c, err := b.Gateway.Charge(t.Context(), r); err == nil {
		t.Errorf("another amount with the same key: %+v", c)
	}
}

func declines(t *testing.T, b *Bench) {
	for behaviour, want := range map[string]models.DeclineCode{Decline: models.DeclineGeneric, Funds: models.DeclineFunds,
		Expired: models.DeclineExpired, Fraud: models.DeclineFraud} {
		r := b.request(b.saved(t, behaviour))
		c := b.charge(t, r)
		if c.State != models.ChargeDeclined || c.Decline != want || c.Fee != 0 {
			t.Errorf("%s: %+v", behaviour, c)
		}
		if again := b.charge(t, r); again != c {
			t.Errorf("%s again: %+v; want %+v", behaviour, again, c)
		}
		if got := b.reads(t, c.Reference, models.ChargeDeclined); got.Decline != want {
			t.Errorf("%s reads as %+v", behaviour, got)
		}
	}
	r := b.request(gateway.Method{Reference: "never-was"})
	if c := b.charge(t, r); c.State != models.ChargeDeclined || c.Decline != models.DeclineMethod {
		t.Errorf("no method: %+v", c)
	}
}

func authenticates(t *testing.T, b *Bench) {
	m := b.saved(t, Authenticate)
	for approve, want := range map[bool]models.ChargeState{true: models.ChargeSucceeded, false: models.ChargeDeclined} {
		r := b.request(m)
		c := b.charge(t, r)
		if c.State != models.ChargeAction || c.ActionURL == "" || c.Fee != 0 {
			t.Fatalf("%+v", c)
		}
		if got := b.reads(t, c.Reference, models.ChargeAction); got.ActionURL != c.ActionURL {
			t.Errorf("%+v", got)
		}
		b.Decide(t, c, approve)
		e := b.heard(t)
		if e.Kind != gateway.EventCharge || e.Reference != c.Reference || e.Account != b.Seller.Reference || e.Charge.State != want {
			t.Errorf("the webhook says %+v", e)
		}
		got := b.reads(t, c.Reference, want)
		if !approve && got.Decline != models.DeclineAuthenticate || approve && got.Fee != 60 {
			t.Errorf("%+v", got)
		}
	}
}

func declinesUnattended(t *testing.T, b *Bench) {
	for behaviour, want := range map[string]models.DeclineCode{Authenticate: models.DeclineAuthenticate, FailsLater: models.DeclineGeneric} {
		r := b.request(b.saved(t, behaviour))
		r.Present, r.ReturnURL = false, ""
		if c := b.charge(t, r); c.State != models.ChargeDeclined || c.Decline != want {
			t.Errorf("%s: %+v", behaviour, c)
		}
	}
	if c := b.charge(t, b.request(b.saved(t, FailsLater))); c.State != models.ChargeSucceeded {
		t.Errorf("while the buyer is there: %+v", c)
	}
}

func processes(t *testing.T, b *Bench) {
	m := b.saved(t, Later)
	if m.Kind == "card" || m.Fingerprint == "" || m.Last4 == "" {
		t.Errorf("%+v", m)
	}
	for approve, want := range map[bool]models.ChargeState{true: models.ChargeSucceeded, false: models.ChargeDeclined} {
		c := b.charge(t, b.request(m))
		if c.State != models.ChargeProcessing || c.Fee != 0 {
			t.Fatalf("%+v", c)
		}
		b.reads(t, c.Reference, models.ChargeProcessing)
		b.Decide(t, c, approve)
		if e := b.heard(t); e.Kind != gateway.EventCharge || e.Reference != c.Reference || e.Charge.State != want {
			t.Errorf("the webhook says %+v", e)
		}
		b.reads(t, c.Reference, want)
	}
}

func cancels(t *testing.T, b *Bench) {
	waiting := b.charge(t, b.request(b.saved(t, Authenticate)))
	c, err := b.Gateway.Cancel(t.Context(), b.Seller, waiting.Reference)
	if err != nil || c.State != models.ChargeCancelled {
		t.Errorf("%+v, %v", c, err)
	}
	b.reads(t, waiting.Reference, models.ChargeCancelled)
	paid := b.charge(t, b.request(b.saved(t, Approve)))
	if c, err := b.Gateway.Cancel(t.Context(), b.Seller, paid.Reference); err != nil || c.State != models.ChargeSucceeded {
		t.Errorf("what is settled: %+v, %v", c, err)
	}
}

func (b *Bench) back(t *testing.T, c gateway.Charge, minor int64, key string) gateway.Refund {
	t.Helper()
	r, err := b.Gateway.Refund(t.Context(), gateway.RefundRequest{Key: key, Seller: b.Seller, Charge: c.Reference,
		Amount: models.Money{Minor: minor, Currency: "EUR"}, FeeBack: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func refunds(t *testing.T, b *Bench) {
	c := b.charge(t, b.request(b.saved(t, Approve)))
	first := key("refund")
	r := b.back(t, c, 500, first)
	if r.Failed || r.Pending || r.Reference == "" {
		t.Fatalf("%+v", r)
	}
	if again := b.back(t, c, 500, first); again != r {
		t.Errorf("with the same key: %+v; want %+v", again, r)
	}
	if rest := b.back(t, c, 700, key("refund")); rest.Failed || rest.Reference == r.Reference {
		t.Errorf("the rest: %+v", rest)
	}
	if more := b.back(t, c, 1, key("refund")); !more.Failed || more.Problem == "" {
		t.Errorf("more than all: %+v", more)
	}
}

func refundsNoMore(t *testing.T, b *Bench) {
	c := b.charge(t, b.request(b.saved(t, Approve)))
	if r := b.back(t, c, 1201, key("refund")); !r.Failed || r.Problem == "" {
		t.Errorf("more than was paid: %+v", r)
	}
	unpaid := b.charge(t, b.request(b.saved(t, Decline)))
	if r := b.back(t, unpaid, 1200, key("refund")); !r.Failed {
		t.Errorf("of what was declined: %+v", r)
	}
	if r := b.back(t, gateway.Charge{Reference: "never-was"}, 1, key("refund")); !r.Failed {
		t.Errorf("of no charge: %+v", r)
	}
}

func refundsLater(t *testing.T, b *Bench) {
	for _, succeeds := range []bool{true, false} {
		c := b.charge(t, b.request(b.saved(t, RefundsLater)))
		r := b.back(t, c, 1200, key("refund"))
		if !r.Pending || r.Failed {
			t.Fatalf("%+v", r)
		}
		b.DecideRefund(t, r, succeeds)
		e := b.heard(t)
		if e.Kind != gateway.EventRefund || e.Reference != r.Reference || e.Refund.Pending || e.Refund.Failed == succeeds {
			t.Errorf("the webhook says %+v", e)
		}
	}
}

func refundsFail(t *testing.T, b *Bench) {
	c := b.charge(t, b.request(b.saved(t, RefundsFail)))
	if r := b.back(t, c, 1200, key("refund")); !r.Failed || r.Problem == "" {
		t.Errorf("%+v", r)
	}
}

func forgets(t *testing.T, b *Bench) {
	m := b.saved(t, Approve)
	for range 2 {
		if err := b.Gateway.Forget(t.Context(), b.Seller, m.Reference); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Gateway.Forget(t.Context(), b.Seller, "never-was"); err != nil {
		t.Error(err)
	}
	if c := b.charge(t, b.request(m)); c.State != models.ChargeDeclined || c.Decline != models.DeclineMethod {
		t.Errorf("%+v", c)
	}
}

func contests(t *testing.T, b *Bench) {
	c := b.charge(t, b.request(b.saved(t, Approve)))
	b.Contest(t, c, "open")
	opened := b.heard(t)
	if opened.Kind != gateway.EventDispute || opened.Dispute.Charge != c.Reference || opened.Dispute.State != "open" ||
		opened.Dispute.Amount != (models.Money{Minor: 1200, Currency: "EUR"}) {
		t.Errorf("%+v", opened)
	}
	b.Contest(t, c, "lost")
	if e := b.heard(t); e.Reference != opened.Reference || e.Dispute.State != "lost" || e.ID == opened.ID {
		t.Errorf("%+v", e)
	}
}

func doubts(t *testing.T, b *Bench) {
	b.Save(t, b.setup(t), Approve)
	header, body := b.Heard(t)
	changed := slices.Clone(body)
	changed[len(changed)/2]++
	forged := map[string]string{}
	for name := range header {
		forged[name] = "t=" + fmt.Sprint(b.Now().Unix()) + ",v1=00"
	}
	for name, verify := range map[string]func() (gateway.Event, error){
		"a changed body": func() (gateway.Event, error) { return b.Gateway.Verify(header, changed, b.Now()) },
		"no signature":   func() (gateway.Event, error) { return b.Gateway.Verify(map[string]string{}, body, b.Now()) },
		"a forged one":   func() (gateway.Event, error) { return b.Gateway.Verify(forged, body, b.Now()) },
		"an old one":     func() (gateway.Event, error) { return b.Gateway.Verify(header, body, b.Now().Add(10*time.Minute)) },
		"one too early":  func() (gateway.Event, error) { return b.Gateway.Verify(header, body, b.Now().Add(-10*time.Minute)) },
		"no body":        func() (gateway.Event, error) { return b.Gateway.Verify(header, nil, b.Now()) },
	} {
		if e, err := verify(); !errors.Is(err, models.ErrGatewaySignature) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}
