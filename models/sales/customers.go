package sales

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/models/db"
)

// CustomerFilter says which customers are wanted.
type CustomerFilter struct {
	State models.SubscriptionState // "": all that are served or paused
	Query string                   // the beginning of a login
	Page  int
}

// Customers are a page of those who have bought a plan of a listing.
type Customers struct {
	Desk  *Desk
	Items []Subscriber
	Total int64
}

// CustomerStates are the states that customers can be looked for by.
func CustomerStates() []models.SubscriptionState {
	return []models.SubscriptionState{models.SubscriptionTrial, models.SubscriptionActive, models.SubscriptionPastDue, models.SubscriptionPaused, models.SubscriptionEnded}
}

const customersSQL = `WITH f AS MATERIALIZED (` + subscriberSQL + ` AND (CASE WHEN $3 = '' THEN s.state NOT IN ('ended', 'incomplete') ELSE s.state = $3 END)
		AND a.login ILIKE $4 || '%')
	SELECT (SELECT count(*) FROM f), ` + bookSQL + `,
		(SELECT coalesce(json_agg(` + subscriberJSON + ` ORDER BY s.id DESC), '[]') FROM (SELECT * FROM f ORDER BY id DESC LIMIT $5 OFFSET $6) s)`

// Customers lists those who have bought a plan, the last first, to whoever may see
// the listing's sales.
func (s *Service) Customers(ctx context.Context, actor models.Actor, slug string, f CustomerFilter) (*Customers, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	if f.State != "" && !slices.Contains(CustomerStates(), f.State) {
		return nil, models.ErrUnknownChoice.On("state")
	}
	c := &Customers{Desk: d}
	var b book
	var plans, items string
	query := db.Literal(strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(f.Query, "\x00", ""), "")))
	err = s.db.Pool().QueryRow(ctx, customersSQL, d.ListingID, d.seller(), f.State, query, PerPage, (max(f.Page, 1)-1)*PerPage).Scan(&c.Total, &plans, &items)
	if err != nil {
		return nil, fmt.Errorf("sales: customers: %w", err)
	}
	if err := errors.Join(decode(plans, &b), decode(items, &c.Items)); err != nil {
		return nil, err
	}
	for i := range c.Items {
		b.complete(&c.Items[i])
	}
	return c, paged(f.Page, c.Total)
}

// Customer is an account with all that it has bought of a listing.
type Customer struct {
	Desk          *Desk
	AccountID     int64
	Login         string
	Name          string
	Kind          models.AccountKind
	Profile       models.BillingProfile
	Subscriptions []Subscriber // the newest first
	Invoices      []Invoice    // so are these, and the charges
	Charges       []Attempt
	Paid          []models.Money // in all, without what went back
}

// Invoice is an invoice or a credit note in a list.
type Invoice struct {
	ID        int64               `json:"id"`
	Kind      models.InvoiceKind  `json:"kind"`
	Reference string              `json:"reference"`
	Corrects  string              `json:"corrects"`
	AccountID int64               `json:"account_id"`
	Login     string              `json:"login"`
	ListingID int64               `json:"listing_id"`
	Slug      string              `json:"slug"`
	Listing   string              `json:"listing"`
	Seller    string              `json:"seller"` // login
	State     models.InvoiceState `json:"state"`
	Minor     int64               `json:"minor"`
	Tax       int64               `json:"tax"`
	Paid      int64               `json:"paid"`
	Credited  int64               `json:"credited"`
	Held      int64               `json:"held"` // on its way back
	Currency  string              `json:"currency"`
	Issued    time.Time           `json:"issued"`
	Due       time.Time           `json:"due"`
	Token     string              `json:"token"` // of the page that verifies it
	Disputed  bool                `json:"disputed"`
	Transfer  bool                `json:"transfer"` // it is to be paid by transfer
}

// Refundable reports whether something of it could be given back.
func (i *Invoice) Refundable() bool {
	return i.Kind == models.KindInvoice && i.Paid > 0 && i.Paid-i.Credited-i.Held > 0
}

// Payable reports whether it can be marked as paid.
func (i *Invoice) Payable() bool {
	return i.Kind == models.KindInvoice && i.State == models.InvoiceOpen && i.Minor > 0
}

// Attempt is a charge, whatever came of it.
type Attempt struct {
	ID       int64              `json:"id"`
	State    models.ChargeState `json:"state"`
	Decline  models.DeclineCode `json:"decline"`
	Minor    int64              `json:"minor"`
	Fee      int64              `json:"fee"`
	Refunded int64              `json:"refunded"`
	Currency string             `json:"currency"`
	At       time.Time          `json:"at"`
	Invoice  string             `json:"invoice"`
	Gateway  models.GatewayName `json:"gateway"`
}

// invoiceJSON is a row i of invoices with its seller o, buyer a and listing l.
const invoiceJSON = `json_build_object('id', i.id, 'kind', i.kind, 'reference', i.reference, 'account_id', i.account_id, 'login', a.login, 'listing_id', i.listing_id,
	'slug', l.slug, 'listing', l.name, 'seller', o.login, 'state', i.state, 'minor', i.total_minor, 'tax', i.tax_minor, 'paid', i.paid_minor, 'credited', i.credited_minor,
	'currency', i.currency, 'issued', i.issued_at, 'due', i.due_at, 'token', i.token,
	'corrects', coalesce((SELECT c.reference FROM invoices c WHERE c.id = i.corrects_id), ''),
	'held', coalesce((SELECT sum(r.minor) FROM refunds r WHERE r.invoice_id = i.id AND r.state IN ('reserved', 'processing')), 0),
	'disputed', EXISTS (SELECT FROM charges c JOIN disputes d ON d.charge_id = c.id WHERE c.invoice_id = i.id AND d.state = 'open'),
	'transfer', EXISTS (SELECT FROM subscriptions s WHERE s.id = i.subscription_id AND s.by_transfer))`

