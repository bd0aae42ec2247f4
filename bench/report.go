//go:build linux

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// verdict is one line of the table of targets.
type verdict struct {
	what, at  string
	got, want string
	pass      bool
	known     bool // it was measured
	disturbed bool
	note      string
}

func (v verdict) word() string {
	switch {
	case !v.known:
		return "not measured"
	case v.disturbed && v.pass:
		return "pass (disturbed)"
	case v.disturbed:
		return "miss (disturbed)"
	case v.pass:
		return "pass"
	}
	return "**miss**"
}

// verdicts holds the figures to what the project set out to reach.
func (r *run) verdicts() []verdict {
	at := func(what string) string { return name(what, r.middle) }
	first, last := r.worlds[0], r.worlds[len(r.worlds)-1]
	growth := func(what string) (string, string) { return name(what, last), name(what, first) }
	var out []verdict
	for _, what := range []string{"home", "browse", "listing"} {
		out = append(out, r.ratio(what+" warm ÷ bare net/http with the same bytes", at(what+" warm"), what+" bare", 0.5))
	}
	for _, what := range []string{"home", "browse", "listing"} {
		out = append(out, r.ratio(what+" warm, compressed (br)", at(what+" warm br"), what+" br bare", 0.5))
	}
	far, near := growth("browse")
	out = append(out,
		r.ratio("browse uncached ÷ bare templ over a slice", at("browse"), "browse templ", 0.4),
		r.latency("browse uncached, p50", at("browse"), 800*time.Microsecond),
		r.processor("browse uncached, CPU", at("browse"), 700*time.Microsecond),
		r.grows("browse uncached, growth", far, near, 1.3),
		r.slower("search page ÷ raw Meilisearch, p50", at("search with meilisearch"), at("meilisearch"), 1.5),
		r.latency("search page with Meilisearch, p50", at("search with meilisearch"), 1600*time.Microsecond))
	far, near = growth("search with meilisearch")
	out = append(out, r.grows("search page with Meilisearch, growth", far, near, 3),
		r.latency("search page with Postgres, p50", at("search with postgres"), 10*time.Millisecond),
		r.latency("search page with Postgres, misspelt, p50", at("typo with postgres"), 10*time.Millisecond),
		r.processor("listing uncached, CPU", at("listing"), 400*time.Microsecond))
	far, near = growth("listing")
	out = append(out, r.grows("listing uncached, growth", far, near, 1.1))
	for _, what := range []string{"postgres", "meilisearch"} {
		m, ok := r.memory[at(what)]
		out = append(out, verdict{what: "memory of the app under load, search with " + what, at: r.size(r.middle), known: ok,
			got: fmt.Sprintf("%d MiB", m.loaded>>20), want: "≤ 115 MiB", pass: m.loaded <= 115<<20})
	}
	return append(out, r.loads(last)...)
}

func (r *run) size(w *world) string { return thousands(w.listings) }

// loads are the verdicts on imports, at the largest size.
func (r *run) loads(w *world) []verdict {
	line := func(what string, took, most time.Duration) verdict {
		most = most * time.Duration(w.listings) / 100_000
		return verdict{what: what, at: r.size(w), known: took > 0, got: seconds(took), want: "≤ " + seconds(most), pass: took <= most}
	}
	l := w.loading
	return []verdict{
		line("import, search with Postgres", l.Import, 3*time.Minute),
		line("import and indexing, search with Postgres", l.ImportIx, 5*time.Minute),
		line("import, search with Meilisearch", l.MImport, 3*time.Minute),
		line("import and indexing, search with Meilisearch", l.MIndexed, 5*time.Minute),
	}
}

// ratio compares answers a second at 16 connections, with one connection and
// processor time as a note.
func (r *run) ratio(what, ours, theirs string, least float64) verdict {
	v := verdict{what: what, at: r.size(r.middle), want: fmt.Sprintf("≥ %.2f", least)}
	a, okA := r.figure(ours, 16)
	b, okB := r.figure(theirs, 16)
	if v.known = okA && okB; !v.known {
		return v
	}
	v.disturbed = a.disturbed || b.disturbed
	v.got, v.pass = fmt.Sprintf("%.2f", a.rate/b.rate), a.rate/b.rate >= least
	v.note = fmt.Sprintf("CPU %.2f", b.cpu().Seconds()/a.cpu().Seconds())
	if one, ok := r.figure(ours, 1); ok {
		if other, ok := r.figure(theirs, 1); ok {
			v.note += fmt.Sprintf(", one connection %.2f", one.rate/other.rate)
		}
	}
	return v
}

