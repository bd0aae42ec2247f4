package rank

import (
	"math"
	"slices"
)

// Likeness returns a measure of how much other texts are about the same as t:
// the rarer a word that keywords, tagline and introduction share, the more it
// counts, and categories count as words do. Names don't: a publisher's products
// are named alike and do different things.
func (l *Lexicon) Likeness(t *Text) func(*Text) float32 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	docs := float64(max(l.docs, 1))
	weights := map[uint32]float32{}
	t.about(func(id uint32) {
		e := l.terms[id]
		weights[e.group] = float32(math.Log1p(docs / float64(max(e.docs, 1))))
	})
	return func(other *Text) float32 { return l.likeness(weights, t, other) }
}

func (l *Lexicon) likeness(weights map[uint32]float32, t, other *Text) float32 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var sum float32
	var seen []uint32
	other.about(func(id uint32) {
		group := l.terms[id].group
		if w, shared := weights[group]; shared && !slices.Contains(seen, group) {
			seen = append(seen, group)
			sum += w
		}
	})
	for i, c := range t.categories {
		for j, d := range other.categories {
			if c == d {
				sum += 2
			}
			if c == d && i == 0 && j == 0 {
				sum += 2
			}
		}
	}
	return sum
}

// about calls do with the terms that say what a text is about, in English
// where all languages would count one thing twice.
func (t *Text) about(do func(id uint32)) {
	begin := 0
	var had [fields]bool
	for _, s := range t.spans {
		terms := t.terms[begin:s.end]
		begin = int(s.end)
		if had[s.field] && s.field != inKeywords {
			continue
		}
		had[s.field] = true
		switch s.field {
		case inKeywords, inTagline, inIntroduction:
			for _, id := range terms {
				if id != 0 {
					do(id)
				}
			}
		}
	}
}
