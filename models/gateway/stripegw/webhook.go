package stripegw

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	stripe "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"souk/models"
	"souk/models/gateway"
)

// Signature is the header in which Stripe signs what it tells.
const Signature = "Stripe-Signature"

// tolerance is how old a signature may be.
const tolerance = 5 * time.Minute

// Verify reads what Stripe sent. It returns ErrGatewaySignature. Events of another
// version of the API are taken too: what is read of them is the same in all.
func (g *Gateway) Verify(header map[string]string, body []byte, now time.Time) (gateway.Event, error) {
	signature := header[Signature]
	if !fresh(signature, now) {
		return gateway.Event{}, models.ErrGatewaySignature
	}
	for _, secret := range g.secrets {
		e, err := webhook.ConstructEventWithOptions(body, signature, secret, webhook.ConstructEventOptions{IgnoreTolerance: true, IgnoreAPIVersionMismatch: true})
		if err == nil && e.ID != "" {
			return g.event(&e), nil
		}
	}
	return gateway.Event{}, models.ErrGatewaySignature
}

// fresh reports whether a signature was made lately, by our clock.
func fresh(signature string, now time.Time) bool {
	for part := range strings.SplitSeq(signature, ",") {
		if stamp, ok := strings.CutPrefix(part, "t="); ok {
			seconds, err := strconv.ParseInt(stamp, 10, 64)
			return err == nil && now.Sub(time.Unix(seconds, 0)).Abs() <= tolerance
		}
	}
	return false
}

// event is what Stripe told. An endpoint for live money is told of tests too: they
// are only noted, as is everything that can't be read.
func (g *Gateway) event(e *stripe.Event) gateway.Event {
	out := gateway.Event{ID: e.ID, Kind: gateway.EventOther, Account: e.Account, At: time.Unix(e.Created, 0).UTC()}
	if e.Livemode != g.live || e.Data == nil {
		return out
	}
	read, ok := readers[e.Type]
	if !ok {
		return out
	}
	known := out
	if err := read(e, &known); err != nil || known.Reference == "" {
		return out
	}
	return known
}

// readers say what is read of which events.
var readers = map[stripe.EventType]func(*stripe.Event, *gateway.Event) error{
	"checkout.session.completed": readSession,
	"checkout.session.expired":   readSession,

	"payment_intent.succeeded":       readIntent,
	"payment_intent.processing":      readIntent,
	"payment_intent.payment_failed":  readIntent,
	"payment_intent.requires_action": readIntent,
	"payment_intent.canceled":        readIntent,

	"refund.created":        readRefund,
	"refund.updated":        readRefund,
	"refund.failed":         readRefund,
	"charge.refund.updated": readRefund,

	"charge.dispute.created":          readDispute,
	"charge.dispute.updated":          readDispute,
	"charge.dispute.closed":           readDispute,
	"charge.dispute.funds_withdrawn":  readDispute,
	"charge.dispute.funds_reinstated": readDispute,

	"payout.created":  readPayout,
	"payout.updated":  readPayout,
	"payout.paid":     readPayout,
	"payout.failed":   readPayout,
	"payout.canceled": readPayout,

	"account.updated":                  readAccount,
	"account.application.deauthorized": readParting,
	"payment_method.detached":          readDetached,
}

func readSession(e *stripe.Event, out *gateway.Event) error {
	var s stripe.CheckoutSession
	err := json.Unmarshal(e.Data.Raw, &s)
	if s.Mode == stripe.CheckoutSessionModeSetup {
		out.Kind, out.Reference = gateway.EventMethod, s.ID
	}
	return err
}

func readIntent(e *stripe.Event, out *gateway.Event) error {
	var p stripe.PaymentIntent
	err := json.Unmarshal(e.Data.Raw, &p)
	out.Kind, out.Reference, out.Charge = gateway.EventCharge, p.ID, chargeOf(&p)
	return err
}

func readRefund(e *stripe.Event, out *gateway.Event) error {
	var r stripe.Refund
	err := json.Unmarshal(e.Data.Raw, &r)
	out.Kind, out.Reference, out.Refund = gateway.EventRefund, r.ID, refundOf(&r)
	return err
}

// readDispute reads what takes money back. Inquiries, which a bank only asks
// about, move none.
func readDispute(e *stripe.Event, out *gateway.Event) error {
	var d stripe.Dispute
	if err := json.Unmarshal(e.Data.Raw, &d); err != nil {
		return err
	}
	state := "open"
	switch d.Status {
	case stripe.DisputeStatusWon, stripe.DisputeStatusPrevented:
		state = "won"
	case stripe.DisputeStatusLost:
		state = "lost"
	case stripe.DisputeStatusWarningClosed, stripe.DisputeStatusWarningNeedsResponse, stripe.DisputeStatusWarningUnderReview:
		return nil
	}
	if d.PaymentIntent == nil {
		return nil
	}
	out.Kind, out.Reference = gateway.EventDispute, d.ID
	out.Dispute = gateway.Dispute{Charge: d.PaymentIntent.ID, Amount: money(d.Amount, d.Currency), Reason: string(d.Reason), State: state}
	return nil
}

func readPayout(e *stripe.Event, out *gateway.Event) error {
	var p stripe.Payout
	err := json.Unmarshal(e.Data.Raw, &p)
	state := "pending"
	switch p.Status {
	case stripe.PayoutStatusPaid:
		state = "paid"
	case stripe.PayoutStatusFailed, stripe.PayoutStatusCanceled:
		state = "failed"
	}
	out.Kind, out.Reference = gateway.EventPayout, p.ID
	out.Payout = gateway.Payout{Amount: money(p.Amount, p.Currency), State: state, Arrives: time.Unix(p.ArrivalDate, 0).UTC()}
	return err
}

func readAccount(e *stripe.Event, out *gateway.Event) error {
	var a stripe.Account
	err := json.Unmarshal(e.Data.Raw, &a)
	out.Kind, out.Reference, out.Standing = gateway.EventAccount, a.ID, standingOf(&a)
	return err
}

// readParting: the seller has taken the site's access to their account away.
func readParting(e *stripe.Event, out *gateway.Event) error {
	out.Kind, out.Reference, out.Standing = gateway.EventAccount, e.Account, gateway.SellerAccount{Requirements: []string{Disconnected}}
	return nil
}

// readDetached names a payment method as it was called while it belonged to a
// customer.
func readDetached(e *stripe.Event, out *gateway.Event) error {
	var m stripe.PaymentMethod
	if err := json.Unmarshal(e.Data.Raw, &m); err != nil {
		return err
	}
	customer, _ := e.Data.PreviousAttributes["customer"].(string)
	if customer != "" {
		out.Kind, out.Reference = gateway.EventDetached, reference(customer, m.ID, string(m.Type))
	}
	return nil
}
