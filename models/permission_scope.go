package models

import (
	"slices"
	"strings"
)

// Scope is one OAuth scope that GitHub documents, or ScopeMarketplace. Weights are ours, on the
// scale of Risk.Score: a scope reaches everything that its user reaches, so
// that one alone can be grave.
type Scope struct {
	Name   string
	Within string // the scope that contains it, if any
	Weight int    // at least the sum of what it contains
}

// MessageName is the name as it stands in message keys, "repo_status".
func (s Scope) MessageName() string { return strings.ReplaceAll(s.Name, ":", "_") }

// Scopes lists every documented scope, by family.
func Scopes() []Scope { return slices.Clone(scopes) }

// ScopeByName finds a documented scope.
func ScopeByName(name string) (Scope, bool) {
	s, ok := scopeIndex[name]
	return s, ok
}

// ScopesRisk is Grants.Risk for an OAuth App: nil is unknown, empty asks for
// nothing but public data, and a scope that another contains adds nothing.
func ScopesRisk(names []string) Risk {
	if names == nil {
		return Risk{}
	}
	var points []RiskPoint
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		s, known := ScopeByName(name)
		if !known {
			s.Weight = unknownWeight
		}
		if !containedIn(s, names) {
			points = append(points, RiskPoint{Key: name, Points: s.Weight})
		}
	}
	code := slices.Contains(names, "repo") || slices.Contains(names, "public_repo")
	if code && slices.Contains(names, "workflow") {
		points = append(points, RiskPoint{Combo: comboCodeInCI, Points: 12})
	}
	return newRisk(points)
}

func containedIn(s Scope, names []string) bool {
	for s.Within != "" {
		if slices.Contains(names, s.Within) {
			return true
		}
		s = scopeIndex[s.Within]
	}
	return false
}

var scopes = []Scope{
	{Name: "repo", Weight: 60},
	{Name: "public_repo", Within: "repo", Weight: 28},
	{Name: "repo:invite", Within: "repo", Weight: 8},
	{Name: "repo:status", Within: "repo", Weight: 6},
	{Name: "repo_deployment", Within: "repo", Weight: 8},
	{Name: "security_events", Within: "repo", Weight: 10},
	{Name: "delete_repo", Weight: 36},
	{Name: "workflow", Weight: 27},
	{Name: "admin:repo_hook", Weight: 16},
	{Name: "write:repo_hook", Within: "admin:repo_hook", Weight: 15},
	{Name: "read:repo_hook", Within: "write:repo_hook", Weight: 5},
	{Name: "admin:org_hook", Weight: 21},
	{Name: "admin:org", Weight: 50},
	{Name: "write:org", Within: "admin:org", Weight: 24},
	{Name: "read:org", Within: "write:org", Weight: 6},
	{Name: "admin:public_key", Weight: 40},
	{Name: "write:public_key", Within: "admin:public_key", Weight: 36},
	{Name: "read:public_key", Within: "write:public_key", Weight: 3},
	{Name: "admin:gpg_key", Weight: 24},
	{Name: "write:gpg_key", Within: "admin:gpg_key", Weight: 21},
	{Name: "read:gpg_key", Within: "write:gpg_key", Weight: 2},
	{Name: "admin:ssh_signing_key", Weight: 24},
	{Name: "write:ssh_signing_key", Within: "admin:ssh_signing_key", Weight: 21},
	{Name: "read:ssh_signing_key", Within: "write:ssh_signing_key", Weight: 2},
	{Name: "user", Weight: 16},
	{Name: "read:user", Within: "user", Weight: 4},
	{Name: "user:email", Within: "user", Weight: 4},
	{Name: "user:follow", Within: "user", Weight: 3},
	{Name: "delete:packages", Weight: 20},
	{Name: "write:packages", Weight: 20},
	{Name: "read:packages", Within: "write:packages", Weight: 6},
	{Name: "project", Weight: 6},
	{Name: "read:project", Within: "project", Weight: 2},
	{Name: "write:discussion", Weight: 6},
	{Name: "read:discussion", Within: "write:discussion", Weight: 2},
	{Name: "codespace", Weight: 28},
	{Name: "codespace:secrets", Within: "codespace", Weight: 24},
	{Name: "copilot", Weight: 8},
	{Name: "gist", Weight: 9},
	{Name: "notifications", Weight: 8},
	{Name: "offline_access", Weight: 2},
	{Name: "audit_log", Weight: 12},
	{Name: "read:audit_log", Within: "audit_log", Weight: 10},
	{Name: "admin:enterprise", Weight: 80},
	{Name: "manage_billing:enterprise", Within: "admin:enterprise", Weight: 20},
	{Name: "manage_runners:enterprise", Within: "admin:enterprise", Weight: 36},
	{Name: "read:enterprise", Within: "admin:enterprise", Weight: 10},
	{Name: ScopeMarketplace, Weight: 12},
}

// ScopeMarketplace is our own: GitHub has no API to write listings with.
const ScopeMarketplace = "marketplace"

var scopeIndex = func() map[string]Scope {
	index := make(map[string]Scope, len(scopes))
	for _, s := range scopes {
		index[s.Name] = s
	}
	return index
}()
