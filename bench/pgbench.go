//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// pgbench calls the function that buys: Postgres's own pgbench, where it lies beside
// the server's programs, or else a loop of this program's.
type pgbench struct {
	path string // "": there is none
	dir  string // for scripts and logs
}

func findPgbench(p *postgres, dir string) *pgbench {
	b := &pgbench{dir: dir}
	server, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", p.pid))
	if err != nil {
		return b
	}
	for _, path := range []string{filepath.Join(filepath.Dir(server), "pgbench"), "/usr/bin/pgbench"} {
		if _, err := os.Stat(path); err == nil {
			b.path = path
			break
		}
	}
	return b
}

func (b *pgbench) name(ctx context.Context) string {
	if b.path == "" {
		return "no pgbench was found beside Postgres: a loop over pgx stands in for it, which is slower"
	}
	out, _ := exec.CommandContext(ctx, b.path, "--version").Output()
	return strings.TrimSpace(string(out))
}

// script takes the next buyer and buys.
func script(spread bool) string {
	slug := "'tool-1'"
	if spread {
		slug = fmt.Sprintf("'tool-' || 2 + n %% %d", soldHere-1)
	}
	return "SELECT bench_purchase('bench-buyer-' || n, " + slug + ", 1, 'function-' || n) FROM nextval('bench_buyers') n"
}

// settings are those of Souk's own connections: plans are made once.
const settings = "-c plan_cache_mode=force_generic_plan"

// planning is what a slice is longer for pgbench: its connections are new each time and
// make their plans first, while Souk's are kept.
const planning = time.Second

// run calls the function for a while; what it returns is what the load process would.
func (b *pgbench) run(ctx context.Context, database string, o order, spread bool) (outcome, error) {
	if b.path == "" {
		return b.loop(ctx, database, o, spread)
	}
	o.Warm += planning
	file := filepath.Join(b.dir, "purchase.sql")
	if err := os.WriteFile(file, []byte(script(spread)+"\n"), 0o644); err != nil {
		return outcome{}, err
	}
	prefix := filepath.Join(b.dir, "pgbench_log")
	old, _ := filepath.Glob(prefix + ".*")
	for _, f := range old {
		_ = os.Remove(f)
	}
	seconds := int((o.For + o.Warm + time.Second - 1).Truncate(time.Second).Seconds())
	cmd := exec.CommandContext(ctx, b.path, "-n", "-M", "prepared", "-f", file, "-c", fmt.Sprint(o.Conns), "-j", fmt.Sprint(min(o.Conns, 2)),
		"-T", fmt.Sprint(max(seconds, 1)), "-l", "--log-prefix", prefix, database)
	cmd.Env = append(os.Environ(), "PGOPTIONS="+settings)
	if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("ERROR")) {
		return outcome{}, fmt.Errorf("pgbench: %w\n%s", err, tail(out))
	}
	logs, err := filepath.Glob(prefix + ".*")
	if err != nil {
		return outcome{}, err
	}
	var done []transaction
	for _, f := range logs {
		text, err := os.ReadFile(f)
		if err != nil {
			return outcome{}, err
		}
		if done, err = readLog(done, string(text)); err != nil {
			return outcome{}, err
		}
	}
	return summed(done, o.Warm), nil
}

// transaction is one line of pgbench's log.
type transaction struct {
	ended time.Time
	took  time.Duration
}

// readLog reads lines of "client number latency script seconds microseconds".
func readLog(into []transaction, text string) ([]transaction, error) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		var n [6]int64
		for i := range n {
			if i >= len(f) {
				return into, fmt.Errorf("pgbench's log has a line %q", line)
			}
			var err error
			if n[i], err = strconv.ParseInt(f[i], 10, 64); err != nil {
				return into, fmt.Errorf("pgbench's log has a line %q", line)
			}
		}
		into = append(into, transaction{time.Unix(n[4], n[5]*1000), time.Duration(n[2]) * time.Microsecond})
	}
	return into, nil
}

// summed leaves out the warm-up, as the load process does.
func summed(done []transaction, warm time.Duration) outcome {
	out := outcome{Sent: len(done)}
	if len(done) == 0 {
		return out
	}
	slices.SortFunc(done, func(a, b transaction) int { return a.ended.Compare(b.ended) })
	from := done[0].ended.Add(-done[0].took + warm)
	var took []time.Duration
	for _, t := range done {
		if !t.ended.Before(from) {
			took = append(took, t.took)
		}
	}
	out.Measured, out.Elapsed = len(took), done[len(done)-1].ended.Sub(from)
	if len(took) > 0 {
		slices.Sort(took)
		out.P50, out.P99 = took[len(took)/2], took[int(0.99*float64(len(took)-1))]
	}
	return out
}

// loop is what pgbench does, where there is none.
func (b *pgbench) loop(ctx context.Context, database string, o order, spread bool) (outcome, error) {
	var mu sync.Mutex
	var done []transaction
	var failed error
	var all sync.WaitGroup
	until := time.Now().Add(o.For + o.Warm)
	for range o.Conns {
		all.Go(func() {
			mine, err := b.one(ctx, database, script(spread), until)
			mu.Lock()
			defer mu.Unlock()
			done = append(done, mine...)
			if err != nil {
				failed = err
			}
		})
	}
	all.Wait()
	return summed(done, o.Warm), failed
}

func (b *pgbench) one(ctx context.Context, database, sql string, until time.Time) (done []transaction, err error) {
	cfg, err := pgx.ParseConfig(database)
	if err != nil {
		return nil, err
	}
	cfg.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for time.Now().Before(until) {
		began := time.Now()
		if _, err := c.Exec(ctx, sql); err != nil {
			return done, err
		}
		now := time.Now()
		done = append(done, transaction{now, now.Sub(began)})
	}
	return done, nil
}
