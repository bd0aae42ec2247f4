package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"souk/handlers/billing"
	"souk/handlers/deliveries"
	"souk/handlers/invoices"
	"souk/handlers/orders"
	"souk/handlers/requests"
	"souk/handlers/sales"
	"souk/handlers/wallet"
	"souk/models"
	billingverbs "souk/models/billing"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/hooks"
	invoiceverbs "souk/models/invoices"
	"souk/models/jobs"
	"souk/models/ledger"
	"souk/models/notices"
	"souk/models/policies"
	"souk/models/refunds"
	requestverbs "souk/models/requests"
	saleverbs "souk/models/sales"
	"souk/models/secretbox"
	"souk/models/sellers"
	walletverbs "souk/models/wallet"
)

// BuyingVerbs are what the handlers of purchases ask.
type BuyingVerbs struct {
	Site        *models.Site
	Time        *billingverbs.Clock
	Gateways    gateway.Set
	TestGateway *testgw.Gateway
	Billing     *billingverbs.Service
	Invoices    *invoiceverbs.Service
	Ledger      *ledger.Service
	Hooks       *hooks.Service
	Sellers     *sellers.Service
	Wallet      *walletverbs.Service
	Policies    *policies.Service
	BuyRequests *requestverbs.Service
	Sales       *saleverbs.Service
	Refunds     *refunds.Service
}

func (v *Verbs) makeBuying(d *db.DB, q *jobs.Queue, box *secretbox.Box, out Outside, now func() time.Time) {
	v.Site, v.Time = &models.Site{}, billingverbs.NewClock(now)
	// What is outside lives in real time, whatever time it is for what is bought.
	v.TestGateway = testgw.New(d.Pool(), v.Site, now)
	v.Gateways = gateway.Set{models.GatewayTest: v.TestGateway}
	v.Hooks = hooks.New(d, q, v.Notices, box, out, v.Site, now)
	v.Sellers = sellers.New(d, q, v.Notices, v.Gateways, v.Site, now)
	v.Wallet = walletverbs.New(d, q, v.Gateways, v.Site, now)
	now = v.Time.Now
	v.Ledger = ledger.New(d, q, notices.New(d, q, now), v.Gateways, now)
	v.Invoices = invoiceverbs.New(d, q, box, now)
	v.Policies = policies.New(d, now)
	v.Billing = billingverbs.New(d, q, notices.New(d, q, now), v.Gateways, v.Site, now)
	v.BuyRequests = requestverbs.New(d, notices.New(d, q, now), v.Billing, now)
	v.Sales = saleverbs.New(d, q, now)
	v.Refunds = refunds.New(d, q, notices.New(d, q, now), v.Gateways, now)
	v.Sales.Confirm(v.now)
	v.Refunds.Confirm(v.now)
	for _, kind := range []gateway.EventKind{gateway.EventRefund, gateway.EventDispute, gateway.EventPayout} {
		v.Billing.Listen(kind, v.Refunds.Hear)
	}
	v.Billing.Listen(gateway.EventMethod, v.Wallet.Hear)
	v.Billing.Listen(gateway.EventDetached, v.Wallet.Hear)
	v.Billing.Listen(gateway.EventAccount, v.Sellers.Hear)
	v.Profiles.Buys(v.Billing)
	v.Orgs.Buys(v.Billing)
}

// Buying makes the handlers of purchases.
func (v *Verbs) Buying() Buying {
	return Buying{
		Orders:     orders.New(v.Billing, v.Wallet),
		Billing:    billing.New(v.Billing),
		Wallet:     wallet.New(v.Wallet, v.Sellers, v.Billing, v.TestGateway),
		Requests:   requests.New(v.BuyRequests, v.Policies),
		Invoices:   invoices.New(v.Invoices),
		Sales:      sales.New(v.Sales, v.Refunds, v.Ledger, v.Billing),
		Deliveries: deliveries.New(v.Hooks, v.now),
	}
}

// Buying are the handlers of purchases.
type Buying struct {
	Orders     *orders.Orders
	Billing    *billing.Billing
	Wallet     *wallet.Wallet
	Requests   *requests.Requests
	Invoices   *invoices.Invoices
	Sales      *sales.Sales
	Deliveries *deliveries.Deliveries
}

// buy puts orders, and the money around them, behind their addresses. The parts are
// in the files routes_*.go.
func buy(e *echo.Echo, h Handlers, b before) {
	ordersRoutes(e, h.Orders, b)
	billingRoutes(e, h.Billing, b)
	walletRoutes(e, h.Wallet, b)
	requestsRoutes(e, h.Requests, b)
	invoicesRoutes(e, h.Invoices, b)
	salesRoutes(e, h.Sales, b)
	deliveriesRoutes(e, h.Deliveries, b)
}
