package orgs

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// challengePrefix tells whoever reads a zone what a record is for.
const challengePrefix = "souk-domain-verification="

// Domains lists an organization's domains, for its owners.
func (s *Service) Domains(ctx context.Context, actor models.Actor, login string) (*Organization, []models.Domain, error) {
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return nil, nil, err
	}
	var list []models.Domain
	err = s.db.Read(ctx).Raw(`SELECT `+domainColumns+` FROM domains d WHERE organization_id = ? ORDER BY name`, o.ID).Scan(&list).Error
	if err != nil {
		return nil, nil, fmt.Errorf("orgs: domains: %w", err)
	}
	return o, list, nil
}

const domainColumns = `d.id, d.organization_id, d.name, d.challenge, d.method, d.verified_at, d.checked_at, d.failing_since`

// Domain is one of an organization's domains, for its owners.
func (s *Service) Domain(ctx context.Context, actor models.Actor, login string, id int64) (*Organization, *models.Domain, error) {
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return nil, nil, err
	}
	var d models.Domain
	err = s.db.Read(ctx).Raw(`SELECT `+domainColumns+` FROM domains d WHERE d.id = ? AND d.organization_id = ?`, id, o.ID).Take(&d).Error
	if found, err := db.Found(err); err != nil {
		return nil, nil, fmt.Errorf("orgs: domain: %w", err)
	} else if !found {
		return nil, nil, models.ErrNotFound
	}
	return o, &d, nil
}

// AddDomain lists a domain, with what is to be put there to prove it, and
// returns its id. Anyone may list any domain; only one can prove it.
func (s *Service) AddDomain(ctx context.Context, actor models.Actor, login, name string) (id int64, err error) {
	if err := actor.MayAct(); err != nil {
		return 0, err
	}
	if name, err = models.NewDomainName(name); err != nil {
		return 0, err
	}
	err = s.reshape(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		q := tx.WithContext(ctx)
		var count int
		if err := q.Raw(`SELECT count(*) FROM domains WHERE organization_id = ?`, o.ID).Row().Scan(&count); err != nil {
			return fmt.Errorf("orgs: add domain: %w", err)
		}
		if count >= models.MaxDomains {
			return models.ErrTooManyItems
		}
		err := q.Raw(`INSERT INTO domains (organization_id, name, challenge, created_at) VALUES (?, ?, ?, ?) RETURNING id`,
			o.ID, name, challengePrefix+rand.Text(), s.now()).Row().Scan(&id)
		if db.Violates(err, "domains_once") {
			return models.ErrDomainListed
		}
		if err != nil {
			return fmt.Errorf("orgs: add domain: %w", err)
		}
		return audit.Record(ctx, tx, actor, aboutDomain(o, "domain.add", &models.Domain{ID: id, Name: name}))
	})
	return id, err
}

// RemoveDomain takes a domain off the list, and what was verified by it.
func (s *Service) RemoveDomain(ctx context.Context, actor models.Actor, login string, id int64) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.reshape(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		d, err := lockDomain(ctx, tx, o.ID, id)
		if err != nil {
			return err
		}
		if err := tx.WithContext(ctx).Exec(`DELETE FROM domains WHERE id = ?`, id).Error; err != nil {
			return fmt.Errorf("orgs: remove domain: %w", err)
		}
		e := aboutDomain(o, "domain.remove", d)
		e.Before = map[string]any{"verified": d.VerifiedAt != nil}
		if err := audit.Record(ctx, tx, actor, e); err != nil {
			return err
		}
		return s.reckon(ctx, tx, actor, o.ID)
	})
}

// CheckDomain looks for the proof of a domain and writes down what became of it.
// That it wasn't found is no error: the evidence says what was seen instead. It
// returns ErrDomainTaken where another organization has proven it.
func (s *Service) CheckDomain(ctx context.Context, actor models.Actor, login string, id int64) (*models.Domain, Evidence, error) {
	var e Evidence
	if err := actor.MayAct(); err != nil {
		return nil, e, err
	}
	if err := s.spendOf(ctx, actor, checks, "check", login); err != nil {
		return nil, e, err
	}
	_, d, err := s.Domain(ctx, actor, login, id)
	if err != nil {
		return nil, e, err
	}
	e = look(ctx, s.outside, d)
	err = s.change(ctx, actor, login, func(tx *db.Tx, o *Organization) error {
		if d, err = lockDomain(ctx, tx, o.ID, id); err != nil {
			return err
		}
		return s.conclude(ctx, tx, actor, o, d, e)
	})
	return d, e, err
}

