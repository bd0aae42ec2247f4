// Package stripegw takes money with Stripe, as direct charges of Connect: the seller
// is the merchant, on an account of their own at Stripe, and the marketplace keeps an
// application fee of each charge if it wants one. Buyers type their numbers on pages
// of Stripe's own; none reaches Souk. It keeps nothing and decides nothing.
package stripegw

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	stripe "github.com/stripe/stripe-go/v85"

	"souk/models"
	"souk/models/gateway"
)

// Config is how Stripe is reached.
type Config struct {
	Key            string   // secret, or restricted
	WebhookSecrets []string // of the endpoints; any of them will do
	URL            string   // of the API; Stripe's own if empty
	Now            func() time.Time
}

// Gateway is Stripe.
type Gateway struct {
	client  *stripe.Client
	secrets []string
	live    bool
	now     func() time.Time
}

// timeout is what one call to Stripe is given.
const timeout = 25 * time.Second

// New makes a Gateway. It asks nothing of Stripe.
func New(c Config) *Gateway {
	backend := &stripe.BackendConfig{HTTPClient: &http.Client{Timeout: timeout}, MaxNetworkRetries: new(int64(1)),
		EnableTelemetry: new(false), LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull}}
	if c.URL != "" {
		backend.URL = new(c.URL)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Gateway{client: stripe.NewClient(c.Key, stripe.WithBackends(stripe.NewBackendsWithConfig(backend))),
		secrets: c.WebhookSecrets, live: Live(c.Key), now: c.Now}
}

// Live reports whether a key moves real money.
func Live(key string) bool {
	return strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_")
}

// Usable says why a key or the secrets of webhooks can't be right, nil if they may.
func Usable(key string, secrets []string) error {
	if !strings.HasPrefix(key, "sk_") && !strings.HasPrefix(key, "rk_") {
		return errors.New("the key must be a secret one (sk_…) or a restricted one (rk_…)")
	}
	if len(secrets) == 0 {
		return errors.New("webhooks need their secret too (whsec_…): without it nothing that Stripe tells can be believed")
	}
	for _, s := range secrets {
		if !strings.HasPrefix(s, "whsec_") {
			return errors.New("a secret of webhooks begins with whsec_")
		}
	}
	return nil
}

// Name is models.GatewayStripe.
func (g *Gateway) Name() models.GatewayName { return models.GatewayStripe }

// as makes a call one of the seller's account, done once for a key.
func as(seller gateway.Account, key string) stripe.Params {
	p := stripe.Params{}
	if seller.Reference != "" {
		p.SetStripeAccount(seller.Reference)
	}
	if key != "" {
		p.SetIdempotencyKey(key)
	}
	return p
}

// refused is what Stripe said for good: the call was understood, and is not to be
// made again. Nil for everything else, which may go well another time.
func refused(err error) *stripe.Error {
	said, ok := errors.AsType[*stripe.Error](err)
	if !ok {
		return nil
	}
	switch {
	case said.Type == stripe.ErrorTypeIdempotency, said.HTTPStatusCode == http.StatusUnauthorized,
		said.HTTPStatusCode == http.StatusConflict, said.HTTPStatusCode == http.StatusTooManyRequests,
		said.HTTPStatusCode >= 500, said.Code == stripe.ErrorCodeLockTimeout, said.Code == stripe.ErrorCodeRateLimit:
		return nil
	}
	return said
}

// failed wraps what is worth trying again. What Stripe says may name keys and
// people, so that only codes are kept.
func failed(what string, err error) error {
	if said, ok := errors.AsType[*stripe.Error](err); ok {
		return fmt.Errorf("stripegw: %s: status %d, %s %s, request %s", what, said.HTTPStatusCode, said.Type, said.Code, said.RequestID)
	}
	return fmt.Errorf("stripegw: %s: %w", what, err)
}

// reference is how a saved payment method is called: charging it needs the customer
// that it belongs to, and its kind.
func reference(customer, method, kind string) string { return customer + ":" + method + ":" + kind }

func parts(reference string) (customer, method, kind string) {
	customer, rest, _ := strings.Cut(reference, ":")
	method, kind, _ = strings.Cut(rest, ":")
	if kind == "" {
		kind = "card"
	}
	return customer, method, kind
}

// scale is how many of Stripe's units one of ours is: Stripe writes two currencies
// with hundredths that ISO 4217 writes without.
func scale(currency string) int64 {
	if (currency == "ISK" || currency == "UGX") && models.CurrencyDigits(currency) == 0 {
		return 100
	}
	return 1
}

// money is an amount of Stripe's as one of ours.
func money(minor int64, currency stripe.Currency) models.Money {
	code := strings.ToUpper(string(currency))
	return models.Money{Minor: minor / scale(code), Currency: code}
}

