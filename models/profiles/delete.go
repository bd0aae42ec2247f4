package profiles

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// Consequences are what a person's leaving would mean.
type Consequences struct {
	// What stands against it.
	SoleOwned         []Named // organizations that have no other owner
	Apps              []Named // that the person owns
	LastAdministrator bool    // of those who run the site

	// What it has bought or sells, some of which stands against it too.
	Ties []models.Tie

	// What goes with the account.
	Repositories   []Named // the first ones
	Organizations  []Named // that go on without the person
	Counts         DeletionCounts
	MailVerifiedAt *time.Time
}

// Named is a thing by its address's part and its name.
type Named struct {
	Slug    string
	Name    string
	Private bool
}

// DeletionCounts are how many of each thing go.
type DeletionCounts struct {
	Repositories, Collaborations, Installations, Authorizations, Tokens, Sessions, Passkeys, Invitations, Notifications int
}

// Blocked reports whether something stands against it.
func (c *Consequences) Blocked() bool {
	return len(c.SoleOwned) > 0 || len(c.Apps) > 0 || c.LastAdministrator || slices.ContainsFunc(c.Ties, func(t models.Tie) bool { return !t.Ends })
}

// blockers are what stands against the deletion of the account ?. An owner who
// is suspended is no owner to leave an organization to.
const blockers = `(SELECT json_agg(json_build_object('Slug', o.login, 'Name', coalesce(nullif(o.name, ''), o.login)) ORDER BY o.login)
		FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = a.id AND m.role = 'owner' AND NOT EXISTS
			(SELECT FROM memberships x JOIN accounts xa ON xa.id = x.account_id WHERE x.organization_id = m.organization_id AND x.role = 'owner'
				AND x.account_id <> a.id AND x.suspended_at IS NULL AND xa.suspended_at IS NULL)) sole_owned,
	(SELECT json_agg(json_build_object('Slug', p.slug, 'Name', p.name) ORDER BY p.name) FROM apps p WHERE p.account_id = a.id) apps,
	u.staff = 'administrator' AND NOT EXISTS
		(SELECT FROM users x JOIN accounts xa ON xa.id = x.account_id WHERE x.staff = 'administrator' AND x.account_id <> a.id
			AND xa.suspended_at IS NULL) last_administrator`

type blockerRow struct {
	SoleOwned         *string
	Apps              *string
	LastAdministrator bool
}

func (r *blockerRow) into(c *Consequences) error {
	c.LastAdministrator = r.LastAdministrator
	if err := list(r.SoleOwned, &c.SoleOwned); err != nil {
		return err
	}
	return list(r.Apps, &c.Apps)
}

func list(text *string, into *[]Named) error {
	if text == nil {
		return nil
	}
	if err := json.Unmarshal([]byte(*text), into); err != nil {
		return fmt.Errorf("profiles: consequences: %w", err)
	}
	return nil
}

