package rank

import (
	"math"
	"math/bits"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"souk/search/analyze"
)

// Bounds of a query: what is beyond them is not read. MaxQuery counts
// characters.
const (
	MaxQuery = 300
	maxUnits = 24
	maxSlots = 64
)

// Qualities of the ways in which a term can answer a word, of 255.
const (
	exactly     = 255
	sameStem    = 240
	joined      = 225
	begins      = 170 // and up to 60 more, the more of the term was typed
	beginsSpan  = 60
	oneSlip     = 185
	twoSlips    = 140
	slipInStart = 150
	synonymous  = 161
	// A name that says something similar is a weak sign.
	namedOtherwise = 60
	splitUp        = 215
)

// unit is one word of a query, or one pair of characters.
type unit struct {
	term    string
	stem    string
	cjk     bool
	script  script
	stop    bool
	last    bool // may go on
	phrase  int  // which quoted phrase it belongs to, from 1
	letters int
	weight  float32
	docs    int // in how many listings it stands, about
	found   bool
	queries []string // for Postgres, any of them
}

// script tells the kinds of writing without spaces apart.
type script uint8

const (
	otherScript script = iota
	kana
	ideographs
)

func scriptOf(term string) script {
	switch r, _ := utf8.DecodeRuneInString(term); {
	case r >= 0x3041 && r <= 0x30FF:
		return kana
	case r >= 0x3400:
		return ideographs
	default:
		return otherScript
	}
}

// sequence is several terms that answer units together.
type sequence struct {
	units   uint64
	parts   uint64
	order   []uint8 // slots that must follow one another, for a phrase
	quality uint8
	letters int
}

// alt says that a term answers a slot: a unit, or a part of a sequence.
type alt struct {
	slot    uint8
	quality uint8
}

// Plan is a query made ready: for each of its words, the terms that answer it.
// Close it after use.
type Plan struct {
	lex       *Lexicon
	units     []unit
	slots     int
	sequences []sequence
	starts    uint64 // slots that begin a sequence
	key       string
	total     float32 // sum of the units' weights
	content   uint64  // units that are no stop words

	index   []uint16 // term to its place in lists, or 0
	lists   [][]alt
	touched []uint32
}

var plans = sync.Pool{New: func() any { return &Plan{} }}

