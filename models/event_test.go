package models

import (
	"slices"
	"testing"
)

func TestEventPermissions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		known bool
		want  []string
	}{
		{"push", true, []string{"contents"}},
		{"issue_comment", true, []string{"issues", "pull_requests"}},
		{"workflow_run", true, []string{"actions"}},
		{"repository_ruleset", true, []string{"administration", "organization_administration"}},
		{"installation", true, nil},
		{"security_advisory", true, nil},
		{"marketplace_purchase", true, nil},
		{"Push", false, nil},
		{"", false, nil},
	} {
		if got := EventKnown(c.name); got != c.known {
			t.Errorf("EventKnown(%q) = %v", c.name, got)
		}
		if got := EventPermissions(c.name); !slices.Equal(got, c.want) {
			t.Errorf("EventPermissions(%q) = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestEventsNeedKnownPermissions(t *testing.T) {
	t.Parallel()
	events := Events()
	if !slices.IsSorted(events) {
		t.Error("Events are not sorted")
	}
	for _, name := range events {
		for _, key := range EventPermissions(name) {
			p, ok := PermissionByKey(key)
			if !ok || p.Key != key {
				t.Errorf("%s needs %q, which is no permission", name, key)
			}
			if p.Levels[0] != LevelRead {
				t.Errorf("%s needs %s to read, which it cannot", name, key)
			}
		}
	}
}

func TestEventPermissionsIsACopy(t *testing.T) {
	t.Parallel()
	EventPermissions("push")[0] = "spoilt"
	if got := EventPermissions("push")[0]; got != "contents" {
		t.Errorf("the table now says %q", got)
	}
}
