package models

import (
	"maps"
	"slices"
	"testing"
)

func TestLevelRank(t *testing.T) {
	t.Parallel()
	for level, want := range map[Level]int{"": 0, "none": 0, "READ": 0, LevelRead: 1, LevelWrite: 2, LevelAdmin: 3} {
		if got := level.Rank(); got != want {
			t.Errorf("Level(%q).Rank() = %d, want %d", level, got, want)
		}
	}
}

func TestPermissionTable(t *testing.T) {
	t.Parallel()
	groups := []PermissionGroup{GroupRepository, GroupOrganization, GroupAccount, GroupEnterprise}
	all := Permissions()
	for i, p := range all {
		if i > 0 {
			before := all[i-1]
			g, h := slices.Index(groups, before.Group), slices.Index(groups, p.Group)
			if g > h || g == h && before.Key >= p.Key {
				t.Errorf("%s stands after %s", p.Key, before.Key)
			}
		}
		if !slices.Contains(groups, p.Group) {
			t.Errorf("%s is in group %q", p.Key, p.Group)
		}
		if len(p.Levels) == 0 || !slices.IsSortedFunc(p.Levels, func(a, b Level) int { return a.Rank() - b.Rank() }) {
			t.Errorf("%s has levels %v", p.Key, p.Levels)
		}
		if p.Weight < 0 || p.Weight > 12 || (p.Weight == 0) != (p.Key == "metadata") {
			t.Errorf("%s weighs %d", p.Key, p.Weight)
		}
		if found, ok := PermissionByKey(p.Key); !ok || found.Key != p.Key {
			t.Errorf("PermissionByKey(%q) = %v, %v", p.Key, found, ok)
		}
	}
	all[0].Key = "spoilt"
	if Permissions()[0].Key == "spoilt" {
		t.Error("Permissions hands out its own table")
	}
}

func TestPermissionByKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, want string
		group     PermissionGroup
		levels    []Level
	}{
		{"contents", "contents", GroupRepository, []Level{LevelRead, LevelWrite}},
		{"workflows", "workflows", GroupRepository, []Level{LevelWrite}},
		{"repository_projects", "repository_projects", GroupRepository, []Level{LevelRead, LevelWrite, LevelAdmin}},
		{"organization_plan", "organization_plan", GroupOrganization, []Level{LevelRead}},
		{"profile", "profile", GroupAccount, []Level{LevelWrite}},
		{"enterprise_administration", "enterprise_administration", GroupEnterprise, []Level{LevelRead, LevelWrite}},
		{"email_addresses", "emails", GroupAccount, []Level{LevelRead, LevelWrite}},
		{"git_ssh_keys", "keys", GroupAccount, []Level{LevelRead, LevelWrite}},
		{"no_such_key", "", "", nil},
	} {
		p, ok := PermissionByKey(c.key)
		if ok != (c.want != "") || p.Key != c.want || p.Group != c.group || !slices.Equal(p.Levels, c.levels) {
			t.Errorf("PermissionByKey(%q) = %+v, %v", c.key, p, ok)
		}
	}
}

func TestGrantsValidate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grants Grants
		key    string
	}{
		"unknown":               {nil, ""},
		"nothing":               {Grants{}, ""},
		"good":                  {Grants{"contents": "write", "metadata": "read", "workflows": "write"}, ""},
		"other spelling":        {Grants{"email_addresses": "read", "git_ssh_keys": "write"}, ""},
		"level not on offer":    {Grants{"contents": "write", "workflows": "read"}, "workflows"},
		"no such level":         {Grants{"contents": "none"}, "contents"},
		"admin where none is":   {Grants{"issues": "admin"}, "issues"},
		"unknown key":           {Grants{"issues": "read", "telepathy": "read"}, "telepathy"},
		"first by the alphabet": {Grants{"zzz": "read", "aaa": "read"}, "aaa"},
	} {
		key, ok := c.grants.Validate()
		if key != c.key || ok != (c.key == "") {
			t.Errorf("%s: Validate() = %q, %v, want %q", name, key, ok, c.key)
		}
	}
}

func TestGrantsSorted(t *testing.T) {
	t.Parallel()
	got := Grants{
		"statuses": "write", "metadata": "read", "checks": "write", "contents": "read", "administration": "write",
		"email_addresses": "read", "emails": "write", "issues": "none",
	}.Sorted()
	want := []Grant{
		{"administration", "write"},
		{"emails", "write"},
		{"contents", "read"},
		{"checks", "write"},
		{"statuses", "write"},
		{"metadata", "read"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("Sorted() = %v, want %v", got, want)
	}
}

func TestGrantsWritesCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grants Grants
		want   bool
	}{
		"unknown":        {nil, false},
		"reads code":     {Grants{"contents": "read", "administration": "read"}, false},
		"pull requests":  {Grants{"pull_requests": "write", "single_file": "write"}, false},
		"contents":       {Grants{"contents": "write"}, true},
		"workflows":      {Grants{"workflows": "write"}, true},
		"administration": {Grants{"administration": "write"}, true},
	} {
		if got := c.grants.WritesCode(); got != c.want {
			t.Errorf("%s: WritesCode() = %v", name, got)
		}
	}
}

func TestGrantsFewer(t *testing.T) {
	t.Parallel()
	base := Grants{"contents": "write", "issues": "read"}
	for name, c := range map[string]struct {
		g, than Grants
		want    bool
	}{
		"the same":          {base, maps.Clone(base), false},
		"one missing":       {Grants{"contents": "write"}, base, true},
		"one lower":         {Grants{"contents": "read", "issues": "read"}, base, true},
		"one more":          {Grants{"contents": "write", "issues": "read", "pages": "read"}, base, false},
		"lower and more":    {Grants{"contents": "read", "pages": "read"}, base, false},
		"lower and higher":  {Grants{"contents": "read", "issues": "write"}, base, false},
		"nothing":           {Grants{}, base, true},
		"nothing, nothing":  {Grants{}, Grants{}, false},
		"unknown":           {nil, base, false},
		"than unknown":      {base, nil, false},
		"same, respelt":     {Grants{"email_addresses": "read"}, Grants{"emails": "read"}, false},
		"no level is none":  {Grants{"contents": "write", "issues": "none"}, base, true},
		"nothing but none":  {Grants{"issues": "none"}, Grants{}, false},
		"unknown key lower": {Grants{"new_key": "read"}, Grants{"new_key": "write"}, true},
	} {
		if got := c.g.Fewer(c.than); got != c.want {
			t.Errorf("%s: Fewer() = %v", name, got)
		}
	}
}
