//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// target is something that load is put on.
type target struct {
	name      string
	addr      string
	requests  [][]byte
	heads     heads
	fallbacks func(context.Context) (int, error)            // nil, or how many answers were another engine's so far
	put       func(context.Context, order) (outcome, error) // nil, or what puts the load, where the load process doesn't by itself
}

// heads are the processes that work for a target; 0 where there is none. The
// children of each count too.
type heads struct{ app, postgres, meili int }

// sample is one slice of time on one target.
type sample struct {
	rate                 float64 // answers a second
	p50, p99             time.Duration
	app, postgres, meili time.Duration // processor time an answer
	size                 int           // bytes of a body
	load                 float64       // processors that the load process used
	foreign              float64       // processors that processes of others used
	fallen               float64       // share of answers that another engine gave
}

// cpu is the processor time of one answer in app and database.
func (s sample) cpu() time.Duration { return s.app + s.postgres }

// noisyAbove is how much of a processor others may use before a slice counts as
// disturbed.
const noisyAbove = 0.3

func (s sample) noisy() bool { return s.foreign > noisyAbove }

// meter measures targets and keeps what it found.
type meter struct {
	loader   *loader
	progress io.Writer
	rounds   int
	extra    int // rounds that may follow when slices were disturbed
	slice    time.Duration
	warm     time.Duration
	conns    []int
	samples  map[key][]sample
}

type key struct {
	target string
	conns  int
}

// group measures targets side by side: each for a slice, then each again, in
// the opposite order every second time.
func (m *meter) group(ctx context.Context, name string, targets ...target) error {
	for _, conns := range m.conns {
		for round := range m.rounds + m.extra {
			if round >= m.rounds && !m.disturbed(targets, conns) {
				break
			}
			fmt.Fprintf(m.progress, "%s: %d targets, %d connections, round %d\n", name, len(targets), conns, round+1)
			ordered := slices.Clone(targets)
			if round%2 == 1 {
				slices.Reverse(ordered)
			}
			for _, t := range ordered {
				if err := m.measure(ctx, t, conns); err != nil {
					return fmt.Errorf("%s, %s, %d connections: %w", name, t.name, conns, err)
				}
			}
		}
	}
	return nil
}

// disturbed reports whether any target lacks undisturbed slices.
func (m *meter) disturbed(targets []target, conns int) bool {
	return slices.ContainsFunc(targets, func(t target) bool {
		return len(quiet(m.samples[key{t.name, conns}])) < m.rounds
	})
}

func quiet(all []sample) []sample {
	return slices.DeleteFunc(slices.Clone(all), sample.noisy)
}

func (m *meter) measure(ctx context.Context, t target, conns int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	fallen, err := t.fallen(ctx)
	if err != nil {
		return err
	}
	pids := []int{m.loader.pid(), t.heads.app, t.heads.postgres, t.heads.meili}
	before := readClock(pids...)
	out, err := m.put(ctx, t, order{Addr: t.addr, Requests: t.requests, Conns: conns, For: m.slice, Warm: m.warm})
	after := readClock(pids...)
	switch {
	case err != nil:
		return err
	case out.Bad > 0:
		return fmt.Errorf("%d of %d answers were errors", out.Bad, out.Sent)
	case out.Measured == 0:
		return fmt.Errorf("no answer within %s", m.slice)
	}
	fallenNow, err := t.fallen(ctx)
	if err != nil {
		return err
	}
	elapsed := after.at.Sub(before.at)
	each := func(pid int) time.Duration {
		if pid == 0 {
			return 0
		}
		return (after.own[pid] - before.own[pid]) / time.Duration(out.Sent)
	}
	cores := func(d time.Duration) float64 { return d.Seconds() / elapsed.Seconds() }
	s := sample{
		rate: float64(out.Measured) / out.Elapsed.Seconds(), p50: out.P50, p99: out.P99,
		app: each(t.heads.app), postgres: each(t.heads.postgres), meili: each(t.heads.meili),
		size: int(out.Bytes / int64(out.Measured)), fallen: float64(fallenNow-fallen) / float64(out.Sent),
		load:    cores(after.own[m.loader.pid()] - before.own[m.loader.pid()]),
		foreign: after.foreign(before),
	}
	k := key{t.name, conns}
	m.samples[k] = append(m.samples[k], s)
	return nil
}

func (m *meter) put(ctx context.Context, t target, o order) (outcome, error) {
	if t.put != nil {
		return t.put(ctx, o)
	}
	return m.loader.do(o)
}

func (t target) fallen(ctx context.Context) (int, error) {
	if t.fallbacks == nil {
		return 0, nil
	}
	return t.fallbacks(ctx)
}

// figure is what is known of a target at a number of connections: medians over
// the undisturbed slices, or over all where there are hardly any.
type figure struct {
	sample
	least, most float64 // rate
	disturbed   bool
	slices      int
}

func (m *meter) figure(name string, conns int) (figure, bool) {
	all := m.samples[key{name, conns}]
	if len(all) == 0 {
		return figure{}, false
	}
	f := figure{disturbed: len(quiet(all)) < min(2, m.rounds)}
	if !f.disturbed {
		all = quiet(all)
	}
	f.slices = len(all)
	f.rate = medianOf(all, func(s sample) float64 { return s.rate })
	f.load = medianOf(all, func(s sample) float64 { return s.load })
	f.foreign = medianOf(all, func(s sample) float64 { return s.foreign })
	f.p50 = medianOf(all, func(s sample) time.Duration { return s.p50 })
	f.p99 = medianOf(all, func(s sample) time.Duration { return s.p99 })
	f.app = medianOf(all, func(s sample) time.Duration { return s.app })
	f.postgres = medianOf(all, func(s sample) time.Duration { return s.postgres })
	f.meili = medianOf(all, func(s sample) time.Duration { return s.meili })
	f.fallen = medianOf(all, func(s sample) float64 { return s.fallen })
	f.size = medianOf(all, func(s sample) int { return s.size })
	for i, s := range all {
		if i == 0 || s.rate < f.least {
			f.least = s.rate
		}
		f.most = max(f.most, s.rate)
	}
	return f, true
}

func medianOf[T int | float64 | time.Duration](all []sample, of func(sample) T) T {
	values := make([]T, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	slices.Sort(values)
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}
