package invoices

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"souk/models"
)

// Receipt is what anyone sees of a document whose token or hash they have.
type Receipt struct {
	Kind      models.InvoiceKind
	Reference string
	Seller    string
	Country   string // of the seller
	TaxNumber string // of the seller
	Total     models.Money
	Tax       int64
	Issued    time.Time
	Paid      time.Time // zero: it isn't
	State     models.InvoiceState
	Credited  int64
	Language  string // of the document
	Hash      string
	Signature string
	Altered   bool // it isn't what was hashed and signed
	Token     string
}

// Verify returns the document with a token, for anyone. It returns ErrNotFound.
func (s *Service) Verify(ctx context.Context, token string) (*Receipt, error) {
	if token == "" || !plain(token) {
		return nil, models.ErrNotFound
	}
	i, err := s.one(ctx, "i.token = $1", token)
	if err != nil {
		return nil, err
	}
	return i.receipt(), nil
}

// Find returns the document that has both a reference and a hash, as they stand on
// it, for anyone. It returns ErrReceipt where there is none.
func (s *Service) Find(ctx context.Context, reference, hash string) (*Receipt, error) {
	reference = strings.TrimSpace(reference)
	raw, err := hex.DecodeString(strings.ToLower(strings.Join(strings.Fields(hash), "")))
	if err != nil || len(raw) != 32 || !plain(reference) {
		return nil, models.ErrReceipt
	}
	i, err := s.one(ctx, "i.hash = $1 AND i.reference = $2", raw, reference)
	if errors.Is(err, models.ErrNotFound) {
		return nil, models.ErrReceipt
	}
	if err != nil {
		return nil, err
	}
	return i.receipt(), nil
}

func plain(s string) bool {
	return len(s) <= 200 && utf8.ValidString(s) && !strings.Contains(s, "\x00")
}

func (i *Invoice) receipt() *Receipt {
	d := &i.Document
	r := &Receipt{Kind: i.Kind, Reference: i.Reference, Seller: d.Seller.Name, Country: d.Seller.Address.Country, TaxNumber: d.Seller.TaxNumber,
		Total: d.Bill.Sum(), Tax: d.Bill.Tax, Issued: d.Issued, State: i.State, Credited: i.Credited, Language: d.Language, Hash: i.Hash,
		Signature: i.Signature, Altered: i.Altered, Token: i.Token}
	if i.Kind == models.KindInvoice && i.State != models.InvoiceOpen && i.State != models.InvoiceWrittenOff {
		r.Paid = i.SettledAt
	}
	return r
}
