// Package invoicetest writes documents for tests of what shows them, without the
// purchase that they would come from.
package invoicetest

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/invoices"
)

// At is when documents are written unless a test says otherwise.
var At = time.Date(2026, 3, 10, 9, 30, 0, 0, time.UTC)

// Subscription inserts one of a listing with a plan, for an account, by a person.
func Subscription(t testing.TB, d *db.DB, e *dbtest.Entry, account models.Account, person int64, byTransfer bool) (id int64) {
	t.Helper()
	err := d.Pool().QueryRow(t.Context(), `INSERT INTO subscriptions (listing_id, seller_id, account_id, buyer_id, plan_id, plan_version, period, units, state, zone,
			anchor, period_start, period_end, by_transfer, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 1, 'month', 1, 'active', 'UTC', $6, $6, $7, $8, $6, $6) RETURNING id`,
		e.ID, *e.App.AccountID, account.ID, person, e.Plans[0].ID, At, At.AddDate(0, 1, 0), byTransfer).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Document is an invoice for one month of a plan, 1000 minor units, with a tax of
// 23 %; what it is changed to is up to the caller.
func Document(seller models.Seller, sellerLogin string, buyer models.Account, language string) models.Document {
	bill := models.Bill{Currency: "EUR", Net: 1000, Tax: 230, Total: 1230, Rule: models.TaxRule{Name: "VAT", Country: "IE", Millionths: 230_000},
		Lines: []models.BillLine{{Kind: models.LinePeriod, PlanName: "Pro", PlanKind: models.PlanFlatRate, Units: 1, Period: models.Monthly, From: At, Until: At.AddDate(0, 1, 0),
			Whole: 1000, Minor: 1000}}}
	return models.InvoiceDocument(models.Paper{Seller: &seller, SellerLogin: sellerLogin, BuyerLogin: buyer.Login, BuyerName: buyer.Name, Listing: "Checker",
		Buyer: &models.BillingProfile{AccountID: buyer.ID, Name: "Buyer " + buyer.Login, Mail: "billing@" + buyer.Login + ".example", Language: language, TimeZone: "UTC",
			Address: models.Address{Line1: "2 High Street", City: "Cork", PostalCode: "T12", Country: "IE"}},
		Bill: &bill, Method: "Visa •••• 4242", At: At})
}

// Issue writes a document and returns its id and token.
func Issue(t testing.TB, d *db.DB, i invoices.Issue) (id int64, token string) {
	t.Helper()
	if err := d.Pool().QueryRow(t.Context(), `SELECT nextval(pg_get_serial_sequence('invoices', 'id'))`).Scan(&i.ID); err != nil {
		t.Fatal(err)
	}
	if i.Token == "" {
		i.Token = rand.Text()
	}
	if i.At.IsZero() {
		i.At = At
	}
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		b := &pgx.Batch{}
		if err := invoices.Write(b, i); err != nil {
			return err
		}
		return tx.Pgx.SendBatch(t.Context(), b).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return i.ID, i.Token
}
