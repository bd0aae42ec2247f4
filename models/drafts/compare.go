package drafts

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"souk/models"
)

// Change is a field that differs between two contents, in words that people can
// compare; "" is nothing.
type Change struct{ Field, Before, After string }

// Compare lists what differs between two contents, field by field.
func Compare(before, after models.ListingContent) ([]Change, error) {
	a, err := leavesOf(before)
	if err != nil {
		return nil, err
	}
	b, err := leavesOf(after)
	if err != nil {
		return nil, err
	}
	var all []Change
	for _, field := range paths(a, b) {
		if a[field] != b[field] {
			all = append(all, Change{Field: field, Before: readable(a[field]), After: readable(b[field])})
		}
	}
	return all, nil
}

// readable writes JSON for people: a text as it is, a list with a line for each
// entry.
func readable(text string) string {
	var v any
	if text == "" || json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	list, ok := v.([]any)
	if !ok {
		return flat(v)
	}
	lines := make([]string, len(list))
	for i, one := range list {
		lines[i] = flat(one)
	}
	return strings.Join(lines, "\n")
}

func flat(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+": "+flat(v[name]))
		}
		return strings.Join(parts, ", ")
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = flat(one)
		}
		return strings.Join(parts, " | ")
	}
	return fmt.Sprint(v)
}
