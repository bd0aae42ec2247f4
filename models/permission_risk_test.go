package models

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// realApps are permissions as apps in the wild ask for them.
var realApps = []struct {
	name   string
	grants string
	band   RiskBand
}{
	{"giscus", "discussions:write", RiskLow},
	{"create-issue-branch", "issues:write metadata:read", RiskLow},
	{"auto-assign", "metadata:read pull_requests:write single_file:read", RiskLow},
	{"wip", "checks:write metadata:read pull_requests:read single_file:read", RiskLow},
	{"no-response", "issues:write single_file:read", RiskLow},
	{"semantic-pull-requests", "metadata:read pull_requests:write single_file:read statuses:read", RiskLow},
	{"welcome", "issues:write metadata:read pull_requests:write", RiskModerate},
	{"stale", "issues:write metadata:read pull_requests:write single_file:read", RiskModerate},
	{"dco", "checks:write contents:read members:read metadata:read pull_requests:read", RiskModerate},
	{"release-drafter", "contents:write metadata:read pull_requests:read", RiskModerate},
	{"cla-bot", "contents:read issues:write pull_requests:write statuses:write", RiskModerate},
	{"imgbot", "contents:write metadata:read pull_requests:write", RiskModerate},
	{"coolify", "administration:read contents:read email_addresses:read metadata:read", RiskModerate},
	{"allcontributors", "contents:write issues:write metadata:read pull_requests:write", RiskElevated},
	{"claude", "actions:read contents:write issues:write metadata:read pull_requests:write", RiskElevated},
	{"policy-bot", "actions:read administration:read checks:read contents:read issues:read members:read merge_queues:read metadata:read pull_requests:write statuses:write", RiskElevated},
	{"spacelift-io", "checks:write contents:read deployments:write metadata:read pull_requests:write repository_hooks:write statuses:write", RiskElevated},
	{"security-alert-watcher", "members:read metadata:read secret_scanning_alerts:write security_events:write vulnerability_alerts:write", RiskHigh},
	{"settings", "administration:write contents:read issues:write members:write single_file:write", RiskHigh},
	{"renovate", "administration:read checks:write contents:write issues:write members:read metadata:read pull_requests:write statuses:write vulnerability_alerts:read workflows:write", RiskHigh},
	{"safe-settings", "administration:write checks:write contents:write issues:write members:write metadata:read organization_administration:write pull_requests:write statuses:write", RiskHigh},
}

func parseGrants(t *testing.T, text string) Grants {
	t.Helper()
	g := Grants{}
	for _, field := range strings.Fields(text) {
		key, level, _ := strings.Cut(field, ":")
		g[key] = Level(level)
	}
	if key, ok := g.Validate(); !ok {
		t.Fatalf("%q is not a permission: %q", key, text)
	}
	return g
}

func TestGrantsRiskOfRealApps(t *testing.T) {
	t.Parallel()
	count := map[RiskBand]int{}
	for _, app := range realApps {
		risk := parseGrants(t, app.grants).Risk()
		if risk.Band != app.band {
			t.Errorf("%s: %d, %s, want %s", app.name, risk.Score, risk.Band, app.band)
		}
		count[risk.Band]++
	}
	if len(count) < 4 {
		t.Errorf("only these bands are used: %v", count)
	}
	for band, n := range count {
		if n*100 > 45*len(realApps) {
			t.Errorf("%d of %d apps are %s", n, len(realApps), band)
		}
	}
}

func TestGrantsRiskPoints(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grants Grants
		want   []RiskPoint
		band   RiskBand
	}{
		"unknown":       {nil, nil, RiskUnknown},
		"nothing":       {Grants{}, nil, RiskNone},
		"metadata only": {Grants{"metadata": "read"}, nil, RiskNone},
		"no level":      {Grants{"contents": "none"}, nil, RiskNone},
		"most first": {Grants{"statuses": "read", "checks": "read", "issues": "write"}, []RiskPoint{
			{Key: "issues", Level: "write", Points: 6},
			{Key: "checks", Level: "read", Points: 2},
			{Key: "statuses", Level: "read", Points: 2},
		}, RiskLow},
		"admin": {Grants{"organization_custom_properties": "admin"}, []RiskPoint{
			{Key: "organization_custom_properties", Level: "admin", Points: 12},
		}, RiskLow},
		"two spellings count once": {Grants{"emails": "read", "email_addresses": "write"}, []RiskPoint{
			{Key: "emails", Level: "write", Points: 12},
		}, RiskLow},
		"unknown keys are not harmless": {Grants{"new_key": "write"}, []RiskPoint{
			{Key: "new_key", Level: "write", Points: 12},
		}, RiskLow},
		"code in CI": {Grants{"contents": "write", "workflows": "write"}, []RiskPoint{
			{Key: "workflows", Level: "write", Points: 27},
			{Key: "contents", Level: "write", Points: 24},
			{Combo: "code_in_ci", Points: 12},
		}, RiskHigh},
		"reading code is no combination": {Grants{"contents": "read", "workflows": "write"}, []RiskPoint{
			{Key: "workflows", Level: "write", Points: 27},
			{Key: "contents", Level: "read", Points: 8},
		}, RiskElevated},
		"access control": {Grants{"members": "write", "administration": "write"}, []RiskPoint{
			{Key: "administration", Level: "write", Points: 27},
			{Key: "members", Level: "write", Points: 18},
			{Combo: "access_control", Points: 12},
		}, RiskElevated},
		"unprotected push": {Grants{"contents": "write", "administration": "write"}, []RiskPoint{
			{Key: "administration", Level: "write", Points: 27},
			{Key: "contents", Level: "write", Points: 24},
			{Combo: "unprotected_push", Points: 12},
		}, RiskHigh},
	} {
		risk := c.grants.Risk()
		if risk.Band != c.band || !slices.Equal(risk.Points, c.want) {
			t.Errorf("%s: %+v, want %s for %+v", name, risk, c.band, c.want)
		}
	}
}

