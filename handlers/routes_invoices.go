package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/invoices"
	"souk/web/paths"
)

// invoicesRoutes: invoices, receipts and credit notes, the public page that verifies one, and the taxes that an operator edits.
func invoicesRoutes(e *echo.Echo, h *invoices.Invoices, b before) {
	e.GET(paths.Invoices, h.List, b.mine...)
	e.GET(paths.OrgInvoicesPat, h.List, b.theirs...)
	e.GET(paths.InvoicePat, h.Show, b.mine...)

	get(e, paths.Receipts, h.Find)
	get(e, paths.ReceiptPat, h.Verify)
	get(e, paths.ReceiptsKey, h.Key)
	get(e, paths.ReceiptsPEM, h.PEM)

	e.GET(paths.StaffTaxes, h.Taxes, b.ours...)
	e.GET(paths.StaffTaxNew, h.NewTax, b.ourSure...)
	e.POST(paths.StaffTaxNew, h.AddTax, b.ourSure...)
	e.GET(paths.StaffTaxPat, h.Tax, b.ourSure...)
	e.POST(paths.StaffTaxPat, h.SetTax, b.ourSure...)
	e.POST(paths.StaffTaxDropPat, h.RemoveTax, b.ourSure...)
}
