package audits

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"souk/templates/ui"
)

// changes lines up what was before and after, by field, leaving out what
// stayed.
func changes(before, after map[string]any) (all []ui.Change) {
	fields := slices.Collect(maps.Keys(before))
	for f := range after {
		if _, both := before[f]; !both {
			fields = append(fields, f)
		}
	}
	slices.Sort(fields)
	for _, f := range fields {
		was, is := before[f], after[f]
		if !reflect.DeepEqual(was, is) {
			all = append(all, ui.Change{Name: f, Before: written(was), After: written(is)})
		}
	}
	return all
}

// written is a value as a person reads it; nothing is "".
func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