func TestGrantsRiskSaturates(t *testing.T) {
	t.Parallel()
	everything := Grants{}
	for _, p := range Permissions() {
		everything[p.Key] = p.Levels[len(p.Levels)-1]
	}
	if risk := everything.Risk(); risk.Score != 100 || risk.Band != RiskHigh {
		t.Errorf("everything scores %d, %s", risk.Score, risk.Band)
	}
}

// Whatever an app asks for, one permission more or one level higher must not
// look safer.
func TestGrantsRiskIsMonotone(t *testing.T) {
	t.Parallel()
	for _, app := range realApps {
		before := parseGrants(t, app.grants)
		for _, p := range Permissions() {
			last := before.Risk().Score
			after := maps.Clone(before)
			for _, level := range p.Levels {
				if level.Rank() < before[p.Key].Rank() {
					continue
				}
				after[p.Key] = level
				if score := after.Risk().Score; score < last {
					t.Errorf("%s with %s:%s falls from %d to %d", app.name, p.Key, level, last, score)
				} else {
					last = score
				}
			}
		}
	}
}

func TestRiskCombosNeedKnownPermissions(t *testing.T) {
	t.Parallel()
	for _, c := range riskCombos {
		if key, ok := c.needs.Validate(); !ok || c.points <= 0 {
			t.Errorf("%s: %q, %d points", c.code, key, c.points)
		}
	}
}

func TestScopesRisk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scopes string
		score  int
		band   RiskBand
	}{
		{"", 0, RiskNone},
		{"user:email", 4, RiskLow},
		{"user:email read:org", 10, RiskLow},
		{"gist", 9, RiskLow},
		{"gist gist", 9, RiskLow},
		{"user", 16, RiskModerate},
		{"user user:email read:user", 16, RiskModerate},
		{"public_repo", 28, RiskModerate},
		{"admin:public_key", 40, RiskElevated},
		{"admin:org read:org", 50, RiskElevated},
		{"repo", 60, RiskHigh},
		{"repo public_repo repo:status", 60, RiskHigh},
		{"public_repo workflow", 67, RiskHigh},
		{"repo workflow", 99, RiskHigh},
		{"repo workflow gist", 100, RiskHigh},
		{"brand:new", unknownWeight, RiskLow},
	} {
		risk := ScopesRisk(strings.Fields(c.scopes))
		if risk.Score != c.score || risk.Band != c.band {
			t.Errorf("%q: %d, %s, want %d, %s", c.scopes, risk.Score, risk.Band, c.score, c.band)
		}
	}
	if risk := ScopesRisk(nil); risk.Band != RiskUnknown || risk.Score != 0 {
		t.Errorf("unknown scopes: %+v", risk)
	}
}

func TestScopesRiskPoints(t *testing.T) {
	t.Parallel()
	got := ScopesRisk([]string{"workflow", "repo:status", "repo", "read:org"}).Points
	want := []RiskPoint{{Key: "repo", Points: 60}, {Key: "workflow", Points: 27}, {Combo: "code_in_ci", Points: 12}, {Key: "read:org", Points: 6}}
	if !slices.Equal(got, want) {
		t.Errorf("points %+v, want %+v", got, want)
	}
}

// A scope that swallows others must weigh at least as much as they do
// together, or asking for it would lower the score.
func TestScopeTable(t *testing.T) {
	t.Parallel()
	inside, names := map[string]int{}, map[string]bool{}
	for _, s := range Scopes() {
		inside[s.Within] += s.Weight
		if names[s.MessageName()] || strings.Contains(s.MessageName(), ":") {
			t.Errorf("%s has no message name of its own", s.Name)
		}
		names[s.MessageName()] = true
	}
	for _, s := range Scopes() {
		if s.Weight <= 0 || s.Weight < inside[s.Name] {
			t.Errorf("%s weighs %d, what it contains %d", s.Name, s.Weight, inside[s.Name])
		}
		if _, ok := ScopeByName(s.Within); s.Within != "" && !ok {
			t.Errorf("%s is within %q", s.Name, s.Within)
		}
	}
}
