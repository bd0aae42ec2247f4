package i18n

import (
	"maps"
	"slices"
)

// Keys lists every message, for tests.
func Keys() []string { return slices.Sorted(maps.Keys(catalogue[Default])) }

// Places lists the named places of a message in English, which are those of
// every language.
func Places(key string) []string {
	t := catalogue[Default][key]
	found := map[string]bool{}
	for _, form := range append(slices.Collect(maps.Values(t.forms)), t.parts) {
		for _, p := range form {
			if p.place != "" {
				found[p.place] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
