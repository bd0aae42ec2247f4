package main

import (
	"runtime"
	"runtime/debug"
	gauges "runtime/metrics"
)

// garbage is how much may lie about, as a part of what is in use (GOGC). What is
// in use is mostly the columns and hardly changes, so it is worth a little more
// processor time to keep the program small.
const garbage = 40

// roomy is how large the heap may become in any case, in bytes: a small
// catalogue would be looked through every few hundred pages otherwise.
const roomy = 56 << 20

// collectLess lets garbage lie until the heap is roomy, or as much as garbage
// says where more is in use. It looks again after every collection: a value
// that nobody holds is finalized then.
func collectLess() {
	live := []gauges.Sample{{Name: "/gc/heap/live:bytes"}}
	now := garbage
	debug.SetGCPercent(now)
	var look func(*collection)
	look = func(c *collection) {
		gauges.Read(live)
		inUse := max(int(live[0].Value.Uint64()), roomy/20)
		if percent := max(garbage, (roomy-inUse)*100/inUse); percent != now {
			now = percent
			debug.SetGCPercent(now)
		}
		runtime.SetFinalizer(c, look)
	}
	runtime.SetFinalizer(&collection{}, look)
}

// collection has a size, so that it doesn't share its place with others.
type collection struct{ _ *collection }
