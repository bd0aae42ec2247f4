//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// soldHere is how many listings are sold; the first of them is the hot one, the
// others are what purchases are spread over.
const soldHere = 1001

// market is where purchases are measured: a database of its own with one seller,
// listings that are sold and buyers who are signed in, and a Souk that works on no
// jobs.
type market struct {
	program  *program
	loader   *loader
	postgres *postgres
	database string
	app      *instance
	pgbench  *pgbench

	buyers int // there are
	next   int // who has bought nothing
	orders int // that there must be

	compared []string // what one purchase writes, by Souk and by the function
	kept     []string // what was counted at the end, and after the kill
}

// purchases measures what it takes to buy a plan, and proves that nothing is lost.
func (r *run) purchases(ctx context.Context, profile string) (err error) {
	m := &market{program: r.program, loader: r.loader}
	r.market = m
	dir := filepath.Join(r.dir, "purchases")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if m.postgres, err = startPostgres(ctx, filepath.Join(dir, "postgres")); err != nil {
		return err
	}
	if m.database, err = m.postgres.database(ctx, "souk"); err != nil {
		return err
	}
	if _, err := m.program.run(ctx, m.env(), "migrate"); err != nil {
		return err
	}
	m.pgbench = findPgbench(m.postgres, dir)
	if err := m.open(ctx, r); err != nil {
		return err
	}
	if err := r.group(ctx, "purchases", m.targets()...); err != nil {
		return err
	}
	if profile != "" {
		if err := m.profile(ctx, r, profile); err != nil {
			return err
		}
	}
	if err := m.whole(ctx, "after all purchases", m.orders); err != nil {
		return err
	}
	return m.killed(ctx, r.slice)
}

func (m *market) stop() {
	if m.app != nil {
		m.app.stop()
	}
	if m.postgres != nil {
		m.postgres.stop()
	}
}

func (m *market) env() []string { return []string{"DATABASE_URL=" + m.database, "SOUK_WORKERS=0"} }

func (m *market) serve(ctx context.Context) (err error) {
	m.app, err = m.program.serve(ctx, "souk-purchases", m.env()...)
	return err
}