func (r *run) latency(what, target string, most time.Duration) verdict {
	f, ok := r.figure(target, 1)
	return verdict{what: what, at: r.size(r.middle), known: ok, disturbed: f.disturbed, got: millis(f.p50), want: "≤ " + millis(most),
		pass: f.p50 <= most && f.fallen < 0.01, note: strings.TrimSpace("p99 " + millis(f.p99) + " " + fellBack(f))}
}

// fellBack says how many answers were not those of the engine that is meant.
func fellBack(f figure) string {
	if f.fallen == 0 {
		return ""
	}
	return percent(f.fallen) + " fell back"
}

func (r *run) processor(what, target string, most time.Duration) verdict {
	f, ok := r.figure(target, 16)
	return verdict{what: what, at: r.size(r.middle), known: ok, disturbed: f.disturbed, got: millis(f.cpu()), want: "≤ " + millis(most),
		pass: f.cpu() <= most, note: fmt.Sprintf("app %s, Postgres %s", millis(f.app), millis(f.postgres))}
}

func (r *run) slower(what, ours, theirs string, most float64) verdict {
	a, okA := r.figure(ours, 1)
	b, okB := r.figure(theirs, 1)
	v := verdict{what: what, at: r.size(r.middle), want: fmt.Sprintf("≤ %.2f ×", most), known: okA && okB}
	if v.known {
		q := a.p50.Seconds() / b.p50.Seconds()
		v.got, v.pass, v.disturbed = fmt.Sprintf("%.2f ×", q), q <= most, a.disturbed || b.disturbed
		v.note = fmt.Sprintf("%s and %s", millis(a.p50), millis(b.p50))
	}
	return v
}

// grows compares p50 at one connection, between the largest size and the
// smallest.
func (r *run) grows(what, far, near string, most float64) verdict {
	v := r.slower(what, far, near, most)
	v.at = r.size(r.worlds[0]) + " → " + r.size(r.worlds[len(r.worlds)-1])
	a, okA := r.figure(far, 16)
	b, okB := r.figure(near, 16)
	if okA && okB {
		v.note = fmt.Sprintf("CPU %.2f ×", (a.cpu()+a.meili).Seconds()/(b.cpu()+b.meili).Seconds())
	}
	return v
}

// write writes everything as Markdown.
func (r *run) write(w io.Writer, about string) {
	fmt.Fprintf(w, "# Results of the benchmark\n\n%s\n\n## Targets\n\n", about)
	rows := [][]string{{"what", "listings", "measured", "target", "", "beside it"}}
	for _, v := range r.verdicts() {
		if !v.known {
			v.got, v.note = "", ""
		}
		rows = append(rows, []string{v.what, v.at, v.got, v.want, v.word(), v.note})
	}
	table(w, rows)
	fmt.Fprint(w, "\nRatios are of answers a second at 16 connections, p50 and growth at one connection, CPU at 16 connections:\n"+
		"processor time of the app and of all its Postgres processes, divided by answers. \"Disturbed\" means that other\n"+
		"programs used more than 0.3 of a processor in most slices.\n\n## All figures\n\nIndicative: they belong to this machine and this run.\n\n")
	rows = [][]string{{"what", "connections", "answers/s", "least–most", "p50 ms", "p99 ms", "CPU ms app", "Postgres", "Meilisearch", "bytes", "fell back", "load", "others", "slices"}}
	for _, k := range r.keys() {
		f, _ := r.figure(k.target, k.conns)
		rows = append(rows, []string{k.target, fmt.Sprint(k.conns), fmt.Sprintf("%.0f", f.rate), fmt.Sprintf("%.0f–%.0f", f.least, f.most),
			ms(f.p50), ms(f.p99), ms(f.app), ms(f.postgres), ms(f.meili), fmt.Sprint(f.size), percent(f.fallen), fmt.Sprintf("%.2f", f.load), fmt.Sprintf("%.2f", f.foreign), fmt.Sprint(f.slices)})
	}
	table(w, rows)
	fmt.Fprint(w, "\n\"load\" and \"others\" are the processors that the load process and programs of others used;\n\"fell back\" is the share of searches that Postgres answered because Meilisearch took longer than 300 ms.\n\n## Memory, import, start\n\n")
	rows = [][]string{{"listings", "memory idle MiB", "under load", "since start", "with Meilisearch idle", "under load", "since start",
		"import s", "with index", "with Meilisearch: import", "with index", "import again", "start s"}}
	for _, x := range r.worlds {
		p, m := r.memory[name("postgres", x)], r.memory[name("meilisearch", x)]
		rows = append(rows, []string{thousands(x.listings), mib(p.idle), mib(p.loaded), mib(p.peak), mib(m.idle), mib(m.loaded), mib(m.peak),
			sec(x.loading.Import), sec(x.loading.ImportIx), sec(x.loading.MImport), sec(x.loading.MIndexed), sec(x.loading.Again), fmt.Sprintf("%.2f", x.uncached.ready.Seconds())})
	}
	table(w, rows)
}

