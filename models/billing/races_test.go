package billing

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"souk/models"
	"souk/models/db/dbtest"
)

func TestClicks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	o := s.order(team)
	var all sync.WaitGroup
	answers := make([]Placed, 16)
	for i := range answers {
		all.Go(func() {
			p, err := s.billing.Place(context.Background(), s.ada, o)
			if err != nil {
				t.Error(err)
				return
			}
			answers[i] = *p
		})
	}
	all.Wait()
	for _, a := range answers {
		if a.OrderID != answers[0].OrderID {
			t.Errorf("another answer: %+v and %+v", a, answers[0])
		}
	}
	id := answers[0].SubscriptionID
	c := ChangeOrder{Key: "twice", Plan: pro, Period: models.Monthly, Units: 1}
	s.pass(day)
	for range 8 {
		all.Go(func() {
			p, err := s.billing.Change(context.Background(), s.ada, id, c)
			if err != nil || p.SubscriptionID != id {
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
	all.Wait()
	s.want("orders", s.list(`SELECT act || ':' || state FROM orders ORDER BY id`), "buy:done change:done")
	s.want("charges", s.list(`SELECT state FROM charges`), "succeeded succeeded")
	// Somebody else's key tells nothing.
	card := dbtest.PaymentMethod(t, s.db, s.seller, "tok_approve")
	_, err := s.billing.Place(t.Context(), s.maker, s.order(team, func(x *Order) { x.Key, x.Account, x.Method = o.Key, "makers", card }))
	s.fails("somebody's key", err, models.ErrNotFound)
	s.proven()
}

// TestFiftyBuyersAndTenPlaces sells no place twice, and each place once.
func TestFiftyBuyersAndTenPlaces(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var bought, full atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		user := dbtest.User(t, s.db, "u"+string(rune('a'+serial()%26))+time.Now().Format("150405")+"x"+dump(serial()))
		card := dbtest.PaymentMethod(t, s.db, user, "tok_approve")
		actor := models.Actor{UserID: user.ID, Login: user.Login, MailVerified: true}
		all.Go(func() {
			p, err := s.billing.Place(context.Background(), actor, s.order(few, func(o *Order) { o.Account, o.Method = user.Login, card }))
			switch {
			case err == nil && p.Done:
				bought.Add(1)
			case errors.Is(err, models.ErrPlanFull):
				full.Add(1)
			default:
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
	all.Wait()
	if bought.Load() != 10 || full.Load() != 40 {
		t.Errorf("%d bought, %d found it full", bought.Load(), full.Load())
	}
	s.want("places", s.list(`SELECT taken::text FROM plan_seats`), "10")
	s.want("charges", s.list(`SELECT count(*)::text || ' ' || sum(minor) FROM charges WHERE state = 'succeeded'`), "10 5000")
	s.proven()
}

// TestTwoOwners change the same subscription at the same time, each to something
// else: one of them has it, and the other's comes after that.
func TestTwoOwners(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 5 {
		id := s.buy(team)
		s.wait(day)
		var all sync.WaitGroup
		var done atomic.Int64
		for i, c := range []ChangeOrder{to(pro, 1), to(seats, 30), to(team, 1), {Plan: team, Period: models.Yearly, Units: 1}} {
			actor := []models.Actor{s.ada, s.grace}[i%2]
			all.Go(func() {
				_, err := s.billing.Change(context.Background(), actor, id, c)
				switch {
				case err == nil:
					done.Add(1)
				case errors.Is(err, models.ErrSubscriptionBusy), errors.Is(err, models.ErrSameTerms):
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done.Load() == 0 {
			t.Error("nobody had it")
		}
		s.proven()
		s.change(id, to(free, 1))
		s.pass(400 * day)
		if _, err := s.billing.Cancel(t.Context(), s.ada, id, ""); err != nil {
			t.Fatal(err)
		}
	}
	s.proven()
}

// TestStatements pins what buying costs the database.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy(free, func(o *Order) { o.Method = 0 })
	// One that reads; all that is written goes in one batch, which isn't counted.
	n := dbtest.Statements(s.db, func() {
		if _, err := s.billing.Place(t.Context(), s.maker, s.order(free, func(o *Order) { o.Account = "makers" })); err != nil {
			t.Fatal(err)
		}
	})
	if n != 1 {
		t.Errorf("an order takes %d statements", n)
	}
}