// Consequences says what deleting the actor's account would mean.
func (s *Service) Consequences(ctx context.Context, actor models.Actor) (*Consequences, error) {
	if err := actor.MayManageSelf(); err != nil {
		return nil, err
	}
	var r struct {
		Blockers       blockerRow     `gorm:"embedded"`
		Counts         DeletionCounts `gorm:"embedded"`
		RepositoryList *string
		Organizations  *string
		MailVerifiedAt *time.Time
	}
	err := s.db.Read(ctx).Raw(`SELECT `+blockers+`, u.mail_verified_at,
			(SELECT count(*) FROM repositories x WHERE x.account_id = a.id) repositories,
			(SELECT count(*) FROM collaborators x WHERE x.account_id = a.id) collaborations,
			(SELECT count(*) FROM installations x WHERE x.account_id = a.id) installations,
			(SELECT count(*) FROM authorizations x WHERE x.account_id = a.id) authorizations,
			(SELECT count(*) FROM access_tokens x WHERE x.account_id = a.id AND x.revoked_at IS NULL AND (x.expires_at IS NULL OR x.expires_at > ?)) tokens,
			(SELECT count(*) FROM sessions x WHERE x.account_id = a.id AND x.expires_at > ?) sessions,
			(SELECT count(*) FROM passkeys x WHERE x.account_id = a.id) passkeys,
			(SELECT count(*) FROM invitations x WHERE x.inviter_id = a.id AND x.accepted_at IS NULL AND x.declined_at IS NULL
				AND x.withdrawn_at IS NULL AND x.expires_at > ?) invitations,
			(SELECT count(*) FROM notifications x WHERE x.account_id = a.id) notifications,
			(SELECT json_agg(json_build_object('Slug', r.name, 'Name', r.name, 'Private', r.private) ORDER BY lower(r.name))
				FROM (SELECT name, private FROM repositories x WHERE x.account_id = a.id ORDER BY lower(name) LIMIT 20) r) repository_list,
			(SELECT json_agg(json_build_object('Slug', o.login, 'Name', coalesce(nullif(o.name, ''), o.login)) ORDER BY o.login)
				FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = a.id) organizations
		FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.id = ?`, s.now(), s.now(), s.now(), actor.UserID).Take(&r).Error
	if found, err := db.Found(err); err != nil || !found {
		return nil, fmt.Errorf("profiles: consequences: %w", orNotFound(err))
	}
	c := &Consequences{Counts: r.Counts, MailVerifiedAt: r.MailVerifiedAt}
	if err := r.Blockers.into(c); err != nil {
		return nil, err
	}
	if err := list(r.RepositoryList, &c.Repositories); err != nil {
		return nil, err
	}
	if err := list(r.Organizations, &c.Organizations); err != nil {
		return nil, err
	}
	c.Organizations = slices.DeleteFunc(c.Organizations, func(n Named) bool { return slices.Contains(c.SoleOwned, n) })
	if s.purchases != nil {
		if c.Ties, err = s.purchases.Ties(ctx, actor.UserID); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func orNotFound(err error) error {
	if err == nil {
		return models.ErrNotFound
	}
	return err
}

// Delete deletes the actor's account for good: profile, sessions, tokens,
// repositories, memberships, everything that is the person's alone. The audit
// log stays, and an empty shell where money has moved, since invoices and the
// ledger refer to it; what is free or on trial is cancelled. typed is the login, as a sign that it is meant: else it returns
// ErrNameMismatch. It returns ErrStillOwner for who owns an organization alone,
// or an app, ErrStillPaying for who pays for something, owes money or sells, ErrLastAdmin for the last administrator of the site, and ErrStale
// when someone made the actor an owner meanwhile.
func (s *Service) Delete(ctx context.Context, actor models.Actor, typed string) error {
	if err := actor.MayManageSelfNow(s.now()); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		owned, err := lockOwned(ctx, tx, actor.UserID)
		if err != nil {
			return err
		}
		o, err := locked(ctx, tx, actor)
		if err != nil {
			return err
		}
		if !strings.EqualFold(strings.TrimSpace(typed), o.Account.Login) {
			return models.ErrNameMismatch
		}
		if err := mayLeave(ctx, tx, actor.UserID, owned); err != nil {
			return err
		}
		if err := s.leave(ctx, tx, actor); err != nil {
			return err
		}
		if err := s.erase(ctx, tx, o); err != nil {
			return err
		}
		if err := s.farewell(ctx, tx, actor, o); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, o.event("user.delete", map[string]any{"login": o.Account.Login}, nil))
	})
}

// leave ends what the person has to do with apps, and tells those: what is installed,
// authorized and bought.
func (s *Service) leave(ctx context.Context, tx *db.Tx, actor models.Actor) error {
	if err := s.follow(func(i Installations) error { return i.AccountDeleting(ctx, tx, actor, actor.UserID) }); err != nil {
		return err
	}
	if s.authorizations != nil {
		if err := s.authorizations.Leave(ctx, tx, actor); err != nil {
			return err
		}
	}
	if s.purchases == nil {
		return nil
	}
	return s.purchases.Leave(ctx, tx, actor, actor.UserID)
}