const invoiceFrom = ` FROM invoices i JOIN accounts a ON a.id = i.account_id JOIN accounts o ON o.id = i.seller_id JOIN listings l ON l.id = i.listing_id `

const customerSQL = `SELECT a.login, coalesce(nullif(a.name, ''), a.login), a.kind, coalesce(b.name, ''), coalesce(b.address, '{}')::text, coalesce(b.tax_number, ''), coalesce(b.mail, ''),
		` + bookSQL + `,
		(SELECT coalesce(json_agg(` + subscriberJSON + ` ORDER BY s.id DESC), '[]') FROM (` + subscriberSQL + ` AND s.account_id = $3 ORDER BY s.id DESC LIMIT 20) s),
		(SELECT coalesce(json_agg(x.j ORDER BY x.id DESC), '[]') FROM (SELECT i.id, ` + invoiceJSON + ` j` + invoiceFrom + `
			WHERE i.listing_id = $1 AND i.seller_id = $2 AND i.account_id = $3 ORDER BY i.id DESC LIMIT 100) x),
		(SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT c.id, c.state, c.decline, c.minor, c.fee_minor fee, c.refunded_minor refunded, c.currency,
				coalesce(c.settled_at, c.created_at) at, coalesce(i.reference, '') invoice, c.gateway
			FROM charges c LEFT JOIN invoices i ON i.id = c.invoice_id WHERE c.listing_id = $1 AND c.seller_id = $2 AND c.account_id = $3 ORDER BY c.id DESC LIMIT 50) x),
		(SELECT coalesce(json_agg(json_build_object('Minor', x.minor, 'Currency', x.currency)), '[]') FROM (SELECT currency, sum(paid_minor - credited_minor) minor FROM invoices
			WHERE listing_id = $1 AND seller_id = $2 AND account_id = $3 AND kind = 'invoice' AND paid_minor > 0 GROUP BY 1 ORDER BY 1) x)
	FROM accounts a LEFT JOIN billing_profiles b ON b.account_id = a.id
	WHERE a.id = $3 AND EXISTS (SELECT FROM subscriptions s WHERE s.listing_id = $1 AND s.seller_id = $2 AND s.account_id = $3)`

// Customer is all that a seller knows of one who has bought a listing's plan. It
// returns ErrNotFound for an account that never has.
func (s *Service) Customer(ctx context.Context, actor models.Actor, slug string, account int64) (*Customer, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	c := &Customer{Desk: d, AccountID: account}
	var b book
	var address, plans, subscriptions, invoices, charges, sums string
	err = s.db.Pool().QueryRow(ctx, customerSQL, d.ListingID, d.seller(), account).Scan(&c.Login, &c.Name, &c.Kind, &c.Profile.Name, &address, &c.Profile.TaxNumber,
		&c.Profile.Mail, &plans, &subscriptions, &invoices, &charges, &sums)
	if found, err := db.Found(err); err != nil || !found {
		if err != nil {
			return nil, fmt.Errorf("sales: customer: %w", err)
		}
		return nil, models.ErrNotFound
	}
	err = errors.Join(decode(address, &c.Profile.Address), decode(plans, &b), decode(subscriptions, &c.Subscriptions), decode(invoices, &c.Invoices),
		decode(charges, &c.Charges), decode(sums, &c.Paid))
	for i := range c.Subscriptions {
		b.complete(&c.Subscriptions[i])
	}
	return c, err
}

// InvoiceFilter says which invoices are wanted.
type InvoiceFilter struct {
	State string // "", a state of models.InvoiceState, or "credit_note"
	Page  int
}

// InvoiceStates are what invoices can be looked for by.
func InvoiceStates() []string {
	return []string{"", string(models.InvoiceOpen), string(models.InvoicePaid), string(models.InvoiceCredited), string(models.InvoiceWrittenOff), string(models.KindCreditNote)}
}

// Invoices are a page of those of a listing.
type Invoices struct {
	Desk  *Desk
	Items []Invoice
	Total int64
}

// Invoices lists a listing's invoices and credit notes, the last first, to whoever
// may see its sales.
func (s *Service) Invoices(ctx context.Context, actor models.Actor, slug string, f InvoiceFilter) (*Invoices, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(InvoiceStates(), f.State) {
		return nil, models.ErrUnknownChoice.On("state")
	}
	v := &Invoices{Desk: d}
	var items string
	err = s.db.Pool().QueryRow(ctx, `WITH f AS MATERIALIZED (SELECT id FROM invoices i WHERE i.listing_id = $1 AND i.seller_id = $2
			AND CASE $3 WHEN '' THEN true WHEN 'credit_note' THEN i.kind = 'credit_note' ELSE i.kind = 'invoice' AND i.state = $3 END)
		SELECT (SELECT count(*) FROM f), (SELECT coalesce(json_agg(x.j ORDER BY x.id DESC), '[]') FROM (SELECT i.id, `+invoiceJSON+` j`+invoiceFrom+`
			WHERE i.id IN (SELECT id FROM f ORDER BY id DESC LIMIT $4 OFFSET $5)) x)`, d.ListingID, d.seller(), f.State, PerPage, (max(f.Page, 1)-1)*PerPage).Scan(&v.Total, &items)
	if err != nil {
		return nil, fmt.Errorf("sales: invoices: %w", err)
	}
	if err := decode(items, &v.Items); err != nil {
		return nil, err
	}
	return v, paged(f.Page, v.Total)
}
