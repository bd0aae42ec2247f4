//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	_ "embed" // the statements
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
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

// harborPage is a page that somebody looks at, and the header that says who.
type harborPage struct{ what, path, who string }

// The organizations, with how many repositories and installations they have.
var harborSizes = []struct {
	login                       string
	repositories, installations int
}{{"cove", 20, 10}, {"haven", 20_000, 500}}

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
	alone := *r.meter // of what 16 clients wait for each other says little of a page
	alone.conns = []int{1}
	return alone.group(ctx, "installations", h.targets()...)
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
		token, userToken := models.NewSecret(models.PrefixInstallationToken), models.NewSecret(models.PrefixUserToken)
		if _, err := c.Exec(ctx, installationsSQL, o.login, o.repositories, o.installations, hashed(token), hashed(userToken)); err != nil {
			return fmt.Errorf("filling %s: %w", o.login, err)
		}
		var all, selected, behind, request, account int64
		err := c.QueryRow(ctx, `SELECT min(i.id) FILTER (WHERE i.selection = 'all'), min(i.id) FILTER (WHERE i.selection = 'selected'),
				min(i.id) FILTER (WHERE i.lacks), (SELECT min(q.id) FROM installation_requests q WHERE q.organization_id = a.id), a.id
			FROM accounts a JOIN installations i ON i.account_id = a.id WHERE a.login = $1 GROUP BY a.id`, o.login).Scan(&all, &selected, &behind, &request, &account)
		if err != nil {
			return err
		}
		org := "/organizations/" + o.login + "/settings"
		owner, member := "Cookie: souk_session=bench-"+o.login, "Cookie: souk_session=bench-"+o.login+"-member-1"
		choosing := fmt.Sprintf("/apps/%s-tool-%d/installations/new/permissions?target_id=%d", o.login, o.installations+1, account)
		last := fmt.Sprintf("/repositories?per_page=100&page=%d", (o.repositories+99)/100)
		h.pages[o.login] = []harborPage{
			{"what is installed", org + "/installations", owner},
			{"an installation on all repositories", fmt.Sprintf("%s/installations/%d", org, all), owner},
			{"an installation on selected ones", fmt.Sprintf("%s/installations/%d", org, selected), owner},
			{"an update", fmt.Sprintf("%s/installations/%d/permissions/update", org, behind), owner},
			{"requests", org + "/installations/requests", owner},
			{"a request", fmt.Sprintf("%s/installations/requests/%d", org, request), owner},
			{"choosing repositories", choosing, owner},
			{"choosing, as a member", choosing, member},
			{"choosing, among those found", choosing + "&q=19", owner},
			{"everything that is let in", org + "/integrations", owner},
			{"that, by risk", org + "/integrations?sort=risk", owner},
			{"what would stop", org + "/integrations/revoke?all=true", owner},
			{"the policy", org + "/app_policy", owner},
			{"an app's installations", fmt.Sprintf("/settings/apps/%s-tool-2/installations", o.login), owner},
			{"API: the last repositories of an installation", "/api/v3/installation" + last, "Authorization: token " + token},
			{"API: those that are a user's, too", fmt.Sprintf("/api/v3/user/installations/%d%s", all, last), "Authorization: token " + userToken},
		}
	}
	return nil
}

func hashed(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func (h *harbor) targets() (all []target) {
	for i := range h.pages[harborSizes[1].login] {
		for _, o := range harborSizes {
			p := h.pages[o.login][i]
			all = append(all, target{name: p.what + "@" + o.login, addr: h.app.addr, heads: heads{app: h.app.pid(), postgres: h.postgres.pid},
				requests: [][]byte{get(p.path, p.who)}})
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