// lockOwned locks the organizations that a person owns, so that their owners
// stay the same, and those who decide about staff. It comes before the lock on
// the person: whoever makes someone an owner locks in this order too.
func lockOwned(ctx context.Context, tx *db.Tx, account int64) (owned []int64, err error) {
	q := tx.WithContext(ctx)
	err = q.Raw(`SELECT account_id FROM organizations WHERE account_id IN
			(SELECT organization_id FROM memberships WHERE account_id = ? AND role = 'owner') ORDER BY account_id FOR UPDATE`, account).Scan(&owned).Error
	if err != nil {
		return nil, fmt.Errorf("profiles: delete: %w", err)
	}
	err = q.Exec(`SELECT FROM users WHERE staff = 'administrator' AND EXISTS
			(SELECT FROM users u WHERE u.account_id = ? AND u.staff = 'administrator') ORDER BY account_id FOR UPDATE`, account).Error
	if err != nil {
		return nil, fmt.Errorf("profiles: delete: %w", err)
	}
	return owned, nil
}

// mayLeave looks once more at what stands against it, now that nothing of it
// can change.
func mayLeave(ctx context.Context, tx *db.Tx, account int64, locked []int64) error {
	var r blockerRow
	q := tx.WithContext(ctx)
	if err := q.Raw(`SELECT `+blockers+` FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.id = ?`, account).Take(&r).Error; err != nil {
		return fmt.Errorf("profiles: delete: %w", err)
	}
	var c Consequences
	if err := r.into(&c); err != nil {
		return err
	}
	switch {
	case len(c.SoleOwned) > 0 || len(c.Apps) > 0:
		return models.ErrStillOwner
	case c.LastAdministrator:
		return models.ErrLastAdmin
	}
	var owned []int64
	if err := q.Raw(`SELECT organization_id FROM memberships WHERE account_id = ? AND role = 'owner'`, account).Scan(&owned).Error; err != nil {
		return fmt.Errorf("profiles: delete: %w", err)
	}
	for _, id := range owned {
		if !slices.Contains(locked, id) {
			return models.ErrStale
		}
	}
	return nil
}

// erase deletes the rows and retires the logins. What refers to the account goes
// with it; the migration of bury_account says what stays.
func (s *Service) erase(ctx context.Context, tx *db.Tx, o *Own) error {
	id := o.Account.ID
	for _, e := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO retired_logins (login, until)
				SELECT login, ?::timestamptz FROM (SELECT ?::text AS login UNION SELECT login FROM account_redirects WHERE account_id = ?) kept
			ON CONFLICT ON CONSTRAINT retired_logins_pkey DO UPDATE SET until = excluded.until`,
			[]any{s.now().Add(models.LoginRetirement), o.Account.Login, id}},
		{`DELETE FROM repositories WHERE account_id = ?`, []any{id}},
		{`SELECT bury_account(?, ?)`, []any{id, s.now()}},
	} {
		err := tx.WithContext(ctx).Exec(e.statement, e.args...).Error
		if db.Violates(err, "subscriptions_account_fk") {
			return models.ErrStillPaying
		}
		if err != nil {
			return fmt.Errorf("profiles: delete: %w", err)
		}
	}
	return nil
}

// farewell tells the person, who may not be the one who did it.
func (s *Service) farewell(ctx context.Context, tx *db.Tx, actor models.Actor, o *Own) error {
	if o.User.MailVerifiedAt == nil {
		return nil // may be somebody else's
	}
	return s.queue.Enqueue(ctx, tx, jobs.SendMail{Message: "account_deleted", To: o.User.Mail, Language: o.User.Language, Params: map[string]string{
		"login": o.Account.Login, "ip": actor.Visit.IP, "device": models.Device(actor.Visit.UserAgent), "at": s.now().UTC().Format(time.RFC3339)}})
}
