package invoices

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// PerPage is how many documents a page of a list holds.
const PerPage = 25

// List is a page of an account's documents, the newest first.
type List struct {
	Account models.Account
	Total   int
	Items   []Listed
}

// Listed is a document in a list.
type Listed struct {
	ID        int64               `json:"id"`
	Kind      models.InvoiceKind  `json:"kind"`
	Reference string              `json:"reference"`
	Seller    string              `json:"seller"` // its name on the document
	Listing   string              `json:"listing"`
	Slug      string              `json:"slug"`
	Currency  string              `json:"currency"`
	Minor     int64               `json:"minor"`
	Credited  int64               `json:"credited"`
	State     models.InvoiceState `json:"state"`
	IssuedAt  time.Time           `json:"issued_at"`
	DueAt     time.Time           `json:"due_at"`
}

// listSQL is the account at the login $1 with $2 documents after the first $3.
const listSQL = `SELECT a.id, a.login, a.name, a.kind, (SELECT count(*) FROM invoices WHERE account_id = a.id),
		coalesce((SELECT json_agg(p) FROM (SELECT i.id, i.kind, i.reference, i.document::json -> 'seller' ->> 'name' seller,
			i.document::json ->> 'listing' listing, coalesce(l.slug, '') slug, i.currency, i.total_minor minor, i.credited_minor credited, i.state,
			i.issued_at, i.due_at
			FROM invoices i LEFT JOIN listings l ON l.id = i.listing_id WHERE i.account_id = a.id ORDER BY i.id DESC LIMIT $2 OFFSET $3) p), '[]')
	FROM accounts a WHERE lower(a.login) = lower($1)`

// List returns a page of the documents of the account at a login, the first being 1,
// in one statement. It returns ErrPageOutOfRange.
func (s *Service) List(ctx context.Context, actor models.Actor, login string, page int) (*List, error) {
	if page < 1 || page > 1_000_000 {
		return nil, models.ErrPageOutOfRange
	}
	if !utf8.ValidString(login) || strings.Contains(login, "\x00") {
		return nil, models.ErrNotFound
	}
	var l List
	var items []byte
	err := s.db.Pool().QueryRow(ctx, listSQL, login, PerPage, (page-1)*PerPage).Scan(&l.Account.ID, &l.Account.Login, &l.Account.Name, &l.Account.Kind, &l.Total, &items)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("invoices: list: %w", err)
	}
	if err := actor.MaySeeBilling(l.Account.ID); err != nil {
		return nil, err
	}
	if page > 1 && (page-1)*PerPage >= l.Total {
		return nil, models.ErrPageOutOfRange
	}
	if err := json.Unmarshal(items, &l.Items); err != nil {
		return nil, fmt.Errorf("invoices: list: %w", err)
	}
	return &l, nil
}
