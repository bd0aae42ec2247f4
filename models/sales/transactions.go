package sales

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"souk/models"
)

// Filter says which transactions are wanted. What is left out is everything.
type Filter struct {
	Period  models.SalePeriod // "": a month
	Kind    models.SaleKind
	Plan    int64  // id
	Country string // ISO 3166-1 alpha-2
	Page    int    // from 1
}

// Transaction is a line of what came in or went back. Minor is below zero for what
// went back; tax and fee are parts of it.
type Transaction struct {
	At        time.Time       `json:"at"`
	Kind      models.SaleKind `json:"kind"`
	ID        string          `json:"id"`
	AccountID int64           `json:"account_id"`
	Login     string          `json:"login"`
	Type      string          `json:"type"` // user or organization
	InvoiceID int64           `json:"invoice_id"`
	Reference string          `json:"reference"` // of the invoice or credit note
	PlanID    int64           `json:"plan_id"`
	Plan      string          `json:"plan"`
	Period    models.Period   `json:"period"`
	Units     int64           `json:"units"`
	Minor     int64           `json:"minor"`
	Tax       int64           `json:"tax"`
	Fee       int64           `json:"fee"`
	Currency  string          `json:"currency"`
	Country   string          `json:"country"`
	Region    string          `json:"region"`
	Postal    string          `json:"postal"`
	State     string          `json:"state"` // of a dispute
}

// Sum is what transactions come to in one currency: what was paid, what went back,
// and the marketplace's share.
type Sum struct {
	Currency string `json:"currency"`
	In       int64  `json:"in"`
	Back     int64  `json:"back"`
	Fees     int64  `json:"fees"`
	Tax      int64  `json:"tax"`
}

// Net is what stays with the seller, before taxes.
func (s *Sum) Net() int64 { return s.In + s.Back - s.Fees }

// Transactions are a page of them.
type Transactions struct {
	Desk      *Desk
	Items     []Transaction
	Total     int64
	Sums      []Sum
	Plans     []models.Plan
	Countries []string // that there are any from
}

// salesSQL is everything that moved for the listing $1 and the seller $2, and what
// was cancelled. A transfer is known from the ledger.
const salesSQL = `
	SELECT c.settled_at at, CASE o.act WHEN 'buy' THEN 'purchase' WHEN 'change' THEN 'change' WHEN 'resume' THEN 'resume' ELSE 'renewal' END kind,
		'charge-' || c.id id, c.subscription_id, c.invoice_id, c.minor, c.fee_minor fee, c.currency, o.plan_id, o.period, o.units, '' state
	FROM charges c LEFT JOIN orders o ON o.id = c.order_id WHERE c.listing_id = $1 AND c.seller_id = $2 AND c.state = 'succeeded' AND c.gateway <> 'transfer'
	UNION ALL
	SELECT t.at, CASE WHEN i.id = (SELECT min(f.id) FROM invoices f WHERE f.subscription_id = i.subscription_id) THEN 'purchase' ELSE 'renewal' END,
		'transfer-' || t.id, i.subscription_id, i.id, i.paid_minor, 0, i.currency, NULL, NULL, NULL, ''
	FROM invoices i JOIN ledger_transactions t ON t.invoice_id = i.id AND t.kind = 'transfer' WHERE i.listing_id = $1 AND i.seller_id = $2
	UNION ALL
	SELECT r.settled_at, 'refund', 'refund-' || r.id, i.subscription_id, coalesce(r.credit_note_id, i.id), -r.minor, -r.fee_minor, r.currency, NULL, NULL, NULL, ''
	FROM invoices i JOIN refunds r ON r.invoice_id = i.id WHERE i.listing_id = $1 AND i.seller_id = $2 AND r.state = 'succeeded'
	UNION ALL
	SELECT d.opened_at, 'dispute', 'dispute-' || d.id, c.subscription_id, c.invoice_id, -d.minor, 0, d.currency, NULL, NULL, NULL, d.state
	FROM charges c JOIN disputes d ON d.charge_id = c.id WHERE c.listing_id = $1 AND c.seller_id = $2
	UNION ALL
	SELECT d.closed_at, 'dispute_won', 'dispute-' || d.id || '-won', c.subscription_id, c.invoice_id, d.minor, 0, d.currency, NULL, NULL, NULL, d.state
	FROM charges c JOIN disputes d ON d.charge_id = c.id WHERE c.listing_id = $1 AND c.seller_id = $2 AND d.state = 'won'
	UNION ALL
	SELECT s.ended_at, 'cancellation', 'subscription-' || s.id, s.id, NULL, 0, 0, p.currency, s.plan_id, s.period, s.units, ''
	FROM subscriptions s JOIN plans p ON p.id = s.plan_id WHERE s.listing_id = $1 AND s.seller_id = $2 AND s.state = 'ended' AND s.end_reason <> 'abandoned'`

