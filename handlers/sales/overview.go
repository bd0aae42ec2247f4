package sales

import (
	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/sales"
	pages "souk/templates/sales"
	"souk/web"
)

// Overview sums up what a listing brings in.
func (h *Sales) Overview(c echo.Context) error {
	o, err := h.sales.Overview(c.Request().Context(), web.ActorOf(c), slug(c), web.Zone(c))
	if err != nil {
		return err
	}
	v := pages.Overview{Frame: frame(c, o.Desk, "sales", ""), Recurring: o.Recurring, Free: o.Free, Trials: pages.Part{Of: o.Trials.Ended, Part: o.Trials.Converted},
		Running: o.Trials.Running, Churn: pages.Part{Of: o.Churn.Before, Part: o.Churn.Left}, Currencies: o.Currencies, Open: o.Open, Ready: o.Ready,
		Renewals: each(o.Renewals, subscriberView), Failing: each(o.Failing, subscriberView),
		Payouts: each(o.Payouts, func(p sales.Payout) pages.Payout { return pages.Payout(p) })}
	for _, state := range sales.CustomerStates() {
		if n := o.Counts[state]; n > 0 {
			v.States = append(v.States, pages.Count{State: state, N: n})
		}
	}
	for _, m := range o.Months {
		v.Months = append(v.Months, pages.Month{Month: m.Month, Sum: pages.Sum(m.Sum)})
	}
	return web.Page(c, pages.OverviewPage(v))
}

func subscriberView(s sales.Subscriber) pages.Subscriber { return pages.Subscriber(s) }

type transactionsInput struct {
	Period  string `query:"period"`
	Kind    string `query:"kind"`
	Plan    int64  `query:"plan"`
	Country string `query:"country"`
	Page    string `query:"page"`
}

func (in *transactionsInput) filter() sales.Filter {
	return sales.Filter{Period: models.SalePeriod(in.Period), Kind: models.SaleKind(in.Kind), Plan: in.Plan, Country: in.Country, Page: web.PageNumber(in.Page)}
}

// Transactions lists what came in and went back.
func (h *Sales) Transactions(c echo.Context) error {
	in, err := web.Bind[transactionsInput](c)
	if err != nil {
		return err
	}
	f := in.filter()
	t, err := h.sales.Transactions(c.Request().Context(), web.ActorOf(c), slug(c), f)
	if err != nil {
		return err
	}
	if f.Period == "" {
		f.Period = models.SalesOfMonth
	}
	v := pages.Transactions{Frame: frame(c, t.Desk, "sales", "transactions"), Period: f.Period, Kind: f.Kind, Plan: f.Plan, Country: f.Country, Total: t.Total,
		Items: each(t.Items, func(t sales.Transaction) pages.Transaction { return pages.Transaction(t) }),
		Sums:  each(t.Sums, func(s sales.Sum) pages.Sum { return pages.Sum(s) }), Countries: t.Countries}
	for i := range t.Plans {
		v.Plans = append(v.Plans, pages.Plan{ID: t.Plans[i].ID, Name: t.Plans[i].Name})
	}
	v.Pager = pager(f.Page, t.Total, v.Path)
	return web.Page(c, pages.TransactionsPage(v))
}

// File answers with the transactions as CSV.
func (h *Sales) File(c echo.Context) error {
	in, err := web.Bind[transactionsInput](c)
	if err != nil {
		return err
	}
	write, err := h.sales.Export(c.Request().Context(), web.ActorOf(c), slug(c), in.filter())
	if err != nil {
		return err
	}
	return web.Download(c, slug(c)+"-transactions.csv", "text/csv; charset=utf-8", write)
}

type customersInput struct {
	State string `query:"state"`
	Query string `query:"q"`
	Page  string `query:"page"`
}

// Customers lists those who have bought a plan.
func (h *Sales) Customers(c echo.Context) error {
	in, err := web.Bind[customersInput](c)
	if err != nil {
		return err
	}
	f := sales.CustomerFilter{State: models.SubscriptionState(in.State), Query: in.Query, Page: web.PageNumber(in.Page)}
	l, err := h.sales.Customers(c.Request().Context(), web.ActorOf(c), slug(c), f)
	if err != nil {
		return err
	}
	v := pages.Customers{Frame: frame(c, l.Desk, "sales", "customers"), State: f.State, Query: in.Query, Total: l.Total, Items: each(l.Items, subscriberView)}
	v.States = sales.CustomerStates()
	v.Pager = pager(f.Page, l.Total, v.Path)
	return web.Page(c, pages.CustomersPage(v))
}

// Customer shows one customer: subscriptions, invoices, charges.
func (h *Sales) Customer(c echo.Context) error {
	id, err := number(c, "account")
	if err != nil {
		return err
	}
	one, err := h.sales.Customer(c.Request().Context(), web.ActorOf(c), slug(c), id)
	if err != nil {
		return err
	}
	return web.Page(c, pages.CustomerPage(pages.Customer{Frame: frame(c, one.Desk, "sales", "customers"), Login: one.Login, Name: one.Name, Kind: one.Kind, Profile: one.Profile,
		Subscriptions: each(one.Subscriptions, subscriberView), Invoices: each(one.Invoices, invoiceView), Paid: one.Paid,
		Charges: each(one.Charges, func(a sales.Attempt) pages.Attempt { return pages.Attempt(a) })}))
}

func invoiceView(i sales.Invoice) pages.Invoice { return pages.Invoice(i) }

type invoicesInput struct {
	State string `query:"state"`
	Page  string `query:"page"`
}

// Invoices lists a listing's invoices and credit notes.
func (h *Sales) Invoices(c echo.Context) error {
	in, err := web.Bind[invoicesInput](c)
	if err != nil {
		return err
	}
	l, err := h.sales.Invoices(c.Request().Context(), web.ActorOf(c), slug(c), sales.InvoiceFilter{State: in.State, Page: web.PageNumber(in.Page)})
	if err != nil {
		return err
	}
	v := pages.Invoices{Frame: frame(c, l.Desk, "sales", "invoices"), State: in.State, States: sales.InvoiceStates(), Total: l.Total, Items: each(l.Items, invoiceView)}
	v.Pager = pager(web.PageNumber(in.Page), l.Total, v.Path)
	return web.Page(c, pages.InvoicesPage(v))
}
