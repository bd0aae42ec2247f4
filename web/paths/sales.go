package paths

import (
	"net/url"
	"strconv"
)

// What integrators see of their money, and what staff does about it.
const (
	SalesPat           = manage + "/sales"
	TransactionsPat    = manage + "/transactions"
	TransactionsCSVPat = manage + "/transactions.csv"
	CustomersPat       = manage + "/customers"
	CustomerPat        = CustomersPat + "/:account"
	SoldInvoicesPat    = manage + "/invoices"
	SoldRefundPat      = SoldInvoicesPat + "/:id/refund"
	SoldPaidPat        = SoldInvoicesPat + "/:id/paid"
	CouponsPat         = manage + "/coupons"
	NewCouponPat       = CouponsPat + "/new"
	RetireCouponPat    = CouponsPat + "/:id/retire"
	PriceToolPat       = manage + "/prices"

	StaffMoney         = "/staff/money"
	StaffMoneyCheck    = StaffMoney + "/check"
	StaffMoneyEvents   = StaffMoney + "/events"
	StaffInvoicePat    = StaffMoney + "/invoices/:id"
	StaffSoldRefundPat = StaffInvoicePat + "/refund"
	StaffSoldPaidPat   = StaffInvoicePat + "/paid"
	staffMoneyInvoices = StaffMoney + "/invoices"
)

// Customer is the page of one who has bought a listing's plan, by account.
func Customer(slug string, account int64) string {
	return ManageListing(slug, "customers") + "/" + strconv.FormatInt(account, 10)
}

// SoldInvoice is a page of an invoice of a listing: "refund" or "paid".
func SoldInvoice(slug string, id int64, act string) string {
	return under(ManageListing(slug, "invoices")+"/"+strconv.FormatInt(id, 10), act)
}

// Coupons is a page of a listing's coupons: "" is the list, others are "new" and
// "5/retire".
func Coupons(slug, page string) string { return under(ManageListing(slug, "coupons"), page) }

// With is a path with those values of a query that aren't empty.
func With(path string, values ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		if values[i+1] != "" {
			q.Set(values[i], values[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// StaffInvoice is a page of an invoice for staff: "" is the invoice, others are
// "refund" and "paid".
func StaffInvoice(id int64, act string) string {
	return under(staffMoneyInvoices+"/"+strconv.FormatInt(id, 10), act)
}

// RetireCoupon is where a coupon is retired.
func RetireCoupon(slug string, id int64) string {
	return Coupons(slug, strconv.FormatInt(id, 10)+"/retire")
}
