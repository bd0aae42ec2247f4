package rank

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"souk/search/analyze"
)

// Each line of synonyms.txt is one notion of software development: words and
// phrases, parted by commas, that mean about the same in any of the languages.
//
//go:embed synonyms.txt
var synonymFile string

// notion is one line of the file, read.
type notion []expression

type expression struct {
	text    string
	terms   []string
	stems   []string
	letters int
}

// place is one expression of a notion.
type place struct {
	notion     notion
	expression int
}

// notions finds expressions by their first stem.
var notions = func() map[string][]place {
	index := map[string][]place{}
	for _, n := range readNotions() {
		for i, e := range n {
			index[e.stems[0]] = append(index[e.stems[0]], place{n, i})
		}
	}
	return index
}()

func readNotions() []notion {
	var out []notion
	for line := range strings.Lines(synonymFile) {
		line, _, _ = strings.Cut(line, "#")
		var n notion
		for text := range strings.SplitSeq(line, ",") {
			e := expression{text: strings.TrimSpace(text)}
			for _, term := range analyze.Terms(e.text, analyze.Query) {
				if !analyze.IsStop(term) {
					e.terms = append(e.terms, term)
					e.stems = append(e.stems, analyze.Stem(term))
				}
			}
			e.letters = utf8.RuneCountInString(analyze.Key(e.text))
			if len(e.terms) > 0 {
				n = append(n, e)
			}
		}
		if len(n) > 1 {
			out = append(out, n)
		}
	}
	return out
}

// Synonyms returns every expression and those that mean the same, as they
// stand in the file.
func Synonyms() map[string][]string {
	out := map[string][]string{}
	for _, n := range readNotions() {
		for i, e := range n {
			for j, other := range n {
				if i != j {
					out[e.text] = append(out[e.text], other.text)
				}
			}
		}
	}
	return out
}

// synonyms lets what means the same answer the units of an expression.
func (p *Plan) synonyms() {
	for i := range p.units {
		for _, at := range notions[p.units[i].stem] {
			mask, last, ok := p.says(at.notion[at.expression], i)
			if !ok {
				continue
			}
			for j, e := range at.notion {
				if j != at.expression {
					p.synonym(e, mask, i, last)
				}
			}
		}
	}
}

// says reports whether the units from i on are the expression, and which they
// are; stop words between them don't matter.
func (p *Plan) says(e expression, i int) (mask uint64, last int, ok bool) {
	k := 0
	for ; i < len(p.units) && k < len(e.stems); i++ {
		u := &p.units[i]
		switch {
		case u.phrase != 0:
			return 0, 0, false
		case u.stem == e.stems[k]:
			mask |= 1 << i
			last = i
			k++
		case !u.stop || k == 0:
			return 0, 0, false
		}
	}
	return mask, last, k == len(e.stems)
}

func (p *Plan) synonym(e expression, mask uint64, first, last int) {
	docs := 0
	query := make([]string, len(e.terms))
	for k, s := range e.stems {
		query[k] = lexeme(s)
	}
	if len(e.terms) == 1 {
		for _, id := range p.lex.groups[p.lex.stems[e.stems[0]]] {
			if n := int(p.lex.terms[id].docs); n > 0 {
				each(mask, func(slot int) { p.add(id, slot, synonymous) })
				docs = max(docs, n)
			}
		}
	} else if p.sequence(e.terms, mask, synonymous, e.letters) {
		docs = p.lex.docsOf(e.terms[0])
		for _, t := range e.terms[1:] {
			docs = min(docs, p.lex.docsOf(t))
		}
	}
	if docs == 0 {
		return
	}
	each(mask, func(slot int) {
		u := &p.units[slot]
		u.queries = append(u.queries, "("+strings.Join(query, "&")+")")
		if !u.found {
			u.found, u.weight = true, float32(docs)
		}
	})
}
