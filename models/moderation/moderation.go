// Package moderation looks after what is public: reports, taking down, appeals,
// restoring. What happens to a listing goes through review.Transition, which
// knows who may and writes the listing's history; this package adds what it
// means for visitors, reporters and the integrator. It decides nothing about
// revisions that wait for review.
package moderation

import (
	"context"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// PerPage is how many listings or appeals a page of staff's lists has.
const PerPage = 20

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	now      func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, id *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: id, now: now}
}

// locked runs do with the listing at slug locked until it is done. Those who
// aren't reviewers don't learn whether it exists.
func (s *Service) locked(ctx context.Context, actor models.Actor, slug string, do func(tx *db.Tx, st *apps.Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.OfListing(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		return do(tx, st)
	})
}

// tellIntegrator tells whoever answers for a listing: the user, or the owners of
// the organization. Nobody hears of an account that was only imported.
func (s *Service) tellIntegrator(ctx context.Context, tx *db.Tx, st *apps.Standing, n notices.Notice) error {
	if st.AccountID == nil {
		return nil
	}
	people, err := apps.OwnersOf(ctx, tx, *st.AccountID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, n, people...)
}

// index has the search follow.
func (s *Service) index(ctx context.Context, tx *db.Tx, st *apps.Standing) error {
	return s.queue.Enqueue(ctx, tx, jobs.IndexListings{IDs: []int64{st.ListingID}})
}

// manage is a page of the listing's desk, of those who are told.
func manage(st *apps.Standing, page string) string {
	return "/marketplace/manage/" + st.ListingSlug + page
}

// who is the actor's account, nil for the operator.
func who(actor models.Actor) *int64 {
	if actor.UserID == 0 {
		return nil
	}
	return &actor.UserID
}
