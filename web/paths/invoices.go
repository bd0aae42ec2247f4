package paths

import (
	"net/url"
	"strconv"
)

// Invoices, receipts and credit notes, and the taxes on them.
const (
	Invoices       = Billing + "/invoices"
	OrgInvoicesPat = OrgBillingPat + "/invoices"
	InvoicePat     = Invoices + "/:id" // an id, or an id with ".pdf" or ".json"

	Receipts    = "/receipts"
	ReceiptPat  = Receipts + "/:token"
	ReceiptsKey = "/.well-known/souk-receipts.json"
	ReceiptsPEM = "/.well-known/souk-receipts.pem"

	StaffTaxes      = "/staff/taxes"
	StaffTaxNew     = StaffTaxes + "/new"
	StaffTaxPat     = StaffTaxes + "/:country"
	StaffTaxDropPat = StaffTaxPat + "/remove"
)

// InvoicesPage is a page of the documents of an organization, or one's own where it
// is "".
func InvoicesPage(organization string, page int) string {
	return numbered(BillingPage(organization, "invoices"), page)
}

func numbered(path string, page int) string {
	if page <= 1 {
		return path
	}
	return path + "?page=" + strconv.Itoa(page)
}

// Invoice is a document, as a page.
func Invoice(id int64) string { return Invoices + "/" + strconv.FormatInt(id, 10) }

// InvoicePDF is a document as a PDF file, InvoiceJSON its text, as it was hashed.
func InvoicePDF(id int64) string { return Invoice(id) + ".pdf" }

// InvoiceJSON is a document's text, as it was hashed.
func InvoiceJSON(id int64) string { return Invoice(id) + ".json" }

// Receipt is the public page that verifies a document.
func Receipt(token string) string { return Receipts + "/" + url.PathEscape(token) }

// StaffTax is a line of the tax table; "remove" takes it out. The region is "" for
// all of a country.
func StaffTax(country, region, what string) string {
	path := under(StaffTaxes+"/"+url.PathEscape(country), what)
	if region == "" {
		return path
	}
	return path + "?region=" + url.QueryEscape(region)
}
