package rules_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"souk/handlers/rules"
	"souk/models"
)

type rule struct{ Name string }

func TestMove(t *testing.T) {
	t.Parallel()
	for do, want := range map[string]string{
		"up:0": "abc", "up:1": "bac", "up:2": "acb", "down:0": "bac", "down:2": "abc", "remove:1": "ac", "edit:2": "ab",
		"up:3": "abc", "up:-1": "abc", "up:x": "abc", "up": "abc", "": "abc", "explode:1": "abc", "remove:": "abc",
	} {
		all, taken := []rule{{"a"}, {"b"}, {"c"}}, ""
		all = rules.Move(do, all, func(r *rule) { taken = r.Name })
		var names []string
		for _, r := range all {
			names = append(names, r.Name)
		}
		if got := strings.Join(names, ""); got != want {
			t.Errorf("%s: %s, want %s", do, got, want)
		}
		if edits := strings.HasPrefix(do, "edit:"); edits != (taken != "") {
			t.Errorf("%s took %q", do, taken)
		}
	}
}

func TestWhatAFormCarries(t *testing.T) {
	t.Parallel()
	all := []rule{{"a"}, {`"b" & <c>`}}
	back, err := rules.Read[rule](rules.Keep(all), 2, models.ErrTooManyAppRules)
	if err != nil || !slices.Equal(back, all) {
		t.Errorf("%v %v", back, err)
	}
	if _, err := rules.Read[rule](rules.Keep(all), 1, models.ErrTooManyAppRules); !errors.Is(err, models.ErrTooManyAppRules) {
		t.Errorf("%v", err)
	}
	if _, err := rules.Read[rule]([]string{"{"}, 2, models.ErrTooManyAppRules); !errors.Is(err, models.ErrBadParameter) {
		t.Errorf("%v", err)
	}
}
