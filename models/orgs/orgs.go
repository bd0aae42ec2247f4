// Package orgs is organizations: members, roles, invitations, what members may
// do, the second factor that is required of them, domains, and what makes a
// verified publisher.
//
// Whoever changes who belongs to an organization locks its row first, so that
// what is decided on still holds when it is written: there is always an owner
// who can act.
package orgs

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"souk/models"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// Outside is where the proofs of domains are looked for.
type Outside interface {
	// LookupTXT returns the TXT records at a name, none where there is none.
	LookupTXT(ctx context.Context, name string) ([]string, error)
	// Fetch returns what stands at an https address, without leaving domain.
	Fetch(ctx context.Context, address, domain string) ([]byte, error)
}

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	outside  Outside
	now      func() time.Time

	purchases     Purchases
	installations Installations
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, i *identity.Service, o Outside, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: i, outside: o, now: now}
}

// limit is how often something may be done: so many times at once, then once
// each so often.
type limit struct {
	burst int
	per   time.Duration
}

// The limits. Each rename keeps a login from others, each invitation and each
// confirmation is a mail to someone, each check asks a machine elsewhere.
var (
	creations     = limit{10, time.Hour}       // by one person
	renames       = limit{10, 3 * time.Hour}   // of one organization
	invitations   = limit{50, 2 * time.Minute} // of one organization
	confirmations = limit{5, 15 * time.Minute} // of one organization's address
	checks        = limit{20, time.Minute}     // of one organization's domains
)

func (s *Service) spend(ctx context.Context, actor models.Actor, l limit, kind string, id int64) error {
	if actor.Operator {
		return nil
	}
	return s.identity.Spend(ctx, fmt.Sprintf("orgs.%s:%d", kind, id), l.burst, l.per)
}

// spendOf spends what an organization's owners share; nobody else can.
func (s *Service) spendOf(ctx context.Context, actor models.Actor, l limit, kind, login string) error {
	o, err := s.Owned(ctx, actor, login)
	if err != nil {
		return err
	}
	return s.spend(ctx, actor, l, kind, o.ID)
}

// Organization is an organization with its account.
type Organization struct {
	ID          int64
	Login       string
	Name        string
	Bio         string
	Location    string
	WebsiteURL  string
	VerifiedAt  *time.Time
	SuspendedAt *time.Time // by staff

	Mail                       string
	MailVerifiedAt             *time.Time
	BasePermission             string // none, read, write, admin
	MembersMayRequestApps      bool
	RepositoryAdminsMayInstall bool
	OAuthPolicy                models.OAuthPolicy `gorm:"column:oauth_policy"`
	TwoFactorRequiredAt        *time.Time
	CreatedAt                  time.Time
}

// DisplayName is the name, or the login of an organization that gave none.
func (o *Organization) DisplayName() string {
	if o.Name != "" {
		return o.Name
	}
	return o.Login
}

const organizationSQL = `SELECT a.id, a.login, a.name, a.bio, a.location, a.website_url, a.verified_at, a.suspended_at, o.mail,
		o.mail_verified_at, o.base_permission, o.members_may_request_apps, o.repository_admins_may_install, o.oauth_policy,
		o.two_factor_required_at, o.created_at
	FROM accounts a JOIN organizations o ON o.account_id = a.id WHERE `

// find loads an organization by its login, or returns ErrNotFound.
func find(q *gorm.DB, login string) (*Organization, error) {
	return load(q, organizationSQL+"a.login = lower(?)", login)
}

func load(q *gorm.DB, sql string, args ...any) (*Organization, error) {
	var o Organization
	err := q.Raw(sql, args...).Take(&o).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &o, nil
}

// Renamed returns the login that an account has now, for one that it had
// before; "" for any other.
func (s *Service) Renamed(ctx context.Context, login string) (string, error) {
	var now string
	err := s.db.Read(ctx).Raw(`SELECT a.login FROM account_redirects r JOIN accounts a ON a.id = r.account_id WHERE r.login = lower(?)`,
		login).Scan(&now).Error
	if err != nil {
		return "", fmt.Errorf("orgs: %w", err)
	}
	return now, nil
}

