// Package wallet holds the payment methods and billing details, the pages of the test gateway, what gateways tell, and what sellers set up.
package wallet

import (
	"souk/models/billing"
	"souk/models/sellers"
	walletverbs "souk/models/wallet"
)

// Wallet answers for them.
type Wallet struct {
	wallet  *walletverbs.Service
	sellers *sellers.Service
	billing *billing.Service
}

// New makes the handlers.
func New(w *walletverbs.Service, s *sellers.Service, b *billing.Service) *Wallet {
	return &Wallet{wallet: w, sellers: s, billing: b}
}
