package deliveries

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"souk/models"
	"souk/templates/ui"
)

// pretty is JSON as people read it.
func pretty(text json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return string(text)
	}
	return b.String()
}

// headerLines are headers in the order of their names.
func headerLines(headers map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		b.WriteString(name + ": " + headers[name] + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func problemsView(problems models.Problems) ui.Problems {
	var all ui.Problems
	for _, p := range problems {
		all = append(all, ui.Problem{Field: p.Field, Code: p.Code})
	}
	return all
}
