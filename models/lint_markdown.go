package models

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	fence     = regexp.MustCompile("^ {0,3}(`{3,}|~{3,})")
	inline    = regexp.MustCompile("(?s)(`+)(?:[^`]|[^`].*?[^`])(`+)")
	heading   = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]|$)`)
	picture   = regexp.MustCompile(`!\[[^\]]*\][(\[]`)
	rawHTML   = regexp.MustCompile(`<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:[\s/][^<>]*)?>|!--|\?|![A-Z])`)
	linked    = regexp.MustCompile(`(?i)(?:\]\(\s*<?|^ {0,3}\[[^\]]+\]:\s*<?|<)\s*([a-z][a-z0-9+.-]*)\s*:`)
	longText  = 1500 // characters that want headings
	goodLinks = map[string]bool{"http": true, "https": true, "mailto": true}
)

// withoutCode is a Markdown text whose code blocks and code spans are empty, so
// that what they show isn't taken for what it does.
func withoutCode(s string) string {
	var b strings.Builder
	open := ""
	for line := range strings.Lines(s) {
		m := fence.FindStringSubmatch(line)
		switch {
		case open == "" && m != nil:
			open = m[1]
		case open != "" && m != nil && strings.HasPrefix(m[1], open):
			open = ""
		case open == "":
			b.WriteString(line)
			continue
		}
		b.WriteByte('\n')
	}
	return inline.ReplaceAllStringFunc(b.String(), func(span string) string {
		m := inline.FindStringSubmatch(span)
		if m[1] != m[2] {
			return span
		}
		return "``" + strings.Repeat("\n", strings.Count(span, "\n"))
	})
}

// markdown says what of a Markdown text won't be shown, and how it could be read
// more easily.
func (l *linter) markdown(path, s string) {
	text := withoutCode(s)
	if m := picture.FindString(text); m != "" {
		l.say("markdown_image", path)
	}
	if m := rawHTML.FindString(text); m != "" {
		l.say("markdown_html", path, "value", shown(m))
	}
	for line := range strings.Lines(text) {
		if m := linked.FindStringSubmatch(line); m != nil && !goodLinks[strings.ToLower(m[1])] {
			l.say("markdown_scheme", path, "value", shown(m[1]+":"))
			break
		}
	}
	l.headings(path, text)
}

func (l *linter) headings(path, text string) {
	last, any := 0, false
	for line := range strings.Lines(text) {
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if any && len(m[1]) > last+1 {
			l.say("heading_skipped", path, "value", shown(strings.TrimSpace(line)))
			return
		}
		last, any = len(m[1]), true
	}
	if !any && utf8.RuneCountInString(text) > longText {
		l.say("headings_missing", path)
	}
}
