// Package wallet holds the payment methods and billing details, the pages of the
// test gateway, what gateways tell, and what sellers set up.
package wallet

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/sellers"
	walletverbs "souk/models/wallet"
	"souk/templates/organizations"
	"souk/templates/ui"
)

// Wallet answers for them.
type Wallet struct {
	wallet  *walletverbs.Service
	sellers *sellers.Service
	billing Hearer
	test    *testgw.Gateway
}

// Hearer keeps what a gateway told, once, and has it worked on.
type Hearer interface {
	Hear(ctx context.Context, name models.GatewayName, e gateway.Event) error
}

// New makes the handlers.
func New(w *walletverbs.Service, s *sellers.Service, b Hearer, g *testgw.Gateway) *Wallet {
	return &Wallet{wallet: w, sellers: s, billing: b, test: g}
}

func problems(p models.Problems) ui.Problems {
	out := make(ui.Problems, len(p))
	for i, one := range p {
		out[i] = ui.Problem{Field: one.Field, Code: one.Code}
	}
	return out
}

// number is the id in an address.
func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, models.ErrNotFound
	}
	return id, nil
}

// payer is what stands around a page about what an account pays.
func payer(a *walletverbs.Account) organizations.Payer {
	return organizations.Payer{Organization: a.Organization(), Name: a.Name, Role: string(a.Role)}
}
