// Package analyze turns text into the terms that search compares: one set of
// rules for what is indexed, what is asked and what is highlighted, whichever
// engine answers.
//
// Letters are folded (compatibility forms, case, accents, traditional and
// Japanese forms of Han characters, hiragana to katakana). Scripts with spaces
// give words; Chinese, Japanese and Korean give pairs of neighbouring
// characters. The package decides nothing about fields, scores or order.
package analyze

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Mode says what kind of text is analyzed.
type Mode int

// The modes. Text is prose. Name also gives the parts of GitGuardian and the
// joined forms of "merge when green". Query is Text in which a single
// character of a script without spaces stays alone.
const (
	Text Mode = iota
	Name
	Query
)

// Token is one term and where it stands: bytes [Start, End) of the text. Pos
// counts terms, so that neighbours differ by one; an Extra term repeats what
// other terms of the text already say in another form.
type Token struct {
	Term       string
	Start, End int
	Pos        int
	CJK        bool
	Extra      bool
}

// Tokens analyzes s.
func Tokens(s string, mode Mode) []Token {
	room := rooms.Get().(*[]char)
	defer rooms.Put(room)
	*room = fold((*room)[:0], s)
	t := tokenizer{chars: *room, mode: mode}
	t.out = make([]Token, 0, len(t.chars)/5+1)
	for t.i < len(t.chars) {
		switch c := t.chars[t.i].class; {
		case c == word:
			t.words()
		case c.cjk():
			t.run()
		default:
			t.i++
		}
	}
	if mode == Name {
		t.join()
	}
	return t.out
}

// Terms are the terms of Tokens, without those that repeat others.
func Terms(s string, mode Mode) []string {
	tokens := Tokens(s, mode)
	out := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if !t.Extra {
			out = append(out, t.Term)
		}
	}
	return out
}

// Fold is s as Meilisearch should see it: folded, with spaces where the script
// changes and single spaces elsewhere. Han characters stay as they are written:
// Meilisearch cuts Chinese and Japanese into words by dictionaries.
func Fold(s string) string {
	b := make([]byte, 0, len(s)+8)
	wordAt := 0 // where the word being written began
	var before class
	chars := trimLongVowels(fold(nil, s))
	for i, c := range chars {
		switch {
		case c.class == apostrophe:
			if i+1 < len(chars) && chars[i+1].class == word && before == word && elided(string(b[wordAt:])) {
				b = b[:wordAt]
			}
			continue
		case c.class == gap:
			if before != gap {
				b = append(b, ' ')
			}
		case before != c.class && (c.class.cjk() && before != gap || before.cjk()):
			b = append(b, ' ')
		}
		if c.class == han {
			c.r = c.written
		}
		if c.class == word && before != word {
			wordAt = len(b)
		}
		if c.class != gap {
			b = utf8.AppendRune(b, c.r)
		}
		before = c.class
	}
	return strings.TrimSpace(string(b))
}

// Key identifies a name: its folded letters and digits and nothing between
// them, so that "Merge When Green" and "mergewhengreen" are one, and サーバ and
// サーバー.
func Key(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range fold(nil, s) {
		if c.class == word || c.class.cjk() && c.r != longVowel || c.class == symbol && (c.r == '+' || c.r == '#') {
			b.WriteRune(c.r)
		}
	}
	return b.String()
}

// maxTerm bounds a term, in characters; what is longer is no word.
const maxTerm = 40

// maxJoined bounds the parts and maxJoinedTerm the length of joined forms.
const (
	maxJoined     = 5
	maxJoinedTerm = 32
)

// rooms are for the characters of a text while it is read: they take thirty
// times its bytes.
var rooms = sync.Pool{New: func() any { return new([]char) }}

type tokenizer struct {
	chars []char
	mode  Mode
	i     int
	pos   int
	out   []Token
}

func (t *tokenizer) add(from, to int, cjk, extra bool) {
	if to-from > maxTerm {
		to = from + maxTerm
	}
	var term [maxTerm * utf8.UTFMax]byte
	b := term[:0]
	for _, c := range t.chars[from:to] {
		b = utf8.AppendRune(b, c.r)
	}
	t.addTerm(string(b), t.chars[from].start, t.chars[to-1].end, cjk, extra)
}

func (t *tokenizer) addTerm(term string, start, end int, cjk, extra bool) {
	t.out = append(t.out, Token{Term: term, Start: start, End: end, Pos: t.pos, CJK: cjk, Extra: extra})
	if !extra {
		t.pos++
	}
}

// words reads words tied by hyphens, dots, underscores or apostrophes. A tie
// of several also gives their joined form: pre-commit, precommit.
func (t *tokenizer) words() {
	first := len(t.out)
	for {
		from := t.i
		for t.i < len(t.chars) && t.chars[t.i].class == word {
			t.i++
		}
		t.word(from, t.i)
		if !t.tied() {
			break
		}
		t.i++
	}
	t.tie(first)
}

