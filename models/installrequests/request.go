package installrequests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/installs"
)

// Request is a request to install as lists show it.
type Request struct {
	models.InstallRequest // of InstallWish without Repositories
	Organization          string
	OrganizationName      string
	Requester             string // login of the first who asked, of those that still do
	App                   string // slug
	AppName, LogoHash     string
	Listing               string   // slug; "": it isn't in the marketplace
	Repositories          int      // that are chosen one by one
	Names                 []string // of the first of them
	Others                int      // who ask for the same
	Reason                string   // of the requester
	Decider               string   // login
	PlanNumber            int      // 0: none
	PlanName, Unit        string
	Kind                  models.PlanKind
	Cost                  models.Money // of the plan for the period, as it is priced today, without tax
	Approval              *Approved    // what was decided; nil: nothing yet
	Attempt               int
	PlacingUntil          *time.Time
}

// Approved is what whoever approves a request lets the app have of what was asked for,
// and what they order with it.
type Approved struct {
	Selection    models.Selection `json:"selection"`              // "": what was asked for
	Repositories []int64          `json:"repositories,omitempty"` // with SelectSelected
	Count        int              `json:"count,omitempty"`        // of them
	Narrowed     bool             `json:"narrowed,omitempty"`
	Plan         int              `json:"plan,omitempty"` // number; 0: nothing is ordered
	Period       models.Period    `json:"period,omitempty"`
	Units        int64            `json:"units,omitempty"`
	Method       int64            `json:"method,omitempty"`
	Transfer     bool             `json:"transfer,omitempty"`
	Shown        *models.Money    `json:"shown,omitempty"` // the total that the page showed for today
}

// namesShown are how many repositories a list names.
const namesShown = 3

const chosenRows = ` FROM installation_request_repositories x JOIN repositories y ON y.id = x.repository_id AND y.account_id = r.organization_id WHERE x.request_id = r.id`

var requestColumns = `r.id, r.app_id, r.organization_id, o.login, coalesce(nullif(o.name, ''), o.login), r.requester_id, q.login, a.slug, a.name,
	coalesce(nullif(l.logo_hash, ''), a.logo_hash), CASE WHEN l.public OR l.state = 'unlisted' THEN l.slug ELSE '' END, r.selection, (SELECT count(*)` + chosenRows + `),
	ARRAY(SELECT y.name` + chosenRows + ` ORDER BY y.name LIMIT ` + fmt.Sprint(namesShown) + `),
	(SELECT count(*) - 1 FROM installation_request_votes v WHERE v.request_id = r.id),
	coalesce((SELECT v.reason FROM installation_request_votes v WHERE v.request_id = r.id AND v.account_id = r.requester_id), ''),
	r.state, r.words, coalesce(e.login, ''), r.decider_id, r.installation_id, r.order_id, r.approval, r.attempt, r.placing_until, r.reminded,
	r.created_at, r.expires_at, r.decided_at, coalesce(r.plan_id, 0), coalesce(p.number, 0), coalesce(p.name, ''), coalesce(p.kind, ''), coalesce(p.unit_name, ''), r.period, r.units,
	coalesce(CASE WHEN p.kind = 'per_unit' THEN r.units ELSE 1 END * CASE r.period WHEN 'year' THEN p.yearly_minor ELSE p.monthly_minor END, 0), coalesce(p.currency, '')`

const requestTables = ` FROM installation_requests r JOIN accounts o ON o.id = r.organization_id JOIN accounts q ON q.id = r.requester_id
	JOIN apps a ON a.id = r.app_id LEFT JOIN listings l ON l.app_id = a.id LEFT JOIN plans p ON p.id = r.plan_id LEFT JOIN accounts e ON e.id = r.decider_id`

func (r *Request) scan(row pgx.Row) error {
	var approval []byte
	err := row.Scan(&r.ID, &r.AppID, &r.OrganizationID, &r.Organization, &r.OrganizationName, &r.RequesterID, &r.Requester, &r.App, &r.AppName,
		&r.LogoHash, &r.Listing, &r.Selection, &r.Repositories, &r.Names, &r.Others, &r.Reason,
		&r.State, &r.Words, &r.Decider, &r.DeciderID, &r.InstallationID, &r.OrderID, &approval, &r.Attempt, &r.PlacingUntil, &r.Reminded,
		&r.CreatedAt, &r.ExpiresAt, &r.DecidedAt, &r.PlanID, &r.PlanNumber, &r.PlanName, &r.Kind, &r.Unit, &r.Period, &r.Units, &r.Cost.Minor, &r.Cost.Currency)
	if err != nil {
		return missing(err)
	}
	if len(approval) > 0 {
		if err := json.Unmarshal(approval, &r.Approval); err != nil {
			return fmt.Errorf("installrequests: approval: %w", err)
		}
	}
	return nil
}

