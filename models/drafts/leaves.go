package drafts

import (
	"encoding/json"
	"fmt"
	"strings"

	"souk/models"
)

// leaves are a content's fields by their paths, as JSON: "name", "links.support",
// "translations.ja.tagline". Lists are one leaf each. What is empty isn't there.
type leaves map[string]string

// branches are the fields that are merged by what they hold, and how deep.
var branches = map[string]int{"links": 1, "data": 1, "translations": 2}

// fixed are the fields that no editor changes: they say which listing it is, or
// belong to the app.
var fixed = []string{"slug", "app_slug", "type", "publisher", "permissions", "events", "scopes", "single_file_paths"}

func leavesOf(c models.ListingContent) (leaves, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	for _, name := range fixed {
		delete(all, name)
	}
	into := leaves{}
	return into, into.put("", all, 0)
}

// put adds the fields below a path; deep is how many more levels are taken
// apart.
func (l leaves) put(path string, all map[string]json.RawMessage, deep int) error {
	for name, value := range all {
		more, at := deep-1, path+"."+name
		if path == "" {
			more, at = branches[name], name
		}
		if more > 0 || path == "" && branches[name] > 0 {
			var below map[string]json.RawMessage
			if err := json.Unmarshal(value, &below); err != nil {
				return fmt.Errorf("drafts: %s: %w", at, err)
			}
			if err := l.put(at, below, more); err != nil {
				return err
			}
			continue
		}
		if text := string(value); text != `""` && text != "null" {
			l[at] = text
		}
	}
	return nil
}

// content puts the fields together again, with the fixed ones of like.
func (l leaves) content(like models.ListingContent) (models.ListingContent, error) {
	all := map[string]any{}
	for path, value := range l {
		in, names := all, strings.Split(path, ".")
		for _, name := range names[:len(names)-1] {
			below, ok := in[name].(map[string]any)
			if !ok {
				below = map[string]any{}
				in[name] = below
			}
			in = below
		}
		in[names[len(names)-1]] = json.RawMessage(value)
	}
	var c models.ListingContent
	text, err := json.Marshal(all)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return c, fmt.Errorf("drafts: %w", err)
	}
	c.Slug, c.AppSlug, c.Type, c.Publisher = like.Slug, like.AppSlug, like.Type, like.Publisher
	return c, nil
}
