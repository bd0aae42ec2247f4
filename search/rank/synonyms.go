package rank

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"souk/models"
	"souk/search"
	"souk/search/analyze"
)

// Each line of synonyms.txt is one notion of software development: words and
// phrases, parted by commas, that mean about the same in any of the languages.
//
//go:embed synonyms.txt
var synonymFile string

// notion is one line of the file, read. Its name is a word that no text holds,
// all of one length.
type notion struct {
	name        string
	expressions []expression
}

type expression struct {
	text    string
	lang    string // zh-CN, ja, or en for what is written in Latin letters
	terms   []string
	stems   []string
	letters int
}

// place is one expression of a notion.
type place struct {
	notion     *notion
	expression int
}

// notions finds expressions by their first stem.
var notions = func() map[string][]place {
	index := map[string][]place{}
	for _, n := range readNotions() {
		for i, e := range n.expressions {
			index[e.stems[0]] = append(index[e.stems[0]], place{n, i})
		}
	}
	return index
}()

func readNotions() []*notion {
	var out []*notion
	for line := range strings.Lines(synonymFile) {
		line, _, _ = strings.Cut(line, "#")
		n := &notion{}
		for text := range strings.SplitSeq(line, ",") {
			e := expression{text: strings.TrimSpace(text)}
			for _, term := range analyze.Terms(e.text, analyze.Query) {
				if !analyze.IsStop(term) {
					e.terms = append(e.terms, term)
					e.stems = append(e.stems, analyze.Stem(term))
				}
			}
			e.letters = utf8.RuneCountInString(analyze.Key(e.text))
			e.lang = written(e.text)
			if len(e.terms) > 0 {
				n.expressions = append(n.expressions, e)
			}
		}
		if len(n.expressions) > 1 {
			n.name = fmt.Sprintf("qzn%03d", len(out))
			out = append(out, n)
		}
	}
	return out
}

// Related is what Meilisearch needs to know of synonyms about a listing: words
// that mean the same as some in its texts, by language, and the names of the
// notions that it mentions.
type Related struct {
	Words   map[string][]string
	Notions []string
}

// RelatedTo returns what is related to d's texts.
func RelatedTo(d *search.Document) Related {
	said := map[*notion]bool{}
	look := func(texts ...string) {
		for _, s := range texts {
			notionsIn(s, said)
		}
	}
	look(d.Keywords...)
	for _, names := range d.CategoryNames {
		look(nameList(names)...)
	}
	look(d.Name)
	for _, lang := range models.Languages() {
		look(d.Names[lang], d.Taglines[lang], d.Introductions[lang], d.Descriptions[lang])
	}
	r := Related{Words: map[string][]string{}}
	for n := range said {
		r.Notions = append(r.Notions, n.name)
		for _, e := range n.expressions {
			if e.lang != "en" || len(e.terms) == 1 {
				r.Words[e.lang] = append(r.Words[e.lang], e.text)
			}
		}
	}
	for _, list := range r.Words {
		slices.Sort(list)
	}
	slices.Sort(r.Notions)
	return r
}

// Notion returns the name of the notion that words, several of them in Latin
// letters, express together.
func Notion(words []string) (name string, ok bool) {
	stems := make([]string, 0, len(words))
	for _, w := range words {
		stems = append(stems, analyze.Stem(w))
	}
	for _, at := range notions[stems[0]] {
		e := at.notion.expressions[at.expression]
		if len(e.stems) > 1 && slices.Equal(e.stems, stems) {
			return at.notion.name, true
		}
	}
	return "", false
}

// notionsIn adds the notions that s mentions.
func notionsIn(s string, said map[*notion]bool) {
	var stems []string
	for _, term := range analyze.Terms(s, analyze.Query) {
		if !analyze.IsStop(term) {
			stems = append(stems, analyze.Stem(term))
		}
	}
	for i := range stems {
		for _, at := range notions[stems[i]] {
			e := at.notion.expressions[at.expression].stems
			if len(e) <= len(stems)-i && slices.Equal(e, stems[i:i+len(e)]) {
				said[at.notion] = true
			}
		}
	}
}

// written tells the language of an expression by its characters. What is
// written in Han characters alone may be either; it counts as Chinese.
func written(s string) string {
	lang := "en"
	for _, r := range s {
		switch {
		case r >= 0x3041 && r <= 0x30FF:
			return "ja"
		case r >= 0x3400:
			lang = "zh-CN"
		}
	}
	return lang
}

// synonyms lets what means the same answer the units of an expression.
func (p *Plan) synonyms() {
	for i := range p.units {
		for _, at := range notions[p.units[i].stem] {
			mask, last, ok := p.says(at.notion.expressions[at.expression], i)
			if !ok {
				continue
			}
			for j, e := range at.notion.expressions {
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
