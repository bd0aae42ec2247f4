package oauth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Organization is one whose OAuth Apps are looked at.
type Organization struct {
	ID         int64
	Login      string
	Name       string // or the login
	Suspended  bool
	Policy     models.OAuthPolicy
	MayRequest bool // members may ask for apps
}

// organization is the organization at a login; lock keeps its policy as it is.
func organization(ctx context.Context, q querier, login string, lock bool) (*Organization, error) {
	if !db.Sayable(login) {
		return nil, models.ErrNotFound
	}
	sql := `SELECT k.id, k.login, coalesce(nullif(k.name, ''), k.login), k.suspended_at IS NOT NULL, n.oauth_policy, n.members_may_request_apps
		FROM accounts k JOIN organizations n ON n.account_id = k.id WHERE k.login = $1`
	if lock {
		sql += ` FOR UPDATE OF n`
	}
	var o Organization
	err := q.QueryRow(ctx, sql, strings.ToLower(login)).Scan(&o.ID, &o.Login, &o.Name, &o.Suspended, &o.Policy, &o.MayRequest)
	if err != nil {
		return nil, missing(err)
	}
	return &o, nil
}

// Approval is an OAuth App that members of an organization use, or asked for.
type Approval struct {
	App         models.App
	Owner       string
	OwnerName   string
	Verified    bool
	Own         bool // the app is the organization's
	State       models.ApprovalState
	Requester   string // login; "" for none
	Reason      string
	RequestedAt *time.Time
	Decider     string
	Words       string
	DecidedAt   *time.Time
	Members     int      // that authorized it
	Scopes      []string // that they let it have, together
	UsedAt      *time.Time
}

// Reached reports whether the app reaches the organization under a policy.
func (a *Approval) Reached(p models.OAuthPolicy) bool {
	return a.Own || p == models.OAuthOpen || a.State == models.ApprovalApproved
}

// Policy is which OAuth Apps an organization lets in: a page of those that its
// members use or asked for, those first that wait.
type Policy struct {
	Organization
	Items   []Approval
	Total   int // in this view
	Waiting int
}

var approvalSQL = `SELECT app.id, app.slug, app.kind, app.name, app.client_id, ` + pictureOf("app") + `, app.scopes, app.homepage_url, app.description,
		coalesce(o.login, ''), coalesce(nullif(o.name, ''), o.login, ''), o.verified_at IS NOT NULL, coalesce(app.account_id = $1, false),
		coalesce(v.state, ''), coalesce(r.login, ''), coalesce(v.reason, ''), v.requested_at, coalesce(d.login, ''), coalesce(v.words, ''), v.decided_at,
		u.n, u.scopes, u.used_at, count(*) OVER ()
	FROM (SELECT app_id FROM oauth_approvals WHERE organization_id = $1
		UNION SELECT g.app_id FROM memberships m JOIN authorizations g ON g.account_id = m.account_id WHERE m.organization_id = $1) known
	JOIN apps app ON app.id = known.app_id AND app.kind = 'oauth_app'
	LEFT JOIN oauth_approvals v ON v.organization_id = $1 AND v.app_id = app.id
	LEFT JOIN accounts o ON o.id = app.account_id LEFT JOIN accounts r ON r.id = v.requester_id LEFT JOIN accounts d ON d.id = v.decider_id
	CROSS JOIN LATERAL (SELECT count(DISTINCT g.id) n, max(g.used_at) used_at, coalesce(array_agg(DISTINCT s) FILTER (WHERE s IS NOT NULL), '{}') scopes
		FROM authorizations g JOIN memberships m ON m.account_id = g.account_id AND m.organization_id = $1 LEFT JOIN unnest(g.scopes) s ON true
		WHERE g.app_id = app.id) u`

