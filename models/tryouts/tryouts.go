// Package tryouts lets an integrator buy an own plan as if, by a clock that they
// move: it charges nobody and shows up nowhere. What a step does is decided by an
// Engine; this package only keeps where each integrator stands.
package tryouts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/drafts"
)

// Engine takes a step of a tryout and adds to its events what came of it; an
// error leaves it as it was. It is what real subscriptions have to be, to be
// tried the same way.
type Engine func(*models.Tryout, models.TryoutStep) error

// Service holds the verbs.
type Service struct {
	db     *db.DB
	engine Engine
	now    func() time.Time
}

// New makes a Service whose engine is the rules of models alone.
func New(d *db.DB, now func() time.Time) *Service {
	return &Service{db: d, engine: (*models.Tryout).Apply, now: now}
}

// Desk is what the page shows: where the actor's tryout stands, or, where there
// is none, what the draft has to begin one with.
type Desk struct {
	Standing *apps.Standing
	Tryout   *models.Tryout // nil: none runs
	Content  models.ListingContent
}

// Desk loads the page.
func (s *Service) Desk(ctx context.Context, actor models.Actor, slug string) (*Desk, error) {
	q := s.db.Pool()
	st, err := mine(ctx, q, actor, slug, false)
	if err != nil {
		return nil, err
	}
	d := &Desk{Standing: st}
	if d.Tryout, err = read(ctx, q, actor, st, false); err != nil {
		return nil, err
	}
	d.Content, _, err = terms(ctx, q, st.ListingID)
	return d, err
}

// Start is what a tryout begins with.
type Start struct {
	Kind      models.AccountKind // of the account that buys
	Order     models.TryoutOrder
	CardFails bool
}

// Begin begins a tryout with the draft's plans as they are, and buys the first
// one. It takes the place of the actor's tryout of the listing, if there was one.
func (s *Service) Begin(ctx context.Context, actor models.Actor, slug string, start Start) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := mine(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		t, err := s.open(ctx, tx, actor, st, start)
		if err != nil {
			return err
		}
		if err := s.engine(t, models.TryoutStep{Act: models.ActBuy, Order: start.Order}); err != nil {
			return err
		}
		_, err = tx.Pgx.Exec(ctx, `INSERT INTO tryouts (listing_id, account_id, state, events, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
			ON CONFLICT ON CONSTRAINT tryouts_pkey DO UPDATE SET state = excluded.state, events = excluded.events,
				created_at = excluded.created_at, updated_at = excluded.updated_at`, st.ListingID, actor.UserID, t, t.Events, s.now())
		if err != nil {
			return fmt.Errorf("tryouts: begin: %w", err)
		}
		return record(ctx, tx, actor, st, "tryout.begin")
	})
}

// open is a tryout in which nothing is bought yet.
func (s *Service) open(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, start Start) (*models.Tryout, error) {
	content, ids, err := terms(ctx, tx.Pgx, st.ListingID)
	if err != nil {
		return nil, err
	}
	now := s.now().UTC().Truncate(time.Second)
	t := &models.Tryout{Began: now, Now: now, CardFails: start.CardFails,
		Sender: models.TryoutAccount{ID: actor.UserID, Login: actor.Login, Kind: models.KindUser}}
	if t.Buyer, err = buyer(t.Sender, start.Kind); err != nil {
		return nil, err
	}
	for _, term := range content.Plans {
		id := ids[term.Number]
		if id == 0 {
			id = int64(term.Number)
		}
		t.Plans = append(t.Plans, models.TryoutPlan{ID: id, Term: term})
	}
	return t, nil
}

// buyer is the actor, or an organization that there is not.
func buyer(actor models.TryoutAccount, kind models.AccountKind) (models.TryoutAccount, error) {
	switch kind {
	case models.KindUser:
		return actor, nil
	case models.KindOrganization:
		return models.TryoutAccount{ID: 1, Login: "example-organization", Kind: kind}, nil
	}
	return actor, models.ErrUnknownChoice.On("account")
}

// terms is a draft whose plans have their numbers, and the ids of those that are
// live.
func terms(ctx context.Context, q apps.Querier, listingID int64) (models.ListingContent, map[int]int64, error) {
	content, _, err := drafts.Read(ctx, q, listingID)
	if err != nil {
		return content, nil, err
	}
	var live []struct {
		ID     int64
		Number int
		Name   string
	}
	err = q.QueryRow(ctx, `SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'name', name) ORDER BY state = 'retired' DESC, number), '[]')
		FROM plans WHERE listing_id = $1`, listingID).Scan(&live)
	if err != nil {
		return content, nil, fmt.Errorf("tryouts: plans: %w", err)
	}
	ids, names, last := map[int]int64{}, map[string]int{}, 0
	for _, p := range live {
		ids[p.Number], names[p.Name], last = p.ID, p.Number, max(last, p.Number)
	}
	models.NumberPlans(content.Plans, names, last)
	return content, ids, nil
}

// Do takes the step that next makes of the tryout as it is.
func (s *Service) Do(ctx context.Context, actor models.Actor, slug string, next func(*models.Tryout) (models.TryoutStep, error)) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := mine(ctx, tx.Pgx, actor, slug, false)
		if err != nil {
			return err
		}
		t, err := read(ctx, tx.Pgx, actor, st, true)
		if err != nil {
			return err
		}
		if t == nil {
			return models.ErrNotFound
		}
		step, err := next(t)
		if err != nil {
			return err
		}
		if err := s.engine(t, step); err != nil {
			return err
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE tryouts SET state = $3, events = $4, updated_at = $5 WHERE listing_id = $1 AND account_id = $2`,
			st.ListingID, actor.UserID, t, t.Events, s.now())
		if err != nil {
			return fmt.Errorf("tryouts: %w", err)
		}
		return nil
	})
}

// End ends the tryout. To end none changes nothing.
func (s *Service) End(ctx context.Context, actor models.Actor, slug string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := mine(ctx, tx.Pgx, actor, slug, false)
		if err != nil {
			return err
		}
		done, err := tx.Pgx.Exec(ctx, `DELETE FROM tryouts WHERE listing_id = $1 AND account_id = $2`, st.ListingID, actor.UserID)
		if err != nil {
			return fmt.Errorf("tryouts: end: %w", err)
		}
		if done.RowsAffected() == 0 {
			return nil
		}
		return record(ctx, tx, actor, st, "tryout.end")
	})
}

func record(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, action models.AuditAction) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{Action: action, AccountID: st.AccountID, TargetKind: "listing",
		TargetID: &st.ListingID, TargetName: st.ListingSlug})
}

// mine loads the listing, if the actor may write it: nobody else sees what is
// tried.
func mine(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*apps.Standing, error) {
	st, err := apps.OfListing(ctx, q, actor, slug, lock)
	if err != nil {
		return nil, err
	}
	return st, actor.MayEditListing(st.Rights())
}

// read is the actor's tryout of a listing, nil where there is none.
func read(ctx context.Context, q apps.Querier, actor models.Actor, st *apps.Standing, lock bool) (*models.Tryout, error) {
	sql := `SELECT state, events FROM tryouts WHERE listing_id = $1 AND account_id = $2`
	if lock {
		sql += ` FOR UPDATE`
	}
	var t models.Tryout
	err := q.QueryRow(ctx, sql, st.ListingID, actor.UserID).Scan(&t, &t.Events)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("tryouts: read: %w", err)
	}
	return &t, nil
}
