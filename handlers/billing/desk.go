package billing

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	billingverbs "souk/models/billing"
	pages "souk/templates/billing"
	"souk/web"
	"souk/web/paths"
)

// Desk shows everything that one has bought, or an organization.
func (h *Billing) Desk(c echo.Context) error {
	d, err := h.billing.Desk(c.Request().Context(), web.ActorOf(c), c.Param("org"))
	if err != nil {
		return err
	}
	if c.Param("org") != "" && d.Account.Kind != models.KindOrganization {
		return models.ErrNotFound
	}
	v := pages.Desk{Payer: payer(&d.Account, d.Role), Why: why(d.Why), Bought: rows(d.Bought), Ended: rows(d.Ended), Spent: d.Spent,
		Year: d.Year, Requests: d.Requests}
	for _, m := range d.Months {
		v.Months = append(v.Months, pages.Month{At: m.From, Amount: m.Amount})
	}
	for _, i := range d.Invoices {
		v.Invoices = append(v.Invoices, pages.Invoice{ID: i.ID, Kind: i.Kind, Reference: i.Reference, Name: i.Name, At: i.IssuedAt.In(zone(d.Zone)),
			Total: models.Money{Minor: i.Minor, Currency: i.Currency}, State: i.State})
	}
	return web.Page(c, pages.DeskPage(v))
}

type pageInput struct {
	Page string `query:"page"`
}

// Subscription shows where one stands.
func (h *Billing) Subscription(c echo.Context) error {
	in, err := web.Bind[pageInput](c)
	if err != nil {
		return err
	}
	id, err := number(c)
	if err != nil {
		return err
	}
	page, err := strconv.Atoi(in.Page)
	if err != nil || page < 1 || page > 100_000 {
		page = 1
	}
	s, err := h.billing.Subscription(c.Request().Context(), web.ActorOf(c), id, page)
	if err != nil {
		return err
	}
	v := standing(s)
	if s.More {
		v.More = paths.Subscription(id, "") + "?page=" + strconv.Itoa(page+1)
	}
	return web.Page(c, pages.SubscriptionPage(v))
}

func standing(s *billingverbs.Standing) pages.Subscription {
	v := pages.Subscription{Payer: payer(&s.Account, s.Role), Row: row(&s.Bought), Why: why(s.Why), Agreed: s.Sub.Terms.Price(), Began: s.BeganAt,
		Seller: s.Login, Legal: s.Seller.LegalName, Method: s.Method, Coupon: s.Sub.Coupon, Calendar: entries(s.Calendar), ByTransfer: s.Sub.ByTransfer,
		Key: newKey()}
	for _, act := range s.Acts {
		v.Acts = append(v.Acts, string(act))
	}
	if s.MayPayBy {
		v.Acts = append(v.Acts, "method")
	}
	if v.Owed != nil {
		v.Owed.Decline, v.Transfer = s.Decline, s.Seller.TransferDetails
	}
	if s.Raise != nil {
		v.Raise = &pages.Raise{From: s.Raise.From, Price: s.Raise.Price}
	}
	switch {
	case s.Installs != nil:
		v.Install = &pages.Install{App: s.AppSlug, ID: s.Installs.ID, All: s.Installs.Selection == models.SelectAll, Stopped: s.Installs.Stopped, Account: s.Account.ID}
	case s.Public && s.Sub.Serves():
		v.SetUp = s.Listing.Slug
	}
	for i := range s.History {
		v.History = append(v.History, event(&s.History[i]))
	}
	return v
}

func event(e *billingverbs.HistoryEntry) pages.Event {
	v := pages.Event{At: e.At, Kind: e.Kind, What: e.What, Who: e.Who, InvoiceID: e.InvoiceID, Reference: e.Reference, Decline: e.Decline}
	if e.Kind == "order" && e.Plan != "" && e.What != string(models.ActCancel) && e.What != string(models.ActTakeBack) && e.What != string(models.ActPause) {
		v.Terms = &pages.Terms{Plan: models.Plan{Name: e.Plan, Kind: e.PlanKind, UnitName: e.UnitName}, Period: e.Period, Units: e.Units}
	}
	if e.Minor != 0 {
		sum := models.Money{Minor: e.Minor, Currency: e.Currency}
		if e.Kind == string(models.KindCreditNote) || e.Kind == "refund" {
			sum.Minor = -sum.Minor
		}
		v.Amount = &sum
	}
	if e.Kind == "charge" && e.Last4 != "" {
		v.Method = billingverbs.MethodName(&models.PaymentMethod{Brand: e.Brand, Last4: e.Last4})
	}
	return v
}
