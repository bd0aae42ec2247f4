package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"souk/models"
	"souk/models/db"
)

// Desk is how much there is.
type Desk struct {
	Users, Organizations, Repositories, Listings, Suspended int64
	Joined                                                  int64 // users, in the last seven days
	Reviews, Reports, Appeals, Claims                       int64 // that wait for a reviewer
}

// Desk counts what staff looks after.
func (s *Service) Desk(ctx context.Context, actor models.Actor) (d Desk, err error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return d, err
	}
	err = s.db.Read(ctx).Raw(`SELECT (SELECT count(*) FROM users) users, (SELECT count(*) FROM organizations) organizations,
		(SELECT count(*) FROM repositories) repositories, (SELECT count(*) FROM listings WHERE public) listings,
		(SELECT count(*) FROM accounts WHERE suspended_at IS NOT NULL) suspended,
		(SELECT count(*) FROM listing_submissions WHERE state = 'submitted') reviews,
		(SELECT count(*) FROM listing_reports WHERE decision = '') reports,
		(SELECT count(*) FROM listing_appeals WHERE decision = '') appeals,
		(SELECT count(*) FROM listing_claims WHERE state = 'proven') claims,
		(SELECT count(*) FROM users WHERE created_at > ?) joined`, s.now().AddDate(0, 0, -7)).Take(&d).Error
	if err != nil {
		return d, fmt.Errorf("staff: desk: %w", err)
	}
	return d, nil
}

// Found is an account in a list.
type Found struct {
	ID          int64
	Login       string
	Name        string
	Kind        models.AccountKind
	Mail        string // masked for those who needn't know it
	Staff       models.StaffRole
	SuspendedAt *time.Time
	CreatedAt   time.Time
}

// perPage is how many accounts a page lists.
const perPage = 50

// Accounts finds accounts by the beginning of a login or name, or by a whole
// mail address, in the order of their logins, after one ("": from the start).
// more says that there are others.
func (s *Service) Accounts(ctx context.Context, actor models.Actor, text, after string) (list []Found, more bool, err error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, false, err
	}
	if text, err = models.PlainText(strings.ToLower(text), models.MaxMail, false); err != nil || len(after) > models.MaxLogin {
		return nil, false, nil // nobody is called that
	}
	q := s.db.Read(ctx).Table("accounts a").Select(foundColumns).Joins("LEFT JOIN users u ON u.account_id = a.id LEFT JOIN organizations o ON o.account_id = a.id").
		Where("(u.account_id IS NOT NULL OR o.account_id IS NOT NULL)")
	if models.ValidLogin(after) {
		q = q.Where("a.login > ?", after)
	}
	if text != "" {
		q = q.Where("(a.login LIKE ? OR lower(a.name) LIKE ? OR lower(u.mail) = ? OR lower(o.mail) = ?)", db.Literal(text)+"%", db.Literal(text)+"%", text, text)
	}
	if err = q.Order("a.login").Limit(perPage + 1).Scan(&list).Error; err != nil {
		return nil, false, fmt.Errorf("staff: accounts: %w", err)
	}
	if more = len(list) > perPage; more {
		list = list[:perPage]
	}
	for i := range list {
		list[i].Mail = shown(actor, list[i].Mail)
	}
	return list, more, nil
}

const foundColumns = `a.id, a.login, a.name, a.kind, coalesce(u.mail, o.mail, '') mail, coalesce(u.staff, '') staff, a.suspended_at, a.created_at`

// Dossier is what staff sees of an account; never how it signs in.
type Dossier struct {
	Found
	SuspendedReason string
	MailVerified    bool
	TwoFactor       bool
	Passkeys        int
	Sessions        int
	Tokens          int
	Repositories    int
	Members         int // of an organization
	LastSeen        *time.Time
	Organizations   []Belonging `gorm:"-"`

	// What the reader may do about it.
	MayAct    bool `gorm:"-"` // in the name of the person
	MayDecide bool `gorm:"-"` // whether it is suspended
}

// Belonging is an organization that a user is in, or a member of an
// organization.
type Belonging struct {
	Login string
	Role  models.OrganizationRole
}

// Account is all that staff sees of an account. It returns ErrNotFound.
func (s *Service) Account(ctx context.Context, actor models.Actor, login string) (*Dossier, error) {
	if err := actor.MayStaff(models.StaffSupport); err != nil {
		return nil, err
	}
	if login = strings.ToLower(login); !models.ValidLogin(login) {
		return nil, models.ErrNotFound
	}
	var d Dossier
	now := s.now()
	err := s.db.Read(ctx).Raw(`SELECT `+foundColumns+`, a.suspended_reason, coalesce(u.mail_verified_at, o.mail_verified_at) IS NOT NULL mail_verified,
			u.two_factor_at IS NOT NULL two_factor,
			(SELECT count(*) FROM passkeys WHERE account_id = a.id) passkeys,
			(SELECT count(*) FROM sessions WHERE account_id = a.id AND expires_at > ?) sessions,
			(SELECT count(*) FROM access_tokens WHERE account_id = a.id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)) tokens,
			(SELECT count(*) FROM repositories WHERE account_id = a.id) repositories,
			(SELECT count(*) FROM memberships WHERE organization_id = a.id) members,
			(SELECT max(used_at) FROM sessions WHERE account_id = a.id AND staff_id IS NULL) last_seen
		FROM accounts a LEFT JOIN users u ON u.account_id = a.id LEFT JOIN organizations o ON o.account_id = a.id
		WHERE a.login = ? AND (u.account_id IS NOT NULL OR o.account_id IS NOT NULL)`, now, now, login).Take(&d).Error
	found, err := db.Found(err)
	if err != nil {
		return nil, fmt.Errorf("staff: account: %w", err)
	}
	if !found {
		return nil, models.ErrNotFound
	}
	d.Mail = shown(actor, d.Mail)
	above := actor.MayHandle(d.Staff) == nil
	d.MayAct = above && d.Kind == models.KindUser && actor.UserID != 0
	d.MayDecide = above && actor.MayStaff(models.StaffAdministrator) == nil
	d.Organizations, err = s.belongings(ctx, d.ID)
	return &d, err
}

// maxBelongings is how many organizations, or owners, are shown.
const maxBelongings = 50

// belongings are the organizations of a user, or the owners of an organization.
func (s *Service) belongings(ctx context.Context, id int64) (all []Belonging, err error) {
	err = s.db.Read(ctx).Raw(`SELECT o.login, m.role FROM memberships m JOIN accounts o ON o.id = m.organization_id WHERE m.account_id = ?
		UNION ALL SELECT a.login, m.role FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.organization_id = ? AND m.role = 'owner'
		ORDER BY 1 LIMIT ?`, id, id, maxBelongings).Scan(&all).Error
	if err != nil {
		return nil, fmt.Errorf("staff: account: %w", err)
	}
	return all, nil
}

// shown is a mail address as far as the actor needs to know it.
func shown(actor models.Actor, mail string) string {
	if actor.MayStaff(models.StaffAdministrator) == nil {
		return mail
	}
	at := strings.LastIndexByte(mail, '@')
	if at <= 0 {
		return ""
	}
	return mail[:1] + "…" + mail[at:]
}
