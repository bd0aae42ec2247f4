package testgw

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/gateway"
)

var (
	errDown   = errors.New("testgw: the connection broke")
	errReused = errors.New("testgw: the key was used for something else")
)

// charge is what the gateway knows of a charge. Calls is how often it was asked.
type charge struct {
	Seller      int64              `json:"seller"`
	Account     string             `json:"account,omitempty"`
	Method      string             `json:"method"`
	Behaviour   Behaviour          `json:"behaviour"`
	Minor       int64              `json:"minor"`
	Currency    string             `json:"currency"`
	Fee         int64              `json:"fee"`
	FeeBack     int64              `json:"fee_back"`
	Refunded    int64              `json:"refunded"`
	Description string             `json:"description"`
	ReturnURL   string             `json:"return_url"`
	ChargeID    int64              `json:"charge_id"`
	State       models.ChargeState `json:"state"`
	Decline     models.DeclineCode `json:"decline,omitempty"`
	Dispute     string             `json:"dispute,omitempty"`
	Calls       int                `json:"calls"`
}

// answer is the charge as others learn of it.
func (g *Gateway) answer(reference string, c *charge) gateway.Charge {
	a := gateway.Charge{Reference: reference, State: c.State, Decline: c.Decline}
	switch c.State {
	case models.ChargeAction:
		a.ActionURL = g.page(reference)
	case models.ChargeSucceeded:
		a.Fee = c.Fee
	}
	return a
}

// Charge does with an amount what the payment method is for.
func (g *Gateway) Charge(ctx context.Context, r gateway.ChargeRequest) (gateway.Charge, error) {
	if !g.site.Development {
		return gateway.Charge{}, errOutside
	}
	reference, err := g.id(ctx, "ch_", r.Key)
	if err != nil {
		return gateway.Charge{}, err
	}
	behaviour, err := g.behaviour(ctx, r.Method)
	if err != nil {
		return gateway.Charge{}, err
	}
	c := charge{Seller: r.Seller.SellerID, Account: r.Seller.Reference, Method: r.Method, Behaviour: behaviour, Minor: r.Amount.Minor,
		Currency: r.Amount.Currency, Fee: r.Fee, Description: r.Description, ReturnURL: r.ReturnURL, ChargeID: r.ChargeID}
	c.State, c.Decline = behaviour.outcome(r.Present)
	// It is written whole or counted, so that who comes second learns what was.
	err = g.pool.QueryRow(ctx, `INSERT INTO test_gateway AS t (key, kind, body, created_at, updated_at) VALUES ($1, 'charge', $2, $3, $3)
		ON CONFLICT (kind, key) DO UPDATE SET body = jsonb_set(t.body, '{calls}', to_jsonb((t.body ->> 'calls')::int + 1)), updated_at = excluded.updated_at
		RETURNING body`, reference, c, g.now()).Scan(&c)
	if err != nil {
		return gateway.Charge{}, fmt.Errorf("testgw: charge: %w", err)
	}
	if c.Minor != r.Amount.Minor || c.Currency != r.Amount.Currency || c.Method != r.Method {
		return gateway.Charge{}, errReused
	}
	if c.Behaviour == Unavailable && c.Calls < 2 {
		return gateway.Charge{}, errDown
	}
	return g.answer(reference, &c), nil
}

// outcome is what comes of a charge at once.
func (b Behaviour) outcome(present bool) (models.ChargeState, models.DeclineCode) {
	switch b {
	case Approve, Unavailable, RefundsLater, RefundsFail:
		return models.ChargeSucceeded, ""
	case FailsLater:
		if present {
			return models.ChargeSucceeded, ""
		}
		return models.ChargeDeclined, models.DeclineGeneric
	case Authenticate:
		if present {
			return models.ChargeAction, ""
		}
		return models.ChargeDeclined, models.DeclineAuthenticate
	case Never, Later:
		return models.ChargeProcessing, ""
	case Decline:
		return models.ChargeDeclined, models.DeclineGeneric
	case Funds:
		return models.ChargeDeclined, models.DeclineFunds
	case Expired:
		return models.ChargeDeclined, models.DeclineExpired
	case Fraud:
		return models.ChargeDeclined, models.DeclineFraud
	}
	return models.ChargeDeclined, models.DeclineMethod
}

