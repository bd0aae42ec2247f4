package orgs

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Verification says what has been checked about an organization.
func (s *Service) Verification(ctx context.Context, o *Organization) (models.Verification, error) {
	v := models.Verification{Mail: o.MailVerifiedAt != nil, TwoFactor: o.TwoFactorRequiredAt != nil}
	err := s.db.Read(ctx).Raw(`SELECT name FROM domains WHERE organization_id = ? AND verified_at IS NOT NULL ORDER BY name`, o.ID).Scan(&v.Domains).Error
	if err != nil {
		return v, fmt.Errorf("orgs: verification: %w", err)
	}
	return v, nil
}

// reckon makes a locked organization a verified publisher, or no longer one, by
// what is so in tx. Whatever changes a part of models.Verification ends with it.
func (s *Service) reckon(ctx context.Context, tx *db.Tx, actor models.Actor, organization int64) error {
	q := tx.WithContext(ctx)
	o, err := load(q, organizationSQL+"a.id = ?", organization)
	if err != nil {
		return err
	}
	v := models.Verification{Mail: o.MailVerifiedAt != nil, TwoFactor: o.TwoFactorRequiredAt != nil}
	err = q.Raw(`SELECT name FROM domains WHERE organization_id = ? AND verified_at IS NOT NULL ORDER BY name`, o.ID).Scan(&v.Domains).Error
	if err != nil {
		return fmt.Errorf("orgs: reckon: %w", err)
	}
	if v.Complete() == (o.VerifiedAt != nil) {
		// Pages name the domains.
		err := q.Exec(`SELECT announce_listings(ARRAY(SELECT l.id FROM listings l JOIN apps a ON a.id = l.app_id WHERE a.account_id = ?))`, o.ID).Error
		if err != nil {
			return fmt.Errorf("orgs: reckon: %w", err)
		}
		return nil
	}
	e := event(o, "organization.unverify")
	at := any(nil)
	if v.Complete() {
		e.Action, at = "organization.verify", s.now()
	}
	e.After = map[string]any{"domains": v.Domains, "mail": v.Mail, "two_factor": v.TwoFactor}
	if err := q.Exec(`UPDATE accounts SET verified_at = ?, updated_at = ? WHERE id = ?`, at, s.now(), o.ID).Error; err != nil {
		return fmt.Errorf("orgs: reckon: %w", err)
	}
	if err := audit.Record(ctx, tx, actor, e); err != nil {
		return err
	}
	return s.reindex(ctx, tx, o.ID)
}
