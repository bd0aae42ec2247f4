package billing

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/jobs"
)

// told is an event of a charge.
func (s *stage) told(id, reference string) gateway.Event {
	return gateway.Event{ID: id, Kind: gateway.EventCharge, Reference: reference, At: s.now(),
		Charge: gateway.Charge{Reference: reference, State: models.ChargeDeclined}} // what it says isn't believed
}

func TestWhatGatewaysTell(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.behave(s.card, testgw.Later)
	p, err := s.billing.Place(t.Context(), s.ada, s.order(team))
	if err != nil || p.Charge != models.ChargeProcessing {
		t.Fatalf("%+v, %v", p, err)
	}
	reference := one1[string](s, `SELECT reference FROM charges`)
	s.confirm("processing", models.ChargeSucceeded)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := s.billing.Hear(context.Background(), models.GatewayTest, s.told("evt_1", reference)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s.want("jobs", s.list(`SELECT args ->> 'event' FROM river_job WHERE kind = 'hear_gateway'`), "evt_1")
	for range 8 {
		all.Go(func() {
			if err := s.billing.heed(context.Background(), models.GatewayTest, "evt_1"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if sub := s.sub(p.SubscriptionID); sub.State != models.SubscriptionActive {
		t.Errorf("it is %s", dump(sub))
	}
	s.want("webhooks", s.hooks(), "purchased")
	s.want("events", s.list(`SELECT id || ':' || (processed_at IS NOT NULL) || ':' || problem FROM gateway_events`), "evt_1:true:")
	s.proven()
}

// TestAnEventMayComeBeforeItsCharge waits for a while, and then notes that nobody
// knows it.
func TestAnEventMayComeBeforeItsCharge(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if err := s.billing.Hear(t.Context(), models.GatewayTest, s.told("evt_2", "ch_unknown")); err != nil {
		t.Fatal(err)
	}
	err := s.billing.heed(t.Context(), models.GatewayTest, "evt_2")
	if _, later := errors.AsType[*river.JobSnoozeError](err); !later {
		t.Errorf("at first: %v", err)
	}
	s.wait(11 * time.Minute)
	if err := s.billing.heed(t.Context(), models.GatewayTest, "evt_2"); err != nil {
		t.Error(err)
	}
	s.want("events", s.list(`SELECT problem FROM gateway_events`), "unknown")
	// What is nobody's business is only noted; what others work on is.
	var heard []string
	s.billing.Listen(gateway.EventPayout, func(_ context.Context, from models.GatewayName, e gateway.Event) error {
		heard = append(heard, string(from)+":"+e.Reference)
		return nil
	})
	for _, e := range []gateway.Event{{ID: "evt_3", Kind: gateway.EventOther}, {ID: "evt_4", Kind: gateway.EventPayout, Reference: "po_1"}} {
		if err := s.billing.Hear(t.Context(), models.GatewayTest, e); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.billing.heed(t.Context(), models.GatewayTest, e.ID); err != nil {
				t.Error(err)
			}
		}
	}
	if len(heard) != 1 || heard[0] != "test:po_1" {
		t.Errorf("heard was %v", heard)
	}
}

// TestTending queues what is due, once.
func TestTending(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.buy(team)
	due := func() int64 {
		return one1[int64](s, `SELECT count(*) FROM river_job WHERE kind = 'advance_subscription' AND (args ->> 'id')::bigint = $1`, id)
	}
	tend := func() {
		t.Helper()
		if err := s.billing.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tend()
	if due() != 0 {
		t.Error("it was looked after before its time")
	}
	s.wait(40 * day)
	tend()
	tend()
	if due() != 1 {
		t.Errorf("%d jobs look after it", due())
	}
	for range 2 {
		w := &advanceWorker{billing: s.billing}
		if err := w.Work(t.Context(), &river.Job[jobs.AdvanceSubscription]{Args: jobs.AdvanceSubscription{ID: id}}); err != nil {
			t.Fatal(err)
		}
	}
	s.exec(`UPDATE river_job SET state = 'completed', finalized_at = now()`)
	tend()
	if due() != 1 {
		t.Error("it is due again")
	}
	s.want("invoices", s.invoices(), "invoice:paid:1000 invoice:paid:1000")
	// A job about what isn't there ends.
	if err := (&settleWorker{billing: s.billing}).Work(t.Context(), &river.Job[jobs.SettleCharge]{Args: jobs.SettleCharge{ID: 999}}); err != nil {
		t.Error(err)
	}
	all := river.NewWorkers()
	s.billing.AddWorkers(all)
	if len(PeriodicJobs()) != 1 {
		t.Error("nothing runs periodically")
	}
}

// TestTheFee is what the marketplace keeps of each charge.
func TestTheFee(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.billing.KeepFee(25_000) // 2.5 %
	s.buy(team)
	s.want("charges", s.list(`SELECT minor || ':' || fee_minor FROM charges`), "1000:25")
	s.want("books", s.list(`SELECT e.account || ':' || sum(e.minor) FROM ledger_entries e GROUP BY e.account HAVING sum(e.minor) <> 0 ORDER BY e.account`), "fees:25 gateway:975 revenue:-1000")
	s.proven()
}
