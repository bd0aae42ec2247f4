// Package billing lets accounts buy plans of listings, change, pause and cancel them, and lets time pass for
// them. What is charged is decided by models.Subscription alone; here it is reserved,
// asked of a gateway, and recorded, so that each step can be repeated after a crash.
// It draws no page and writes no invoice by itself.
package billing

import (
	"context"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	gateways gateway.Set
	site     *models.Site
	now      func() time.Time

	fee       int64 // millionths of each charge that the marketplace keeps
	listeners map[gateway.EventKind]Listener
	reached   func(point string) // where a test kills the process
}

// Listener works on what a gateway told. It may be called more than once with the
// same event.
type Listener func(context.Context, models.GatewayName, gateway.Event) error

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, gateways gateway.Set, site *models.Site, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, gateways: gateways, site: site, now: now,
		listeners: map[gateway.EventKind]Listener{}, reached: func(string) {}}
}

// Listen has events of a kind worked on by others: refunds, disputes, payouts,
// sellers' accounts, payment methods. It is called before the service is used.
func (s *Service) Listen(kind gateway.EventKind, l Listener) { s.listeners[kind] = l }

// KeepFee has the marketplace keep a share of each charge, in millionths. It is
// called before the service is used.
func (s *Service) KeepFee(millionths int64) { s.fee = millionths }
