package dbtest

import (
	"testing"

	"souk/models"
	"souk/models/db"
)

// Seller makes an account one that can be paid through the test gateway; each option
// may change it before.
func Seller(t testing.TB, d *db.DB, account models.Account, options ...func(*models.Seller)) models.Seller {
	t.Helper()
	s := models.Seller{AccountID: account.ID, Gateway: models.GatewayTest, Ready: true, LegalName: "Tool Makers Ltd", InvoicePrefix: "TM-",
		Address:         models.Address{Line1: "1 Anvil Street", City: "Dublin", PostalCode: "D01", Country: "IE"},
		Mail:            "money@" + account.Login + ".example",
		TransferDetails: "IBAN IE00 0000 0000 0000", TransferDays: 14, GraceDays: 14}
	for _, o := range options {
		o(&s)
	}
	exec(t, d, `INSERT INTO sellers (account_id, gateway, gateway_account, ready, legal_name, address, tax_number, tax_registered, tax_inclusive, mail,
			invoice_prefix, invoice_note, accepts_transfer, transfer_details, transfer_days, grace_days, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.AccountID, s.Gateway, s.GatewayAccount, s.Ready, s.LegalName, toJSON(t, s.Address), s.TaxNumber, s.TaxRegistered, s.TaxInclusive, s.Mail,
		s.InvoicePrefix, s.InvoiceNote, s.AcceptsTransfer, s.TransferDetails, s.TransferDays, s.GraceDays, Epoch, Epoch)
	return s
}

// PaymentMethod saves a card of the test gateway for an account; reference says how
// it behaves: see models/gateway/testgw.
func PaymentMethod(t testing.TB, d *db.DB, account models.Account, reference string) (id int64) {
	t.Helper()
	insert(t, d, &id, `INSERT INTO payment_methods (account_id, gateway, reference, brand, last4, expires, fingerprint, state, created_at)
		VALUES (?, 'test', ?, 'visa', '4242', '2099-12', ?, 'active', ?) RETURNING id`, account.ID, reference, unique("print"), Epoch)
	return id
}

// Profile fills in what stands on an account's invoices.
func Profile(t testing.TB, d *db.DB, account models.Account, country string) {
	t.Helper()
	exec(t, d, `INSERT INTO billing_profiles (account_id, name, address, mail, updated_at) VALUES (?, ?, ?::jsonb, ?, ?)`,
		account.ID, "Buyer "+account.Login, toJSON(t, models.Address{Line1: "2 High Street", City: "Town", PostalCode: "1000", Country: country}),
		"billing@"+account.Login+".example", Epoch)
}
