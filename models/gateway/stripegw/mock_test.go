package stripegw_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"souk/models"
	"souk/models/gateway"
	"souk/models/gateway/stripegw"
)

func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// listening is what stripe-mock says of the port that it chose.
var listening = regexp.MustCompile(`127\.0\.0\.1:(\d+)`)

// mock starts stripe-mock on a port of its own choice, and ends that process with the
// test. It knows every request that Stripe takes, and refuses all others.
func mock(t *testing.T) string {
	t.Helper()
	path, err := exec.Command("go", "tool", "-n", "stripe-mock").Output()
	if err != nil {
		t.Fatalf("stripe-mock can't be built: %v", err)
	}
	cmd := exec.Command(strings.TrimSpace(string(path)), "-http-addr", "127.0.0.1:0")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = out.Close()
	})
	found := make(chan string, 1)
	var once sync.Once
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				once.Do(func() { found <- "http://127.0.0.1:" + m[1] })
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case address := <-found:
		return address
	case <-time.After(2 * time.Minute):
		t.Fatal("stripe-mock doesn't listen")
		return ""
	}
}

// Every request has the shape that Stripe's description of its API asks for.
func TestRequestsHaveStripesShape(t *testing.T) {
	t.Parallel()
	g := stripegw.New(stripegw.Config{Key: "sk_test_123", URL: mock(t)})
	ctx, to := t.Context(), gateway.Account{SellerID: 1, Reference: "acct_123"}
	for name, call := range map[string]func() error{
		"setup in a currency": func() error {
			s, err := g.Setup(ctx, gateway.SetupRequest{Key: "a", Seller: to, BuyerID: 3, Mail: "ada@example.test", Language: "zh-CN", Currency: "EUR",
				ReturnURL: "https://souk.example/done", CancelURL: "https://souk.example/left"})
			if err == nil && s.ID == "" {
				t.Error("a setup has no id")
			}
			return err
		},
		"setup of cards": func() error {
			_, err := g.Setup(ctx, gateway.SetupRequest{Key: "b", Seller: to, Language: "ja", ReturnURL: "https://souk.example/", CancelURL: "https://souk.example/"})
			return err
		},
		"method": func() error {
			_, err := g.Method(ctx, to, "cs_123")
			return err
		},
		"forget": func() error { return g.Forget(ctx, to, "cus_1:pm_1:card") },
		"charge with the buyer": func() error {
			c, err := g.Charge(ctx, gateway.ChargeRequest{Key: "c", Seller: to, Method: "cus_1:pm_1:card", Amount: models.Money{Minor: 1200, Currency: "EUR"}, Fee: 60,
				Description: "Checker", Present: true, ReturnURL: "https://souk.example/orders/1", ChargeID: 4})
			if err == nil && c.Reference == "" {
				t.Errorf("Stripe refuses the charge: %+v", c)
			}
			return err
		},
		"charge without": func() error {
			c, err := g.Charge(ctx, gateway.ChargeRequest{Key: "d", Seller: to, Method: "cus_1:pm_1:sepa_debit", Amount: models.Money{Minor: 1200, Currency: "EUR"}, ChargeID: 5})
			if err == nil && c.Reference == "" {
				t.Errorf("Stripe refuses the charge: %+v", c)
			}
			return err
		},
		"an old charge": func() error {
			_, err := g.Charge(ctx, gateway.ChargeRequest{Key: "e", Seller: to, Method: "cus_1:pm_1:card", Amount: models.Money{Minor: 1200, Currency: "EUR"}, ChargeID: 6,
				Reserved: time.Now().Add(-48 * time.Hour)})
			return err
		},
		"read": func() error {
			_, err := g.Read(ctx, to, "pi_123")
			return err
		},
		"cancel": func() error {
			_, err := g.Cancel(ctx, to, "pi_123")
			return err
		},
		"refund": func() error {
			r, err := g.Refund(ctx, gateway.RefundRequest{Key: "f", Seller: to, Charge: "pi_123", Amount: models.Money{Minor: 100, Currency: "EUR"}, FeeBack: true})
			if r.Failed {
				t.Errorf("Stripe refuses the refund: %+v", r)
			}
			return err
		},
		"open": func() error {
			_, err := g.Open(ctx, "g", models.Seller{AccountID: 1, LegalName: "Tool Makers Ltd", Mail: "money@toolmakers.example", Address: models.Address{Country: "IE"}})
			return err
		},
		"onboard": func() error {
			_, err := g.Onboard(ctx, "acct_123", "https://souk.example/settings/selling", "https://souk.example/settings/selling?refresh=1")
			return err
		},
		"standing": func() error {
			s, err := g.Standing(ctx, "acct_123")
			if len(s.Requirements) > 0 && s.Requirements[0] == stripegw.Disconnected {
				t.Error("Stripe refuses to say where a seller stands")
			}
			return err
		},
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
