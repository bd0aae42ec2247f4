//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

func TestGeneratedListingsAreValid(t *testing.T) {
	t.Parallel()
	g := newGenerator(1)
	slugs := map[string]bool{}
	var permissions, plans, translated, letters int
	const n = 4000
	for i := range n {
		e := g.listing(i)
		for _, p := range e.Check() {
			t.Errorf("listing %d (%s): %s %s", i, e.Slug, p.Field, p.Why)
		}
		if slugs[e.Slug] {
			t.Errorf("listing %d: %s comes twice", i, e.Slug)
		}
		slugs[e.Slug] = true
		if e.Permissions != nil || e.Scopes != nil {
			permissions++
		}
		if e.Plans != nil {
			plans++
		}
		if e.Translations != nil {
			translated++
		}
		letters += len(e.Introduction)
	}
	t.Logf("%d %% with permissions, %d %% with plans, %d %% translated, introductions of %d letters",
		permissions*100/n, plans*100/n, translated*100/n, letters/n)
	for k := range n / 4 {
		e := g.publisher(k)
		for _, p := range e.Check() {
			t.Errorf("publisher %d (%s): %s %s", k, e.Login, p.Field, p.Why)
		}
	}
}

func TestGeneratedSlugsAreUnique(t *testing.T) {
	t.Parallel()
	g := newGenerator(1)
	seen := make(map[string]bool, 100_000)
	for i := range 100_000 {
		s := g.slug(i)
		if seen[s] {
			t.Fatalf("listing %d: %s comes twice", i, s)
		}
		seen[s] = true
	}
}

// The catalogue must not change by accident: results would no longer compare
// with earlier ones.
func TestGeneratedCatalogueIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := newGenerator(1).write(&b, 200); err != nil {
		t.Fatal(err)
	}
	_, listings, _ := strings.Cut(b.String(), `{"publisher"`) // the categories are the demonstration's
	sum := sha256.Sum256([]byte(listings))
	const want = "2b581151be1c973a"
	if got := hex.EncodeToString(sum[:8]); got != want {
		t.Errorf("the generated catalogue has digest %s, not %s", got, want)
	}
}

func TestSmallCatalogueBeginsLargeOne(t *testing.T) {
	t.Parallel()
	g := newGenerator(1)
	var small, large bytes.Buffer
	if err := g.write(&small, 20); err != nil {
		t.Fatal(err)
	}
	if err := g.write(&large, 40); err != nil {
		t.Fatal(err)
	}
	_, listings, _ := strings.Cut(small.String(), `{"listing"`)
	if !strings.Contains(large.String(), listings) {
		t.Error("the first 20 listings differ")
	}
}
