package stripegw_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"souk/models"
	"souk/models/gateway"
	"souk/models/gateway/gatewaytest"
	"souk/models/gateway/stripegw"
)

const seller = "acct_seller"

func TestConformance(t *testing.T) {
	t.Parallel()
	gatewaytest.Run(t, func(t *testing.T) *gatewaytest.Bench {
		s := start(t)
		return &gatewaytest.Bench{Gateway: s.gateway(), Seller: gateway.Account{SellerID: 1, Reference: seller}, Now: time.Now,
			Save:         func(_ testing.TB, setup gateway.Setup, behaviour string) { s.finish(seller, setup.ID, behaviour) },
			Refuse:       func(_ testing.TB, setup gateway.Setup) { s.finish(seller, setup.ID, "") },
			Decide:       func(_ testing.TB, c gateway.Charge, approve bool) { s.decide(seller, c.Reference, approve) },
			DecideRefund: func(_ testing.TB, r gateway.Refund, succeeds bool) { s.decideRefund(seller, r.Reference, succeeds) },
			Contest:      func(_ testing.TB, c gateway.Charge, state string) { s.contest(seller, c.Reference, state) },
			Heard:        func(testing.TB) (map[string]string, []byte) { return s.heard() },
			LoseAnswers:  func(n int) { s.lose = 2 * n }, // the client tries each call twice
		}
	})
}

func saved(t *testing.T, s *standin, g *stripegw.Gateway, behaviour string) gateway.Method {
	t.Helper()
	setup, err := g.Setup(t.Context(), gateway.SetupRequest{Key: "setup-" + behaviour, Seller: gateway.Account{Reference: seller}, ReturnURL: "https://souk.example/"})
	if err != nil {
		t.Fatal(err)
	}
	s.finish(seller, setup.ID, behaviour)
	m, err := g.Method(t.Context(), gateway.Account{Reference: seller}, setup.ID)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func request(m gateway.Method) gateway.ChargeRequest {
	return gateway.ChargeRequest{Key: "charge-1", Seller: gateway.Account{Reference: seller}, Method: m.Reference, ChargeID: 7,
		Amount: models.Money{Minor: 1200, Currency: "EUR"}, Fee: 60, Present: true, ReturnURL: "https://souk.example/orders/1"}
}

// Charges are the seller's, with the fee for the marketplace.
func TestChargesAreDirect(t *testing.T) {
	t.Parallel()
	s := start(t)
	g := s.gateway()
	c, err := g.Charge(t.Context(), request(saved(t, s, g, "approve")))
	if err != nil || c.State != models.ChargeSucceeded {
		t.Fatalf("%+v, %v", c, err)
	}
	h, f := s.last.Header, s.last.Form
	if h.Get("Stripe-Account") != seller || h.Get("Idempotency-Key") != "charge-1" || f.Get("application_fee_amount") != "60" || f.Get("transfer_data[destination]") != "" {
		t.Errorf("%v %v", h, f)
	}
	r := request(gateway.Method{Reference: "cus_0:pm_0:card"})
	r.Seller.Reference = "acct_other"
	if c, err := g.Charge(t.Context(), r); err != nil || c.State != models.ChargeDeclined || c.Decline != models.DeclineMethod {
		t.Errorf("with another seller: %+v, %v", c, err)
	}
	if _, err := g.Read(t.Context(), gateway.Account{Reference: "acct_other"}, c.Reference); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another seller reads %v", err)
	}
}

// A charge that was reserved more than a day ago is looked for before it is made:
// Stripe may have forgotten its key.
func TestOldChargesAreLookedFor(t *testing.T) {
	t.Parallel()
	s := start(t)
	g := s.gateway()
	r := request(saved(t, s, g, "approve"))
	first, err := g.Charge(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	s.done = map[string]answer{}
	r.Reserved = time.Now().Add(-30 * time.Hour)
	if again, err := g.Charge(t.Context(), r); err != nil || again != first {
		t.Errorf("%+v, %v; want %+v", again, err, first)
	}
	r.ChargeID = 8
	if other, err := g.Charge(t.Context(), r); err != nil || other.Reference == first.Reference {
		t.Errorf("another charge: %+v, %v", other, err)
	}
}

// What can't be done without Stripe's script is given up.
func TestActionsWithoutAPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	g := s.gateway()
	if c, err := g.Charge(t.Context(), request(saved(t, s, g, "script"))); err != nil || c.State != models.ChargeCancelled {
		t.Errorf("%+v, %v", c, err)
	}
}

