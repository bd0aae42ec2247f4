package billing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
)

// TestKilled runs what buyers and jobs do in a process of its own, which is killed
// at one of the points between the steps, chosen at random, two hundred times.
// Afterwards everything settles: nobody is charged twice and nothing is lost.
func TestKilled(t *testing.T) {
	t.Parallel()
	const lanes, kills = 4, 50
	for lane := range lanes {
		t.Run(strconv.Itoa(lane), func(t *testing.T) {
			t.Parallel()
			url := dbtest.Database(t)
			s := newStageOn(t, dbtest.Open(t, url))
			s.crowd()
			rng := rand.New(rand.NewPCG(uint64(lane), 17))
			points := map[string]int{}
			for killed, tries := 0, 0; killed < kills; tries++ {
				if tries > 20*kills {
					t.Fatalf("only %d were killed", killed)
				}
				point := s.run(url, rng.Uint64(), 1+rng.IntN(10))
				if point != "" {
					points[point]++
					killed++
				}
				if killed%5 == 4 {
					s.wait(time.Duration(rng.IntN(10*24)) * time.Hour)
				}
			}
			t.Logf("killed at %v", points)
			s.comesToRest()
		})
	}
}

// crowd adds buyers with cards of every kind.
func (s *stage) crowd() {
	for i, card := range []string{"tok_approve", "tok_fails_later", "tok_authenticate", "tok_later", "tok_decline"} {
		user := dbtest.User(s.t, s.db, fmt.Sprintf("buyer%d", i))
		dbtest.PaymentMethod(s.t, s.db, user, card)
		dbtest.PaymentMethod(s.t, s.db, user, "tok_approve")
	}
}

// run runs a victim and tells at which point it was killed; "" if it lived.
func (s *stage) run(url string, seed uint64, steps int) string {
	s.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SOUK_KILL_TEST="+url, "SOUK_KILL_SEED="+strconv.FormatUint(seed, 10),
		"SOUK_KILL_STEPS="+strconv.Itoa(steps), "SOUK_KILL_NOW="+s.now().Format(time.RFC3339))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err == nil {
		return ""
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		s.t.Fatalf("the process ended by itself: %v\n%s", err, out.String())
	}
	return out.String()
}

// comesToRest does what the jobs do after a restart, has the gateway answer what it
// left open, and proves that all agrees.
func (s *stage) comesToRest() {
	s.t.Helper()
	ctx := context.Background()
	s.want("reserved charges that no job settles", s.list(`SELECT c.id::text FROM charges c WHERE c.state = 'reserved'
		AND NOT EXISTS (SELECT FROM river_job j WHERE j.kind = 'settle_charge' AND (j.args ->> 'id')::bigint = c.id)`), "")
	s.want("events that no job hears", s.list(`SELECT e.id FROM gateway_events e WHERE e.processed_at IS NULL
		AND NOT EXISTS (SELECT FROM river_job j WHERE j.kind = 'hear_gateway' AND j.args ->> 'event' = e.id)`), "")
	for range 2 {
		for _, id := range column[int64](s, `SELECT (args ->> 'id')::bigint FROM river_job WHERE kind = 'settle_charge' ORDER BY id`) {
			if err := s.billing.Settle(ctx, id); err != nil {
				s.t.Fatal(err)
			}
		}
		s.confirm("processing", models.ChargeSucceeded)
		s.confirm("action_needed", models.ChargeSucceeded)
	}
	s.tend()
	s.want("what is open", s.list(`SELECT id::text FROM charges WHERE state IN ('reserved', 'processing')`), "")
	s.want("orders that wait", s.list(`SELECT id::text FROM orders WHERE state = 'waiting'`), "")
	s.want("orders that were paid twice", s.list(`SELECT order_id::text FROM charges WHERE state = 'succeeded' AND order_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1`), "")
	s.want("orders without what they bought", s.list(`SELECT o.id::text FROM orders o JOIN charges c ON c.order_id = o.id AND c.state = 'succeeded' WHERE o.state <> 'done' OR c.invoice_id IS NULL`), "")
	s.proven()
	if n := one1[int64](s, `SELECT count(*) FROM charges WHERE state = 'succeeded'`); n < 5 {
		s.t.Errorf("only %d charges succeeded: that proves nothing", n)
	}
	s.seconds()
}

// seconds looks for seconds of service that were paid for twice: whole periods of
// one subscription must not overlap.
func (s *stage) seconds() {
	s.t.Helper()
	s.want("periods that were paid twice", s.list(`WITH paid AS (SELECT i.subscription_id, i.number, (l ->> 'from')::timestamptz f, (l ->> 'until')::timestamptz u
			FROM invoices i, jsonb_array_elements(i.document::jsonb -> 'bill' -> 'lines') l WHERE i.kind = 'invoice' AND i.state = 'paid' AND l ->> 'kind' = 'period')
		SELECT DISTINCT a.subscription_id::text FROM paid a JOIN paid b ON b.subscription_id = a.subscription_id AND b.number > a.number AND a.f < b.u AND b.f < a.u
		WHERE NOT EXISTS (SELECT FROM invoices i, jsonb_array_elements(i.document::jsonb -> 'bill' -> 'lines') l
			WHERE i.number = b.number AND i.subscription_id = b.subscription_id AND l ->> 'kind' = 'unused')`), "")
}

