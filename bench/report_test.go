//go:build linux

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// measured is a run of two sizes with made-up figures.
func measured() *run {
	small, large := &world{listings: 1000}, &world{listings: 10_000}
	small.uncached, large.uncached = &instance{}, &instance{}
	r := &run{meter: &meter{rounds: 3, samples: map[key][]sample{}}, worlds: []*world{small, large}, least: small, middle: large,
		memory: map[string]memoryFigure{"postgres@10000": {loaded: 90 << 20}}}
	put := func(target string, conns int, rate float64, p50, app time.Duration) {
		for i := range 3 {
			r.samples[key{target, conns}] = append(r.samples[key{target, conns}],
				sample{rate: rate + float64(i), p50: p50, app: app, postgres: app / 2, size: 1000})
		}
	}
	put("browse@1000", 1, 1000, 500*time.Microsecond, 200*time.Microsecond)
	put("browse@10000", 1, 900, 600*time.Microsecond, 200*time.Microsecond)
	put("browse@1000", 16, 3000, 2*time.Millisecond, 200*time.Microsecond)
	put("browse@10000", 16, 2900, 2*time.Millisecond, 800*time.Microsecond)
	put("browse templ", 16, 5800, time.Millisecond, 200*time.Microsecond)
	return r
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	var got []string
	for _, v := range measured().verdicts() {
		if v.known {
			got = append(got, strings.Join([]string{v.what, v.got, v.want, v.word()}, "; "))
		}
	}
	want := []string{
		"browse uncached ÷ bare templ over a slice; 0.50; ≥ 0.40; pass",
		"browse uncached, p50; 0.600 ms; ≤ 0.800 ms; pass",
		"browse uncached, CPU; 1.200 ms; ≤ 0.700 ms; **miss**",
		"browse uncached, growth; 1.20 ×; ≤ 1.30 ×; pass",
		"memory of the app under load, search with postgres; 90 MiB; ≤ 115 MiB; pass",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFigureLeavesDisturbedSlicesOut(t *testing.T) {
	t.Parallel()
	m := &meter{rounds: 3, samples: map[key][]sample{
		{"quiet", 1}: {{rate: 10}, {rate: 30, foreign: 0.9}, {rate: 12}},
		{"noisy", 1}: {{rate: 10}, {rate: 30, foreign: 0.9}, {rate: 20, foreign: 0.5}},
	}}
	if f, _ := m.figure("quiet", 1); f.disturbed || f.rate != 11 || f.slices != 2 {
		t.Errorf("quiet: %+v", f)
	}
	if f, _ := m.figure("noisy", 1); !f.disturbed || f.rate != 20 || f.slices != 3 {
		t.Errorf("noisy: %+v", f)
	}
	if _, ok := m.figure("missing", 1); ok {
		t.Error("a target that wasn't measured has a figure")
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	measured().write(&b, "About.")
	for _, want := range []string{"# Results", "| browse@10000", "**miss**", "not measured", "## Memory"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}
