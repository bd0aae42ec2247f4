package models

import (
	"reflect"
	"testing"
)

func TestAskedChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		was, is AccessAsked
		want    AskedChange
		more    bool
	}{
		"nothing": {AccessAsked{}, AccessAsked{}, AskedChange{}, false},
		"told for the first time": {AccessAsked{}, AccessAsked{Permissions: Grants{"members": "read", "issues": "read"}},
			AskedChange{Added: []GrantChange{{"issues", "", "read"}, {"members", "", "read"}}}, true},
		"told to be nothing": {AccessAsked{}, AccessAsked{Permissions: Grants{}, Events: []string{}}, AskedChange{}, false},
		"all four": {
			AccessAsked{Permissions: Grants{"issues": "read", "contents": "write", "checks": "read"}},
			AccessAsked{Permissions: Grants{"issues": "write", "contents": "read", "actions": "read"}},
			AskedChange{Added: []GrantChange{{"actions", "", "read"}}, Raised: []GrantChange{{"issues", "read", "write"}},
				Lowered: []GrantChange{{"contents", "write", "read"}}, Removed: []GrantChange{{"checks", "read", ""}}}, true},
		"less": {AccessAsked{Permissions: Grants{"issues": "write"}}, AccessAsked{Permissions: Grants{"issues": "read"}},
			AskedChange{Lowered: []GrantChange{{"issues", "write", "read"}}}, false},
		"the same under another spelling": {AccessAsked{Permissions: Grants{"email_addresses": "read"}},
			AccessAsked{Permissions: Grants{"emails": "read"}}, AskedChange{}, false},
		"events": {AccessAsked{Events: []string{"push", "issues"}}, AccessAsked{Events: []string{"push", "fork", "create", "fork"}},
			AskedChange{EventsAdded: []string{"create", "fork"}, EventsRemoved: []string{"issues"}}, false},
		"scopes": {AccessAsked{Scopes: []string{"gist"}}, AccessAsked{Scopes: []string{"repo"}},
			AskedChange{ScopesAdded: []string{"repo"}, ScopesRemoved: []string{"gist"}}, true},
	} {
		got := c.was.ChangeTo(c.is)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		if got.More() != c.more || got.Empty() != reflect.DeepEqual(c.want, AskedChange{}) {
			t.Errorf("%s: more is %v, empty %v", name, got.More(), got.Empty())
		}
	}
}

func TestAppsEndOnlyOutOfSight(t *testing.T) {
	t.Parallel()
	may := map[ListingState]bool{"": true, ListingDraft: true, ListingChangesRequested: true, ListingArchived: true, ListingRejected: true}
	states := ListingStates()
	states[""] = nil
	for s := range states {
		if s.MayEnd() != may[s] {
			t.Errorf("%q: %v", s, s.MayEnd())
		}
	}
}
