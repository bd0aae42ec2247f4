package repos

import (
	"context"
	"fmt"
	"strings"

	"souk/models"
	"souk/models/db"
)

// Profile is an account as its page shows it to an actor.
type Profile struct {
	Account      models.Account
	Unclaimed    bool // came with an imported catalogue; nobody signs in as it
	Listings     int  // published
	Verification models.Verification
	Members      int  // of an organization; 0 where the actor may not know
	SeesMembers  bool // the actor may see who they are
	MayEdit      bool
	MayCreate    bool // repositories
}

// Account returns the account that a login leads to, by its present or a former
// name. Compare Account.Login to see whether it was renamed. It returns
// ErrNotFound where there is none, or none that the actor may see.
func (s *Service) Account(ctx context.Context, actor models.Actor, login string) (*Profile, error) {
	login = strings.ToLower(login)
	if !models.ValidLogin(login) {
		return nil, models.ErrNotFound
	}
	var p Profile
	a, v := &p.Account, &p.Verification
	err := s.db.Pool().QueryRow(ctx, `SELECT a.id, a.login, a.kind, a.name, a.website_url, a.bio, a.location, a.verified_at, a.suspended_at, a.created_at,
			u.account_id IS NULL AND o.account_id IS NULL,
			(SELECT count(*) FROM apps p JOIN listings l ON l.app_id = p.id WHERE p.account_id = a.id AND l.public),
			ARRAY(SELECT d.name FROM domains d WHERE d.organization_id = a.id AND d.verified_at IS NOT NULL ORDER BY d.name),
			o.mail_verified_at IS NOT NULL, o.two_factor_required_at IS NOT NULL,
			(SELECT count(*) FROM memberships m WHERE m.organization_id = a.id)
		FROM accounts a LEFT JOIN users u ON u.account_id = a.id LEFT JOIN organizations o ON o.account_id = a.id
		WHERE a.id = coalesce((SELECT id FROM accounts WHERE login = $1), (SELECT account_id FROM account_redirects WHERE login = $1))`, login).
		Scan(&a.ID, &a.Login, &a.Kind, &a.Name, &a.WebsiteURL, &a.Bio, &a.Location, &a.VerifiedAt, &a.SuspendedAt, &a.CreatedAt,
			&p.Unclaimed, &p.Listings, &v.Domains, &v.Mail, &v.TwoFactor, &p.Members)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("repos: account: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	if err := actor.MaySeeAccount(a); err != nil {
		return nil, err
	}
	p.SeesMembers = a.Kind == models.KindOrganization && actor.MaySeeOrganization(a.ID) == nil
	if !p.SeesMembers {
		p.Members = 0
	}
	p.MayEdit = actor.MayActAs(a.ID) == nil
	p.MayCreate = !p.Unclaimed && a.SuspendedAt == nil && actor.MayCreateRepositoryIn(a.ID) == nil
	return &p, nil
}

// Owner returns the account that a repository can be made in or moved to: a
// user or an organization, by its present login. It returns ErrNotFound for
// anything else, and for what staff has suspended.
func (s *Service) Owner(ctx context.Context, login string) (models.Account, error) {
	return owner(ctx, s.db.Pool(), login)
}

func owner(ctx context.Context, q querier, login string) (models.Account, error) {
	var a models.Account
	err := q.QueryRow(ctx, `SELECT a.id, a.login, a.kind, a.name FROM accounts a
		WHERE a.login = $1 AND a.suspended_at IS NULL AND (EXISTS (SELECT FROM users u WHERE u.account_id = a.id)
			OR EXISTS (SELECT FROM organizations o WHERE o.account_id = a.id))`, strings.ToLower(strings.TrimSpace(login))).
		Scan(&a.ID, &a.Login, &a.Kind, &a.Name)
	if found, err := db.Found(err); err != nil {
		return a, fmt.Errorf("repos: owner: %w", err)
	} else if !found {
		return a, models.ErrNotFound
	}
	return a, nil
}

// Places are the logins of the accounts that the actor may make repositories
// in: its own first.
func Places(actor models.Actor) []string {
	var logins []string
	if actor.UserID != 0 {
		logins = append(logins, actor.Login)
	}
	for _, m := range actor.Memberships {
		if actor.MayCreateRepositoryIn(m.OrganizationID) == nil {
			logins = append(logins, m.Login)
		}
	}
	return logins
}
