package testgw

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/gateway"
)

// Sheet is what the gateway's page shows of a setup or a charge.
type Sheet struct {
	ID          string
	Setup       bool // else a charge
	Buyer       string
	Description string
	Amount      models.Money
	State       models.ChargeState // of a charge
	Open        bool               // something can be done
	ReturnURL   string
	CancelURL   string
}

// Look is the page of a setup or charge. It returns ErrNotFound, as it does for
// everything outside of development.
func (g *Gateway) Look(ctx context.Context, id string) (*Sheet, error) {
	if !g.site.Development {
		return nil, models.ErrNotFound
	}
	if strings.HasPrefix(id, "seti_") {
		s, err := read[setup](ctx, g, kindSetup, id)
		if err != nil {
			return nil, err
		}
		return &Sheet{ID: id, Setup: true, Buyer: s.Buyer, Open: s.State == "", ReturnURL: s.ReturnURL, CancelURL: s.CancelURL}, nil
	}
	c, err := read[charge](ctx, g, kindCharge, id)
	if err != nil {
		return nil, err
	}
	return &Sheet{ID: id, Description: c.Description, Amount: models.Money{Minor: c.Minor, Currency: c.Currency}, State: c.State,
		Open: !c.State.Settled(), ReturnURL: c.ReturnURL}, nil
}

// What a person decides on the page.
const (
	DecideApprove = "approve"
	DecideDecline = "decline"
	DecideNever   = "never" // goes back without an answer
)

// Save ends a setup: with a familiar card number, or else a behaviour. A decision to
// decline fails it, and never leaves it as it is. It returns the address to go on
// to, ErrNotFound, or ErrTestCard for a number that nobody knows.
func (g *Gateway) Save(ctx context.Context, id, number string, behaviour Behaviour, decision string) (string, error) {
	if !g.site.Development {
		return "", models.ErrNotFound
	}
	card, err := chosen(number, behaviour)
	if err != nil && decision != DecideDecline && decision != DecideNever {
		return "", err
	}
	s, err := change(ctx, g, kindSetup, id, func(tx pgx.Tx, s *setup) error {
		switch {
		case s.State != "" || decision == DecideNever:
			return nil
		case decision == DecideDecline:
			s.State = "failed"
			return nil
		}
		s.State, s.Method = "done", "pm_"+rand.Text()
		return g.keep(ctx, tx, s.Method, card)
	})
	if err != nil {
		return "", err
	}
	if decision != DecideNever {
		// Whoever returns first asks the gateway anyway.
		_ = g.tell(ctx, gateway.Event{Kind: gateway.EventMethod, Reference: id})
	}
	return s.ReturnURL, nil
}

// chosen is the card of a number, else the one that stands for a behaviour.
func chosen(number string, behaviour Behaviour) (Card, error) {
	if strings.TrimSpace(number) != "" {
		if card, ok := CardOf(number); ok {
			return card, nil
		}
		return Card{}, models.ErrTestCard
	}
	if card, ok := cardFor(behaviour); ok {
		return card, nil
	}
	return Card{}, models.ErrTestCard
}

// keep writes down a card as a payment method.
func (g *Gateway) keep(ctx context.Context, tx pgx.Tx, reference string, card Card) error {
	fingerprint, err := g.id(ctx, "fp_", card.Number)
	if err != nil {
		return err
	}
	m := method{Behaviour: card.Behaviour, Kind: card.Kind, Brand: card.Brand, Last4: card.Number[len(card.Number)-4:], Fingerprint: fingerprint}
	if card.Kind == "card" {
		m.Expires = g.now().AddDate(4, 0, 0).Format("2006-01")
	}
	if _, err := tx.Exec(ctx, `INSERT INTO test_gateway (key, kind, body, created_at, updated_at) VALUES ($1, 'method', $2, $3, $3)`, reference, m, g.now()); err != nil {
		return fmt.Errorf("testgw: save: %w", err)
	}
	return nil
}

// Decide ends a charge that waits for the buyer, or for the bank: it is approved or
// declined, and the site is told. It returns the address to go on to, or
// ErrNotFound. A charge that is settled stays as it is.
func (g *Gateway) Decide(ctx context.Context, reference, decision string) (string, error) {
	if !g.site.Development {
		return "", models.ErrNotFound
	}
	c, err := change(ctx, g, kindCharge, reference, func(_ pgx.Tx, c *charge) error {
		if c.State.Settled() {
			return nil
		}
		switch decision {
		case DecideApprove:
			c.State = models.ChargeSucceeded
		case DecideDecline:
			c.State, c.Decline = models.ChargeDeclined, models.DeclineGeneric
			if c.Behaviour == Authenticate {
				c.Decline = models.DeclineAuthenticate
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if decision == DecideNever {
		return c.ReturnURL, nil
	}
	return c.ReturnURL, g.tell(ctx, gateway.Event{Kind: gateway.EventCharge, Account: c.Account, Reference: reference, Charge: g.answer(reference, c)})
}

// DecideRefund ends a refund that waits, and tells the site.
func (g *Gateway) DecideRefund(ctx context.Context, reference string, succeeds bool) error {
	r, err := change(ctx, g, kindRefund, reference, func(tx pgx.Tx, r *refund) error {
		if !r.Pending {
			return nil
		}
		r.Pending, r.Failed = false, !succeeds
		if succeeds {
			return nil
		}
		r.Problem = "refused_by_bank"
		_, err := tx.Exec(ctx, `UPDATE test_gateway SET body = jsonb_set(body, '{refunded}', to_jsonb((body ->> 'refunded')::bigint - $2)) WHERE kind = 'charge' AND key = $1`, r.Charge, r.Minor)
		return err
	})
	if err != nil {
		return err
	}
	return g.tell(ctx, gateway.Event{Kind: gateway.EventRefund, Account: r.Account, Reference: reference, Refund: r.answer(reference)})
}

var errSettled = errors.New("testgw: that can't be contested")

// Contest lets the buyer contest a charge at their bank ("open"), or the bank decide
// on it ("won", "lost"), and tells the site. It returns how the dispute is called.
func (g *Gateway) Contest(ctx context.Context, reference, state, reason string) (string, error) {
	id, err := g.id(ctx, "dp_", reference)
	if err != nil {
		return "", err
	}
	c, err := change(ctx, g, kindCharge, reference, func(_ pgx.Tx, c *charge) error {
		if c.State != models.ChargeSucceeded || (c.Dispute == "") != (state == "open") {
			return errSettled
		}
		c.Dispute = state
		return nil
	})
	if err != nil {
		return "", err
	}
	return id, g.tell(ctx, gateway.Event{Kind: gateway.EventDispute, Account: c.Account, Reference: id,
		Dispute: gateway.Dispute{Charge: reference, Amount: models.Money{Minor: c.Minor, Currency: c.Currency}, Reason: reason, State: state}})
}

// PayOut tells the site of money on its way to a seller's bank: "pending", "paid" or
// "failed". The reference is any that the caller keeps to.
func (g *Gateway) PayOut(ctx context.Context, seller gateway.Account, reference string, p gateway.Payout) error {
	return g.tell(ctx, gateway.Event{Kind: gateway.EventPayout, Account: seller.Reference, Reference: reference, Payout: p})
}