// one is a request by its id; lock keeps it as it is.
func one(ctx context.Context, q installs.Querier, id int64, lock bool) (*Request, error) {
	sql := `SELECT ` + requestColumns + requestTables + ` WHERE r.id = $1`
	if lock {
		sql += ` FOR UPDATE OF r`
	}
	var r Request
	return &r, r.scan(q.QueryRow(ctx, sql, id))
}

// theirs is a request that an organization at login was asked.
func theirs(ctx context.Context, q installs.Querier, login string, id int64, lock bool) (*Request, error) {
	r, err := one(ctx, q, id, lock)
	if err == nil && !strings.EqualFold(r.Organization, login) {
		return nil, models.ErrNotFound
	}
	return r, err
}

// wished are the repositories that a request names and that are still there.
func (r *Request) wished(ctx context.Context, q installs.Querier) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT x.repository_id FROM installation_request_repositories x JOIN repositories y ON y.id = x.repository_id
		WHERE x.request_id = $1 AND y.account_id = $2 ORDER BY 1`, r.ID, r.OrganizationID)
	return ids(rows, err)
}

// voters are who ask, but for one person.
func (r *Request) voters(ctx context.Context, q installs.Querier, but int64) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT account_id FROM installation_request_votes WHERE request_id = $1 AND account_id <> $2 ORDER BY 1`, r.ID, but)
	return ids(rows, err)
}

func ids(rows pgx.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, fmt.Errorf("installrequests: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("installrequests: %w", err)
	}
	return list, nil
}

// orderKey is the same for everyone who approves, and another one once an order has
// failed.
func (r *Request) orderKey() string { return fmt.Sprintf("install-request-%d-%d", r.ID, r.Attempt) }

// ordered is the order that is placed for a request, and where it stands; 0 for none.
func (r *Request) ordered(ctx context.Context, q installs.Querier) (id int64, state string, err error) {
	_, err = db.Found(q.QueryRow(ctx, `SELECT id, state FROM orders WHERE key = $1`, r.orderKey()).Scan(&id, &state))
	if err != nil {
		return 0, "", fmt.Errorf("installrequests: order: %w", err)
	}
	return id, state, nil
}

// unplaced returns why a locked request can't be decided on: ErrRequestClosed, or
// ErrRequestBusy while what belongs to it is being ordered.
func (s *Service) unplaced(ctx context.Context, tx *db.Tx, r *Request) error {
	if r.State != models.RequestOpen {
		return models.ErrRequestClosed
	}
	if r.PlacingUntil != nil && s.now().Before(*r.PlacingUntil) {
		return models.ErrRequestBusy
	}
	_, state, err := r.ordered(ctx, tx.Pgx)
	if err == nil && state == "waiting" {
		return models.ErrRequestBusy
	}
	return err
}

// end closes an open, locked request.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor models.Actor, r *Request, state models.RequestState, action models.AuditAction, words string) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE installation_requests SET state = $2, words = $3, decider_id = $4, decided_at = $5, placing_until = NULL WHERE id = $1`,
		r.ID, state, words, nobodyIs(actor.UserID), s.now())
	if err != nil {
		return fmt.Errorf("installrequests: end: %w", err)
	}
	return s.record(ctx, tx, actor, action, r, words)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, r *Request, words string) error {
	after := map[string]any{"requester": r.Requester, "selection": r.Selection}
	if r.Selection == models.SelectSelected {
		after["repositories"] = r.Repositories
	}
	if r.PlanNumber != 0 {
		after["plan"], after["period"], after["units"] = r.PlanNumber, r.Period, r.Units
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &r.OrganizationID, TargetKind: "install_request",
		TargetID: &r.ID, TargetName: r.App, Description: words, After: after})
}

func missing(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.ErrNotFound
	}
	return fmt.Errorf("installrequests: %w", err)
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
	return fmt.Sprintf("/organizations/%s/settings/installations/requests/%d", r.Organization, r.ID)
}

const mine = "/settings/installations/requests"