// Plan reads a query. It returns nil where the text holds nothing to look for.
func (l *Lexicon) Plan(text string) *Plan {
	p := plans.Get().(*Plan)
	p.lex = l
	p.read(text)
	if len(p.units) == 0 {
		p.Close()
		return nil
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if n := len(l.terms); len(p.index) < n {
		p.index = make([]uint16, n+n/8)
	}
	p.slots = len(p.units)
	for i := range p.units {
		if p.units[i].phrase == 0 {
			p.words(i)
		}
	}
	p.phrases()
	p.joins()
	p.synonyms()
	p.mend()
	p.weigh()
	return p
}

// Close gives the plan's memory back.
func (p *Plan) Close() {
	for _, id := range p.touched {
		p.index[id] = 0
	}
	index, lists := p.index, p.lists[:0]
	*p = Plan{index: index, lists: lists, touched: p.touched[:0], units: p.units[:0], sequences: p.sequences[:0]}
	plans.Put(p)
}

// read splits the text into units.
func (p *Plan) read(text string) {
	if utf8.RuneCountInString(text) > MaxQuery {
		text = string([]rune(text)[:MaxQuery])
	}
	p.key = analyze.Key(text)
	phrase := 0
	for i, part := range Quoted(text) {
		inside := i%2 == 1
		tokens := analyze.Tokens(part, analyze.Query)
		if inside {
			phrase++
		}
		for _, t := range tokens {
			if t.Extra || len(p.units) == maxUnits {
				continue
			}
			u := unit{term: t.Term, stem: analyze.Stem(t.Term), cjk: t.CJK, stop: analyze.IsStop(t.Term), letters: utf8.RuneCountInString(t.Term)}
			u.script = scriptOf(t.Term)
			if u.cjk && len(p.units) > 0 && p.units[len(p.units)-1].cjk {
				u.letters = 1
			}
			if inside {
				u.phrase = phrase
			}
			p.units = append(p.units, u)
		}
	}
	if n := len(p.units); n > 0 && p.units[n-1].phrase == 0 {
		r, _ := utf8.DecodeLastRuneInString(text)
		p.units[n-1].last = !unicode.IsSpace(r)
	}
	p.unstop()
}

// unstop lets stop words count where there are no others.
func (p *Plan) unstop() {
	for i := range p.units {
		if !p.units[i].stop {
			return
		}
	}
	for i := range p.units {
		p.units[i].stop = false
	}
}

// add says that a term answers a slot.
func (p *Plan) add(id uint32, slot int, quality int) {
	at := p.index[id]
	if at == 0 {
		p.lists = append(p.lists, nil)
		if len(p.lists) > math.MaxUint16 {
			return
		}
		at = uint16(len(p.lists))
		p.index[id] = at
		p.touched = append(p.touched, id)
	}
	list := p.lists[at-1]
	for i := range list {
		if int(list[i].slot) == slot {
			list[i].quality = max(list[i].quality, uint8(quality))
			return
		}
	}
	p.lists[at-1] = append(list, alt{uint8(slot), uint8(quality)})
}

// same adds every term with the stem of term; it returns in how many listings
// the most frequent of them stands.
func (p *Plan) same(term string, slot, quality int) int {
	docs := 0
	for _, id := range p.lex.groups[p.lex.stems[analyze.Stem(term)]] {
		e := &p.lex.terms[id]
		if e.docs <= 0 {
			continue
		}
		q := quality
		if e.term != term {
			q = quality * sameStem / exactly
		}
		p.add(id, slot, q)
		docs = max(docs, int(e.docs))
	}
	return docs
}

// words adds the terms that are a unit's own word, or begin with it.
func (p *Plan) words(i int) {
	u := &p.units[i]
	docs := p.same(u.term, i, exactly)
	u.queries = append(u.queries, lexeme(u.stem))
	if u.cjk && u.letters == 1 && utf8.RuneCountInString(u.term) == 1 {
		docs = max(docs, p.character(i))
	} else if u.last && !u.cjk {
		docs = max(docs, p.begin(u, i, u.term, uint64(1)<<i, begins, true))
	}
	u.found = docs > 0
	u.weight = float32(docs)
}

// begin adds the terms that begin with prefix to the units of mask.
func (p *Plan) begin(u *unit, slot int, prefix string, mask uint64, quality int, query bool) int {
	docs, n := 0, 0
	p.lex.prefixed(prefix, func(id uint32) {
		e := &p.lex.terms[id]
		q := quality + beginsSpan*len(prefix)/len(e.term)
		if len(e.term) == len(prefix) {
			q = max(q, joined)
		}
		each(mask, func(slot int) { p.add(id, slot, q) })
		if stem := analyze.Stem(e.term); query && n < 20 && !strings.HasPrefix(stem, prefix) {
			u.queries = append(u.queries, lexeme(stem))
			n++
		}
		docs = max(docs, int(e.docs))
	})
	if query {
		u.queries = append(u.queries, lexeme(prefix)+":*")
	}
	return docs
}

// character adds the pairs that hold a character which was asked for alone.
func (p *Plan) character(i int) int {
	u := &p.units[i]
	docs := 0
	for id := 1; id < len(p.lex.terms); id++ {
		e := &p.lex.terms[id]
		if !e.cjk || e.docs <= 0 || !strings.Contains(e.term, u.term) {
			continue
		}
		p.add(uint32(id), i, begins+beginsSpan/2)
		docs = max(docs, int(e.docs))
	}
	u.queries = append(u.queries, lexeme(u.term)+":*")
	return docs
}

func each(mask uint64, do func(slot int)) {
	for ; mask != 0; mask &= mask - 1 {
		do(bits.TrailingZeros64(mask))
	}
}

// slot reserves a place for a part of a sequence.
func (p *Plan) slot() (int, bool) {
	if p.slots == maxSlots {
		return 0, false
	}
	p.slots++
	return p.slots - 1, true
}

// phrases makes each quoted phrase one sequence, in order.
func (p *Plan) phrases() {
	for i := 0; i < len(p.units); {
		k := p.units[i].phrase
		j := i
		for j < len(p.units) && p.units[j].phrase == k {
			j++
		}
		if k != 0 {
			p.phrase(i, j)
		}
		i = j
	}
}

func (p *Plan) phrase(from, to int) {
	seq := sequence{quality: exactly}
	var query []string
	found, docs := true, math.MaxInt
	for i := from; i < to; i++ {
		u := &p.units[i]
		seq.units |= 1 << i
		if u.stop {
			continue
		}
		slot, ok := p.slot()
		if !ok {
			break
		}
		if seq.parts == 0 {
			p.starts |= 1 << slot
		}
		n := p.same(u.term, slot, exactly)
		found, docs = found && n > 0, min(docs, n)
		seq.parts |= 1 << slot
		seq.order = append(seq.order, uint8(slot))
		seq.letters += u.letters
		query = append(query, lexeme(u.stem))
	}
	p.sequences = append(p.sequences, seq)
	for i := from; i < to; i++ {
		p.units[i].found, p.units[i].weight = found, float32(docs)
		p.units[i].queries = []string{strings.Join(query, "<->")}
	}
}

// joins lets "git guardian" find GitGuardian, and "merge w" MergeWhenReady.
func (p *Plan) joins() {
	for i := range p.units {
		term := p.units[i].term
		mask := uint64(1) << i
		for j := i + 1; j < len(p.units) && j < i+5; j++ {
			if p.units[j].cjk || p.units[i].cjk || p.units[j].phrase != 0 || p.units[i].phrase != 0 {
				break
			}
			term += p.units[j].term
			mask |= 1 << j
			if j > i+1 && (i > 0 || j < len(p.units)-1) {
				continue
			}
			p.join(i, j, term, mask)
		}
	}
}

func (p *Plan) join(i, j int, term string, mask uint64) {
	docs := 0
	if !analyze.IsStop(term) {
		for _, id := range p.lex.groups[p.lex.stems[analyze.Stem(term)]] {
			if n := int(p.lex.terms[id].docs); n > 0 {
				each(mask, func(slot int) { p.add(id, slot, joined) })
				docs = max(docs, n)
			}
		}
	}
	u := unit{}
	if docs > 0 {
		u.queries = append(u.queries, lexeme(analyze.Stem(term)))
	}
	if p.units[j].last && len(term) > 3 {
		n := p.begin(&u, i, term, mask, begins, false)
		if n > docs {
			u.queries = append(u.queries, lexeme(term)+":*")
		}
		docs = max(docs, n)
	}
	if docs == 0 {
		return
	}
	each(mask, func(slot int) {
		p.units[slot].queries = append(p.units[slot].queries, u.queries...)
		if !p.units[slot].found {
			p.units[slot].found, p.units[slot].weight = true, float32(docs)
		}
	})
}

// mend looks for slips of the pen in words that no listing holds: swapped,
// missing and wrong letters, and a missing space.
func (p *Plan) mend() {
	for i := range p.units {
		u := &p.units[i]
		if u.found && u.weight > 2 || u.cjk || u.stop || u.phrase != 0 {
			continue
		}
		if !u.found {
			p.split(i)
		}
		limit := analyze.MaxTypos(u.term)
		if limit == 0 {
			continue
		}
		if u.found {
			limit = 1
		}
		p.slips(i, limit, false)
		if !u.found && u.last {
			p.slips(i, limit, true)
		}
	}
}

func (p *Plan) slips(i, limit int, prefix bool) {
	u := &p.units[i]
	first, _ := utf8.DecodeRuneInString(u.term)
	type candidate struct {
		id    uint32
		slips int
	}
	var some []candidate
	best := limit + 1
	p.lex.near(u.term, limit, prefix, func(id uint32, slips int) {
		e := &p.lex.terms[id]
		if r, _ := utf8.DecodeRuneInString(e.term); r != first {
			slips++
		}
		if slips == 0 || slips > limit || u.found && int(e.docs) < 8*int(u.weight) {
			return
		}
		some = append(some, candidate{id, slips})
		best = min(best, slips)
	})
	stems := map[string]bool{}
	docs := 0
	for _, c := range some {
		e := &p.lex.terms[c.id]
		if c.slips > best {
			continue
		}
		q := oneSlip
		switch {
		case c.slips == 2:
			q = twoSlips
		case prefix:
			q = slipInStart
		}
		p.add(c.id, i, q)
		docs = max(docs, int(e.docs))
		if stem := analyze.Stem(e.term); !stems[stem] && len(stems) < 20 {
			stems[stem] = true
			u.queries = append(u.queries, lexeme(stem))
			p.same(e.term, i, q*sameStem/exactly)
		}
	}
	if docs > 0 {
		u.found, u.weight = true, max(u.weight, float32(docs))
	}
}

// split lets "codereview" find "code review".
func (p *Plan) split(i int) {
	u := &p.units[i]
	best, at := 0, 0
	for cut := 3; cut <= len(u.term)-3; cut++ {
		if !utf8.RuneStart(u.term[cut]) {
			continue
		}
		if n := min(p.lex.docsOf(u.term[:cut]), p.lex.docsOf(u.term[cut:])); n > best {
			best, at = n, cut
		}
	}
	if best == 0 {
		return
	}
	if p.sequence([]string{u.term[:at], u.term[at:]}, 1<<i, splitUp, u.letters) {
		u.found, u.weight = true, float32(best)
		u.queries = append(u.queries, "("+lexeme(analyze.Stem(u.term[:at]))+"&"+lexeme(analyze.Stem(u.term[at:]))+")")
	}
}

// sequence lets terms, together, answer the units of mask.
func (p *Plan) sequence(terms []string, mask uint64, quality, letters int) bool {
	seq := sequence{units: mask, quality: uint8(quality), letters: letters}
	for _, term := range terms {
		slot, ok := p.slot()
		if !ok || p.same(term, slot, exactly) == 0 {
			return false
		}
		if seq.parts == 0 {
			p.starts |= 1 << slot
		}
		seq.parts |= 1 << slot
	}
	p.sequences = append(p.sequences, seq)
	return true
}

// weigh gives rare words more weight than common ones. Until here weight held
// in how many listings a word stands.
func (p *Plan) weigh() {
	n := float64(p.lex.docs)
	p.total = 0
	for i := range p.units {
		u := &p.units[i]
		u.docs = int(u.weight)
		w := math.Log(1 + (n+1)/(float64(u.weight)+1))
		switch {
		case u.stop:
			w *= 0.1
		case !u.found:
			w = 0.3 * math.Log(2+n)
		}
		if !u.stop {
			p.content |= 1 << i
		}
		u.weight = float32(max(w, 0.05))
	}
	p.weighRuns()
	for i := range p.units {
		p.total += p.units[i].weight
	}
}

// weighRuns makes a run of pairs weigh what the words in it would: about two
// Han characters make a word, and about four kana.
func (p *Plan) weighRuns() {
	for i := 0; i < len(p.units); {
		j := i + 1
		if p.units[i].cjk {
			for j < len(p.units) && p.units[j].cjk && p.units[j].script == p.units[i].script {
				j++
			}
			n := float32(j - i)
			words := (n + 1) / 2
			if p.units[i].script == kana {
				words = max(1, (n+1)/4)
			}
			for k := i; k < j; k++ {
				p.units[k].weight *= min(words/n, 1)
			}
		}
		i = j
	}
}

// lexeme quotes a term for a Postgres tsquery.
func lexeme(term string) string { return "'" + strings.ReplaceAll(term, "'", "''") + "'" }

// Queries returns for each word of the query a Postgres tsquery that finds the
// listings in which any term stands that answers it; stop words have none.
func (p *Plan) Queries() []string {
	out := make([]string, len(p.units))
	for i := range p.units {
		u := &p.units[i]
		if !u.stop {
			out[i] = strings.Join(u.queries, "|")
		}
	}
	return out
}

// Weight is how much unit i counts.
func (p *Plan) Weight(i int) float32 { return p.units[i].weight }

// Expected is in about how many listings the rarest word stands: few more have
// every word. Words that only descriptions hold are not counted.
func (p *Plan) Expected() int {
	n := math.MaxInt
	for i := range p.units {
		if p.Counts(i) {
			n = min(n, p.units[i].docs)
		}
	}
	return n
}

// Required reports whether unit i must be answered: it belongs to a phrase in
// quotation marks.
func (p *Plan) Required(i int) bool { return p.units[i].phrase != 0 }

// Words is how many words or pairs the query has, of those that count.
func (p *Plan) Words() int {
	if p == nil {
		return 0
	}
	return bits.OnesCount64(p.content)
}

// Units is how many words or pairs the query has.
func (p *Plan) Units() int { return len(p.units) }

// Counts reports whether unit i is more than a stop word.
func (p *Plan) Counts(i int) bool { return p.content&(1<<i) != 0 }
