package sales

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/sales"
	pages "souk/templates/sales"
	"souk/web"
	"souk/web/paths"
)

type moneyInput struct {
	Query string `query:"q"`
}

// Money shows staff the state of the books, what waits, and invoices that they look
// for.
func (h *Sales) Money(c echo.Context) error {
	in, err := web.Bind[moneyInput](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	m, err := h.sales.Money(ctx, actor, in.Query)
	if err != nil {
		return err
	}
	r, err := h.ledger.Last(ctx, actor)
	if err != nil {
		return err
	}
	v := pages.Money{Zone: web.Zone(c), Query: in.Query, Sellers: m.Sellers, Volume: each(m.Volume, func(s sales.Sum) pages.Sum { return pages.Sum(s) }), Disputed: m.Disputed,
		Disputes: each(m.Disputes, func(d sales.Dispute) pages.Dispute { return pages.Dispute(d) }), Failed: m.Failed,
		Events:  each(m.Events, func(e sales.GatewayEvent) pages.Event { return pages.Event(e) }),
		Waiting: m.Waiting, Refunding: m.Refunding, PastDue: m.PastDue, Invoices: each(m.Invoices, invoiceView)}
	if r != nil {
		v.Report = &pages.Report{At: r.Ended, Found: r.Found, Discrepancies: r.Discrepancies, Transactions: r.Counts.Transactions, Invoices: r.Counts.Invoices,
			Charges: r.Counts.Charges, Asked: r.Counts.Asked}
	}
	return web.Page(c, pages.MoneyPage(v))
}

// Check has the books compared now.
func (h *Sales) Check(c echo.Context) error {
	if err := h.sales.CheckLedger(c.Request().Context(), web.ActorOf(c)); err != nil {
		return err
	}
	return web.Done(c, paths.StaffMoney, "ledger_checking")
}

type eventInput struct {
	Gateway string `form:"gateway"`
	ID      string `form:"id"`
}

// HearAgain has what a gateway told worked on once more.
func (h *Sales) HearAgain(c echo.Context) error {
	in, err := web.Bind[eventInput](c)
	if err != nil {
		return err
	}
	if err := h.sales.HearAgain(c.Request().Context(), web.ActorOf(c), models.GatewayName(in.Gateway), in.ID); err != nil {
		return err
	}
	return web.Done(c, paths.StaffMoney, "event_again")
}

// StaffInvoice shows staff one invoice.
func (h *Sales) StaffInvoice(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	i, err := h.sales.Invoice(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	return web.Page(c, pages.StaffInvoicePage(pages.StaffInvoice{Zone: web.Zone(c), Invoice: pages.Invoice(*i)}))
}
