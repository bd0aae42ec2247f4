package installs

import (
	"strings"

	"souk/models"
)

// shown is what a page shows that an app asks for, as its form carries it: what the
// app asks for when the form arrives has to be the same.
func shown(g models.Grants) string {
	var all []string
	for _, one := range g.Sorted() {
		all = append(all, one.Key+":"+string(one.Level))
	}
	return strings.Join(all, " ")
}

// unshown is the opposite of shown. What can't be read is left out: then it is not what
// the app asks for.
func unshown(text string) models.Grants {
	g := models.Grants{}
	for field := range strings.FieldsSeq(text) {
		if key, level, ok := strings.Cut(field, ":"); ok && models.Level(level).Rank() > 0 {
			g[key] = models.Level(level)
		}
	}
	return g
}
