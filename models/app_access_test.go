package models

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestCheckGrants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asked, kept Grants
		ok          bool
	}{
		{nil, Grants{}, true},
		{Grants{"issues": "read"}, Grants{"issues": "read", "metadata": "read"}, true},
		{Grants{"issues": "write", "metadata": "read"}, Grants{"issues": "write", "metadata": "read"}, true},
		{Grants{"members": "read"}, Grants{"members": "read"}, true}, // of no repository
		{Grants{"email_addresses": "read"}, Grants{"emails": "read"}, true},
		{Grants{"issues": ""}, Grants{}, true},
		{Grants{"issues": "admin"}, nil, false},
		{Grants{"workflows": "read"}, nil, false},
		{Grants{"everything": "read"}, nil, false},
		{Grants{"issues": "READ"}, nil, false},
		{Grants{"issues'; DROP TABLE apps": "read"}, nil, false},
	} {
		got, err := CheckGrants(c.asked)
		if c.ok != (err == nil) || !maps.Equal(got, c.kept) || err != nil && !errors.Is(err, ErrPermissionUnknown) {
			t.Errorf("%v: %v, %v", c.asked, got, err)
		}
	}
}

func TestCheckEvents(t *testing.T) {
	t.Parallel()
	g := Grants{"issues": "read", "metadata": "read"}
	for _, c := range []struct {
		names, kept []string
		want        *Error
	}{
		{nil, []string{}, nil},
		{[]string{"issues", "issue_comment", "issues"}, []string{"issue_comment", "issues"}, nil},
		{[]string{"installation", "ping", "issues"}, []string{"issues"}, nil}, // come anyway
		{[]string{"security_advisory", "meta"}, []string{"meta", "security_advisory"}, nil},
		{[]string{"push"}, nil, ErrEventPermission},
		{[]string{"nothing"}, nil, ErrEventUnknown},
		{[]string{"marketplace_purchase"}, nil, ErrEventUnknown},
		{[]string{"repository_import"}, nil, ErrEventUnknown},
	} {
		got, err := CheckEvents(c.names, g)
		if c.want == nil && (err != nil || !slices.Equal(got, c.kept) || got == nil) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%v: %v, %v", c.names, got, err)
		}
	}
}

func TestCheckScopes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names, kept []string
		ok          bool
	}{
		{nil, []string{}, true},
		{[]string{"user:email", "repo", "repo:status"}, []string{"repo", "user:email"}, true},
		{[]string{"read:org", "admin:org"}, []string{"admin:org"}, true},
		{[]string{"root"}, nil, false},
	} {
		got, err := CheckScopes(c.names)
		if c.ok != (err == nil) || !slices.Equal(got, c.kept) || c.ok && got == nil {
			t.Errorf("%v: %v, %v", c.names, got, err)
		}
	}
}

func TestCheckFilePaths(t *testing.T) {
	t.Parallel()
	g := Grants{"single_file": "read"}
	many := make([]string, 11)
	for i := range many {
		many[i] = fmt.Sprintf("f%d", i)
	}
	for _, c := range []struct {
		paths, kept []string
		want        *Error
	}{
		{[]string{" .github/settings.yml ", "a/b", "a/b", ""}, []string{".github/settings.yml", "a/b"}, nil},
		{many[:10], many[:10], nil},
		{many, nil, ErrTooManyFilePaths},
		{nil, nil, ErrFilePathsNeeded},
		{[]string{"/etc/passwd"}, nil, ErrFilePath},
		{[]string{"../secret"}, nil, ErrFilePath},
		{[]string{"a/../../b"}, nil, ErrFilePath},
		{[]string{"a//b"}, nil, ErrFilePath},
		{[]string{"a/"}, nil, ErrFilePath},
		{[]string{".."}, nil, ErrFilePath},
		{[]string{`a\b`}, nil, ErrFilePath},
		{[]string{"a\x00b"}, nil, ErrFilePath},
		{[]string{strings.Repeat("a", 256)}, nil, ErrFilePath},
	} {
		got, err := CheckFilePaths(c.paths, g)
		if c.want == nil && (err != nil || !slices.Equal(got, c.kept)) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%q: %q, %v", c.paths, got, err)
		}
	}
	if got, err := CheckFilePaths([]string{"../x"}, Grants{}); err != nil || len(got) != 0 {
		t.Errorf("without the permission: %q, %v", got, err)
	}
}

