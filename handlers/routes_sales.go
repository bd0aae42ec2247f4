package handlers

import (
	"github.com/labstack/echo/v4"

	"souk/handlers/sales"
	"souk/web/paths"
)

// salesRoutes: what integrators see of their money: transactions, revenue, refunds, coupons, prices; and what staff does about it.
func salesRoutes(e *echo.Echo, h *sales.Sales, b before) {
	e.GET(paths.SalesPat, h.Overview, b.mine...)
	e.GET(paths.TransactionsPat, h.Transactions, b.mine...)
	e.GET(paths.TransactionsCSVPat, h.File, b.mine...)
	e.GET(paths.CustomersPat, h.Customers, b.mine...)
	e.GET(paths.CustomerPat, h.Customer, b.mine...)
	e.GET(paths.SoldInvoicesPat, h.Invoices, b.mine...)
	e.GET(paths.SoldRefundPat, h.Refunding, b.sure...)
	e.POST(paths.SoldRefundPat, h.Refund, b.sure...)
	e.GET(paths.SoldPaidPat, h.Paying, b.mine...)
	e.POST(paths.SoldPaidPat, h.Paid, b.mine...)
	e.GET(paths.CouponsPat, h.Coupons, b.mine...)
	e.GET(paths.NewCouponPat, h.NewCoupon, b.mine...)
	e.POST(paths.NewCouponPat, h.CreateCoupon, b.mine...)
	e.GET(paths.RetireCouponPat, h.RetiringCoupon, b.mine...)
	e.POST(paths.RetireCouponPat, h.RetireCoupon, b.mine...)
	e.GET(paths.PriceToolPat, h.Prices, b.mine...)

	e.GET(paths.StaffMoney, h.Money, b.ours...)
	e.POST(paths.StaffMoneyCheck, h.Check, b.ourSure...)
	e.POST(paths.StaffMoneyEvents, h.HearAgain, b.ourSure...)
	e.GET(paths.StaffInvoicePat, h.StaffInvoice, b.ours...)
	e.GET(paths.StaffSoldRefundPat, h.StaffRefunding, b.ourSure...)
	e.POST(paths.StaffSoldRefundPat, h.StaffRefund, b.ourSure...)
	e.GET(paths.StaffSoldPaidPat, h.StaffPaying, b.ourSure...)
	e.POST(paths.StaffSoldPaidPat, h.StaffPaid, b.ourSure...)
}
