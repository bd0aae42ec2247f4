//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"
)

// verdicts hold purchases to what the project set out to reach.
func (m *market) verdicts(r *run) []verdict {
	var out []verdict
	for _, where := range []string{hot, spread} {
		for _, conns := range []int{1, 16} {
			out = append(out, m.ratio(r, where, conns))
		}
	}
	for _, where := range []string{hot, spread} {
		f, ok := r.figure(byHTTP+where, 1)
		out = append(out, verdict{what: byHTTP + where + ", p99", at: "1", known: ok, disturbed: f.disturbed, got: millis(f.p99), want: "≤ 4.000 ms",
			pass: f.p99 <= 4*time.Millisecond, note: "p50 " + millis(f.p50)})
	}
	return out
}

func (m *market) ratio(r *run, where string, conns int) verdict {
	a, okA := r.figure(byHTTP+where, conns)
	b, okB := r.figure(bySQL+where, conns)
	v := verdict{what: byHTTP + " ÷ one function" + where, at: fmt.Sprint(conns), want: "≥ 0.50", known: okA && okB}
	if v.known {
		v.got, v.pass, v.disturbed = fmt.Sprintf("%.2f", a.rate/b.rate), a.rate/b.rate >= 0.5, a.disturbed || b.disturbed
		v.note = fmt.Sprintf("%.0f and %.0f a second", a.rate, b.rate)
	}
	return v
}

// write writes everything as Markdown.
func (m *market) write(w io.Writer, r *run, about string) {
	fmt.Fprintf(w, "# Purchases\n\n%s\n\n", about)
	rows := [][]string{{"what", "clients", "measured", "target", "", "beside it"}}
	for _, v := range m.verdicts(r) {
		if !v.known {
			v.got, v.note = "", ""
		}
		rows = append(rows, []string{v.what, v.at, v.got, v.want, v.word(), v.note})
	}
	table(w, rows)
	fmt.Fprint(w, "\n## All figures\n\nIndicative: they belong to this machine and this run.\n\n")
	rows = [][]string{{"what", "clients", "purchases/s", "least–most", "p50 ms", "p99 ms", "CPU ms app", "Postgres", "load", "others", "slices"}}
	for _, t := range m.targets() {
		for _, conns := range []int{1, 16} {
			f, ok := r.figure(t.name, conns)
			if !ok {
				continue
			}
			rows = append(rows, []string{t.name, fmt.Sprint(conns), fmt.Sprintf("%.0f", f.rate), fmt.Sprintf("%.0f–%.0f", f.least, f.most), ms(f.p50), ms(f.p99),
				ms(f.app), ms(f.postgres), fmt.Sprintf("%.2f", f.load), fmt.Sprintf("%.2f", f.foreign), fmt.Sprint(f.slices)})
		}
	}
	table(w, rows)
	fmt.Fprint(w, "\n\"load\" and \"others\" are the processors that the load process and programs of others used; pgbench's own use isn't in \"load\".\n"+
		"\n## The same rows\n\nOne purchase through Souk and one call of the function were compared first; rows added (+) and changed (~) by each:\n"+
		strings.Join(m.compared, ", ")+".\n\n## Nothing is lost\n\n")
	for _, line := range m.kept {
		fmt.Fprintln(w, "- "+line)
	}
}

// about says where and when a run was made.
func (m *market) about(ctx context.Context, r *run, began time.Time) string {
	version, _ := m.postgres.version(ctx)
	lines := []string{
		fmt.Sprintf("%s, commit %s, %s.", began.UTC().Format("2006-01-02 15:04 MST"), commit(ctx), runtime.Version()),
		fmt.Sprintf("%s, %d processors. Postgres %s, as Souk starts it by itself: fsync and synchronous commit on, nothing tuned.", processorName(), runtime.NumCPU(), version),
		fmt.Sprintf("The function is called by %s, over prepared statements whose plans are kept as Souk's are.", m.pgbench.name(ctx)),
		fmt.Sprintf("%d rounds of %s a target, at most %d more where others disturbed; %d listings, %d buyers, a new one for each purchase.", r.rounds, r.slice, r.extra, soldHere, m.buyers),
	}
	if r.quick {
		lines = append(lines, "**A quick run, for development: not to be quoted.**")
	}
	return strings.Join(lines, "\n")
}
