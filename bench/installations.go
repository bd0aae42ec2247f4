//go:build linux

package main

import (
	"context"
	_ "embed" // the statements
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed installations_world.sql
var installationsSQL string

// harbor is where pages about installations are measured: a database of its own with
// a small organization and a large one, and a Souk that works on no jobs.
type harbor struct {
	postgres *postgres
	app      *instance
	pages    map[string][]harborPage // by organization
}

// harborPage is a page that an owner looks at.
type harborPage struct{ what, path string }

// The organizations, with how many repositories and installations they have.
var harborSizes = []struct {
	login                       string
	repositories, installations int
}{{"cove", 20, 5}, {"haven", 20_000, 500}}

// installations measures the pages about installations, in a small and in a large
// organization.
func (r *run) installations(ctx context.Context) (err error) {
	h := &harbor{pages: map[string][]harborPage{}}
	r.harbor = h
	dir := filepath.Join(r.dir, "installations")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if h.postgres, err = startPostgres(ctx, filepath.Join(dir, "postgres")); err != nil {
		return err
	}
	database, err := h.postgres.database(ctx, "souk")
	if err != nil {
		return err
	}
	env := []string{"DATABASE_URL=" + database, "SOUK_WORKERS=0"}
	if _, err := r.program.run(ctx, env, "migrate"); err != nil {
		return err
	}
	if err := h.postgres.with(ctx, database, func(c *pgx.Conn) error { return h.fill(ctx, c) }); err != nil {
		return err
	}
	if err := h.postgres.settle(ctx, database); err != nil {
		return err
	}
	if h.app, err = r.program.serve(ctx, "souk-installations", env...); err != nil {
		return err
	}
	return r.group(ctx, "installations", h.targets()...)
}

func (h *harbor) stop() {
	if h.app != nil {
		h.app.stop()
	}
	if h.postgres != nil {
		h.postgres.stop()
	}
}

// fill makes the organizations and finds the addresses of their pages.
func (h *harbor) fill(ctx context.Context, c *pgx.Conn) error {
	for _, o := range harborSizes {
		if _, err := c.Exec(ctx, installationsSQL, o.login, o.repositories, o.installations); err != nil {
			return fmt.Errorf("filling %s: %w", o.login, err)
		}
		var all, selected, behind, request, account int64
		err := c.QueryRow(ctx, `SELECT min(i.id) FILTER (WHERE i.selection = 'all'), min(i.id) FILTER (WHERE i.selection = 'selected'),
				coalesce(min(i.id) FILTER (WHERE i.lacks), 0), (SELECT min(q.id) FROM installation_requests q WHERE q.organization_id = a.id), a.id
			FROM accounts a JOIN installations i ON i.account_id = a.id WHERE a.login = $1 GROUP BY a.id`, o.login).Scan(&all, &selected, &behind, &request, &account)
		if err != nil {
			return err
		}
		org := "/organizations/" + o.login + "/settings"
		h.pages[o.login] = []harborPage{
			{"what is installed", org + "/installations"},
			{"an installation on all repositories", fmt.Sprintf("%s/installations/%d", org, all)},
			{"an installation on selected ones", fmt.Sprintf("%s/installations/%d", org, selected)},
			{"requests", org + "/installations/requests"},
			{"a request", fmt.Sprintf("%s/installations/requests/%d", org, request)},
			{"choosing repositories", fmt.Sprintf("/apps/%s-tool-%d/installations/new/permissions?target_id=%d", o.login, o.installations+1, account)},
			{"everything that is let in", org + "/integrations"},
			{"the policy", org + "/app_policy"},
			{"an app's installations", fmt.Sprintf("/settings/apps/%s-tool-2/installations", o.login)},
		}
		if behind != 0 {
			h.pages[o.login] = append(h.pages[o.login], harborPage{"an update", fmt.Sprintf("%s/installations/%d/permissions/update", org, behind)})
		}
	}
	return nil
}

func (h *harbor) targets() (all []target) {
	for i := range h.pages[harborSizes[1].login] {
		for _, o := range harborSizes {
			if i >= len(h.pages[o.login]) {
				continue
			}
			p := h.pages[o.login][i]
			all = append(all, target{name: p.what + "@" + o.login, addr: h.app.addr, heads: heads{app: h.app.pid(), postgres: h.postgres.pid},
				requests: [][]byte{get(p.path, "Cookie: souk_session=bench-"+o.login)}})
		}
	}
	return all
}

// most is how long the server may take for a page of a large organization.
const most = 100 * time.Millisecond

// write writes everything as Markdown, and holds the pages of the large organization to
// that.
func (h *harbor) write(w io.Writer, r *run, about string) {
	fmt.Fprintf(w, "# Installations\n\n%s\n\n", about)
	large, small := harborSizes[1], harborSizes[0]
	fmt.Fprintf(w, "Each page in an organization with %s repositories and %d installations, beside one with %d and %d; one connection, so that p50 and p99 are what the server takes.\n\n",
		thousands(large.repositories), large.installations, small.repositories, small.installations)
	rows := [][]string{{"page", "p50 ms", "p99 ms", "target", "", "÷ small", "CPU ms app", "Postgres", "bytes"}}
	for _, p := range h.pages[large.login] {
		f, ok := r.figure(p.what+"@"+large.login, 1)
		if !ok {
			continue
		}
		v := verdict{known: true, pass: f.p99 <= most, disturbed: f.disturbed}
		ratio := ""
		if s, ok := r.figure(p.what+"@"+small.login, 1); ok {
			ratio = fmt.Sprintf("%.2f", f.p50.Seconds()/s.p50.Seconds())
		}
		rows = append(rows, []string{p.what, ms(f.p50), ms(f.p99), "≤ 100", v.word(), ratio, ms(f.app), ms(f.postgres), fmt.Sprint(f.size)})
	}
	table(w, rows)
}

// about says where and when a run was made.
func (h *harbor) about(ctx context.Context, r *run, began time.Time) string {
	version, _ := h.postgres.version(ctx)
	lines := []string{
		fmt.Sprintf("%s, commit %s, %s.", began.UTC().Format("2006-01-02 15:04 MST"), commit(ctx), runtime.Version()),
		fmt.Sprintf("%s, %d processors. Postgres %s, as Souk starts it by itself.", processorName(), runtime.NumCPU(), version),
		fmt.Sprintf("%d rounds of %s a page, at most %d more where others disturbed.", r.rounds, r.slice, r.extra),
	}
	if r.quick {
		lines = append(lines, "**A quick run, for development: not to be quoted.**")
	}
	return strings.Join(lines, "\n")
}