func (r *run) keys() []key {
	keys := make([]key, 0, len(r.samples))
	for k := range r.samples {
		keys = append(keys, k)
	}
	order := func(target string) (string, int) {
		what, size, _ := strings.Cut(target, "@")
		return what, len(size)
	}
	slices.SortFunc(keys, func(a, b key) int {
		whatA, sizeA := order(a.target)
		whatB, sizeB := order(b.target)
		return cmp.Or(strings.Compare(whatA, whatB), sizeA-sizeB, a.conns-b.conns)
	})
	return keys
}

// table writes a Markdown table with aligned columns, which reads well on a
// terminal too.
func table(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(w, "| %s%s ", cell, strings.Repeat(" ", widths[i]-len([]rune(cell))))
		}
		fmt.Fprintln(w, "|")
		if n == 0 {
			for _, width := range widths {
				fmt.Fprintf(w, "|%s", strings.Repeat("-", width+2))
			}
			fmt.Fprintln(w, "|")
		}
	}
}

// about says where and when a run was made.
func (r *run) about(ctx context.Context, began time.Time) string {
	version, _ := r.middle.postgres.version(ctx)
	lines := []string{
		fmt.Sprintf("%s, commit %s, %s.", began.UTC().Format("2006-01-02 15:04 MST"), commit(ctx), runtime.Version()),
		fmt.Sprintf("%s, %d processors. Postgres %s, as Souk starts it by itself; Meilisearch %s, one index thread, 512 MiB for indexing.",
			processorName(), runtime.NumCPU(), version, r.meiliVersion(ctx)),
		fmt.Sprintf("%d rounds of %s a target, at most %d more where others disturbed; %d different addresses a target or more; client, server and databases share the processors.",
			r.rounds, r.slice, r.extra, leastAddresses),
	}
	if r.quick {
		lines = append(lines, "**A quick run, for development: not to be quoted.**")
	}
	if n := r.asks[r.middle.listings]; n > 0 {
		lines = append(lines, fmt.Sprintf("For one page of the query mix Souk sends Meilisearch %.2f requests on average at %s listings.", n, thousands(r.middle.listings)))
	}
	return strings.Join(lines, "\n")
}

func (r *run) meiliVersion(ctx context.Context) string {
	_, p, _ := fetch(ctx, "http://"+r.middle.meili.addr+"/version", map[string][]string{"Authorization": {"Bearer " + meiliKey}})
	_, v, _ := strings.Cut(string(p.Body), `"pkgVersion":"`)
	v, _, _ = strings.Cut(v, `"`)
	return v
}

func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func processorName() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func thousands(n int) string {
	if n >= 1000 {
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	return fmt.Sprint(n)
}

func millis(d time.Duration) string { return ms(d) + " ms" }

func ms(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.3f", d.Seconds()*1000)
}

func seconds(d time.Duration) string { return sec(d) + " s" }

func sec(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

func percent(f float64) string {
	if f == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", f*100)
}

func mib(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n >> 20)
}