// Read is what became of a charge. It returns ErrNotFound.
func (g *Gateway) Read(ctx context.Context, _ gateway.Account, reference string) (gateway.Charge, error) {
	c, err := read[charge](ctx, g, kindCharge, reference)
	if err != nil {
		return gateway.Charge{}, err
	}
	return g.answer(reference, c), nil
}

// Cancel gives up a charge that isn't settled.
func (g *Gateway) Cancel(ctx context.Context, _ gateway.Account, reference string) (gateway.Charge, error) {
	c, err := change(ctx, g, kindCharge, reference, func(_ pgx.Tx, c *charge) error {
		if !c.State.Settled() {
			c.State, c.Decline = models.ChargeCancelled, models.DeclineAbandoned
		}
		return nil
	})
	if err != nil {
		return gateway.Charge{}, err
	}
	return g.answer(reference, c), nil
}

// refund is what the gateway knows of a refund.
type refund struct {
	Charge  string `json:"charge"`
	Account string `json:"account,omitempty"`
	Minor   int64  `json:"minor"`
	Pending bool   `json:"pending,omitempty"`
	Failed  bool   `json:"failed,omitempty"`
	Problem string `json:"problem,omitempty"`
}

func (r *refund) answer(reference string) gateway.Refund {
	return gateway.Refund{Reference: reference, Pending: r.Pending, Failed: r.Failed, Problem: r.Problem}
}

// Refund gives back a part of a charge, or all of it. More than is left fails.
func (g *Gateway) Refund(ctx context.Context, r gateway.RefundRequest) (gateway.Refund, error) {
	if !g.site.Development {
		return gateway.Refund{}, errOutside
	}
	reference, err := g.id(ctx, "re_", r.Key)
	if err != nil {
		return gateway.Refund{}, err
	}
	var made *refund
	_, err = change(ctx, g, kindCharge, r.Charge, func(tx pgx.Tx, c *charge) error {
		// The charge is locked: whoever comes second with the key finds the row.
		made, err = one[refund](tx.QueryRow(ctx, `SELECT body FROM test_gateway WHERE kind = 'refund' AND key = $1`, reference))
		if err == nil && (made.Charge != r.Charge || made.Minor != r.Amount.Minor) {
			return errReused
		}
		if !errors.Is(err, models.ErrNotFound) {
			return err
		}
		made = c.giveBack(r)
		_, err = tx.Exec(ctx, `INSERT INTO test_gateway (key, kind, body, created_at, updated_at) VALUES ($1, 'refund', $2, $3, $3)`, reference, made, g.now())
		return err
	})
	if errors.Is(err, models.ErrNotFound) {
		return gateway.Refund{Failed: true, Problem: "no_such_charge"}, nil
	}
	if err != nil {
		return gateway.Refund{}, fmt.Errorf("testgw: refund: %w", err)
	}
	return made.answer(reference), nil
}

// giveBack takes a refund off the charge, or says why not.
func (c *charge) giveBack(r gateway.RefundRequest) *refund {
	made := &refund{Charge: r.Charge, Account: c.Account, Minor: r.Amount.Minor}
	switch {
	case c.State != models.ChargeSucceeded || r.Amount.Currency != c.Currency:
		made.Failed, made.Problem = true, "not_refundable"
	case r.Amount.Minor < 1 || r.Amount.Minor > c.Minor-c.Refunded:
		made.Failed, made.Problem = true, "too_much"
	case c.Behaviour == RefundsFail:
		made.Failed, made.Problem = true, "refused_by_bank"
	default:
		made.Pending = c.Behaviour == RefundsLater
		c.Refunded += r.Amount.Minor
		if r.FeeBack && c.Fee > 0 {
			// Parts of the fee add up to the whole with the parts of the charge.
			back, _ := models.Share(c.Fee, c.Refunded, c.Minor)
			c.FeeBack = back
		}
	}
	return made
}
