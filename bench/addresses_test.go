//go:build linux

package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestQueriesAreOfTheKindTheySay(t *testing.T) {
	t.Parallel()
	q := newGenerator(1).queries(3000)
	if n := len(q.mix()); n < leastAddresses {
		t.Errorf("%d queries in the mix", n)
	}
	if n := len(q.typos()); n < leastAddresses {
		t.Errorf("%d misspelt queries", n)
	}
	for _, w := range append(q.typo, q.prefix...) {
		if !utf8.ValidString(w) || w == "" || strings.Contains(w, " ") {
			t.Errorf("%q", w)
		}
	}
}

func TestAddressesAreDifferent(t *testing.T) {
	t.Parallel()
	g := newGenerator(1)
	q := g.queries(3000)
	for what, list := range map[string][]address{
		"home": homes(), "browse": g.browses(), "listing": g.listings(1000, 400), "search": searches(q.mix()), "typo": searches(q.typos()),
	} {
		seen := map[string]bool{}
		for _, a := range list {
			seen[string(a.request())] = true
		}
		if len(seen) < leastAddresses {
			t.Errorf("%s: only %d different requests", what, len(seen))
		}
	}
}

func TestCheckLooksAtBodies(t *testing.T) {
	t.Parallel()
	row := rowMark + `>`
	for _, c := range []struct {
		a      address
		status int
		body   string
		ok     bool
	}{
		{address{cards: 2}, 200, row + row, true},
		{address{cards: 3}, 200, row + row, false},
		{address{cards: -1, holds: "Name"}, 200, "<h1>Name</h1>", true},
		{address{cards: -1, holds: "Name"}, 200, "<h1>Other</h1>", false},
		{address{cards: -1}, 503, "", false},
		{address{cards: 1, json: true}, 200, `{"items":[{"slug":"a"}]}`, true},
		{address{cards: 1, json: true}, 200, `{"degraded":true,"items":[{"slug":"a"}]}`, false},
	} {
		if err := c.a.check(c.status, []byte(c.body)); (err == nil) != c.ok {
			t.Errorf("%+v, %d, %q: %v", c.a, c.status, c.body, err)
		}
	}
}