// tied reports whether the gap at t.i is one character between two words.
func (t *tokenizer) tied() bool {
	if t.i+1 >= len(t.chars) || t.chars[t.i+1].class != word {
		return false
	}
	switch c := t.chars[t.i]; c.class {
	case apostrophe:
		return true
	case symbol:
		return c.r == '-' || c.r == '.' || c.r == '_'
	default:
		return false
	}
}

// word adds one word, without what an apostrophe hangs on it: l'index gives
// index, developer's gives developer, don't gives dont. A + or # belongs to a
// short word: c++, c#.
func (t *tokenizer) word(from, to int) {
	after := from > 0 && t.chars[from-1].class == apostrophe
	before := to < len(t.chars) && t.chars[to].class == apostrophe && to+1 < len(t.chars) && t.chars[to+1].class == word
	switch {
	case before && elided(string(runes(t.chars[from:to]))):
		return
	case after && to-from == 1 && len(t.out) > 0 && (t.chars[from].r == 's' || t.chars[from].r == 't'):
		if t.chars[from].r == 't' {
			last := &t.out[len(t.out)-1]
			last.Term, last.End = last.Term+"t", t.chars[from].end
		}
		return
	}
	if to-from <= 2 {
		for to < len(t.chars) && t.chars[to].class == symbol && (t.chars[to].r == '+' || t.chars[to].r == '#') {
			to++
		}
	}
	t.i = to
	if t.mode == Name {
		t.camel(from, to)
	}
	t.add(from, to, false, false)
}

// elided reports whether a word before an apostrophe is a French article or
// pronoun that lost its vowel.
func elided(s string) bool {
	switch s {
	case "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quelqu":
		return true
	}
	return false
}

// unsplit are names whose parts mean nothing of their own in a marketplace
// that is full of them.
var unsplit = map[string]bool{
	"github": true, "gitlab": true, "javascript": true, "typescript": true, "youtube": true, "linkedin": true,
}

// camel adds the parts of a word such as GitGuardian.
func (t *tokenizer) camel(from, to int) {
	var cuts []int
	for i := from + 1; i < to; i++ {
		c, before := t.chars[i], t.chars[i-1]
		lowerNext := i+1 < to && !t.chars[i+1].upper && t.chars[i+1].class == word && !t.chars[i+1].digit
		if c.upper && (!before.upper || lowerNext && i-from > 1) {
			cuts = append(cuts, i)
		}
	}
	if len(cuts) == 0 || unsplit[string(runes(t.chars[from:to]))] {
		return
	}
	start := from
	for _, cut := range append(cuts, to) {
		if cut-start >= 2 {
			t.add(start, cut, false, true)
		}
		start = cut
	}
}

func (t *tokenizer) tie(first int) {
	parts := t.out[first:]
	term, n := "", 0
	for _, p := range parts {
		if !p.Extra {
			term += p.Term
			n++
		}
	}
	if n < 2 || n > maxJoined || len(term) > maxJoinedTerm {
		return
	}
	t.out = append(t.out, Token{
		Term: term, Start: parts[0].Start, End: parts[len(parts)-1].End, Pos: parts[0].Pos, Extra: true,
	})
}

// run adds the pairs of a run in a script without spaces, and its last
// character, so that every character begins a term.
func (t *tokenizer) run() {
	from := t.i
	kind := t.chars[from].class
	for t.i < len(t.chars) && t.chars[t.i].class == kind {
		t.i++
	}
	to := t.i
	for to > from+1 && t.chars[to-1].r == longVowel {
		to--
	}
	for i := from; i+1 < to; i++ {
		t.add(i, i+2, true, false)
	}
	if to-from == 1 || t.mode != Query {
		t.add(to-1, to, true, to-from > 1)
		if to-from > 1 {
			t.pos++
		}
	}
}

// join adds the joined forms of neighbouring words of a name.
func (t *tokenizer) join() {
	var words []Token
	for _, w := range t.out {
		if !w.Extra && !w.CJK {
			words = append(words, w)
		}
	}
	for i := range words {
		term := words[i].Term
		for j := i + 1; j < len(words) && j < i+maxJoined; j++ {
			term += words[j].Term
			if len(term) > maxJoinedTerm {
				break
			}
			if j == i+1 || i == 0 && j == len(words)-1 {
				t.out = append(t.out, Token{Term: term, Start: words[i].Start, End: words[j].End, Pos: words[i].Pos, Extra: true})
			}
		}
	}
}

func runes(cs []char) []rune {
	out := make([]rune, len(cs))
	for i, c := range cs {
		out[i] = c.r
	}
	return out
}
