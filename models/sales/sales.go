// Package sales tells integrators what came in: transactions, revenue, conversion, churn, renewals,
// fees. It keeps their coupons, and says whom another price would touch. It changes no subscription
// and moves no money.
package sales

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/jobs"
)

// PerPage is how many lines a page of a list has.
const PerPage = 50

// Service holds the verbs.
type Service struct {
	db    *db.DB
	queue *jobs.Queue
	now   func() time.Time
	real  func() time.Time // of sessions
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, now func() time.Time) *Service {
	return &Service{db: d, queue: q, now: now, real: now}
}

// Confirm has sessions' confirmations judged by a clock of their own: that of what is
// bought may have been moved. It is called before the service is used.
func (s *Service) Confirm(now func() time.Time) { s.real = now }

// Desk is a listing whose sales somebody looks at.
type Desk struct {
	*apps.Standing
	MayChange bool // not staff, who looks on
}

// seller is who is paid; 0 where the listing is nobody's.
func (d *Desk) seller() int64 { return d.Rights().AccountID }

// desk loads a listing for whoever may see its sales.
func (s *Service) desk(ctx context.Context, actor models.Actor, slug string) (*Desk, error) {
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MaySeeSales(st.Rights()); err != nil {
		return nil, err
	}
	return &Desk{Standing: st, MayChange: actor.MaySell(st.Rights()) == nil}, nil
}

// decode reads JSON that a statement made.
func decode(text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("sales: %w", err)
	}
	return nil
}

// paged refuses pages that aren't there.
func paged(page int, total int64) error {
	if page < 1 || page > 1 && int64(page-1)*PerPage >= total {
		return models.ErrPageOutOfRange
	}
	return nil
}

// Now is the time by which coupons are judged.
func (s *Service) Now() time.Time { return s.now() }
