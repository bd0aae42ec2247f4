// Package rank says how well a listing answers a query, with one set of rules
// for every engine: an engine finds candidates, rank puts them in order and
// can tell why. It keeps the words of every listing (Text) and a Lexicon of
// all of them, from which it mends slips of the pen, completes the last word
// and knows which words are rare.
//
// The package reads no database and no index, and it never hides a listing.
package rank

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"souk/search/analyze"
)

// Lexicon numbers the terms of all texts. It only grows; terms that no text
// holds any more have no documents and match nothing.
type Lexicon struct {
	mu     sync.RWMutex
	ids    map[string]uint32
	terms  []entry
	stems  map[string]uint32 // stem to its group
	groups [][]uint32        // terms with one stem
	docs   int

	categories map[string]*categoryText

	sorted  []uint32 // terms in order, but for those after len(sorted)
	serial  uint32   // of the text being counted
	counted []uint32 // serial of the last text that counted the term
}

// entry is one term. Docs is how many texts hold it; letters has a bit for
// each letter of it, which rules out most far terms at once.
type entry struct {
	term    string
	group   uint32
	docs    int32
	letters uint32
	runes   uint8
	cjk     bool
}

// NewLexicon returns an empty lexicon.
func NewLexicon() *Lexicon {
	return &Lexicon{
		ids: map[string]uint32{}, stems: map[string]uint32{}, categories: map[string]*categoryText{},
		// Number 0 is no term.
		terms: make([]entry, 1), counted: make([]uint32, 1), groups: make([][]uint32, 1),
	}
}

// Len is the number of terms.
func (l *Lexicon) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.terms) - 1
}

// intern returns the number of a term; the caller holds the lock.
func (l *Lexicon) intern(term string) uint32 {
	if id, ok := l.ids[term]; ok {
		return id
	}
	term = strings.Clone(term)
	id := uint32(len(l.terms))
	stem := analyze.Stem(term)
	group, ok := l.stems[stem]
	if !ok {
		group = uint32(len(l.groups))
		l.groups = append(l.groups, nil)
		if len(stem) == len(term) {
			stem = term
		}
		l.stems[strings.Clone(stem)] = group
	}
	l.groups[group] = append(l.groups[group], id)
	e := entry{term: term, group: group}
	for _, r := range term {
		e.letters |= 1 << (uint(r) & 31)
		e.runes++
		e.cjk = e.cjk || r >= 0x2E80
	}
	l.ids[term] = id
	l.terms = append(l.terms, e)
	l.counted = append(l.counted, 0)
	return id
}

// count adds delta to the documents of every term of t, once each.
func (l *Lexicon) count(t *Text, delta int32) {
	l.serial++
	l.docs += int(delta)
	each := func(ids []uint32) {
		for _, id := range ids {
			if id != 0 && l.counted[id] != l.serial {
				l.counted[id] = l.serial
				l.terms[id].docs += delta
			}
		}
	}
	each(t.terms)
	for _, c := range t.categories {
		each(c.terms)
	}
}

// sort brings the sorted list up to date when enough terms are new; the caller
// holds the write lock.
func (l *Lexicon) sort() {
	if n := len(l.terms) - 1 - len(l.sorted); n < 256 && (len(l.sorted) > 0 || n == 0) {
		return
	}
	var fresh []uint32
	for id := len(l.sorted) + 1; id < len(l.terms); id++ {
		fresh = append(fresh, uint32(id))
	}
	compare := func(a, b uint32) int { return strings.Compare(l.terms[a].term, l.terms[b].term) }
	slices.SortFunc(fresh, compare)
	merged := make([]uint32, 0, len(l.sorted)+len(fresh))
	for _, id := range l.sorted {
		for len(fresh) > 0 && compare(fresh[0], id) < 0 {
			merged, fresh = append(merged, fresh[0]), fresh[1:]
		}
		merged = append(merged, id)
	}
	l.sorted = append(merged, fresh...)
}

// prefixed calls yield for every term in use that begins with prefix.
func (l *Lexicon) prefixed(prefix string, yield func(id uint32)) {
	at, _ := slices.BinarySearchFunc(l.sorted, prefix, func(id uint32, p string) int {
		return strings.Compare(l.terms[id].term, p)
	})
	for _, id := range l.sorted[at:] {
		if !strings.HasPrefix(l.terms[id].term, prefix) {
			break
		}
		if l.terms[id].docs > 0 {
			yield(id)
		}
	}
	for id := len(l.sorted) + 1; id < len(l.terms); id++ {
		if l.terms[id].docs > 0 && strings.HasPrefix(l.terms[id].term, prefix) {
			yield(uint32(id))
		}
	}
}

// near calls yield for every term in use that differs from word, or with
// prefix begins with something that differs from it, by at most limit slips.
func (l *Lexicon) near(word string, limit int, prefix bool, yield func(id uint32, slips int)) {
	letters := uint32(0)
	a := []rune(word)
	for _, r := range a {
		letters |= 1 << (uint(r) & 31)
	}
	var b [64]rune
	for id := 1; id < len(l.terms); id++ {
		e := &l.terms[id]
		if e.docs <= 0 || e.cjk || int(e.runes) < len(a)-limit || !prefix && int(e.runes) > len(a)+limit {
			continue
		}
		if bits.OnesCount32(letters&^e.letters) > limit || !prefix && bits.OnesCount32(e.letters&^letters) > limit {
			continue
		}
		n := 0
		for _, r := range e.term {
			b[n] = r
			n++
		}
		if d := analyze.Distance(a, b[:n], limit, prefix); d <= limit {
			yield(uint32(id), d)
		}
	}
}

// docsOf is how many texts hold term or another of its stem, at least.
func (l *Lexicon) docsOf(term string) int {
	group, ok := l.stems[analyze.Stem(term)]
	if !ok {
		return 0
	}
	n := 0
	for _, id := range l.groups[group] {
		n = max(n, int(l.terms[id].docs))
	}
	return n
}