// foundSQL are those that a filter wants: since $3, of the kind $4, the plan $5, the
// country $6. What a document says of plan and address is what was so then.
const foundSQL = `SELECT * FROM (
	SELECT x.at, x.kind, x.id, s.account_id, coalesce(x.invoice_id, 0) invoice_id, coalesce(i.reference, '') reference, x.minor,
		CASE WHEN i.kind = 'credit_note' THEN -i.tax_minor WHEN x.kind LIKE 'dispute%' OR i.id IS NULL THEN 0 ELSE i.tax_minor END tax, x.fee, x.currency, x.state,
		coalesce(x.plan_id, (SELECT p.id FROM plans p WHERE p.listing_id = s.listing_id AND p.name = d.doc #>> '{bill,lines,0,plan}'
			ORDER BY p.state = 'published' DESC, p.id DESC LIMIT 1), s.plan_id) plan_id,
		coalesce(x.period, nullif(d.doc #>> '{bill,lines,0,period}', ''), s.period) period,
		coalesce(x.units, (d.doc #>> '{bill,lines,0,units}')::bigint, s.units) units,
		coalesce(nullif(d.doc #>> '{buyer,address,country}', ''), b.address ->> 'country', '') country,
		coalesce(nullif(d.doc #>> '{buyer,address,region}', ''), b.address ->> 'region', '') region,
		coalesce(nullif(d.doc #>> '{buyer,address,postal_code}', ''), b.address ->> 'postal_code', '') postal
	FROM (` + salesSQL + `) x JOIN subscriptions s ON s.id = x.subscription_id LEFT JOIN invoices i ON i.id = x.invoice_id
		LEFT JOIN LATERAL (SELECT i.document::jsonb doc) d ON true LEFT JOIN billing_profiles b ON b.account_id = s.account_id) y
	WHERE at >= $3 AND ($4 = '' OR kind = $4) AND ($5::bigint = 0 OR plan_id = $5) AND ($6 = '' OR country = $6)`

const transactionsSQL = `WITH f AS MATERIALIZED (` + foundSQL + `)
	SELECT (SELECT count(*) FROM f), (SELECT coalesce(json_agg(z), '[]') FROM (SELECT currency, coalesce(sum(minor) FILTER (WHERE minor > 0 AND kind <> 'dispute_won'), 0) "in",
			coalesce(sum(minor) FILTER (WHERE minor < 0 OR kind = 'dispute_won'), 0) back, sum(fee) fees, sum(tax) tax
			FROM f GROUP BY currency HAVING bool_or(minor <> 0) ORDER BY currency) z),
		(SELECT coalesce(json_agg(z), '[]') FROM (SELECT f.*, a.login, a.kind "type", p.name plan FROM f JOIN accounts a ON a.id = f.account_id
			JOIN plans p ON p.id = f.plan_id ORDER BY f.at DESC, f.id DESC LIMIT $7 OFFSET $8) z),
		(SELECT coalesce(json_agg(DISTINCT b.address ->> 'country'), '[]') FROM subscriptions s JOIN billing_profiles b ON b.account_id = s.account_id
			WHERE s.listing_id = $1 AND s.seller_id = $2 AND b.address ->> 'country' <> ''), ` + bookSQL

// args are a filter as the statements take it.
func (f *Filter) args(d *Desk, now time.Time) ([]any, error) {
	if f.Period == "" {
		f.Period = models.SalesOfMonth
	}
	since, ok := f.Period.Since(now)
	switch {
	case !ok:
		return nil, models.ErrUnknownChoice.On("period")
	case f.Kind != "" && !slices.Contains(models.SaleKinds(), f.Kind):
		return nil, models.ErrUnknownChoice.On("kind")
	case f.Country != "" && len(f.Country) != 2:
		return nil, models.ErrUnknownChoice.On("country")
	}
	return []any{d.ListingID, d.seller(), since, f.Kind, f.Plan, f.Country}, nil
}

