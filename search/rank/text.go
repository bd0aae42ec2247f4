package rank

import (
	"cmp"
	"math"
	"strings"
	"unicode/utf8"

	"souk/models"
	"souk/search"
	"souk/search/analyze"
)

// field is where in a listing a term stands.
type field uint8

const (
	inName field = iota
	inPublisher
	inCategory
	inOtherCategory
	inKeywords
	inTagline
	inIntroduction
	inDescription
	fields
)

// weight is how much a term in each field says about the listing.
var weight = [fields]float32{
	inName: 0.9, inPublisher: 0.6, inCategory: 0.55, inOtherCategory: 0.4, inKeywords: 0.7, inTagline: 0.7,
	inIntroduction: 0.45, inDescription: 0.2,
}

func (f field) String() string {
	return [fields]string{"name", "publisher", "category", "category", "keywords", "tagline", "introduction", "description"}[f]
}

// Text is what rank knows about one listing. It never changes; what changed is
// another Text.
type Text struct {
	terms      []uint32 // 0 parts what doesn't belong together
	spans      []span
	categories []*categoryText
	names      []string // keys of the name in all languages and of the slug
	publishers []string // keys of name and login
	popularity float32  // 0..1
	count      int64    // installs, or stars where those are unknown
	starred    bool
	retired    bool
}

// span is one field in one language: the terms up to end. Letters is the
// length of what a query could equal: a name, a publisher's, a category's.
type span struct {
	field   field
	end     uint16
	letters uint16
}

// categoryText is a category's names, shared by all listings in it. Each name
// is a span of its own.
type categoryText struct {
	slug  string
	sum   string
	keys  []string
	terms []uint32
	spans []span
}

// Bounds of what is kept of one listing, in terms.
const (
	maxSpan = 400
	maxText = 6000
)

// writer collects a text's terms before they are numbered.
type writer struct {
	terms []string
	spans []span
}

// tokens adds the terms of s; joined and split forms stand apart behind them.
func (w *writer) tokens(s string, mode analyze.Mode, stops bool) {
	n, extra := 0, []string(nil)
	for _, t := range analyze.Tokens(s, mode) {
		switch {
		case n == maxSpan || len(w.terms) >= maxText:
			return
		case t.CJK && t.Extra, !stops && analyze.IsStop(t.Term):
		case t.Extra:
			extra = append(extra, t.Term)
		default:
			w.terms = append(w.terms, t.Term)
			n++
		}
	}
	for _, term := range extra {
		w.terms = append(w.terms, "", term)
	}
}

func (w *writer) end(f field, key string) {
	before := 0
	if len(w.spans) > 0 {
		before = int(w.spans[len(w.spans)-1].end)
	}
	if len(w.terms) > before {
		w.spans = append(w.spans, span{field: f, end: uint16(len(w.terms)), letters: letters(key)})
	}
}

func letters(key string) uint16 { return uint16(min(utf8.RuneCountInString(key), math.MaxUint16)) }

// Add numbers the terms of d and counts them.
func (l *Lexicon) Add(d *search.Document) *Text {
	t := &Text{retired: d.Discontinued, popularity: Popularity(d)}
	switch {
	case d.Installs != nil:
		t.count = *d.Installs
	case d.Stars != nil:
		t.count, t.starred = *d.Stars, true
	}
	var w writer
	name := func(s string) {
		w.tokens(s, analyze.Name, true)
		w.end(inName, analyze.Key(s))
		t.names = addKey(t.names, s)
	}
	name(d.Name)
	for _, lang := range models.Languages() {
		if s := d.Names[lang]; s != "" && s != d.Name {
			name(s)
		}
	}
	t.names = addKey(t.names, d.Slug)
	t.publishers = addKey(addKey(nil, d.PublisherName), d.Publisher)
	w.tokens(d.PublisherName, analyze.Name, true)
	w.end(inPublisher, analyze.Key(d.PublisherName))
	if analyze.Key(d.Publisher) != analyze.Key(d.PublisherName) {
		w.tokens(d.Publisher, analyze.Name, true)
		w.end(inPublisher, analyze.Key(d.Publisher))
	}
	for _, k := range d.Keywords {
		w.tokens(k, analyze.Text, false)
		w.terms = append(w.terms, "")
	}
	w.end(inKeywords, "")
	for _, lang := range models.Languages() {
		w.tokens(d.Taglines[lang], analyze.Text, false)
		w.end(inTagline, "")
		w.tokens(d.Introductions[lang], analyze.Text, false)
		w.end(inIntroduction, "")
	}
	t.spans = w.spans

	l.mu.Lock()
	defer l.mu.Unlock()
	t.terms = make([]uint32, len(w.terms))
	for i, term := range w.terms {
		if term != "" {
			t.terms[i] = l.intern(term)
		}
	}
	for i, slug := range d.Categories {
		var names models.Texts
		if i < len(d.CategoryNames) {
			names = d.CategoryNames[i]
		}
		t.categories = append(t.categories, l.category(slug, names))
	}
	l.count(t, 1)
	l.sort()
	return t
}

// Drop takes a text out of the counts.
func (l *Lexicon) Drop(t *Text) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(t, -1)
}

func (l *Lexicon) category(slug string, names models.Texts) *categoryText {
	var sum strings.Builder
	for _, lang := range models.Languages() {
		sum.WriteString(names[lang] + "\x00")
	}
	if c := l.categories[slug]; c != nil && c.sum == sum.String() {
		return c
	}
	c := &categoryText{slug: strings.Clone(slug), sum: sum.String()}
	for _, s := range append([]string{slug}, nameList(names)...) {
		key := analyze.Key(s)
		if key == "" || contains(c.keys, key) {
			continue
		}
		c.keys = append(c.keys, key)
		for _, term := range analyze.Terms(s, analyze.Text) {
			if !analyze.IsStop(term) {
				c.terms = append(c.terms, l.intern(term))
			}
		}
		c.spans = append(c.spans, span{end: uint16(len(c.terms)), letters: letters(key)})
	}
	l.categories[c.slug] = c
	return c
}

func nameList(names models.Texts) []string {
	var out []string
	for _, lang := range models.Languages() {
		out = append(out, names[lang])
	}
	return out
}

func addKey(keys []string, s string) []string {
	if k := analyze.Key(s); k != "" && !contains(keys, k) {
		keys = append(keys, strings.Clone(k))
	}
	return keys
}

func contains(keys []string, key string) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

// Popularity is 0 for nobody and 1 for ten million, by the number of digits.
// Stars stand in where installs are unknown.
func Popularity(d *search.Document) float32 {
	n := int64(0)
	switch {
	case d.Installs != nil:
		n = *d.Installs
	case d.Stars != nil:
		n = *d.Stars / 2
	}
	return float32(min(math.Log10(float64(max(n, 0)+1))/7, 1))
}

// CompareStanding orders two texts where no query tells them apart: those
// still maintained first, then by popularity.
func CompareStanding(a, b *Text) int {
	if a.retired != b.retired {
		if a.retired {
			return 1
		}
		return -1
	}
	return cmp.Compare(b.popularity, a.popularity)
}