// victim is the process that is killed.
func victim() {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	d, err := db.Open(ctx, os.Getenv("SOUK_KILL_TEST"), 8)
	must(err)
	seed, err := strconv.ParseUint(os.Getenv("SOUK_KILL_SEED"), 10, 64)
	must(err)
	steps, err := strconv.Atoi(os.Getenv("SOUK_KILL_STEPS"))
	must(err)
	now, err := time.Parse(time.RFC3339, os.Getenv("SOUK_KILL_NOW"))
	must(err)
	s, err := serve(d, func() time.Time { return now })
	must(err)
	var left atomic.Int64
	left.Store(int64(steps))
	s.reached = func(point string) {
		if left.Add(-1) == 0 {
			fmt.Print(point)
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	v := &crowd{s: s, d: d, rng: rand.New(rand.NewPCG(seed, 1))}
	for range 3 {
		must(v.step(ctx))
	}
	os.Exit(0)
}

// crowd are buyers and jobs who do something at random, each thing twice at once.
type crowd struct {
	s   *Service
	d   *db.DB
	rng *rand.Rand
}

func (c *crowd) step(ctx context.Context) error {
	do, err := c.choose(ctx)
	if err != nil || do == nil {
		return err
	}
	results := make([]error, 2)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() { results[i] = do() })
	}
	all.Wait()
	for _, err := range results {
		if _, known := errors.AsType[*models.Error](err); err != nil && !known {
			return err
		}
	}
	return nil
}

func (c *crowd) choose(ctx context.Context) (func() error, error) {
	key := strconv.FormatUint(c.rng.Uint64(), 36)
	var buyer models.Actor
	var card, sub int64
	var state string
	err := c.d.Pool().QueryRow(ctx, `SELECT a.id, a.login, m.id, coalesce(s.id, 0), coalesce(s.state, '') FROM accounts a JOIN payment_methods m ON m.account_id = a.id
		LEFT JOIN subscriptions s ON s.account_id = a.id AND s.state <> 'ended' WHERE a.login LIKE 'buyer%' ORDER BY md5(a.id || '-' || m.id || $1) LIMIT 1`, key).
		Scan(&buyer.UserID, &buyer.Login, &card, &sub, &state)
	if err != nil {
		return nil, err
	}
	buyer.MailVerified = true
	plan, units := team+c.rng.IntN(5), int64(1+c.rng.IntN(3))
	switch n := c.rng.IntN(10); {
	case sub == 0 || n < 2:
		o := Order{Key: key, Listing: "checker", Plan: plan, Account: buyer.Login, Period: models.Monthly, Units: units, Method: card}
		return func() error { _, err := c.s.Place(ctx, buyer, o); return err }, nil
	case n < 4:
		return func() error {
			_, err := c.s.Change(ctx, buyer, sub, ChangeOrder{Key: key, Plan: plan, Period: models.Monthly, Units: units})
			return err
		}, nil
	case n < 5:
		acts := []func() (*Placed, error){
			func() (*Placed, error) { return c.s.Cancel(ctx, buyer, sub, key) },
			func() (*Placed, error) { return c.s.TakeBack(ctx, buyer, sub, key) },
			func() (*Placed, error) { return c.s.Pause(ctx, buyer, sub, key) },
			func() (*Placed, error) { return c.s.Resume(ctx, buyer, sub, key, nil) },
			func() (*Placed, error) { return c.s.UseMethod(ctx, buyer, sub, card) },
		}
		act := acts[c.rng.IntN(len(acts))]
		return func() error { _, err := act(); return err }, nil
	case n < 7:
		return func() error { return c.tend(ctx) }, nil
	case n < 8:
		return func() error { return c.settle(ctx) }, nil
	}
	return func() error { return c.hear(ctx, key) }, nil
}

// ids are those of a query.
func (c *crowd) ids(ctx context.Context, sql string, args ...any) (all []int64, err error) {
	err = c.d.Pool().QueryRow(ctx, `SELECT coalesce(array_agg(id), '{}') FROM (`+sql+`) x`, args...).Scan(&all)
	return all, err
}

func (c *crowd) tend(ctx context.Context) error {
	ids, err := c.ids(ctx, `SELECT id FROM subscriptions WHERE next_at <= $1 ORDER BY id`, c.s.now())
	for _, id := range ids {
		if err := c.s.Advance(ctx, id); err != nil && !errors.Is(err, models.ErrSubscriptionBusy) {
			return err
		}
	}
	return err
}

func (c *crowd) settle(ctx context.Context) error {
	ids, err := c.ids(ctx, `SELECT id FROM charges WHERE state = 'reserved'`)
	for _, id := range ids {
		if err := c.s.Settle(ctx, id); err != nil {
			return err
		}
	}
	return err
}

// hear has the gateway settle what waits, tell of it, and what it tells worked on.
func (c *crowd) hear(ctx context.Context, key string) error {
	_, err := c.d.Pool().Exec(ctx, `UPDATE test_gateway SET body = jsonb_set(body, '{state}', '"succeeded"') WHERE kind = 'charge' AND body ->> 'state' IN ('processing', 'action_needed')`)
	if err != nil {
		return err
	}
	var reference string
	if err := c.d.Pool().QueryRow(ctx, `SELECT coalesce(max(key), '') FROM test_gateway WHERE kind = 'charge' AND body ->> 'state' = 'succeeded'`).Scan(&reference); err != nil {
		return err
	}
	if err := c.s.Hear(ctx, models.GatewayTest, gateway.Event{ID: key, Kind: gateway.EventCharge, Reference: reference}); err != nil {
		return err
	}
	err = c.s.heed(ctx, models.GatewayTest, key)
	if _, later := errors.AsType[*river.JobSnoozeError](err); later {
		return nil // the gateway told of a charge before we knew what it calls it
	}
	return err
}
