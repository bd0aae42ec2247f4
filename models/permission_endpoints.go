package models

import (
	_ "embed"
	"strings"
)

//go:embed permission_endpoints.txt
var endpointTable string

// Endpoint is a method and a path of the REST API.
type Endpoint struct{ Method, Path string }

var endpoints = parseEndpoints(endpointTable)

func parseEndpoints(table string) map[string][]Endpoint {
	all := map[string][]Endpoint{}
	section := ""
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
			continue
		}
		if method, path, ok := strings.Cut(line, " "); ok && section != "" {
			all[section] = append(all[section], Endpoint{method, path})
		}
	}
	return all
}

// Endpoints are those that a permission opens at this level beside those of the
// levels below. Some permissions are not used by the REST API: they open none.
// The list must not be changed.
func Endpoints(key string, level Level) []Endpoint {
	return endpoints[canonicalKey(key)+" "+string(level)]
}

// ScopeEndpoints are those that a scope opens beside those of the scopes within
// it. The list must not be changed.
func ScopeEndpoints(scope string) []Endpoint { return endpoints["scope "+scope] }

// Opens counts the endpoints that grants open, each once.
func (g Grants) Opens() int {
	seen := map[Endpoint]bool{}
	for key, level := range g.canonical() {
		for _, l := range permissionIndex[key].Levels {
			if l.Rank() > level.Rank() {
				break
			}
			for _, e := range Endpoints(key, l) {
				seen[e] = true
			}
		}
	}
	return len(seen)
}
