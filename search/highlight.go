package search

import (
	"slices"
	"strings"

	"souk/search/analyze"
)

// Span is a piece of text, to be marked or not.
type Span struct {
	Text string
	Mark bool
}

// Highlight cuts text where terms (Hit.Terms) stand in it, in whatever form.
// The spans together are the text.
func Highlight(text string, terms []string) []Span {
	if text == "" {
		return nil
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(terms) == 0 {
		return []Span{{Text: text}}
	}
	var out []Span
	at := 0
	for _, m := range marks(text, terms) {
		if m.start > at {
			out = append(out, Span{Text: text[at:m.start]})
		}
		out = append(out, Span{Text: text[m.start:m.end], Mark: true})
		at = m.end
	}
	if at < len(text) {
		out = append(out, Span{Text: text[at:]})
	}
	return out
}

type mark struct{ start, end int }

// marks returns where terms stand, in order, those that touch as one.
func marks(text string, terms []string) []mark {
	var all []mark
	for _, t := range analyze.Tokens(text, analyze.Name) {
		if slices.Contains(terms, t.Term) {
			all = append(all, mark{t.Start, t.End})
		}
	}
	slices.SortFunc(all, func(a, b mark) int { return a.start - b.start })
	var out []mark
	for _, m := range all {
		if n := len(out); n > 0 && m.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, m.end)
			continue
		}
		out = append(out, m)
	}
	return out
}
