package ledger

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/gateway"
)

// asked is a charge that a gateway is asked for.
type asked struct {
	ID        int64
	SellerID  int64
	Account   string
	Gateway   models.GatewayName
	Reference string
	State     models.ChargeState
	Fee       int64
	Currency  string
}

// choose picks charges that the gateways know: the newest, and as many others by
// chance, so that every one has its turn.
func (s *Service) choose(ctx context.Context, tx pgx.Tx, n int) ([]asked, error) {
	var names []string
	for name := range s.gateways {
		names = append(names, string(name))
	}
	sql := `SELECT c.id, c.seller_id, s.gateway_account, c.gateway, c.reference, c.state, c.fee_minor, c.currency
		FROM charges c JOIN sellers s ON s.account_id = c.seller_id WHERE c.reference <> '' AND c.gateway = ANY($1) AND `
	args := []any{names}
	if n == AskAll {
		sql += "true ORDER BY c.id"
	} else {
		sql += `(c.id IN (SELECT id FROM charges WHERE reference <> '' ORDER BY id DESC LIMIT $2)
			OR c.id IN (SELECT id FROM charges TABLESAMPLE SYSTEM (10) WHERE reference <> '' ORDER BY random() LIMIT $2)) ORDER BY c.id`
		args = append(args, (n+1)/2)
	}
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("ledger: choose: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a asked, err error) {
		return a, row.Scan(&a.ID, &a.SellerID, &a.Account, &a.Gateway, &a.Reference, &a.State, &a.Fee, &a.Currency)
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: choose: %w", err)
	}
	return list, nil
}

// ask compares charges with what their gateways say.
func (s *Service) ask(ctx context.Context, r *Report, charges []asked) error {
	for i := range charges {
		c := &charges[i]
		there, err := s.gateways[c.Gateway].Read(ctx, gateway.Account{SellerID: c.SellerID, Reference: c.Account}, c.Reference)
		if ctx.Err() != nil {
			return fmt.Errorf("ledger: ask: %w", ctx.Err())
		}
		r.Counts.Asked++
		d := models.Discrepancy{SellerID: c.SellerID, Subject: "charge", ID: c.ID, Reference: c.Reference, Currency: c.Currency}
		switch {
		case err != nil:
			d.Kind, d.Expected, d.Found = models.GatewayUnknown, string(c.State), err.Error()
		case !c.State.Settled() && !there.State.Settled(), c.State == there.State && (c.State != models.ChargeSucceeded || c.Fee == there.Fee):
			continue
		case c.State != there.State && !s.moved(ctx, c):
			d.Kind, d.Currency, d.Expected, d.Found = models.GatewayState, "", string(there.State), string(c.State)
		case c.State == there.State:
			d.Kind, d.Expected, d.Found = models.GatewayFee, strconv.FormatInt(there.Fee, 10), strconv.FormatInt(c.Fee, 10)
		default:
			continue
		}
		r.Found++
		r.Discrepancies = append(r.Discrepancies, d)
	}
	return nil
}

// moved reports whether a charge is in another state by now than when it was chosen:
// then the answer doesn't fit it.
func (s *Service) moved(ctx context.Context, c *asked) bool {
	var state models.ChargeState
	err := s.db.Pool().QueryRow(ctx, `SELECT state FROM charges WHERE id = $1`, c.ID).Scan(&state)
	return err != nil || state != c.State
}
