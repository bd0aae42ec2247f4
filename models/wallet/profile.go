package wallet

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// profileOf is what stands on an account's invoices. Where nobody has said so yet it
// is filled in from what is known, with the language and the time zone of a user.
func profileOf(ctx context.Context, q querier, account, user int64) (p models.BillingProfile, filled bool, err error) {
	p.AccountID = account
	err = q.QueryRow(ctx, `SELECT b.account_id IS NOT NULL, coalesce(b.name, nullif(a.name, ''), a.login), coalesce(b.address, '{}'), coalesce(b.tax_number, ''),
			coalesce(b.mail, CASE WHEN o.mail_verified_at IS NOT NULL THEN o.mail END, CASE WHEN a.kind = 'user' AND u.mail_verified_at IS NOT NULL THEN u.mail END, ''),
			coalesce(b.language, u.language, 'en'), coalesce(b.time_zone, u.time_zone, 'UTC')
		FROM accounts a LEFT JOIN billing_profiles b ON b.account_id = a.id LEFT JOIN organizations o ON o.account_id = a.id
			LEFT JOIN users u ON u.account_id = coalesce(nullif($2, 0), a.id) WHERE a.id = $1`, account, user).
		Scan(&filled, &p.Name, &p.Address, &p.TaxNumber, &p.Mail, &p.Language, &p.TimeZone)
	if found, err := db.Found(err); err != nil {
		return p, false, fmt.Errorf("wallet: profile: %w", err)
	} else if !found {
		return p, false, models.ErrNotFound
	}
	return p, filled, nil
}

// Details are what stands on the invoices that an account gets.
type Details struct {
	Account Account
	Profile models.BillingProfile
	Filled  bool // somebody said so; else it is a proposal
	MayEdit bool
}

// Profile is what stands on the invoices of an account. It returns ErrNotFound and
// ErrForbidden.
func (s *Service) Profile(ctx context.Context, actor models.Actor, login string) (*Details, error) {
	a, err := s.seen(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	p, filled, err := profileOf(ctx, s.db.Pool(), a.ID, actor.UserID)
	if err != nil {
		return nil, err
	}
	return &Details{Account: *a, Profile: p, Filled: filled, MayEdit: actor.MayOrderFor(a.ID, a.SuspendedAt != nil && a.Kind == models.KindOrganization) == nil}, nil
}

// SaveProfile changes what stands on invoices from now on; those that were issued
// stay as they are. It returns Problems.
func (s *Service) SaveProfile(ctx context.Context, actor models.Actor, login string, in models.BillingProfile) error {
	a, err := s.payer(ctx, actor, login)
	if err != nil {
		return err
	}
	p, err := in.Checked()
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		before, _, err := profileOf(ctx, tx.Pgx, a.ID, actor.UserID)
		if err != nil {
			return err
		}
		_, err = tx.Pgx.Exec(ctx, `INSERT INTO billing_profiles (account_id, name, address, tax_number, mail, language, time_zone, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, address = excluded.address,
			tax_number = excluded.tax_number, mail = excluded.mail, language = excluded.language, time_zone = excluded.time_zone, updated_at = excluded.updated_at`,
			a.ID, p.Name, p.Address, p.TaxNumber, p.Mail, p.Language, p.TimeZone, s.now())
		if err != nil {
			return fmt.Errorf("wallet: profile: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "billing_profile.update", AccountID: &a.ID, TargetKind: "account",
			TargetID: &a.ID, TargetName: a.Login, Before: changed(before, p), After: changed(p, before)})
	})
}

// changed are the fields of a profile that differ from another.
func changed(p, other models.BillingProfile) map[string]any {
	m := map[string]any{}
	note := func(name string, value, was any) {
		if value != was {
			m[name] = value
		}
	}
	note("name", p.Name, other.Name)
	note("country", p.Address.Country, other.Address.Country)
	note("tax_number", p.TaxNumber, other.TaxNumber)
	note("language", p.Language, other.Language)
	note("time_zone", p.TimeZone, other.TimeZone)
	return m
}