// The marketplace's fee goes back with the refund, in proportion, if asked.
func TestRefundsGiveTheFeeBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	g := s.gateway()
	c, err := g.Charge(t.Context(), request(saved(t, s, g, "approve")))
	if err != nil {
		t.Fatal(err)
	}
	for back, want := range map[bool]string{true: "true", false: ""} {
		_, err := g.Refund(t.Context(), gateway.RefundRequest{Key: "refund-" + want, Seller: gateway.Account{Reference: seller}, Charge: c.Reference,
			Amount: models.Money{Minor: 100, Currency: "EUR"}, FeeBack: back})
		if got := s.last.Form.Get("refund_application_fee"); err != nil || got != want {
			t.Errorf("%v: %q, %v", back, got, err)
		}
	}
}

// Sellers get an account of their own, once, and a page to tell what is asked for.
func TestOnboarding(t *testing.T) {
	t.Parallel()
	s := start(t)
	g := s.gateway()
	who := models.Seller{AccountID: 5, LegalName: "Tool Makers Ltd", Mail: "money@toolmakers.example", Address: models.Address{Country: "IE"}}
	account, err := g.Open(t.Context(), "seller-5", who)
	if err != nil || account == "" {
		t.Fatalf("%q, %v", account, err)
	}
	if s.last.Form.Get("country") != "IE" || s.last.Form.Get("email") != who.Mail || s.last.Form.Get("type") != "" {
		t.Errorf("%v", s.last.Form)
	}
	if again, err := g.Open(t.Context(), "seller-5", who); err != nil || again != account {
		t.Errorf("again: %q, %v", again, err)
	}
	page, err := g.Onboard(t.Context(), account, "https://souk.example/settings/selling", "https://souk.example/settings/selling?refresh=1")
	if err != nil || page == "" {
		t.Errorf("%q, %v", page, err)
	}
	st, err := g.Standing(t.Context(), account)
	if err != nil || st.Ready || !slices.Equal(st.Requirements, []string{"business_profile.url", "external_account", "tos_acceptance.date"}) {
		t.Errorf("%+v, %v", st, err)
	}
	if words := models.AskedFor(st.Requirements); !slices.Equal(words, []models.Asked{models.AskedBusiness, models.AskedBank, models.AskedTerms}) {
		t.Errorf("%v", words)
	}
	o, _ := s.get("", account)
	o["charges_enabled"], o["details_submitted"], o["requirements"] = true, true, object{}
	s.tell(account, "account.updated", o)
	header, body := s.heard()
	e, err := g.Verify(header, body, time.Now())
	if err != nil || e.Kind != gateway.EventAccount || e.Reference != account || !e.Standing.Ready || len(e.Standing.Requirements) != 0 {
		t.Errorf("%+v, %v", e, err)
	}
	if st, err := g.Standing(t.Context(), "acct_gone"); err != nil || st.Ready || !slices.Equal(models.AskedFor(st.Requirements), []models.Asked{models.AskedDisconnected}) {
		t.Errorf("an account that is gone: %+v, %v", st, err)
	}
}

