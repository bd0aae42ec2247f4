package pg

import (
	"strconv"
	"strings"

	"souk/models"
	"souk/search"
	"souk/search/analyze"
)

// Limits of one document, well within what a tsvector can hold.
const (
	maxFieldTerms = 1500
	maxPosition   = 16_000
)

// vector writes d's terms as a tsvector: stems with their positions and, as
// weights, A for the name, B for publisher, categories and keywords, C for
// tagline and introduction, D for the description.
func vector(d *search.Document) string {
	v := vectorWriter{stems: map[string]string{}}
	v.add(d.Name, analyze.Name, 'A')
	for _, lang := range models.Languages() {
		v.add(d.Names[lang], analyze.Name, 'A')
	}
	v.add(d.PublisherName, analyze.Name, 'B')
	v.add(d.Publisher, analyze.Name, 'B')
	for _, names := range d.CategoryNames {
		for _, lang := range models.Languages() {
			v.add(names[lang], analyze.Text, 'B')
		}
	}
	for _, slug := range d.Categories {
		v.add(slug, analyze.Text, 'B')
	}
	for _, k := range d.Keywords {
		v.add(k, analyze.Text, 'B')
	}
	for _, lang := range models.Languages() {
		v.add(d.Taglines[lang], analyze.Text, 'C')
		v.add(d.Introductions[lang], analyze.Text, 'C')
	}
	for _, lang := range models.Languages() {
		v.add(d.Descriptions[lang], analyze.Text, 'D')
	}
	return v.b.String()
}

type vectorWriter struct {
	b     strings.Builder
	at    int
	stems map[string]string
}

func (v *vectorWriter) add(s string, mode analyze.Mode, weight byte) {
	if s == "" {
		return
	}
	base, n := v.at+1, 0
	for _, t := range analyze.Tokens(s, mode) {
		if n++; n > maxFieldTerms {
			break
		}
		if weight != 'A' && analyze.IsStop(t.Term) {
			continue
		}
		stem, ok := v.stems[t.Term]
		if !ok {
			stem = analyze.Stem(t.Term)
			v.stems[t.Term] = stem
		}
		v.at = base + t.Pos
		v.b.WriteByte('\'')
		v.b.WriteString(stem) // terms hold letters and digits only
		v.b.WriteString("':")
		v.b.WriteString(strconv.Itoa(min(v.at, maxPosition)))
		v.b.WriteByte(weight)
		v.b.WriteByte(' ')
	}
}
