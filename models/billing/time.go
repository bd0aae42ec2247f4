package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// tendBatch is how many subscriptions are looked after in one go.
const tendBatch = 1000

// Tend queues a job for every subscription that time has something to do with.
func (s *Service) Tend(ctx context.Context) error {
	for after := int64(0); ; {
		rows, err := s.db.Pool().Query(ctx, `SELECT id FROM subscriptions WHERE next_at <= $1 AND id > $2 ORDER BY id LIMIT $3`, s.now(), after, tendBatch)
		if err != nil {
			return fmt.Errorf("billing: tend: %w", err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return fmt.Errorf("billing: tend: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		all := make([]river.JobArgs, len(ids))
		for i, id := range ids {
			all[i] = jobs.AdvanceSubscription{ID: id}
		}
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return s.queue.EnqueueOnce(ctx, tx, all...) }); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// Advance lets time pass for a subscription, up to now. What is late happens as if
// it had been on time, one after the other; whoever comes second finds it done.
func (s *Service) Advance(ctx context.Context, id int64) error {
	for range 1000 {
		if more, err := s.pass(ctx, id); err != nil || !more {
			return err
		}
	}
	return fmt.Errorf("billing: subscription %d doesn't come to an end", id)
}

// pass is one thing that time does. It reports whether there may be more.
func (s *Service) pass(ctx context.Context, id int64) (more bool, err error) {
	st, err := load(ctx, s.db.Pool(), id, false)
	if err != nil {
		return false, err
	}
	if st.Open != nil && st.looks(s.now()) {
		if err := s.settle(ctx, st.Open.ID, st.givesUp(s.now())); err != nil {
			return false, err
		}
	}
	var charge int64
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := load(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		p := s.page(models.Actor{}, st)
		if more, err = p.pass(); err != nil {
			return err
		}
		charge = p.charge
		return p.write(ctx, tx.Pgx)
	})
	if err != nil || charge == 0 {
		return more, err
	}
	s.reached("reserved")
	return more, s.Settle(ctx, charge)
}

// looks reports whether it is time to look after the payment that is under way: one
// that waits for the buyer stands in the way of nothing but what comes next.
func (st *standing) looks(now time.Time) bool {
	return st.Open.State != models.ChargeAction || st.givesUp(now)
}

// givesUp reports whether the payment that is under way has had its time.
func (st *standing) givesUp(now time.Time) bool {
	next, o := st.Sub.Next(), st.Open
	due := !next.IsZero() && !next.After(now)
	switch {
	case o.OrderID != 0 && o.State == models.ChargeProcessing:
		return due || !now.Before(o.CreatedAt.Add(processingTime))
	case o.OrderID != 0:
		return due || !now.Before(o.CreatedAt.Add(models.AbandonAfter))
	case o.State == models.ChargeAction:
		return due
	}
	until := st.Sub.Start.AddDate(0, 0, st.Env.GraceDays)
	if st.Sub.Due != nil {
		until = st.Sub.Due.Until
	}
	return !now.Before(until)
}

// pass writes the next thing that time does, if there is one by now.
func (p *page) pass() (more bool, err error) {
	sub := &p.st.Sub
	next := sub.Next()
	if p.st.Open != nil && (p.st.Open.State != models.ChargeAction || next.IsZero()) || next.IsZero() || next.After(p.now) {
		p.b.Queue(`UPDATE subscriptions SET next_at = $2 WHERE id = $1`, sub.ID, null(nextLook(sub, p.st.Open, p.now)))
		return false, nil
	}
	if p.st.Open != nil {
		return true, nil // it was to be confirmed after we looked
	}
	if p.st.Withdrawn && !sub.Free() && sub.Due == nil && !next.Before(sub.End) {
		// Nobody pays for more of what staff has withdrawn.
		sub.Pending = &models.PendingChange{Kind: models.PendingCancel}
	}
	t := sub.Pass(&p.st.Env)
	if name := timeActions[t.Act]; name != "" {
		if t.Act == models.ActPeriodEnd && t.After.State == models.SubscriptionPaused {
			name = "subscription.rest"
		}
		if err := p.audit(name, nil, termsLog(&t.After.Terms)); err != nil {
			return false, err
		}
	}
	return true, p.hold(t, nil)
}

// timeActions are what the audit log calls the acts of time.
var timeActions = map[models.SubscriptionAct]models.AuditAction{
	models.ActTrialEnd: "subscription.trial_end", models.ActRenew: "subscription.renew", models.ActPeriodEnd: "subscription.end",
	models.ActLapse: "subscription.lapse",
}

// AddWorkers registers the workers of this package.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &tendWorker{billing: s})
	river.AddWorker(workers, &advanceWorker{billing: s})
	river.AddWorker(workers, &settleWorker{billing: s})
	river.AddWorker(workers, &hearWorker{billing: s})
}

// PeriodicJobs are those that keep subscriptions going. When each is due is written
// beside it, so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = time.Minute
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.TendSubscriptions{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type tendWorker struct {
	river.WorkerDefaults[jobs.TendSubscriptions]
	billing *Service
}

func (w *tendWorker) Work(ctx context.Context, _ *river.Job[jobs.TendSubscriptions]) error {
	return w.billing.Tend(ctx)
}

type advanceWorker struct {
	river.WorkerDefaults[jobs.AdvanceSubscription]
	billing *Service
}

func (w *advanceWorker) Work(ctx context.Context, j *river.Job[jobs.AdvanceSubscription]) error {
	return gone(w.billing.Advance(ctx, j.Args.ID))
}

type settleWorker struct {
	river.WorkerDefaults[jobs.SettleCharge]
	billing *Service
}

func (w *settleWorker) Work(ctx context.Context, j *river.Job[jobs.SettleCharge]) error {
	return gone(w.billing.Settle(ctx, j.Args.ID))
}

// NextRetry asks again soon at first, since somebody may wait for the answer.
func (w *settleWorker) NextRetry(j *river.Job[jobs.SettleCharge]) time.Time {
	return time.Now().Add(min(time.Duration(j.Attempt*j.Attempt)*5*time.Second, time.Hour))
}

type hearWorker struct {
	river.WorkerDefaults[jobs.HearGateway]
	billing *Service
}

func (w *hearWorker) Work(ctx context.Context, j *river.Job[jobs.HearGateway]) error {
	return w.billing.heed(ctx, models.GatewayName(j.Args.Gateway), j.Args.Event)
}

// gone has a job about what isn't there end.
func gone(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
