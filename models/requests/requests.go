// Package requests lets members ask to buy, and owners and billing managers answer. An approved request
// is an order of whoever approved it.
package requests

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/notices"
)

// PerPage is how many requests a page lists.
const PerPage = 20

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service
	billing Billing
	now     func() time.Time
}

// Billing is what places the orders: billing.Service.
type Billing interface {
	Checkout(context.Context, models.Actor, billing.Choice) (*billing.Checkout, error)
	Place(context.Context, models.Actor, billing.Order) (*billing.Placed, error)
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, b Billing, now func() time.Time) *Service {
	return &Service{db: d, notices: n, billing: b, now: now}
}

// Request is a request to buy as lists show it.
type Request struct {
	ID               int64
	OrganizationID   int64
	Organization     string // login
	OrganizationName string
	RequesterID      int64
	Requester        string
	ListingID        int64
	Slug             string
	Name             string // of the listing
	LogoHash         string
	PlanNumber       int
	PlanName         string
	Kind             models.PlanKind
	Unit             string
	Period           models.Period
	Units            int64
	Cost             models.Money // for the period, as the plan is priced today, without tax
	Reason           string
	State            models.RequestState
	Words            string // of who decided
	Decider          string // login
	OrderID          *int64
	CreatedAt        time.Time
	ExpiresAt        time.Time
	DecidedAt        *time.Time
	Attempt          int
	PlacingUntil     *time.Time
	Reminded         int
}

const requestColumns = `r.id, r.organization_id, o.login, coalesce(nullif(o.name, ''), o.login), r.requester_id, q.login, r.listing_id, l.slug, l.name,
	l.logo_hash, p.number, p.name, p.kind, p.unit_name, r.period, r.units,
	coalesce(CASE WHEN p.kind = 'per_unit' THEN r.units ELSE 1 END * CASE r.period WHEN 'year' THEN p.yearly_minor ELSE p.monthly_minor END, 0), p.currency,
	r.reason, r.state, r.words, coalesce(e.login, ''), r.order_id, r.created_at, r.expires_at, r.decided_at, r.attempt, r.placing_until, r.reminded`

const requestTables = ` FROM buy_requests r JOIN accounts o ON o.id = r.organization_id JOIN accounts q ON q.id = r.requester_id
	JOIN listings l ON l.id = r.listing_id JOIN plans p ON p.id = r.plan_id LEFT JOIN accounts e ON e.id = r.decider_id`

func (r *Request) into() []any {
	return []any{&r.ID, &r.OrganizationID, &r.Organization, &r.OrganizationName, &r.RequesterID, &r.Requester, &r.ListingID, &r.Slug, &r.Name,
		&r.LogoHash, &r.PlanNumber, &r.PlanName, &r.Kind, &r.Unit, &r.Period, &r.Units, &r.Cost.Minor, &r.Cost.Currency,
		&r.Reason, &r.State, &r.Words, &r.Decider, &r.OrderID, &r.CreatedAt, &r.ExpiresAt, &r.DecidedAt, &r.Attempt, &r.PlacingUntil, &r.Reminded}
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// one is a request by its id; lock keeps it as it is.
func one(ctx context.Context, q querier, id int64, lock bool) (*Request, error) {
	sql := `SELECT ` + requestColumns + requestTables + ` WHERE r.id = $1`
	if lock {
		sql += ` FOR UPDATE OF r`
	}
	var r Request
	if err := q.QueryRow(ctx, sql, id).Scan(r.into()...); err != nil {
		return nil, missing(err)
	}
	return &r, nil
}

// theirs is a request that an organization at login was asked.
func theirs(ctx context.Context, q querier, login string, id int64, lock bool) (*Request, error) {
	r, err := one(ctx, q, id, lock)
	if err == nil && !strings.EqualFold(r.Organization, login) {
		return nil, models.ErrNotFound
	}
	return r, err
}

// unplaced returns why an open, locked request can't be decided on: ErrRequestClosed,
// or ErrRequestBusy while somebody has it ordered.
func (s *Service) unplaced(ctx context.Context, tx *db.Tx, r *Request) error {
	if r.State != models.RequestOpen {
		return models.ErrRequestClosed
	}
	if r.PlacingUntil != nil && s.now().Before(*r.PlacingUntil) {
		return models.ErrRequestBusy
	}
	var ordered bool
	err := tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM orders WHERE request_id = $1 AND state IN ('waiting', 'done'))`, r.ID).Scan(&ordered)
	if err != nil {
		return fmt.Errorf("requests: orders: %w", err)
	}
	if ordered {
		return models.ErrRequestBusy
	}
	return nil
}

// end closes an open, locked request.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, state models.RequestState, action models.AuditAction, words string) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE buy_requests SET state = $2, words = $3, decider_id = $4, decided_at = $5, placing_until = NULL WHERE id = $1`,
		r.ID, state, words, nobodyIs(actor.UserID), s.now())
	if err != nil {
		return fmt.Errorf("requests: end: %w", err)
	}
	return s.record(ctx, tx, actor, action, r, words)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, r *Request, words string) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &r.OrganizationID, TargetKind: "buy_request",
		TargetID: &r.ID, TargetName: r.Slug, Description: words,
		After: map[string]any{"requester": r.Requester, "plan": r.PlanNumber, "period": r.Period, "units": r.Units}})
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("requests: %w", err)
}

// nobodyIs is an account's id, nil for a job.
func nobodyIs(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// page is where an organization answers a request; mine where one sees one's own.
func page(r *Request) string {
	return fmt.Sprintf("/organizations/%s/settings/billing/requests/%d", r.Organization, r.ID)
}

const mine = "/settings/billing/requests"
