package models_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"souk/models"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestListingTransitions keeps every pair of states in a file that a reviewer
// can read.
func TestListingTransitions(t *testing.T) {
	t.Parallel()
	states := make([]models.ListingState, 0)
	for s := range models.ListingStates() {
		states = append(states, s)
	}
	slices.Sort(states)
	var table strings.Builder
	for _, from := range states {
		for _, to := range states {
			l := models.Listing{State: from}
			changed, err := l.To(to)
			switch {
			case errors.Is(err, models.ErrListingState):
				if l.State != from {
					t.Errorf("a refused step from %s changed the state to %s", from, l.State)
				}
				fmt.Fprintf(&table, "%-18s %-18s no\n", from, to)
			case err != nil:
				t.Errorf("%s to %s: %v", from, to, err)
			case changed:
				fmt.Fprintf(&table, "%-18s %-18s yes\n", from, to)
			default:
				fmt.Fprintf(&table, "%-18s %-18s same\n", from, to)
			}
		}
	}
	golden(t, "testdata/listing_states.txt", table.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and look at the difference\ngot:\n%s", name, got)
	}
}

func TestOnlyPublishedIsPublic(t *testing.T) {
	t.Parallel()
	for s := range models.ListingStates() {
		if l := (models.Listing{State: s}); l.Public() != (s == models.ListingPublished) {
			t.Errorf("public in state %s: %v", s, l.Public())
		}
	}
}

func TestSlugsAndLogins(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"codecov": true, "a": true, "issue.sh": true, "x-1": true, "a--b": true, "": false, "-a": false, "a-": false,
		"A": false, "a b": false, "a/b": false, "é": false, strings.Repeat("a", 101): false,
	} {
		if models.ValidSlug(s) != want {
			t.Errorf("ValidSlug(%q) = %v", s, !want)
		}
	}
	for s, want := range map[string]bool{
		"octocat": true, "a-b": true, "a--b": false, "a_b": true, "-a": false, "a-": false, "": false,
		"A": false, strings.Repeat("a", 39): true, strings.Repeat("a", 40): false,
	} {
		if models.ValidLogin(s) != want {
			t.Errorf("ValidLogin(%q) = %v", s, !want)
		}
	}
}
