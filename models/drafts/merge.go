package drafts

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"souk/models"
)

// merge joins what two have made of base. A field that one of them left alone is
// the other's. Texts of several lines are merged line by line, lists of words
// word by word. What both changed in their own ways is a conflict, with mine in
// what is returned; merged are the fields that theirs gave.
func merge(base, theirs, mine models.ListingContent) (content models.ListingContent, merged []string, conflicts []Conflict, err error) {
	var sides [3]leaves
	for i, c := range []models.ListingContent{base, theirs, mine} {
		if sides[i], err = leavesOf(c); err != nil {
			return content, nil, nil, err
		}
	}
	out := leaves{}
	for _, field := range paths(sides[:]...) {
		b, t, m := sides[0][field], sides[1][field], sides[2][field]
		value, fine := mergeField(field, b, t, m)
		if !fine {
			conflicts = append(conflicts, Conflict{Field: field})
		}
		if value != m {
			merged = append(merged, field)
		}
		if value != "" {
			out[field] = value
		}
	}
	content, err = out.content(theirs)
	return content, merged, conflicts, err
}

// paths are the names of all fields that any side has, in order.
func paths(sides ...leaves) []string {
	all := map[string]bool{}
	for _, s := range sides {
		for field := range s {
			all[field] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// mergeField merges one field, as JSON; "" is none. It returns mine and false
// where that can't be done.
func mergeField(field, base, theirs, mine string) (value string, fine bool) {
	switch {
	case mine == base, mine == theirs:
		return theirs, true
	case theirs == base:
		return mine, true
	case isWords(field):
		return mergeJSON(base, theirs, mine, mergeWords)
	case isText(field):
		return mergeJSON(base, theirs, mine, mergeLines)
	}
	return mine, false
}

// isWords says which fields are lists of words in no order.
func isWords(field string) bool { return field == "keywords" || field == "languages" }

// isText says which fields have lines.
func isText(field string) bool {
	name := field[strings.LastIndexByte(field, '.')+1:]
	return name == "description" || name == "introduction" || strings.HasPrefix(field, "data.") && name != "stored"
}

// mergeJSON merges what stands in JSON.
func mergeJSON[T any](base, theirs, mine string, merge func(base, theirs, mine T) (T, bool)) (string, bool) {
	var b, t, m T
	for text, into := range map[string]*T{base: &b, theirs: &t, mine: &m} {
		if text != "" && json.Unmarshal([]byte(text), into) != nil {
			return mine, false
		}
	}
	value, fine := merge(b, t, m)
	text, err := json.Marshal(value)
	if err != nil || !fine {
		return mine, false
	}
	if s := string(text); s != `""` && s != "null" && s != "[]" {
		return s, true
	}
	return "", true
}

// mergeWords adds and removes what either side did. It is always possible.
func mergeWords(base, theirs, mine []string) ([]string, bool) {
	out := slices.DeleteFunc(slices.Clone(theirs), func(w string) bool {
		return slices.Contains(base, w) && !slices.Contains(mine, w)
	})
	for _, w := range mine {
		if !slices.Contains(base, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, true
}
