package wallet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// Saved is a payment method in a list.
type Saved struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Brand    string    `json:"brand"`
	Last4    string    `json:"last4"`
	Expires  string    `json:"expires"`
	Seller   string    `json:"seller"` // that alone is paid with it; "": any
	PaysFor  []string  `json:"pays"`   // listings that are paid with it
	AddedAt  time.Time `json:"added"`
	UsedAt   *time.Time
	Expired  bool
	Expiring bool // within two months
}

// Source is a seller for whom a payment method can be added: the slug of a listing
// of theirs, and their name.
type Source struct {
	Listing string `json:"listing"`
	Seller  string `json:"seller"`
}

// Methods are what an account pays with.
type Methods struct {
	Account Account
	Saved   []Saved
	Any     bool     // one can be added for every seller
	Sources []Source // sellers that the account buys from
	MayAdd  bool
}

// shown is how many payment methods a page shows.
const shown = 100

// Methods lists what an account pays with, in one statement. It returns ErrNotFound
// and ErrForbidden.
func (s *Service) Methods(ctx context.Context, actor models.Actor, login string) (*Methods, error) {
	a, err := s.seen(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	m := &Methods{Account: *a, MayAdd: actor.MayOrderFor(a.ID, a.SuspendedAt != nil && a.Kind == models.KindOrganization) == nil}
	err = s.db.Pool().QueryRow(ctx, `SELECT
			coalesce((SELECT json_agg(x) FROM (SELECT m.id, m.kind, m.brand, m.last4, m.expires, coalesce(o.login, '') seller, m.created_at added, m.used_at "UsedAt",
					(SELECT json_agg(l.name ORDER BY l.name) FROM subscriptions u JOIN listings l ON l.id = u.listing_id WHERE u.payment_method_id = m.id AND u.state <> 'ended') pays
				FROM payment_methods m LEFT JOIN accounts o ON o.id = m.seller_id WHERE m.account_id = $1 AND m.state = 'active'
				ORDER BY m.used_at DESC NULLS LAST, m.id DESC LIMIT $2) x), '[]'),
			coalesce((SELECT json_agg(y) FROM (SELECT DISTINCT ON (o.login) l.slug listing, o.login seller
				FROM subscriptions u JOIN sellers e ON e.account_id = u.seller_id JOIN accounts o ON o.id = e.account_id JOIN listings l ON l.id = u.listing_id
				WHERE u.account_id = $1 AND u.state <> 'ended' AND e.ready AND e.gateway NOT IN ('', 'test') AND (l.public OR l.state = 'unlisted') ORDER BY o.login LIMIT $2) y), '[]')`,
		a.ID, shown).Scan(&m.Saved, &m.Sources)
	if err != nil {
		return nil, fmt.Errorf("wallet: methods: %w", err)
	}
	m.Any = s.site.Development && s.gateways[models.GatewayTest] != nil
	for i := range m.Saved {
		m.Saved[i].age(s.now())
	}
	return m, nil
}

// age says whether a card has expired, which it does at the end of a month.
func (m *Saved) age(now time.Time) {
	last, err := time.Parse("2006-01", m.Expires)
	if err != nil {
		return
	}
	end := last.AddDate(0, 1, 0)
	m.Expired = !now.Before(end)
	m.Expiring = !m.Expired && !now.AddDate(0, 2, 0).Before(end)
}

// One is a payment method that the actor may remove, and whose it is. It returns
// ErrNotFound.
func (s *Service) One(ctx context.Context, actor models.Actor, id int64) (*Account, *models.PaymentMethod, error) {
	m, err := s.removable(ctx, s.db.Pool(), actor, id, false)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.whose(ctx, actor, m.Login)
	return a, &m.PaymentMethod, err
}

func (s *Service) removable(ctx context.Context, q querier, actor models.Actor, id int64, lock bool) (*row, error) {
	m, err := one(ctx, q, id, lock)
	if err != nil {
		return nil, err
	}
	if err := hidden(actor.MayOrderFor(m.AccountID, m.Frozen)); err != nil {
		return nil, err
	}
	if m.State != models.MethodActive {
		return nil, models.ErrNotFound
	}
	return m, nil
}

// Remove removes a payment method, here at once and at the gateway soon. It returns
// ErrNotFound, and ErrMethodInUse where subscriptions are paid with it.
func (s *Service) Remove(ctx context.Context, actor models.Actor, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, err := s.removable(ctx, tx.Pgx, actor, id, true)
		if err != nil {
			return err
		}
		var used bool
		err = tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM subscriptions WHERE payment_method_id = $1 AND state <> 'ended')`, id).Scan(&used)
		if err != nil {
			return fmt.Errorf("wallet: remove: %w", err)
		}
		if used {
			return models.ErrMethodInUse
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE payment_methods SET state = 'removed' WHERE id = $1`, id); err != nil {
			return fmt.Errorf("wallet: remove: %w", err)
		}
		if err := s.record(ctx, tx, actor, "payment_method.remove", m); err != nil {
			return err
		}
		return s.queue.Enqueue(ctx, tx, jobs.ForgetMethod{ID: id})
	})
}

// Forget has the gateway forget a payment method that was removed.
func (s *Service) Forget(ctx context.Context, id int64) error {
	m, err := one(ctx, s.db.Pool(), id, false)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	g, ok := s.gateways[m.Gateway]
	if !ok || m.State != models.MethodRemoved || m.Reference == "" {
		return nil
	}
	return g.Forget(ctx, m.Seller, m.Reference)
}

type forgetter struct {
	river.WorkerDefaults[jobs.ForgetMethod]
	s *Service
}

func (w *forgetter) Work(ctx context.Context, job *river.Job[jobs.ForgetMethod]) error {
	return w.s.Forget(ctx, job.Args.ID)
}

// AddWorkers registers the workers of this package.
func (s *Service) AddWorkers(w *river.Workers) { river.AddWorker(w, &forgetter{s: s}) }