// Seen is an organization for those who belong to it.
func (s *Service) Seen(ctx context.Context, actor models.Actor, login string) (*Organization, error) {
	return s.asked(ctx, login, actor.MaySeeOrganization)
}

// Owned is an organization for its owners.
func (s *Service) Owned(ctx context.Context, actor models.Actor, login string) (*Organization, error) {
	return s.asked(ctx, login, actor.MayOwnOrganization)
}

func (s *Service) asked(ctx context.Context, login string, may func(int64) error) (*Organization, error) {
	o, err := find(s.db.Read(ctx), login)
	if err != nil {
		return nil, err
	}
	if err := may(o.ID); err != nil {
		return nil, err
	}
	return o, nil
}

// lock locks an organization by its login until tx ends. The row of its account
// isn't locked: others refer to it.
func lock(ctx context.Context, tx *db.Tx, login string) (*Organization, error) {
	return load(tx.WithContext(ctx), organizationSQL+"a.login = lower(?) FOR UPDATE OF o", login)
}

// lockID is lock by the organization's id.
func lockID(ctx context.Context, tx *db.Tx, id int64) (*Organization, error) {
	return load(tx.WithContext(ctx), organizationSQL+"a.id = ? FOR UPDATE OF o", id)
}

// change runs do in a transaction in which the organization is locked and the
// actor owns it: still, after whatever the lock waited for.
func (s *Service) change(ctx context.Context, actor models.Actor, login string, do func(tx *db.Tx, o *Organization) error) error {
	return s.within(ctx, actor, login, actor.MayChangeOrganization, do)
}

// reshape is change for what needs a session that was confirmed lately.
func (s *Service) reshape(ctx context.Context, actor models.Actor, login string, do func(tx *db.Tx, o *Organization) error) error {
	return s.within(ctx, actor, login, func(id int64, suspended bool) error {
		return actor.MayReshapeOrganization(id, suspended, s.now())
	}, do)
}

func (s *Service) within(ctx context.Context, actor models.Actor, login string, may func(int64, bool) error, do func(*db.Tx, *Organization) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := lock(ctx, tx, login)
		if err != nil {
			return err
		}
		if err := may(o.ID, o.SuspendedAt != nil); err != nil {
			return err
		}
		if err := stillOwner(ctx, tx, actor, o.ID); err != nil {
			return err
		}
		return do(tx, o)
	})
}

// stillOwner holds what the session knew of the actor against what is so now.
func stillOwner(ctx context.Context, tx *db.Tx, actor models.Actor, organization int64) error {
	if actor.Operator {
		return nil
	}
	m, err := membership(ctx, tx, organization, actor.UserID)
	if err != nil {
		return err
	}
	actor.Memberships = nil
	if m != nil {
		actor.Memberships = []models.Membership{{OrganizationID: organization, Role: m.Role, Suspended: m.SuspendedAt != nil}}
	}
	return actor.MayOwnOrganization(organization)
}

type membershipRow struct {
	Role        models.OrganizationRole
	SuspendedAt *time.Time
}

// membership is what a user is in an organization, or nil.
func membership(ctx context.Context, tx *db.Tx, organization, account int64) (*membershipRow, error) {
	var m membershipRow
	err := tx.WithContext(ctx).Raw(`SELECT role, suspended_at FROM memberships WHERE organization_id = ? AND account_id = ?`,
		organization, account).Take(&m).Error
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("orgs: %w", err)
	} else if !found {
		return nil, nil
	}
	return &m, nil
}

// event is a line of the organization's log about the organization itself.
func event(o *Organization, action models.AuditAction) models.AuditEvent {
	return models.AuditEvent{Action: action, AccountID: &o.ID, TargetKind: "organization", TargetID: &o.ID, TargetName: o.Login}
}

// about is a line of the organization's log about somebody.
func about(o *Organization, action models.AuditAction, account int64, login string) models.AuditEvent {
	return models.AuditEvent{Action: action, AccountID: &o.ID, TargetKind: "user", TargetID: &account, TargetName: login}
}

// Where notices lead.
func peopleAt(o *Organization) string     { return "/orgs/" + o.Login + "/people" }
func invitationAt(o *Organization) string { return "/orgs/" + o.Login + "/invitation" }
func domainsAt(o *Organization) string    { return "/organizations/" + o.Login + "/settings/domains" }
