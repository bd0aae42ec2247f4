// Package profiles is what people say of themselves and choose for themselves:
// profile, login, language, time zone, appearance, how to be told of news,
// personal access tokens; and the export and the deletion of all of it.
//
// How people sign in isn't here: passwords and mail addresses are in identity,
// second factors in factors.
package profiles

import (
	"context"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	now      func() time.Time

	purchases      Purchases
	installations  Installations
	authorizations Authorizations
}

// Purchases are what an account has bought and sells; billing.Service knows them.
type Purchases interface {
	// Ties are what keeps an account from being deleted, or ends with it.
	Ties(ctx context.Context, account int64) ([]models.Tie, error)
	// Leave ends what costs nothing. It returns models.ErrStillPaying.
	Leave(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) error
}

// Buys tells who knows of purchases. Without, accounts that have some can't be
// deleted. It is called before the service is used.
func (s *Service) Buys(p Purchases) { s.purchases = p }

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, i *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: i, now: now}
}
