package sales

import (
	"crypto/rand"
	"fmt"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/refunds"
	"souk/models/sales"
	pages "souk/templates/sales"
	"souk/web"
	"souk/web/i18n"
	"souk/web/paths"
)

type refundInput struct {
	Key    string `form:"key"`
	Amount string `form:"amount"`
	Reason string `form:"reason"`
	Words  string `form:"words"`
}

// Refunding asks how much of an invoice goes back, and says what that means.
func (h *Sales) Refunding(c echo.Context) error { return h.refunding(c, false) }

// StaffRefunding is the same for staff.
func (h *Sales) StaffRefunding(c echo.Context) error { return h.refunding(c, true) }

func (h *Sales) refunding(c echo.Context, staff bool) error {
	v, err := h.refundView(c, staff)
	if err != nil {
		return err
	}
	v.Key, v.Amount = rand.Text(), i18n.Amount(c.Request().Context(), v.Left, v.Currency)
	return web.Page(c, pages.RefundPage(v))
}

// refundView is the page of a refund, without what is typed there.
func (h *Sales) refundView(c echo.Context, staff bool) (v pages.Refund, err error) {
	id, err := number(c, "id")
	if err != nil {
		return v, err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	if staff {
		_, err = h.sales.Invoice(ctx, actor, id)
	} else {
		var d *sales.Desk
		if d, _, err = h.sales.InvoiceOf(ctx, actor, slug(c), id); err == nil {
			v.Frame = frame(c, d, "sales", "customers")
		}
	}
	if err != nil {
		return v, err
	}
	s, err := h.refunds.Of(ctx, actor, id)
	if err != nil {
		return v, err
	}
	v.Staff, v.Zone, v.ID, v.Reference, v.Login, v.Listing, v.Slug = staff, web.Zone(c), s.InvoiceID, s.Reference, s.Login, s.Name, s.Slug
	v.Account, v.Currency, v.Paid, v.Left, v.PaidAt = s.AccountID, s.Currency, s.Refundable.Paid, s.Refundable.Left(), s.Refundable.PaidAt
	v.Disputed, v.Transfer, v.Given = s.Refundable.Disputed, s.ChargeID == 0, each(s.Refunds, func(r refunds.Refund) pages.Given { return pages.Given(r) })
	v.Refused = h.refunds.Refuses(s)
	return v, nil
}

// Refund gives money back.
func (h *Sales) Refund(c echo.Context) error { return h.refund(c, false) }

// StaffRefund is the same for staff.
func (h *Sales) StaffRefund(c echo.Context) error { return h.refund(c, true) }

func (h *Sales) refund(c echo.Context, staff bool) error {
	in, err := web.Bind[refundInput](c)
	if err != nil {
		return err
	}
	v, err := h.refundView(c, staff)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	minor, err := models.ParseAmount(in.Amount, i18n.NumberMarks(ctx), v.Currency)
	if err != nil {
		err = models.ErrRefundAmount.Because(err)
	} else {
		var given *refunds.Given
		given, err = h.refunds.Give(ctx, web.ActorOf(c), refunds.Order{Key: in.Key, Invoice: v.ID, Minor: minor, Reason: models.RefundReason(in.Reason), Words: in.Words})
		if err == nil {
			return web.Done(c, v.Back(), refundFlash[given.State])
		}
	}
	v.Key, v.Amount, v.Reason, v.Words = in.Key, in.Amount, in.Reason, in.Words
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.RefundPage(v)
	})
}

// refundFlash is what is said once of a refund that was given.
var refundFlash = map[models.RefundState]string{models.RefundSucceeded: "refund_given", models.RefundProcessing: "refund_under_way", models.RefundReserved: "refund_under_way"}

type paidInput struct {
	Words string `form:"words"`
}

// paidView is the page that asks whether an invoice was paid by transfer.
func (h *Sales) paidView(c echo.Context, staff bool) (v pages.Paid, err error) {
	id, err := number(c, "id")
	if err != nil {
		return v, err
	}
	ctx, actor := c.Request().Context(), web.ActorOf(c)
	var i *sales.Invoice
	if staff {
		i, err = h.sales.Invoice(ctx, actor, id)
	} else {
		var d *sales.Desk
		if d, i, err = h.sales.InvoiceOf(ctx, actor, slug(c), id); err == nil {
			v.Frame = frame(c, d, "sales", "customers")
		}
	}
	if err != nil {
		return v, err
	}
	v.Staff, v.Zone, v.Invoice = staff, web.Zone(c), pages.Invoice(*i)
	if !v.Invoice.Payable() {
		return v, fmt.Errorf("sales: %w", models.ErrInvoiceNotOpen)
	}
	return v, nil
}

// Paying asks whether an invoice was paid by transfer.
func (h *Sales) Paying(c echo.Context) error { return h.paying(c, false) }

// StaffPaying is the same for staff.
func (h *Sales) StaffPaying(c echo.Context) error { return h.paying(c, true) }

func (h *Sales) paying(c echo.Context, staff bool) error {
	v, err := h.paidView(c, staff)
	if err != nil {
		return err
	}
	return web.Page(c, pages.PaidPage(v))
}

// Paid marks an invoice as paid by transfer.
func (h *Sales) Paid(c echo.Context) error { return h.paid(c, false) }

// StaffPaid is the same for staff.
func (h *Sales) StaffPaid(c echo.Context) error { return h.paid(c, true) }

func (h *Sales) paid(c echo.Context, staff bool) error {
	in, err := web.Bind[paidInput](c)
	if err != nil {
		return err
	}
	v, err := h.paidView(c, staff)
	if err != nil {
		return err
	}
	err = h.billing.MarkPaid(c.Request().Context(), web.ActorOf(c), v.Invoice.ID, in.Words)
	if err == nil {
		back := paths.Customer(v.Invoice.Slug, v.Invoice.AccountID)
		if staff {
			back = paths.StaffInvoice(v.Invoice.ID, "")
		}
		return web.Done(c, back, "invoice_paid")
	}
	v.Words = in.Words
	return web.Form(c, err, func(p models.Problems) templ.Component {
		v.Problems = problems(p)
		return pages.PaidPage(v)
	})
}