// Each section of the table is a permission at a level, or a scope, and each
// line an endpoint.
func TestEndpointTable(t *testing.T) {
	t.Parallel()
	methods := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	for section, list := range endpoints {
		if name, ok := strings.CutPrefix(section, "scope "); ok {
			if _, known := ScopeByName(name); !known {
				t.Errorf("%s is no scope", name)
			}
		} else {
			key, level, _ := strings.Cut(section, " ")
			p, known := PermissionByKey(key)
			if !known || p.Key != key || !slices.Contains(p.Levels, Level(level)) {
				t.Errorf("%s is no permission at a level", section)
			}
		}
		seen := map[Endpoint]bool{}
		for _, e := range list {
			if !slices.Contains(methods, e.Method) || !strings.HasPrefix(e.Path, "/") || strings.ContainsAny(e.Path, " ?#") || seen[e] {
				t.Errorf("%s: %v", section, e)
			}
			seen[e] = true
		}
	}
	for _, key := range []string{"issues", "contents", "pull_requests", "checks", "administration", "members"} {
		if len(Endpoints(key, LevelRead)) == 0 || len(Endpoints(key, LevelWrite)) == 0 {
			t.Errorf("%s opens nothing", key)
		}
	}
	read, write := Grants{"issues": "read"}.Opens(), Grants{"issues": "write"}.Opens()
	if read != len(Endpoints("issues", LevelRead)) || write != read+len(Endpoints("issues", LevelWrite)) {
		t.Errorf("issues open %d and %d", read, write)
	}
}

func TestManifests(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		`{"name": "Hammer", "url": "https://hammer.example"}`:                     true,
		`{"version": "v1", "unknown": {"a": [1, 2]}, "url": "https://h.example"}`: true, // as Probot's
		`{}`:                     true,
		``:                       false,
		`null`:                   false,
		`[]`:                     false,
		`"x"`:                    false,
		`{"name": 3}`:            false,
		`{"url": "x"} {}`:        false,
		`{"default_events": {}}`: false,
		`{"redirect_url": "javascript:alert(1)"}`:      false,
		`{"redirect_url": "/back"}`:                    false,
		`{"redirect_url": "https://a@b.example"}`:      false,
		`{"redirect_url": "http://localhost:3000"}`:    true,
		`{"x": "` + strings.Repeat("x", 64<<10) + `"}`: false,
	} {
		if _, err := ParseManifest([]byte(text)); (err == nil) != ok {
			t.Errorf("%.60s: %v", text, err)
		}
	}
}

func TestWhatManifestsSay(t *testing.T) {
	t.Parallel()
	m, err := ParseManifest([]byte(`{"name": "Hammer", "url": "https://hammer.example", "hook_attributes": {"url": "https://hammer.example/hook"},
		"redirect_url": "https://hammer.example/done", "callback_url": "https://hammer.example/0", "callback_urls": ["https://hammer.example/1"],
		"setup_url": "https://hammer.example/setup", "description": "Drives nails", "public": true, "default_events": ["issues", "push", "installation", "nothing"],
		"default_permissions": {"issues": "write", "email_addresses": "read", "workflows": "read", "nothing": "read", "single_file": "read", "checks": "none"},
		"request_oauth_on_install": false, "setup_on_update": true}`))
	if err != nil {
		t.Fatal(err)
	}
	s := m.Settings()
	if !s.WebhookActive || s.WebhookURL != "https://hammer.example/hook" || !s.Public || !s.SetupOnUpdate || s.SetupURL == "" || !s.ExpireUserTokens ||
		!slices.Equal(s.CallbackURLs, []string{"https://hammer.example/0", "https://hammer.example/1"}) {
		t.Errorf("%+v", s)
	}
	g, events, files := m.Asks()
	if !maps.Equal(g, Grants{"issues": "write", "emails": "read", "metadata": "read"}) || !slices.Equal(events, []string{"issues"}) || len(files) != 0 {
		t.Errorf("%v %v %v", g, events, files)
	}
	if !slices.Equal(m.LeftOut, []string{"nothing", "workflows", "single_file", "nothing", "push"}) {
		t.Errorf("left out: %v", m.LeftOut)
	}
	off := false
	m.Hook.Active, m.AuthorizeOnInstall = &off, true
	if s := m.Settings(); s.WebhookActive || s.SetupURL != "" {
		t.Errorf("%+v", s)
	}
}
