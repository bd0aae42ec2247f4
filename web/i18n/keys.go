package i18n

import (
	"maps"
	"slices"
)

// Keys lists every message, for tests.
func Keys() []string { return slices.Sorted(maps.Keys(catalogue[Default])) }
