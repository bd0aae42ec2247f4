// Package installrequests carries out the wish to have an app installed: what the actor may install is
// installed, for the rest an organization's owners are asked, who approve, narrow or
// decline.
//
// Whoever decides locks in this order: the app, the account, the request.
package installrequests

import (
	"context"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/installs"
	"souk/models/notices"
)

// PerPage is how many requests a page lists.
const PerPage = 20

// Service holds the verbs.
type Service struct {
	db       *db.DB
	notices  *notices.Service
	installs *installs.Service
	billing  Billing
	now      func() time.Time
}

// Billing is what places the orders: billing.Service.
type Billing interface {
	Checkout(context.Context, models.Actor, billing.Choice) (*billing.Checkout, error)
	Place(context.Context, models.Actor, billing.Order) (*billing.Placed, error)
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, i *installs.Service, b Billing, now func() time.Time) *Service {
	return &Service{db: d, notices: n, installs: i, billing: b, now: now}
}