// Setup begins a Checkout session that saves a payment method at the seller's
// account.
func (g *Gateway) Setup(ctx context.Context, r gateway.SetupRequest) (gateway.Setup, error) {
	p := &stripe.CheckoutSessionCreateParams{Params: as(r.Seller, r.Key), Mode: new(string(stripe.CheckoutSessionModeSetup)),
		SuccessURL: new(r.ReturnURL), CancelURL: new(r.CancelURL), Locale: new(locale(r.Language)),
		CustomerCreation: new(string(stripe.CheckoutSessionCustomerCreationAlways)), ClientReferenceID: new(fmt.Sprint(r.BuyerID))}
	if r.Mail != "" {
		p.CustomerEmail = new(r.Mail)
	}
	if r.Currency != "" {
		p.Currency = new(strings.ToLower(r.Currency)) // Stripe offers what the seller takes in it
	} else {
		p.PaymentMethodTypes = []*string{new("card")}
	}
	s, err := g.client.V1CheckoutSessions.Create(ctx, p)
	if err != nil {
		return gateway.Setup{}, failed("setup", err)
	}
	return gateway.Setup{ID: s.ID, URL: s.URL}, nil
}

// locale is one of ours as Stripe's pages call it.
func locale(language string) string {
	switch language {
	case "zh-CN":
		return "zh"
	case "ja", "fr", "en":
		return language
	}
	return "auto"
}

// Method is what came of a Checkout session.
func (g *Gateway) Method(ctx context.Context, seller gateway.Account, setup string) (gateway.Method, error) {
	p := &stripe.CheckoutSessionRetrieveParams{Params: as(seller, "")}
	p.AddExpand("setup_intent.payment_method")
	s, err := g.client.V1CheckoutSessions.Retrieve(ctx, setup, p)
	if said := refused(err); said != nil {
		return gateway.Method{Failed: true}, nil
	}
	if err != nil {
		return gateway.Method{}, failed("method", err)
	}
	return methodOf(s), nil
}

func methodOf(s *stripe.CheckoutSession) gateway.Method {
	switch {
	case s.Status == stripe.CheckoutSessionStatusExpired:
		return gateway.Method{Failed: true}
	case s.Status != stripe.CheckoutSessionStatusComplete || s.SetupIntent == nil:
		return gateway.Method{Pending: true}
	}
	switch s.SetupIntent.Status {
	case stripe.SetupIntentStatusSucceeded:
	case stripe.SetupIntentStatusCanceled, stripe.SetupIntentStatusRequiresPaymentMethod:
		return gateway.Method{Failed: true}
	default:
		return gateway.Method{Pending: true}
	}
	m := s.SetupIntent.PaymentMethod
	if m == nil {
		return gateway.Method{Failed: true}
	}
	customer := ""
	switch {
	case m.Customer != nil:
		customer = m.Customer.ID
	case s.Customer != nil:
		customer = s.Customer.ID
	}
	found := described(m)
	found.Reference = reference(customer, m.ID, found.Kind)
	return found
}

// described is what is worth knowing of a payment method.
func described(m *stripe.PaymentMethod) gateway.Method {
	d := gateway.Method{Kind: string(m.Type)}
	switch {
	case m.Card != nil:
		d.Brand, d.Last4, d.Fingerprint = string(m.Card.Brand), m.Card.Last4, m.Card.Fingerprint
		d.Expires = fmt.Sprintf("%04d-%02d", m.Card.ExpYear, m.Card.ExpMonth)
	case m.SEPADebit != nil:
		d.Last4, d.Fingerprint = m.SEPADebit.Last4, m.SEPADebit.Fingerprint
	case m.USBankAccount != nil:
		d.Last4, d.Fingerprint = m.USBankAccount.Last4, m.USBankAccount.Fingerprint
	case m.BACSDebit != nil:
		d.Last4, d.Fingerprint = m.BACSDebit.Last4, m.BACSDebit.Fingerprint
	case m.AUBECSDebit != nil:
		d.Last4, d.Fingerprint = m.AUBECSDebit.Last4, m.AUBECSDebit.Fingerprint
	}
	return d
}

// Forget detaches a payment method from its customer.
func (g *Gateway) Forget(ctx context.Context, seller gateway.Account, reference string) error {
	_, method, _ := parts(reference)
	if method == "" {
		return nil
	}
	_, err := g.client.V1PaymentMethods.Detach(ctx, method, &stripe.PaymentMethodDetachParams{Params: as(seller, "")})
	if err != nil && refused(err) == nil {
		return failed("forget", err)
	}
	return nil
}