// open fills the market, compares what Souk writes with what the function writes,
// and has some of everything bought, so that plans of statements are made for tables
// that hold something.
func (m *market) open(ctx context.Context, r *run) error {
	const some = 2000
	err := m.with(ctx, func(c *pgx.Conn) error { return fill(ctx, c, soldHere, some) })
	if err != nil {
		return err
	}
	m.buyers = some
	if err := m.serve(ctx); err != nil {
		return err
	}
	if err := m.compare(ctx); err != nil {
		return err
	}
	if err := m.with(ctx, func(c *pgx.Conn) error {
		for m.next < some {
			if err := m.callOnce(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	each := (r.slice + r.meter.warm).Seconds()
	if err := m.ensure(ctx, int(each*float64(r.rounds)*15_000)); err != nil {
		return err
	}
	m.app.stop() // its plans are of empty tables
	if err := m.postgres.settle(ctx, m.database); err != nil {
		return err
	}
	return m.serve(ctx)
}

// ensure sees to it that n buyers have bought nothing yet.
func (m *market) ensure(ctx context.Context, n int) error {
	if m.buyers-m.next >= n {
		return nil
	}
	n = max(n, 20_000)
	err := m.with(ctx, func(c *pgx.Conn) error { return moreBuyers(ctx, c, m.buyers, n) })
	m.buyers += n
	return err
}

func (m *market) with(ctx context.Context, do func(*pgx.Conn) error) error {
	return m.postgres.with(ctx, m.database, do)
}

// Names of the targets.
const (
	byHTTP   = "purchase"
	bySQL    = "purchase as one function"
	hot      = ", one plan"
	spread   = ", a thousand plans"
	mostHTTP = 5_000 // purchases a second that no slice exceeds
	mostSQL  = 10_000
)

// targets are the real thing and the function beside it, each on one plan and on a
// thousand.
func (m *market) targets() []target {
	var all []target
	for _, where := range []string{hot, spread} {
		all = append(all,
			target{name: byHTTP + where, heads: heads{app: m.app.pid(), postgres: m.postgres.pid}, put: func(ctx context.Context, o order) (outcome, error) {
				return m.buy(ctx, o, where == spread)
			}},
			target{name: bySQL + where, heads: heads{postgres: m.postgres.pid}, put: func(ctx context.Context, o order) (outcome, error) {
				return m.call(ctx, o, where == spread)
			}})
	}
	return all
}

// buy sends orders as a browser does, one for each buyer.
func (m *market) buy(ctx context.Context, o order, spread bool) (outcome, error) {
	n := int((o.For + o.Warm).Seconds() * mostHTTP)
	if err := m.ensure(ctx, n); err != nil {
		return outcome{}, err
	}
	o.Addr, o.Once, o.Good = m.app.addr, true, 303
	o.Requests = m.requests(m.next, n, spread)
	out, err := m.loader.do(o)
	m.next += out.Sent
	m.orders += out.Sent - out.Bad
	return out, err
}

// requests are those of n buyers.
func (m *market) requests(from, n int, spread bool) [][]byte {
	list := make([][]byte, n)
	for i := range list {
		list[i] = purchase(from+i+1, tool(from+i, spread))
	}
	return list
}

// purchase is what a browser sends when somebody presses the button that buys.
func purchase(buyer int, slug string) []byte {
	form := url.Values{"account": {fmt.Sprintf("buyer-%d", buyer)}, "period": {"month"}, "method": {"transfer"}, "place": {fmt.Sprintf("BENCHBENCHBENCHBENCH%06d.1476.EUR", buyer)}}
	body := form.Encode()
	lines := []string{"POST /marketplace/" + slug + "/order/1 HTTP/1.1", "Host: localhost", "User-Agent: Mozilla/5.0 (bench)",
		"Accept: text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language: en-US,en;q=0.9", "Accept-Encoding: gzip, br",
		"Origin: http://localhost", "Referer: http://localhost/marketplace/" + slug + "/order/1", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate",
		"Cookie: souk_session=" + buyerSecret(buyer), "Content-Type: application/x-www-form-urlencoded", fmt.Sprintf("Content-Length: %d", len(body))}
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}

func buyerSecret(n int) string { return fmt.Sprintf("bench-buyer-%d", n) }

// tool is the listing that somebody buys.
func tool(i int, spread bool) string {
	if !spread {
		return "tool-1"
	}
	return fmt.Sprintf("tool-%d", 2+i%(soldHere-1))
}

// call is the purchase as one function; see purchases_function.sql.
const call = "SELECT bench_purchase($1, $2, 1, $3)"

func (m *market) callOnce(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, call, buyerSecret(m.next+1), tool(m.next, true), fmt.Sprintf("function-%d", m.next+1))
	if err == nil {
		m.next, m.orders = m.next+1, m.orders+1
	}
	return err
}

// call has pgbench call the function.
func (m *market) call(ctx context.Context, o order, spread bool) (outcome, error) {
	if err := m.ensure(ctx, int((o.For+o.Warm+2*time.Second).Seconds()*mostSQL)); err != nil {
		return outcome{}, err
	}
	var out outcome
	err := m.with(ctx, func(c *pgx.Conn) error {
		if _, err := c.Exec(ctx, "SELECT setval('bench_buyers', $1, false)", m.next+1); err != nil {
			return err
		}
		var err error
		if out, err = m.pgbench.run(ctx, m.database, o, spread); err != nil {
			return err
		}
		return c.QueryRow(ctx, "SELECT last_value FROM bench_buyers").Scan(&m.next)
	})
	m.orders += out.Sent
	return out, err
}

// compare buys once through Souk and once through the function, and refuses to go on
// unless both wrote the same number of rows to each table.
func (m *market) compare(ctx context.Context) error {
	return m.with(ctx, func(c *pgx.Conn) error {
		souk, err := writes(ctx, c, func() error {
			m.next++
			return m.buyOnce(m.next)
		})
		if err != nil {
			return err
		}
		function, err := writes(ctx, c, func() error { return m.callOnce(ctx, c) })
		if err != nil {
			return err
		}
		m.orders++
		if !maps.Equal(souk, function) {
			return fmt.Errorf("the function doesn't write what Souk writes: %v, not %v; mend bench/purchases_function.sql", function, souk)
		}
		for _, table := range slices.Sorted(maps.Keys(souk)) {
			m.compared = append(m.compared, fmt.Sprintf("`%s` %s", table, souk[table]))
		}
		return nil
	})
}

func (m *market) buyOnce(buyer int) error {
	out, err := m.loader.do(order{Addr: m.app.addr, Requests: [][]byte{purchase(buyer, "tool-1")}, Conns: 1, For: time.Minute, Once: true, Good: 303})
	if out.Bad > 0 {
		return fmt.Errorf("a purchase was answered with %d", out.Last)
	}
	return err
}

// profile writes what the app spends its processor time on.
func (m *market) profile(ctx context.Context, r *run, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	const length = 5
	done := make(chan error, 1)
	go func() {
		done <- m.app.save(ctx, fmt.Sprintf("profile?seconds=%d", length), filepath.Join(dir, "purchases.pprof"))
	}()
	_, err := m.buy(ctx, order{Conns: 16, For: (length + 1) * time.Second}, true)
	return errors.Join(err, <-done)
}

// killed has Souk killed while sixteen buy, starts it anew, and sends again what was
// sent: who was answered and who wasn't has one order each.
func (m *market) killed(ctx context.Context, slice time.Duration) error {
	slice = max(slice, time.Second)
	if err := m.ensure(ctx, int(slice.Seconds()*mostHTTP)); err != nil {
		return err
	}
	o := order{Addr: m.app.addr, Requests: m.requests(m.next, int(slice.Seconds()*mostHTTP), true), Conns: 16, For: slice, Once: true, Good: 303}
	kill := time.AfterFunc(slice/2, func() { _ = m.app.cmd.Process.Kill() })
	defer kill.Stop()
	out, err := m.loader.do(o)
	if err == nil {
		return errors.New("nobody noticed that Souk was killed")
	}
	<-m.app.gone
	if out.Bad > 0 {
		return fmt.Errorf("before it was killed, Souk refused %d purchases", out.Bad)
	}
	if err := m.serve(ctx); err != nil {
		return err
	}
	there, err := m.count(ctx)
	if err != nil {
		return err
	}
	if held := there - m.orders; held < out.Sent || held > out.Sent+o.Conns {
		return fmt.Errorf("%d purchases were answered before the kill, and %d are there", out.Sent, held)
	}
	m.kept = append(m.kept, fmt.Sprintf("killed under 16 clients: %d purchases were answered, %d are there", out.Sent, there-m.orders))
	if err := m.whole(ctx, "after the kill", there); err != nil {
		return err
	}
	return m.again(ctx, o, out.Sent)
}

// again sends what was sent before the kill: the same keys are the same orders.
func (m *market) again(ctx context.Context, o order, answered int) error {
	o.Addr, o.For, o.Requests = m.app.addr, time.Minute, o.Requests[:answered+o.Conns]
	out, err := m.loader.do(o)
	switch {
	case err != nil:
		return err
	case out.Bad > 0 || out.Sent != len(o.Requests):
		return fmt.Errorf("sent again after the kill: %d of %d were refused, the last with %d", out.Bad, out.Sent, out.Last)
	}
	m.next, m.orders = m.next+len(o.Requests), m.orders+len(o.Requests)
	return m.whole(ctx, "after all of those were sent again", m.orders)
}

func (m *market) count(ctx context.Context) (n int, err error) {
	err = m.with(ctx, func(c *pgx.Conn) error { return c.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n) })
	return n, err
}

// whole proves that there are so many orders, and of each all that belongs to it.
func (m *market) whole(ctx context.Context, when string, orders int) error {
	var found string
	err := m.with(ctx, func(c *pgx.Conn) error {
		var err error
		found, err = books(ctx, c, orders)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", when, err)
	}
	if _, err := m.program.run(ctx, m.env(), "ledger", "check"); err != nil {
		return fmt.Errorf("%s: %w", when, err)
	}
	m.kept = append(m.kept, when+": "+found+"; `souk ledger check` finds nothing")
	return nil
}