// conclude writes down what was found about a locked domain.
func (s *Service) conclude(ctx context.Context, tx *db.Tx, actor models.Actor, o *Organization, d *models.Domain, e Evidence) error {
	now := s.now()
	var action models.AuditAction
	var kind models.NotificationKind
	d.CheckedAt = &now
	switch held := e.Held(); {
	case held && d.VerifiedAt == nil:
		d.VerifiedAt, d.FailingSince, d.Method = &now, nil, e.Method()
		action, kind = "domain.verify", models.NoticeDomainVerified
	case held:
		d.FailingSince, d.Method = nil, e.Method()
	case d.VerifiedAt != nil && d.FailingSince == nil:
		d.FailingSince = &now
		action, kind = "domain.fail", models.NoticeDomainFailing
	case d.VerifiedAt != nil && d.Lost(now):
		d.VerifiedAt, d.FailingSince = nil, nil
		action, kind = "domain.lose", models.NoticeDomainLost
	}
	if err := writeDomain(ctx, tx, d); err != nil || action == "" {
		return err
	}
	entry := aboutDomain(o, action, d)
	entry.After = map[string]any{"dns": e.DNS.Found, "file": e.File.Found}
	if err := audit.Record(ctx, tx, actor, entry); err != nil {
		return err
	}
	if err := s.tellOwners(ctx, tx, kind, o, domainsAt(o), map[string]string{"domain": d.Name}); err != nil {
		return err
	}
	return s.reckon(ctx, tx, actor, o.ID)
}

func writeDomain(ctx context.Context, tx *db.Tx, d *models.Domain) error {
	err := tx.WithContext(ctx).Exec(`UPDATE domains SET method = ?, verified_at = ?, checked_at = ?, failing_since = ? WHERE id = ?`,
		d.Method, d.VerifiedAt, d.CheckedAt, d.FailingSince, d.ID).Error
	if db.Violates(err, "domains_name_key") {
		return models.ErrDomainTaken
	}
	if err != nil {
		return fmt.Errorf("orgs: domain: %w", err)
	}
	return nil
}

func lockDomain(ctx context.Context, tx *db.Tx, organization, id int64) (*models.Domain, error) {
	var d models.Domain
	err := tx.WithContext(ctx).Raw(`SELECT `+domainColumns+` FROM domains d WHERE d.organization_id = ? AND d.id = ? FOR UPDATE`, organization, id).Take(&d).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: domain: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &d, nil
}

func aboutDomain(o *Organization, action models.AuditAction, d *models.Domain) models.AuditEvent {
	return models.AuditEvent{Action: action, AccountID: &o.ID, TargetKind: "domain", TargetID: &d.ID, TargetName: d.Name}
}

// How often proven domains are looked at again, and those whose proof is
// missing.
const (
	checkEvery   = 24 * time.Hour
	recheckEvery = 6 * time.Hour
	checkBatch   = 100
)

// CheckDomains looks again at the domains whose turn it is, and returns how many
// that were. What one domain does is no matter of the next one's.
func (s *Service) CheckDomains(ctx context.Context) (int, error) {
	now := s.now()
	var due []models.Domain
	err := s.db.Read(ctx).Raw(`SELECT `+domainColumns+` FROM domains d WHERE verified_at IS NOT NULL AND (checked_at <= ? OR failing_since IS NOT NULL AND checked_at <= ?)
		ORDER BY checked_at LIMIT ?`, now.Add(-checkEvery), now.Add(-recheckEvery), checkBatch).Scan(&due).Error
	if err != nil {
		return 0, fmt.Errorf("orgs: check domains: %w", err)
	}
	for i := range due {
		if err := s.recheck(ctx, &due[i]); err != nil {
			return i, err
		}
	}
	return len(due), nil
}

func (s *Service) recheck(ctx context.Context, d *models.Domain) error {
	e := look(ctx, s.outside, d)
	if err := ctx.Err(); err != nil {
		return err // the proof isn't missing: we were stopped
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := lockID(ctx, tx, d.OrganizationID)
		if gone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		d, err := lockDomain(ctx, tx, o.ID, d.ID)
		if gone(err) || err == nil && d.VerifiedAt == nil {
			return nil
		}
		if err != nil {
			return err
		}
		return s.conclude(ctx, tx, models.Actor{}, o, d, e)
	})
}
