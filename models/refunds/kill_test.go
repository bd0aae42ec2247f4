package refunds_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"souk/handlers/apptest"
	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/gateway"
	"souk/models/gateway/testgw"
	"souk/models/jobs"
	"souk/models/notices"
	"souk/models/refunds"
)

// TestKilled gives money back in a process of its own, with two clicks at once, and
// kills it between the steps, forty times. Afterwards the jobs do what is left: each
// order of a refund is one refund, at the gateway, in the books and on paper.
func TestKilled(t *testing.T) {
	t.Parallel()
	const lanes, kills, minor = 4, 10, 97
	for lane := range lanes {
		t.Run(strconv.Itoa(lane), func(t *testing.T) {
			t.Parallel()
			url := dbtest.Database(t)
			s := &shop{Shop: apptest.ShopOn(t, dbtest.Open(t, url)), t: t}
			s.Buy(t, apptest.Pro)
			s.invoice = s.Number(t, `SELECT id FROM invoices`)
			points := map[string]int{}
			for kill := range kills {
				// Two clicks pass each point once or twice.
				point := s.run(url, fmt.Sprintf("form-%d", kill), minor, 1+(kill+lane)%2)
				if point == "" {
					t.Fatal("it lived")
				}
				points[point]++
				if kill%3 == 0 { // somebody clicks again before a job comes
					s.run(url, fmt.Sprintf("form-%d", kill), minor, 0)
				}
			}
			t.Logf("killed at %v", points)
			s.comesToRest(kills, minor)
		})
	}
}

// run gives back in a process that is killed at the so-manieth point, and tells at
// which; "" if it lived.
func (s *shop) run(url, key string, minor, steps int) string {
	s.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SOUK_KILL_TEST="+url, "SOUK_KILL_KEY="+key, "SOUK_KILL_STEPS="+strconv.Itoa(steps),
		"SOUK_KILL_NOW="+s.Clock.Now().Format(time.RFC3339), "SOUK_KILL_MINOR="+strconv.Itoa(minor),
		"SOUK_KILL_INVOICE="+strconv.FormatInt(s.invoice, 10), "SOUK_KILL_MAKER="+strconv.FormatInt(s.Maker.ID, 10),
		"SOUK_KILL_MAKERS="+strconv.FormatInt(s.Makers.ID, 10))
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

// comesToRest does what the jobs do after a restart, and proves that all agrees.
func (s *shop) comesToRest(orders, minor int64) {
	s.t.Helper()
	s.is("reserved refunds that no job settles", 0, `SELECT count(*) FROM refunds r WHERE r.state = 'reserved'
		AND NOT EXISTS (SELECT FROM river_job j WHERE j.kind = 'settle_refund' AND (j.args ->> 'id')::bigint = r.id)`)
	s.is("what was left for jobs, if that proves anything", 1, `SELECT (count(*) > 0)::int FROM refunds WHERE state = 'reserved'`)
	rows, err := s.DB.Pool().Query(s.t.Context(), `SELECT (args ->> 'id')::bigint FROM river_job WHERE kind = 'settle_refund' ORDER BY id`)
	if err != nil {
		s.t.Fatal(err)
	}
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, id, id) // each job comes twice
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	for _, id := range ids {
		if err := s.Verbs.Refunds.Settle(s.t.Context(), id); err != nil {
			s.t.Fatal(err)
		}
	}
	s.is("refunds", orders, `SELECT count(*) FROM refunds WHERE state = 'succeeded'`)
	s.is("refunds that came to nothing", 0, `SELECT count(*) FROM refunds WHERE state <> 'succeeded'`)
	s.is("refunds at the gateway", orders, `SELECT count(*) FROM test_gateway WHERE kind = 'refund'`)
	s.is("what the gateway gave back", orders*minor, `SELECT (body ->> 'refunded')::bigint FROM test_gateway WHERE kind = 'charge'`)
	s.is("what was refunded", orders*minor, `SELECT refunded_minor FROM charges`)
	s.is("what was credited", orders*minor, `SELECT credited_minor FROM invoices WHERE id = $1`, s.invoice)
	s.is("credit notes", orders, `SELECT count(*) FROM invoices WHERE kind = 'credit_note'`)
	s.is("refunds without a credit note of their own", 0, `SELECT count(*) - count(DISTINCT credit_note_id) FROM refunds`)
	s.is("gaps in the numbers", 0, `SELECT max(number) - count(*) FROM invoices`)
	s.is("transactions out of balance", 0, `SELECT count(*) FROM (SELECT FROM ledger_entries GROUP BY transaction_id, currency HAVING sum(minor) <> 0) x`)
	s.is("who was told", orders, `SELECT count(*) FROM notifications WHERE kind = 'refunded' AND account_id = $1`, s.Ada.ID)
	s.is("what came in by the figures", 3000-orders*minor, `SELECT sum(minor) FROM listing_facts WHERE kind = 'revenue'`)
	s.agree()
}

// victim is the process that is killed.
func victim() {
	must := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	number := func(name string) int64 {
		n, err := strconv.ParseInt(os.Getenv("SOUK_KILL_"+name), 10, 64)
		must(err)
		return n
	}
	ctx := context.Background()
	d, err := db.Open(ctx, os.Getenv("SOUK_KILL_TEST"), 8)
	must(err)
	at, err := time.Parse(time.RFC3339, os.Getenv("SOUK_KILL_NOW"))
	must(err)
	now := func() time.Time { return at }
	q, err := jobs.NewQueue(d)
	must(err)
	site := &models.Site{Base: "http://souk.example", Development: true}
	s := refunds.New(d, q, notices.New(d, q, now), gateway.Set{models.GatewayTest: testgw.New(d.Pool(), site, now)}, now)
	var left atomic.Int64
	left.Store(number("STEPS"))
	s.BreakOffAt(func(point string) {
		if left.Add(-1) == 0 {
			fmt.Print(point)
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	maker := models.Actor{UserID: number("MAKER"), Login: "maker", MailVerified: true, SudoUntil: time.Now().AddDate(10, 0, 0),
		Memberships: []models.Membership{{OrganizationID: number("MAKERS"), Login: "makers", Role: models.RoleOwner}}}
	order := refunds.Order{Key: os.Getenv("SOUK_KILL_KEY"), Invoice: number("INVOICE"), Minor: number("MINOR"), Reason: models.RefundRequested}
	var clicks sync.WaitGroup
	for range 2 {
		clicks.Go(func() {
			_, err := s.Give(ctx, maker, order)
			must(err)
		})
	}
	clicks.Wait()
	os.Exit(0)
}
