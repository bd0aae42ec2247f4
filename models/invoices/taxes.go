package invoices

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Taxes lists the tax table for administrators, by country and region.
func (s *Service) Taxes(ctx context.Context, actor models.Actor) ([]models.TaxRate, error) {
	if err := actor.MayKeepTaxes(); err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT country, region, name, millionths, reverse_charge, abroad, updated_at FROM tax_rates ORDER BY country, region`)
	if err != nil {
		return nil, fmt.Errorf("invoices: taxes: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[models.TaxRate])
	if err != nil {
		return nil, fmt.Errorf("invoices: taxes: %w", err)
	}
	return all, nil
}

// Tax is one line of the table.
func (s *Service) Tax(ctx context.Context, actor models.Actor, country, region string) (*models.TaxRate, error) {
	if err := actor.MayKeepTaxes(); err != nil {
		return nil, err
	}
	return taxOf(ctx, s.db.Pool(), country, region, false)
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func taxOf(ctx context.Context, q querier, country, region string, lock bool) (*models.TaxRate, error) {
	if !plain(country) || !plain(region) {
		return nil, models.ErrNotFound
	}
	sql := `SELECT country, region, name, millionths, reverse_charge, abroad, updated_at FROM tax_rates WHERE country = $1 AND region = $2`
	if lock {
		sql += " FOR UPDATE"
	}
	rows, err := q.Query(ctx, sql, country, region)
	if err != nil {
		return nil, fmt.Errorf("invoices: tax: %w", err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[models.TaxRate])
	switch {
	case err == pgx.ErrNoRows:
		return nil, models.ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("invoices: tax: %w", err)
	}
	return r, nil
}

// AddTax adds a line to the table. It returns Problems, and ErrTaxThere where the
// country has one for the region.
func (s *Service) AddTax(ctx context.Context, actor models.Actor, r models.TaxRate) error {
	if err := actor.MayKeepTaxes(); err != nil {
		return err
	}
	tidy(&r)
	if err := r.Check(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Pgx.Exec(ctx, `INSERT INTO tax_rates (country, region, name, millionths, reverse_charge, abroad, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			r.Country, r.Region, r.Name, r.Millionths, r.ReverseCharge, r.Abroad, s.now())
		if db.Violates(err, "tax_rates_pkey") {
			return models.Problems{models.ErrTaxThere}
		}
		if err != nil {
			return fmt.Errorf("invoices: add tax: %w", err)
		}
		return s.record(ctx, tx, actor, "tax.create", &r, nil, &r)
	})
}

// SetTax changes the line of a country and region, which stay. What was billed
// before keeps the tax that it had.
func (s *Service) SetTax(ctx context.Context, actor models.Actor, r models.TaxRate) error {
	if err := actor.MayKeepTaxes(); err != nil {
		return err
	}
	tidy(&r)
	if err := r.Check(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		before, err := taxOf(ctx, tx.Pgx, r.Country, r.Region, true)
		if err != nil {
			return err
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE tax_rates SET name = $3, millionths = $4, reverse_charge = $5, abroad = $6, updated_at = $7 WHERE country = $1 AND region = $2`,
			r.Country, r.Region, r.Name, r.Millionths, r.ReverseCharge, r.Abroad, s.now())
		if err != nil {
			return fmt.Errorf("invoices: set tax: %w", err)
		}
		return s.record(ctx, tx, actor, "tax.update", &r, before, &r)
	})
}

// RemoveTax takes a line out of the table: no tax is charged there from now on.
func (s *Service) RemoveTax(ctx context.Context, actor models.Actor, country, region string) error {
	if err := actor.MayKeepTaxes(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		before, err := taxOf(ctx, tx.Pgx, country, region, true)
		if err != nil {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `DELETE FROM tax_rates WHERE country = $1 AND region = $2`, country, region); err != nil {
			return fmt.Errorf("invoices: remove tax: %w", err)
		}
		return s.record(ctx, tx, actor, "tax.delete", before, before, nil)
	})
}

func tidy(r *models.TaxRate) {
	for _, text := range []*string{&r.Region, &r.Name} {
		*text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(*text, ""), func(c rune) bool { return c <= ' ' }), " ")
	}
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, of, before, after *models.TaxRate) error {
	name := of.Country
	if of.Region != "" {
		name += " " + of.Region
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, TargetKind: "tax", TargetName: name,
		Before: told(before), After: told(after)})
}

func told(r *models.TaxRate) map[string]any {
	if r == nil {
		return nil
	}
	return map[string]any{"name": r.Name, "millionths": r.Millionths, "reverse_charge": r.ReverseCharge, "abroad": r.Abroad}
}
