package main

import (
	"context"

	"souk/models"
)

// sell lets the integrator of the cast be paid through the test gateway, and says
// where its buyer's invoices go, so that a newcomer can buy at once. What has been
// set up is left as it is.
func (c *casting) sell(ctx context.Context) {
	if c.err != nil {
		return
	}
	desk, err := c.verbs.Sellers.Settings(ctx, c.actor, castIntegrator)
	if err != nil || desk.Known {
		c.note(err)
		return
	}
	seller := desk.Seller
	seller.LegalName, seller.Mail = "Signal Forge B.V.", "money@signal-forge.example"
	seller.Address = models.Address{Line1: "Kade 12", City: "Rotterdam", PostalCode: "3011 AA", Country: "NL"}
	seller.TaxRegistered, seller.TaxNumber, seller.InvoicePrefix = true, "NL004495445B01", "SF-"
	seller.AcceptsTransfer, seller.TransferDetails = true, "IBAN NL00 BANK 0123 4567 89, Signal Forge B.V."
	seller.TransferDays, seller.GraceDays = 14, 14
	if c.note(c.verbs.Sellers.Save(ctx, c.actor, castIntegrator, seller)); c.err != nil {
		return
	}
	if _, err := c.verbs.Sellers.Connect(ctx, c.actor, castIntegrator, models.GatewayTest, ""); err != nil {
		c.note(err)
		return
	}
	c.note(c.verbs.Wallet.SaveProfile(ctx, c.actor, castOrganization, models.BillingProfile{Name: "Harbor Works GmbH", Mail: "invoices" + castMail,
		Address: models.Address{Line1: "Am Kai 3", City: "Hamburg", PostalCode: "20457", Country: "DE"}, TaxNumber: "DE136695976", Language: "en", TimeZone: "Europe/Berlin"}))
}
