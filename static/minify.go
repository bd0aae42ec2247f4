package static

import (
	"regexp"
	"strings"
)

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssTight   = regexp.MustCompile(` ?([{};,]) ?`)
	cssColon   = regexp.MustCompile(`([{;][-a-z0-9]+): `)
)

// minifyCSS drops comments and the white space that means nothing. It knows
// only as much CSS as our own files use: no strings with braces, no url() with
// spaces.
func minifyCSS(b []byte) []byte {
	s := cssComment.ReplaceAllString(string(b), "")
	s = cssSpace.ReplaceAllString(s, " ")
	s = cssTight.ReplaceAllString(s, "$1")
	s = cssColon.ReplaceAllString(s, "$1:")
	s = strings.ReplaceAll(s, ";}", "}")
	return []byte(strings.TrimSpace(s))
}
