//go:build linux

package main

import (
	"os"
	"testing"
	"time"
)

func TestParseProcess(t *testing.T) {
	t.Parallel()
	p, ok := parseProcess([]byte("42 (a ) (b) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 20 5 20 0 1 0 100\n"))
	if !ok || p.parent != 7 || p.time != 2250*time.Millisecond {
		t.Errorf("%+v %v", p, ok)
	}
	for _, bad := range []string{"", "42 (x S 7", "42 (x) S 7 1"} {
		if _, ok := parseProcess([]byte(bad)); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestReadClock(t *testing.T) {
	t.Parallel()
	before := readClock(os.Getpid())
	for began := time.Now(); time.Since(began) < 300*time.Millisecond; {
	}
	after := readClock(os.Getpid())
	if used := after.own[os.Getpid()] - before.own[os.Getpid()]; used < 50*time.Millisecond {
		t.Errorf("a busy process used %v", used)
	}
	if after.all <= before.all {
		t.Error("no process used any time")
	}
	if now, peak := memory(os.Getpid()); now < 1<<20 || peak < now {
		t.Errorf("memory %d, at most %d", now, peak)
	}
}
