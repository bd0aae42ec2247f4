package rank

import (
	"strings"
	"unicode/utf8"
)

// Quoted cuts text at quotation marks: what stands at odd places was inside a
// closed pair.
func Quoted(text string) []string {
	var out []string
	for {
		open := strings.IndexAny(text, "\"“”„«「")
		if open < 0 {
			return append(out, text)
		}
		_, n := utf8.DecodeRuneInString(text[open:])
		rest := text[open+n:]
		end := strings.IndexAny(rest, "\"“”»」")
		if end < 0 {
			return append(out, text)
		}
		_, m := utf8.DecodeRuneInString(rest[end:])
		out = append(out, text[:open], rest[:end])
		text = rest[end+m:]
	}
}
