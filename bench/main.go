//go:build linux

// Command bench measures Souk against what it is made of: bare net/http, bare
// templ, bare Meilisearch, side by side in one run. README.md says how, and
// results.md what came of it.
//
// It refuses to measure anything but the real program on real servers.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	role, args := "", os.Args[1:]
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		role, args = args[0], args[1:]
	}
	var err error
	switch role {
	case "":
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = benchmark(ctx, args)
	case "generate":
		err = generate(os.Stdout, args)
	case "load":
		err = serveLoad(os.Stdin, os.Stdout)
	case "baseline":
		err = serveBaselines(os.Stdin, os.Stdout)
	default:
		err = fmt.Errorf("there is no command %q; see bench/README.md", role)
	}
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// generate writes a catalogue.
func generate(w io.Writer, args []string) error {
	flags := flag.NewFlagSet("bench generate", flag.ContinueOnError)
	n := flags.Int("n", 10_000, "how many `listings`")
	seed := flags.Uint64("seed", 1, "`number` that everything is drawn from")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return newGenerator(*seed).write(w, *n)
}

// groups are what can be measured by itself.
var groups = []string{"warm", "browse", "search", "listing", "others", "memory", "purchases", "installations"}

// options are the command line of a run.
type options struct {
	quick   bool
	sizes   []int
	only    []string
	work    string
	out     string
	rounds  int
	slice   time.Duration
	conns   []int
	profile string
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.quick, "quick", false, "a small run for development: 1,000 and 10,000 listings, two rounds of half a second")
	sizes := flags.String("sizes", "", "catalogues to measure, as in 1000,10000,100000")
	only := flags.String("only", "", "`groups` to measure, of "+strings.Join(groups, ",")+"")
	flags.StringVar(&o.work, "work", "", "`folder` to keep databases in, so that the next run needs no import")
	flags.StringVar(&o.out, "out", "", "`file` to write the results to (default: standard output alone)")
	flags.IntVar(&o.rounds, "rounds", 0, "how often each target is measured (default: 3)")
	flags.DurationVar(&o.slice, "slice", 0, "how long (default: 3s)")
	flags.StringVar(&o.profile, "profile", "", "`folder` to write processor profiles of the app to, one a kind of page")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is no argument %q", flags.Arg(0))
	}
	o.conns = []int{1, 16}
	o.complete()
	if o.sizes, err = numbers(*sizes, o.quick); err != nil {
		return o, err
	}
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	for _, group := range o.only {
		if !slices.Contains(groups, group) {
			return o, fmt.Errorf("-only: there is no group %q, but %s", group, strings.Join(groups, ", "))
		}
	}
	return o, nil
}

// complete fills in what was left open.
func (o *options) complete() {
	rounds, slice := 3, 3*time.Second
	if o.quick {
		rounds, slice = 2, 500*time.Millisecond
	}
	if o.rounds == 0 {
		o.rounds = rounds
	}
	if o.slice == 0 {
		o.slice = slice
	}
}

func numbers(list string, quick bool) (out []int, err error) {
	switch {
	case list == "" && quick:
		return []int{1000, 10_000}, nil
	case list == "":
		return []int{1000, 10_000, 100_000}, nil
	}
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1000 {
			return nil, fmt.Errorf("-sizes: %q is not a number of listings from 1000 up", s)
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (o *options) wants(group string) bool {
	return len(o.only) == 0 || slices.Contains(o.only, group)
}

// pages reports whether anything is to be measured that needs a catalogue.
func (o *options) pages() bool {
	return len(o.only) == 0 || slices.ContainsFunc(o.only, func(group string) bool { return group != "purchases" && group != "installations" })
}

func benchmark(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	began := time.Now()
	dir, clean, err := workFolder(o.work)
	if err != nil {
		return err
	}
	defer clean()
	r := &run{quick: o.quick, builder: &builder{g: newGenerator(1), dir: dir, out: os.Stderr}, memory: map[string]memoryFigure{}, asks: map[int]float64{}}
	r.meter = &meter{progress: os.Stderr, rounds: o.rounds, slice: o.slice, warm: min(o.slice/5, 300*time.Millisecond), conns: o.conns, samples: map[key][]sample{}}
	if !o.quick {
		r.extra = 2
	}
	if r.builder.meili, err = filepath.Abs(meiliProgram); err != nil {
		return err
	}
	defer r.stop()
	if !o.pages() {
		o.sizes = nil
	}
	if err := r.start(ctx, o.sizes); err != nil {
		return err
	}
	if err := r.all(ctx, o); err != nil {
		return err
	}
	var b bytes.Buffer
	if o.pages() {
		r.write(&b, r.about(ctx, began))
	}
	if r.market != nil {
		r.market.write(&b, r, r.market.about(ctx, r, began))
	}
	if r.harbor != nil {
		r.harbor.write(&b, r, r.harbor.about(ctx, r, began))
	}
	if o.out != "" {
		if err := os.WriteFile(o.out, b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	_, err = os.Stdout.Write(b.Bytes())
	return err
}

// start builds Souk and starts all servers.
func (r *run) start(ctx context.Context, sizes []int) (err error) {
	if r.program, err = build(ctx, r.dir); err != nil {
		return err
	}
	for _, n := range sizes {
		w, err := r.world(ctx, n)
		if err != nil {
			return err
		}
		r.worlds = append(r.worlds, w)
	}
	if r.loader, err = startLoader(ctx); err != nil || len(r.worlds) == 0 {
		return err
	}
	r.least, r.middle = r.worlds[0], r.worlds[len(r.worlds)/2]
	for _, w := range r.worlds {
		if w.listings == 10_000 {
			r.middle = w
		}
	}
	return r.prepare(ctx)
}

func (r *run) stop() {
	if r.loader != nil {
		r.loader.stop()
	}
	if r.market != nil {
		r.market.stop()
	}
	if r.harbor != nil {
		r.harbor.stop()
	}
	for _, w := range r.worlds {
		w.stop()
	}
}

// all measures everything that was asked for.
func (r *run) all(ctx context.Context, o options) error {
	for _, g := range []struct {
		name string
		do   func(context.Context) error
	}{{"warm", r.warm}, {"browse", r.browse}, {"search", r.search}, {"listing", r.listing}, {"others", r.others}} {
		if !o.wants(g.name) {
			continue
		}
		if err := g.do(ctx); err != nil {
			return err
		}
	}
	if o.wants("memory") {
		for _, w := range r.worlds {
			if err := r.remember(ctx, w); err != nil {
				return err
			}
		}
	}
	if o.profile != "" && o.pages() {
		if err := r.profiles(ctx, o.profile); err != nil {
			return err
		}
	}
	if o.wants("installations") {
		if err := r.installations(ctx); err != nil {
			return err
		}
	}
	if !o.wants("purchases") {
		return nil
	}
	return r.purchases(ctx, o.profile)
}

// workFolder is where databases are, and what to do with it in the end.
func workFolder(kept string) (dir string, clean func(), err error) {
	if kept != "" {
		if dir, err = filepath.Abs(kept); err != nil {
			return "", nil, err
		}
		return dir, func() {}, os.MkdirAll(dir, 0o755)
	}
	if dir, err = os.MkdirTemp("", "souk-bench-"); err != nil {
		return "", nil, err
	}
	// Postgres runs under another user where this is root.
	return dir, func() { _ = os.RemoveAll(dir) }, os.Chmod(dir, 0o755)
}