// Transactions lists what came in and went back, the newest first, to whoever may
// see a listing's sales. It returns ErrUnknownChoice for a filter that isn't one, and
// ErrPageOutOfRange.
func (s *Service) Transactions(ctx context.Context, actor models.Actor, slug string, f Filter) (*Transactions, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	args, err := f.args(d, s.now())
	if err != nil {
		return nil, err
	}
	t := &Transactions{Desk: d}
	var sums, items, countries, plans string
	err = s.db.Pool().QueryRow(ctx, transactionsSQL, append(args, PerPage, (max(f.Page, 1)-1)*PerPage)...).Scan(&t.Total, &sums, &items, &countries, &plans)
	if err != nil {
		return nil, fmt.Errorf("sales: transactions: %w", err)
	}
	var b book
	if err := errors.Join(decode(sums, &t.Sums), decode(items, &t.Items), decode(countries, &t.Countries), decode(plans, &b)); err != nil {
		return nil, err
	}
	t.Plans = b.list()
	return t, paged(f.Page, t.Total)
}

// Columns are those of the file: GitHub's first, then ours.
var columns = strings.Fields(`date app_name user_login user_id user_type country amount_in_cents renewal_frequency marketplace_listing_plan_id region postal_code
	time kind transaction_id currency tax_in_cents fee_in_cents plan_name unit_count invoice`)

// Export writes the transactions that a filter wants as CSV, the oldest first.
// Amounts are in minor units of the currency.
func (s *Service) Export(ctx context.Context, actor models.Actor, slug string, f Filter) (func(context.Context, io.Writer) error, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	args, err := f.args(d, s.now())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, w io.Writer) error { return s.export(ctx, d, args, w) }, nil
}

func (s *Service) export(ctx context.Context, d *Desk, args []any, w io.Writer) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT f.at, f.kind, f.id, f.account_id, a.login, a.kind, f.reference, f.plan_id, p.name, f.period, f.units, f.minor, f.tax, f.fee,
			f.currency, f.country, f.region, f.postal
		FROM (`+foundSQL+`) f JOIN accounts a ON a.id = f.account_id JOIN plans p ON p.id = f.plan_id ORDER BY f.at, f.id`, args...)
	if err != nil {
		return fmt.Errorf("sales: export: %w", err)
	}
	defer rows.Close()
	out := csv.NewWriter(w)
	_ = out.Write(columns) // what can't be written is told by Error
	for rows.Next() {
		var t Transaction
		err := rows.Scan(&t.At, &t.Kind, &t.ID, &t.AccountID, &t.Login, &t.Type, &t.Reference, &t.PlanID, &t.Plan, &t.Period, &t.Units, &t.Minor, &t.Tax, &t.Fee,
			&t.Currency, &t.Country, &t.Region, &t.Postal)
		if err != nil {
			return fmt.Errorf("sales: export: %w", err)
		}
		_ = out.Write(t.line(d.ListingName))
	}
	out.Flush()
	return errors.Join(rows.Err(), out.Error())
}

// line is a transaction as the file has it.
func (t *Transaction) line(app string) []string {
	at, number := t.At.UTC(), func(n int64) string { return strconv.FormatInt(n, 10) }
	kind, every := "User", "Monthly"
	if t.Type == string(models.KindOrganization) {
		kind = "Organization"
	}
	if t.Period == models.Yearly {
		every = "Yearly"
	}
	return []string{at.Format(time.DateOnly), plain(app), t.Login, number(t.AccountID), kind, threeLetters(t.Country), number(t.Minor), every, number(t.PlanID),
		plain(t.Region), plain(t.Postal), at.Format(time.RFC3339), string(t.Kind), t.ID, t.Currency, number(t.Tax), number(t.Fee), plain(t.Plan), number(t.Units), plain(t.Reference)}
}

// threeLetters is a country as ISO 3166-1 alpha-3; "" for none.
func threeLetters(country string) string {
	region, err := language.ParseRegion(country)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.ISO3()
}

// plain keeps what others typed from being a formula where the file is opened in a
// spreadsheet.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
