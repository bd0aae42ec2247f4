// Package wallet keeps what accounts pay with, and what stands on the invoices that
// they get. Numbers are typed at the gateway and never come here. It charges nothing.
package wallet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/jobs"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	gateways gateway.Set
	site     *models.Site
	now      func() time.Time
}

// New makes a Service. Its time is the gateways', which nobody moves.
func New(d *db.DB, q *jobs.Queue, gateways gateway.Set, site *models.Site, now func() time.Time) *Service {
	return &Service{db: d, queue: q, gateways: gateways, site: site, now: now}
}

// Account is whose wallet it is. Role is the actor's in an organization, "" where
// they are none of it.
type Account struct {
	models.Account
	Role models.OrganizationRole
}

// whose is the account with a login; "" is the actor's own. Who may look isn't
// decided here. It returns ErrNotFound.
func (s *Service) whose(ctx context.Context, actor models.Actor, login string) (*Account, error) {
	if login == "" {
		login = actor.Login
	}
	if !utf8.ValidString(login) || strings.ContainsRune(login, 0) {
		return nil, models.ErrNotFound
	}
	var a Account
	err := s.db.Pool().QueryRow(ctx, `SELECT id, login, kind, name, suspended_at FROM accounts WHERE login = $1`, strings.ToLower(login)).
		Scan(&a.ID, &a.Login, &a.Kind, &a.Name, &a.SuspendedAt)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("wallet: account: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	a.Role = actor.RoleIn(a.ID)
	return &a, nil
}

// seen is an account whose wallet the actor may see.
func (s *Service) seen(ctx context.Context, actor models.Actor, login string) (*Account, error) {
	a, err := s.whose(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	return a, actor.MaySeeBilling(a.ID)
}

// payer is an account that the actor may order for.
func (s *Service) payer(ctx context.Context, actor models.Actor, login string) (*Account, error) {
	a, err := s.whose(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	return a, actor.MayOrderFor(a.ID, a.SuspendedAt != nil && a.Kind == models.KindOrganization)
}

// row is a payment method with what deciding on it needs.
type row struct {
	models.PaymentMethod
	Setup    string
	ReturnTo string
	Seller   gateway.Account
	Login    string
	Kind     models.AccountKind // of its account
	Frozen   bool               // staff has suspended the organization
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// one is a payment method by its id; lock keeps it as it is. It returns ErrNotFound.
func one(ctx context.Context, q querier, id int64, lock bool) (*row, error) {
	sql := `SELECT m.id, m.account_id, m.seller_id, m.gateway, m.reference, m.kind, m.brand, m.last4, m.expires, m.fingerprint, m.state, m.created_at,
			m.setup, m.return_to, coalesce(m.seller_id, 0), coalesce(e.gateway_account, ''), a.login, a.kind, a.suspended_at IS NOT NULL AND a.kind = 'organization'
		FROM payment_methods m JOIN accounts a ON a.id = m.account_id LEFT JOIN sellers e ON e.account_id = m.seller_id WHERE m.id = $1`
	if lock {
		sql += ` FOR UPDATE OF m`
	}
	var m row
	p := &m.PaymentMethod
	err := q.QueryRow(ctx, sql, id).Scan(&p.ID, &p.AccountID, &p.SellerID, &p.Gateway, &p.Reference, &p.Kind, &p.Brand, &p.Last4, &p.Expires, &p.Fingerprint,
		&p.State, &p.CreatedAt, &m.Setup, &m.ReturnTo, &m.Seller.SellerID, &m.Seller.Reference, &m.Login, &m.Kind, &m.Frozen)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("wallet: method: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &m, nil
}

// name is how the log calls a payment method.
func (m *row) name() string {
	what := m.Brand
	if what == "" {
		what = m.PaymentMethod.Kind
	}
	return strings.TrimSpace(what + " " + m.Last4)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, m *row) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &m.AccountID, TargetKind: "payment_method",
		TargetID: &m.ID, TargetName: m.name()})
}

// Verify reads what a gateway sent. It returns ErrNotFound for a gateway that isn't
// there, and ErrGatewaySignature for what isn't from it.
func (s *Service) Verify(name models.GatewayName, header map[string]string, body []byte) (gateway.Event, error) {
	g, ok := s.gateways[name]
	if !ok {
		return gateway.Event{}, models.ErrNotFound
	}
	return g.Verify(header, body, s.now())
}

// Hear works on what a gateway told of payment methods. It may be told twice, and
// late.
func (s *Service) Hear(ctx context.Context, name models.GatewayName, e gateway.Event) error {
	switch e.Kind {
	case gateway.EventMethod:
		var id int64
		err := s.db.Pool().QueryRow(ctx, `SELECT id FROM payment_methods WHERE gateway = $1 AND setup = $2 AND setup <> ''`, name, e.Reference).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("wallet: hear: %w", err)
		}
		_, err = s.settle(ctx, models.Actor{}, id)
		return err
	case gateway.EventDetached:
		return s.detached(ctx, name, e.Reference)
	}
	return nil
}

// detached removes what is gone at the gateway.
func (s *Service) detached(ctx context.Context, name models.GatewayName, reference string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var id int64
		err := tx.Pgx.QueryRow(ctx, `UPDATE payment_methods SET state = 'removed' WHERE gateway = $1 AND reference = $2 AND reference <> '' AND state = 'active'
			RETURNING id`, name, reference).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("wallet: detached: %w", err)
		}
		m, err := one(ctx, tx.Pgx, id, false)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, models.Actor{}, "payment_method.detach", m)
	})
}