// Every event is known by its id; what concerns Souk is read, whatever the version of
// the API that it was written in, and what doesn't is only noted.
func TestEvents(t *testing.T) {
	t.Parallel()
	g := start(t).gateway()
	for _, c := range []struct {
		kind string
		data object
		want gateway.Event
	}{
		{"checkout.session.completed", object{"id": "cs_1", "mode": "setup"}, gateway.Event{Kind: gateway.EventMethod, Reference: "cs_1"}},
		{"checkout.session.completed", object{"id": "cs_1", "mode": "payment"}, gateway.Event{Kind: gateway.EventOther}},
		{"payment_intent.processing", object{"id": "pi_1", "status": "processing"},
			gateway.Event{Kind: gateway.EventCharge, Reference: "pi_1", Charge: gateway.Charge{Reference: "pi_1", State: models.ChargeProcessing}}},
		{"payment_intent.canceled", object{"id": "pi_1", "status": "canceled"},
			gateway.Event{Kind: gateway.EventCharge, Reference: "pi_1", Charge: gateway.Charge{Reference: "pi_1", State: models.ChargeCancelled, Decline: models.DeclineAbandoned}}},
		{"payout.paid", object{"id": "po_1", "amount": 500, "currency": "eur", "status": "paid", "arrival_date": 86400},
			gateway.Event{Kind: gateway.EventPayout, Reference: "po_1", Payout: gateway.Payout{Amount: models.Money{Minor: 500, Currency: "EUR"}, State: "paid", Arrives: time.Unix(86400, 0).UTC()}}},
		{"payout.failed", object{"id": "po_1", "amount": 500, "currency": "jpy", "status": "failed"},
			gateway.Event{Kind: gateway.EventPayout, Reference: "po_1", Payout: gateway.Payout{Amount: models.Money{Minor: 500, Currency: "JPY"}, State: "failed", Arrives: time.Unix(0, 0).UTC()}}},
		{"charge.dispute.created", object{"id": "dp_1", "amount": 5, "currency": "eur", "payment_intent": "pi_1", "reason": "fraudulent", "status": "warning_needs_response"},
			gateway.Event{Kind: gateway.EventOther}},
		{"charge.dispute.closed", object{"id": "dp_1", "amount": 5, "currency": "eur", "payment_intent": "pi_1", "reason": "fraudulent", "status": "won"},
			gateway.Event{Kind: gateway.EventDispute, Reference: "dp_1", Dispute: gateway.Dispute{Charge: "pi_1", Amount: models.Money{Minor: 5, Currency: "EUR"}, Reason: "fraudulent", State: "won"}}},
		{"account.application.deauthorized", object{"id": "ca_1"},
			gateway.Event{Kind: gateway.EventAccount, Reference: seller, Standing: gateway.SellerAccount{Requirements: []string{stripegw.Disconnected}}}},
		{"customer.created", object{"id": "cus_1"}, gateway.Event{Kind: gateway.EventOther}},
		{"payment_intent.succeeded", object{"id": 7}, gateway.Event{Kind: gateway.EventOther}},
	} {
		for _, version := range []string{"2026-03-25.dahlia", "2019-12-03", "2030-01-01.later", ""} {
			body := event(c.kind, c.data, version, false)
			got, err := g.Verify(map[string]string{stripegw.Signature: signature(body, secret, time.Now())}, body, time.Now())
			c.want.ID, c.want.Account, c.want.At = "evt_1", seller, time.Unix(1000, 0).UTC()
			if err != nil || !equal(got, c.want) {
				t.Errorf("%s %v, version %q: %+v, %v; want %+v", c.kind, c.data, version, got, err, c.want)
			}
		}
	}
	live := event("payment_intent.succeeded", object{"id": "pi_1", "status": "succeeded"}, "", true)
	got, err := g.Verify(map[string]string{stripegw.Signature: signature(live, secret, time.Now())}, live, time.Now())
	if err != nil || got.Kind != gateway.EventOther || got.ID == "" {
		t.Errorf("live money, with a test key: %+v, %v", got, err)
	}
}

// A payment method that was detached is named as it was saved.
func TestDetachedMethodsAreKnown(t *testing.T) {
	t.Parallel()
	s := start(t)
	g := s.gateway()
	m := saved(t, s, g, "approve")
	if err := g.Forget(t.Context(), gateway.Account{Reference: seller}, m.Reference); err != nil {
		t.Fatal(err)
	}
	header, body := s.heard()
	if e, err := g.Verify(header, body, time.Now()); err != nil || e.Kind != gateway.EventDetached || e.Reference != m.Reference {
		t.Errorf("%+v, %v; want %s", e, err, m.Reference)
	}
}

// Errors say what is needed to find them, and nothing that people typed or hold.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	g := stripegw.New(stripegw.Config{Key: "sk_test_wrong", URL: start(t).url})
	_, err := g.Setup(t.Context(), gateway.SetupRequest{Key: "k", Mail: "ada@example.test", Currency: "EUR"})
	if err == nil || containsAny(err.Error(), "sk_test_wrong", "ada@example.test") {
		t.Errorf("%v", err)
	}
}

func TestUsableKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key     string
		secrets []string
		ok      bool
	}{
		{"sk_test_1", []string{"whsec_1"}, true}, {"rk_live_1", []string{"whsec_1", "whsec_2"}, true},
		{"pk_test_1", []string{"whsec_1"}, false}, {"sk_test_1", nil, false}, {"sk_test_1", []string{"x"}, false},
	} {
		if err := stripegw.Usable(c.key, c.secrets); (err == nil) != c.ok {
			t.Errorf("%s %v: %v", c.key, c.secrets, err)
		}
	}
}

func event(kind string, data object, version string, live bool) []byte {
	return encode(object{"id": "evt_1", "object": "event", "type": kind, "account": seller, "created": 1000, "livemode": live, "api_version": version, "data": object{"object": data}})
}

func equal(a, b gateway.Event) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
