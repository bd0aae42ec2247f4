// Package sellers keeps how accounts are paid: what stands on their invoices, and
// their account at the gateway. It moves no money.
package sellers

import (
	"context"
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
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	gateways gateway.Set
	site     *models.Site
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, gateways gateway.Set, site *models.Site, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, gateways: gateways, site: site, now: now}
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

const columns = `gateway, gateway_account, ready, requirements, legal_name, address, tax_number, tax_registered, tax_inclusive, mail, invoice_prefix,
	invoice_note, accepts_transfer, transfer_details, transfer_days, grace_days`

func fields(s *models.Seller) []any {
	return []any{&s.Gateway, &s.GatewayAccount, &s.Ready, &s.Requirements, &s.LegalName, &s.Address, &s.TaxNumber, &s.TaxRegistered, &s.TaxInclusive,
		&s.Mail, &s.InvoicePrefix, &s.InvoiceNote, &s.AcceptsTransfer, &s.TransferDetails, &s.TransferDays, &s.GraceDays}
}

// Of is how an account is paid. One that never said so has what everybody begins
// with.
func Of(ctx context.Context, q querier, id int64) (models.Seller, error) { return of(ctx, q, id, "") }

func of(ctx context.Context, q querier, id int64, lock string) (models.Seller, error) {
	s := models.Seller{AccountID: id, TransferDays: 14, GraceDays: 14}
	_, err := db.Found(q.QueryRow(ctx, `SELECT `+columns+` FROM sellers WHERE account_id = $1`+lock, id).Scan(fields(&s)...))
	if err != nil {
		return s, fmt.Errorf("sellers: read: %w", err)
	}
	return s, nil
}

// Account is whose selling it is.
type Account struct {
	models.Account
	Mail string // that is confirmed, "" for none
}

// whose is the account with a login; "" is the actor's own. It returns ErrNotFound.
func (s *Service) whose(ctx context.Context, actor models.Actor, login string) (*Account, error) {
	if login == "" {
		login = actor.Login
	}
	if !utf8.ValidString(login) || strings.ContainsRune(login, 0) {
		return nil, models.ErrNotFound
	}
	var a Account
	err := s.db.Pool().QueryRow(ctx, `SELECT a.id, a.login, a.kind, a.name, a.suspended_at, coalesce(CASE WHEN o.mail_verified_at IS NOT NULL THEN o.mail END,
			CASE WHEN u.mail_verified_at IS NOT NULL THEN u.mail END, '')
		FROM accounts a LEFT JOIN organizations o ON o.account_id = a.id LEFT JOIN users u ON u.account_id = a.id WHERE a.login = $1`, strings.ToLower(login)).
		Scan(&a.ID, &a.Login, &a.Kind, &a.Name, &a.SuspendedAt, &a.Mail)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("sellers: account: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return &a, nil
}

// seller is an account that the actor may set the selling of.
func (s *Service) seller(ctx context.Context, actor models.Actor, login string) (*Account, error) {
	a, err := s.whose(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySellAs(a.ID, s.now()); err != nil {
		return nil, err
	}
	if a.SuspendedAt != nil && a.Kind == models.KindOrganization {
		return nil, models.ErrSuspended
	}
	return a, nil
}

// Desk is how an account is paid, for whoever sets it.
type Desk struct {
	Account  Account
	Seller   models.Seller
	Known    bool                 // it was set before
	Gateways []models.GatewayName // that can be connected here
	Asked    []models.Asked
	Standing int // subscriptions that haven't ended
}

// Settings is how an account is paid. It returns ErrNotFound and ErrForbidden.
func (s *Service) Settings(ctx context.Context, actor models.Actor, login string) (*Desk, error) {
	a, err := s.whose(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeSelling(a.ID); err != nil {
		return nil, err
	}
	d := &Desk{Account: *a}
	if d.Seller, err = Of(ctx, s.db.Pool(), a.ID); err != nil {
		return nil, err
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT EXISTS (SELECT FROM sellers WHERE account_id = $1),
		(SELECT count(*) FROM subscriptions WHERE seller_id = $1 AND state <> 'ended')`, a.ID).Scan(&d.Known, &d.Standing)
	if err != nil {
		return nil, fmt.Errorf("sellers: settings: %w", err)
	}
	if !d.Known {
		d.Seller.LegalName, d.Seller.Mail = a.DisplayName(), a.Mail
	}
	d.Asked = models.AskedFor(d.Seller.Requirements)
	for _, name := range []models.GatewayName{models.GatewayStripe, models.GatewayTest} {
		if s.offers(name) {
			d.Gateways = append(d.Gateways, name)
		}
	}
	return d, nil
}

// offers reports whether sellers may connect a gateway.
func (s *Service) offers(name models.GatewayName) bool {
	_, ok := s.gateways[name]
	return ok && (name != models.GatewayTest || s.site.Development)
}

// Save changes what a seller says of themselves, on invoices from now on; those that
// were issued stay as they are. It returns Problems.
func (s *Service) Save(ctx context.Context, actor models.Actor, login string, in models.Seller) error {
	a, err := s.seller(ctx, actor, login)
	if err != nil {
		return err
	}
	v, err := in.Checked()
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		before, err := s.lock(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE sellers SET legal_name = $2, address = $3, tax_number = $4, tax_registered = $5, tax_inclusive = $6, mail = $7,
				invoice_prefix = $8, invoice_note = $9, accepts_transfer = $10, transfer_details = $11, transfer_days = $12, grace_days = $13, updated_at = $14
			WHERE account_id = $1`, a.ID, v.LegalName, v.Address, v.TaxNumber, v.TaxRegistered, v.TaxInclusive, v.Mail, v.InvoicePrefix, v.InvoiceNote,
			v.AcceptsTransfer, v.TransferDetails, v.TransferDays, v.GraceDays, s.now())
		if err != nil {
			return fmt.Errorf("sellers: save: %w", err)
		}
		return s.record(ctx, tx, actor, "seller.update", a, changed(before, v), changed(v, before))
	})
}

// lock makes the seller's row if it isn't there, and keeps it as it is.
func (s *Service) lock(ctx context.Context, tx *db.Tx, id int64) (models.Seller, error) {
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO sellers (account_id, created_at, updated_at) VALUES ($1, $2, $2) ON CONFLICT (account_id) DO NOTHING`, id, s.now())
	if err != nil {
		return models.Seller{}, fmt.Errorf("sellers: write: %w", err)
	}
	return of(ctx, tx.Pgx, id, ` FOR UPDATE`)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, a *Account, before, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &a.ID, TargetKind: "account", TargetID: &a.ID,
		TargetName: a.Login, Before: before, After: after})
}

// changed are the fields of a seller that differ from another.
func changed(v, other models.Seller) map[string]any {
	m := map[string]any{}
	note := func(name string, value, was any) {
		if value != was {
			m[name] = value
		}
	}
	note("legal_name", v.LegalName, other.LegalName)
	note("country", v.Address.Country, other.Address.Country)
	note("tax_number", v.TaxNumber, other.TaxNumber)
	note("tax_registered", v.TaxRegistered, other.TaxRegistered)
	note("tax_inclusive", v.TaxInclusive, other.TaxInclusive)
	note("mail", v.Mail, other.Mail)
	note("invoice_prefix", v.InvoicePrefix, other.InvoicePrefix)
	note("accepts_transfer", v.AcceptsTransfer, other.AcceptsTransfer)
	note("transfer_details", v.TransferDetails, other.TransferDetails)
	note("transfer_days", v.TransferDays, other.TransferDays)
	note("grace_days", v.GraceDays, other.GraceDays)
	return m
}