func scanApproval(row pgx.CollectableRow) (a Approval, total int, err error) {
	p := &a.App
	return a, total, row.Scan(&p.ID, &p.Slug, &p.Kind, &p.Name, &p.ClientID, &p.LogoHash, &p.LogoBackdrop, &p.Scopes, &p.HomepageURL, &p.Description,
		&a.Owner, &a.OwnerName, &a.Verified, &a.Own, &a.State, &a.Requester, &a.Reason, &a.RequestedAt, &a.Decider, &a.Words, &a.DecidedAt,
		&a.Members, &a.Scopes, &a.UsedAt, &total)
}

// Policy is which OAuth Apps an organization lets in; view is a state, or "" for all.
// It returns ErrUnknownChoice and ErrPageOutOfRange.
func (s *Service) Policy(ctx context.Context, actor models.Actor, login string, view models.ApprovalState, page int) (*Policy, error) {
	o, err := organization(ctx, s.db.Pool(), login, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeApprovals(o.ID); err != nil {
		return nil, err
	}
	switch view {
	case "", models.ApprovalRequested, models.ApprovalApproved, models.ApprovalDenied:
	default:
		return nil, models.ErrUnknownChoice.On("view")
	}
	p := &Policy{Organization: *o}
	rows, err := s.db.Pool().Query(ctx, approvalSQL+` WHERE $2 = '' OR v.state = $2
		ORDER BY v.state IS DISTINCT FROM 'requested', v.state IS NOT NULL, lower(app.name), app.id LIMIT $3 OFFSET $4`, o.ID, string(view), PerPage, (page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("oauth: policy: %w", err)
	}
	p.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Approval, err error) {
		a, p.Total, err = scanApproval(row)
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("oauth: policy: %w", err)
	}
	if page > 1 && len(p.Items) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM oauth_approvals WHERE organization_id = $1 AND state = 'requested'`, o.ID).Scan(&p.Waiting)
	if err != nil {
		return nil, fmt.Errorf("oauth: policy: %w", err)
	}
	return p, nil
}

// Case is one OAuth App as an organization's owners see it. It returns ErrNotFound
// where nobody there uses it or asked for it.
func (s *Service) Case(ctx context.Context, actor models.Actor, login, slug string) (*Organization, *Approval, error) {
	o, err := organization(ctx, s.db.Pool(), login, false)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.MaySeeApprovals(o.ID); err != nil {
		return nil, nil, err
	}
	if !db.Sayable(slug) {
		return nil, nil, models.ErrNotFound
	}
	rows, err := s.db.Pool().Query(ctx, approvalSQL+` WHERE app.slug = $2`, o.ID, slug)
	if err != nil {
		return nil, nil, fmt.Errorf("oauth: case: %w", err)
	}
	a, err := pgx.CollectOneRow(rows, func(row pgx.CollectableRow) (Approval, error) {
		a, _, err := scanApproval(row)
		return a, err
	})
	if err != nil {
		return nil, nil, missing(err)
	}
	a.Scopes = models.NormalScopes(a.Scopes)
	return o, &a, nil
}

// SetPolicy says whether an organization lets every OAuth App in that a member
// authorizes, or those that its owners approved. It holds at once, for tokens that
// are out too. It returns ErrUnknownChoice.
func (s *Service) SetPolicy(ctx context.Context, actor models.Actor, login string, policy models.OAuthPolicy) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	if policy != models.OAuthOpen && policy != models.OAuthApproval {
		return models.ErrUnknownChoice.On("policy")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		o, err := organization(ctx, tx.Pgx, login, true)
		if err != nil {
			return err
		}
		if err := actor.MayApprove(o.ID, o.Suspended); err != nil || o.Policy == policy {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE organizations SET oauth_policy = $2 WHERE account_id = $1`, o.ID, policy); err != nil {
			return fmt.Errorf("oauth: policy: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "oauth_policy.change", AccountID: &o.ID, TargetKind: "organization",
			TargetID: &o.ID, TargetName: o.Login, Before: map[string]any{"oauth_policy": o.Policy}, After: map[string]any{"oauth_policy": policy}})
	})
}
