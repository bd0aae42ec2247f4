package testgw_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/gatewaytest"
	"souk/models/gateway/testgw"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// hook stands where the site would: it keeps what it was sent last.
type hook struct {
	mu     sync.Mutex
	header map[string]string
	body   []byte
	all    []string
	down   bool
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if h.down || r.URL.Path != testgw.Hook {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	h.header, h.body = map[string]string{testgw.Signature: r.Header.Get(testgw.Signature)}, body
	h.all = append(h.all, string(body))
}

func start(t *testing.T) (*testgw.Gateway, *hook, *models.Site, *db.DB) {
	t.Helper()
	d, h := dbtest.New(t), &hook{}
	front := httptest.NewServer(h)
	t.Cleanup(front.Close)
	site := &models.Site{Base: front.URL, Development: true}
	return testgw.New(d.Pool(), site, time.Now), h, site, d
}

func bench(t *testing.T) *gatewaytest.Bench {
	g, h, _, _ := start(t)
	lossy := &losing{Gateway: g}
	return &gatewaytest.Bench{Gateway: lossy, Seller: gateway.Account{SellerID: 1, Reference: ""}, Now: time.Now,
		Save: func(t testing.TB, s gateway.Setup, behaviour string) {
			ok(t)(g.Save(t.Context(), s.ID, "", testgw.Behaviour("tok_"+behaviour), testgw.DecideApprove))
		},
		Refuse: func(t testing.TB, s gateway.Setup) { ok(t)(g.Save(t.Context(), s.ID, "", "", testgw.DecideDecline)) },
		Decide: func(t testing.TB, c gateway.Charge, approve bool) {
			decision := testgw.DecideDecline
			if approve {
				decision = testgw.DecideApprove
			}
			ok(t)(g.Decide(t.Context(), c.Reference, decision))
		},
		DecideRefund: func(t testing.TB, r gateway.Refund, succeeds bool) {
			ok(t)("", g.DecideRefund(t.Context(), r.Reference, succeeds))
		},
		Contest: func(t testing.TB, c gateway.Charge, state string) {
			ok(t)(g.Contest(t.Context(), c.Reference, state, "fraudulent"))
		},
		Heard: func(testing.TB) (map[string]string, []byte) {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.header, h.body
		},
		LoseAnswers: func(n int) { lossy.lose = n },
	}
}

func ok(t testing.TB) func(string, error) {
	return func(_ string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// losing loses answers to charges after they were made.
type losing struct {
	gateway.Gateway
	lose int
}

var errLost = errors.New("lost")

func (l *losing) Charge(ctx context.Context, r gateway.ChargeRequest) (gateway.Charge, error) {
	c, err := l.Gateway.Charge(ctx, r)
	if l.lose > 0 {
		l.lose--
		return gateway.Charge{}, errLost
	}
	return c, err
}

func TestConformance(t *testing.T) {
	t.Parallel()
	gatewaytest.Run(t, bench)
}

// Each familiar number, typed as people do, does what it is known for.
func TestFamiliarNumbers(t *testing.T) {
	t.Parallel()
	g, _, _, _ := start(t)
	for typed, want := range map[string]models.ChargeState{
		"4242 4242 4242 4242": models.ChargeSucceeded,
		"4242-4242-4242-4242": models.ChargeSucceeded,
		"４２４２　４２４２　４２４２　４２４２": models.ChargeSucceeded,
		" 5555555555554444 ":          models.ChargeSucceeded,
		"3782 822463 10005":           models.ChargeSucceeded,
		"4000 0000 0000 0002":         models.ChargeDeclined,
		"4000 0000 0000 9995":         models.ChargeDeclined,
		"4000 0027 6000 3184":         models.ChargeAction,
		"de89 3704 0044 0532 0130 00": models.ChargeProcessing,
	} {
		s, err := g.Setup(t.Context(), gateway.SetupRequest{Key: typed, ReturnURL: "/back"})
		if err != nil {
			t.Fatal(err)
		}
		if to, err := g.Save(t.Context(), s.ID, typed, "", testgw.DecideApprove); err != nil || to != "/back" {
			t.Fatalf("%s: %q, %v", typed, to, err)
		}
		m, err := g.Method(t.Context(), gateway.Account{}, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := g.Charge(t.Context(), gateway.ChargeRequest{Key: typed, Method: m.Reference, Amount: models.Money{Minor: 1, Currency: "EUR"}, Present: true})
		if err != nil || c.State != want {
			t.Errorf("%s: %+v, %v", typed, c, err)
		}
	}
	s, _ := g.Setup(t.Context(), gateway.SetupRequest{Key: "real"})
	for _, typed := range []string{"4929 1111 2222 3333", "", "x", "tok_approve"} {
		if _, err := g.Save(t.Context(), s.ID, typed, "", testgw.DecideApprove); !errors.Is(err, models.ErrTestCard) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// Every behaviour can be chosen, and every number stands for one that exists.
func TestBehavioursHaveCards(t *testing.T) {
	t.Parallel()
	for _, b := range testgw.Behaviours() {
		found := false
		for _, c := range testgw.Cards() {
			found = found || c.Behaviour == b
		}
		if !found {
			t.Errorf("no card behaves as %s", b)
		}
	}
}

// References that are nothing but a behaviour work without being saved.
func TestBehavioursAreReferences(t *testing.T) {
	t.Parallel()
	g, _, _, _ := start(t)
	charge := func(method, key string, present bool) (gateway.Charge, error) {
		return g.Charge(t.Context(), gateway.ChargeRequest{Key: key, Method: method, Amount: models.Money{Minor: 5, Currency: "JPY"}, Present: present})
	}
	for method, want := range map[string]models.ChargeState{"tok_approve": models.ChargeSucceeded, "tok_decline": models.ChargeDeclined,
		"tok_never": models.ChargeProcessing, "tok_nonsense": models.ChargeDeclined} {
		if err := g.Forget(t.Context(), gateway.Account{}, method); err != nil {
			t.Error(err)
		}
		if c, err := charge(method, method, true); err != nil || c.State != want {
			t.Errorf("%s: %+v, %v", method, c, err)
		}
	}
	for i := range 4 {
		c, err := charge("tok_unavailable", "u", true)
		if (err != nil) != (i < 2) || err == nil && c.State != models.ChargeSucceeded {
			t.Errorf("call %d: %+v, %v", i, c, err)
		}
	}
}

// What the site doesn't take is sent again with the next.
func TestEventsAreSentUntilTheyArrive(t *testing.T) {
	t.Parallel()
	g, h, _, _ := start(t)
	c, err := g.Charge(t.Context(), gateway.ChargeRequest{Key: "k", Method: "tok_later", Amount: models.Money{Minor: 5, Currency: "JPY"}})
	if err != nil {
		t.Fatal(err)
	}
	h.down = true
	if _, err := g.Decide(t.Context(), c.Reference, testgw.DecideApprove); err == nil {
		t.Error("nobody noticed that the site is down")
	}
	h.down = false
	if err := g.Deliver(t.Context()); err != nil || len(h.all) != 1 || !strings.Contains(h.all[0], c.Reference) {
		t.Errorf("%v: %v", err, h.all)
	}
	if err := g.Deliver(t.Context()); err != nil || len(h.all) != 1 {
		t.Errorf("%v: it was sent %d times", err, len(h.all))
	}
}

// Outside of development the gateway does nothing for anybody.
func TestOutsideOfDevelopment(t *testing.T) {
	t.Parallel()
	g, h, site, _ := start(t)
	s, err := g.Setup(t.Context(), gateway.SetupRequest{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Save(t.Context(), s.ID, "4242424242424242", "", testgw.DecideApprove); err != nil {
		t.Fatal(err)
	}
	site.Development = false
	if _, err := g.Setup(t.Context(), gateway.SetupRequest{Key: "k"}); err == nil {
		t.Error("a method was set up")
	}
	if _, err := g.Charge(t.Context(), gateway.ChargeRequest{Key: "k", Method: "tok_approve", Amount: models.Money{Minor: 1, Currency: "EUR"}}); err == nil {
		t.Error("a charge was made")
	}
	if _, err := g.Look(t.Context(), s.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("its page: %v", err)
	}
	if _, err := g.Verify(h.header, h.body, time.Now()); !errors.Is(err, models.ErrGatewaySignature) {
		t.Errorf("its webhook: %v", err)
	}
}

// The pages of the gateway open to those alone who know their address.
func TestPagesCanNotBeGuessed(t *testing.T) {
	t.Parallel()
	g, _, _, _ := start(t)
	other, _, _, _ := start(t)
	mine, err := g.Setup(t.Context(), gateway.SetupRequest{Key: "same"})
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := other.Setup(t.Context(), gateway.SetupRequest{Key: "same"})
	if err != nil || mine.ID == theirs.ID {
		t.Errorf("%s and %s, %v", mine.ID, theirs.ID, err)
	}
	for _, id := range []string{"seti_", "ch_1", "", strings.Repeat("x", 5000), "seti_'; DROP TABLE accounts"} {
		if _, err := g.Look(t.Context(), id); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%.20q: %v", id, err)
		}
	}
}
