package rank

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"souk/search"
)

// Shares of a score. Each part is between 0 and 1; a name that is exactly what
// was asked for outweighs all others together.
const (
	shareExact     = 20
	shareWhole     = 2.0
	shareName      = 2.0
	shareStart     = 0.9
	sharePublisher = 3.6
	shareCategory  = 3.6
	shareOther     = 2.8
	shareShelf     = 3.0
	shareText      = 2.6
	shareAll       = 0.5
	shareNear      = 0.5
	sharePopular   = 0.3
)

// Score is how well a listing answers a query, by rule.
type Score struct {
	Exact     bool
	Whole     float32 // the name but for slips and endings
	Name      float32 // how much of the name and the query are each other
	Start     float32 // the name begins with the query
	Publisher float32
	Category  float32
	Other     float32 // a category that isn't the listing's first
	Shelf     bool    // the query is the name of the first category
	Text      float32 // how well the words are answered, anywhere
	Near      float32 // neighbours in the query are neighbours in the text
	Popular   float32
	Cover     float32 // share of the query's weight that is answered at all
	All       bool    // every word is answered
	matched   uint64
}

// Total is the score as one number.
func (s *Score) Total() float32 {
	t := shareWhole*s.Whole + shareName*s.Name + shareStart*s.Start + sharePublisher*s.Publisher + max(shareCategory*s.Category, shareOther*s.Other) +
		shareText*s.Text + shareNear*s.Near + sharePopular*s.Popular
	if s.All {
		t += shareAll
	}
	if s.Shelf {
		t += shareShelf
	}
	if s.Exact {
		t += shareExact
	}
	return t
}

// wholeShare is how much of a name the query's words must account for to be
// the name with slips.
const wholeShare = 0.85

// A word at the beginning of a tagline says more about the listing than one
// late in it: by place late, one part in lateLoss is lost.
const (
	late     = 16
	lateLoss = 4
)

// mostAlso bounds what words that only mean the same can say, in however many
// places they stand.
const mostAlso = 0.5

// Answers reports whether unit i is answered.
func (s *Score) Answers(i int) bool { return s.matched&(1<<i) != 0 }

// scan holds what is found while one text is read.
type scan struct {
	best   [maxUnits][fields]uint8
	near   [maxUnits]uint8
	direct uint64 // units that a term answers which doesn't just mean the same
	parts  Score

	// of the span being read
	mask    uint64
	quality [maxSlots]uint8
	at      [maxSlots]int32 // where a slot was seen last,
	before  [maxSlots]int32 // and last before that
	row     [maxSlots]int32 // how many slots stand in an unbroken row up to here
	longest [maxSlots]int32
}

// Score reads t for the plan's terms. Elsewhere has a bit for each unit that
// an engine found in parts of the listing that Text doesn't hold.
func (p *Plan) Score(t *Text, elsewhere uint64) Score {
	var s scan
	from := 0
	for _, sp := range t.spans {
		p.span(&s, sp.field, t.terms[from:sp.end], int(sp.letters))
		from = int(sp.end)
	}
	for i, c := range t.categories {
		f := inOtherCategory
		if i == 0 {
			f = inCategory
		}
		from := 0
		for _, sp := range c.spans {
			p.span(&s, f, c.terms[from:sp.end], int(sp.letters))
			from = int(sp.end)
		}
	}
	p.keys(&s, t)
	return p.sum(&s, t, elsewhere)
}

// span reads one field in one language.
func (p *Plan) span(s *scan, f field, terms []uint32, letters int) {
	s.mask = 0
	for pos, id := range terms {
		if int(id) >= len(p.index) || p.index[id] == 0 {
			continue
		}
		for _, a := range p.lists[p.index[id]-1] {
			if a.quality != synonymous {
				s.direct |= 1 << a.slot
			}
			switch {
			case f == inName && a.quality == synonymous:
				a.quality = namedOtherwise
			case f == inTagline:
				a.quality -= uint8(int(a.quality) * min(pos, late) / (late * lateLoss))
			}
			p.see(s, a, int32(pos))
		}
	}
	if s.mask == 0 {
		return
	}
	seen := p.gather(s)
	for m := s.mask & (1<<len(p.units) - 1); m != 0; m &= m - 1 {
		u := bits.TrailingZeros64(m)
		s.best[u][f] = max(s.best[u][f], s.quality[u])
	}
	if letters > 0 {
		p.fit(s, f, letters, seen)
	}
}

// see notes that a slot's term stands at pos.
func (p *Plan) see(s *scan, a alt, pos int32) {
	bit := uint64(1) << a.slot
	if s.mask&bit == 0 {
		s.mask |= bit
		s.quality[a.slot], s.longest[a.slot], s.at[a.slot] = 0, 0, -10
	}
	s.quality[a.slot] = max(s.quality[a.slot], a.quality)
	s.before[a.slot], s.at[a.slot], s.row[a.slot] = s.at[a.slot], pos, 0
	if a.slot == 0 || s.mask&(bit>>1) == 0 {
		return
	}
	if int(a.slot) >= len(p.units) {
		p.follow(s, a.slot, pos)
		return
	}
	switch gap := pos - s.at[a.slot-1]; {
	case gap >= 0 && gap <= 2:
		s.near[a.slot] = 2
	case gap >= -4 && gap <= 4:
		s.near[a.slot] = max(s.near[a.slot], 1)
	}
}

// follow counts the row of a phrase's slots that ends at pos.
func (p *Plan) follow(s *scan, slot uint8, pos int32) {
	if p.starts&(1<<slot) != 0 {
		return
	}
	before := s.at[slot-1]
	if before == pos {
		before = s.before[slot-1]
	}
	if before == pos-1 {
		s.row[slot] = s.row[slot-1] + 1
		s.longest[slot] = max(s.longest[slot], s.row[slot])
	}
}

// gather adds the units that sequences answer in this span, and returns how
// many letters of a name all of it accounts for.
func (p *Plan) gather(s *scan) (letters int) {
	direct := s.mask & (1<<len(p.units) - 1)
	for m := direct; m != 0; m &= m - 1 {
		letters += p.units[bits.TrailingZeros64(m)].letters
	}
	for i := range p.sequences {
		seq := &p.sequences[i]
		if s.mask&seq.parts != seq.parts || !s.inOrder(seq) {
			continue
		}
		if seq.units&^direct != 0 {
			letters += seq.letters
		}
		if seq.quality != synonymous {
			s.direct |= seq.units
		}
		each(seq.units, func(u int) {
			if s.mask&(1<<u) == 0 || s.quality[u] < seq.quality {
				s.quality[u] = seq.quality
			}
			s.mask |= 1 << u
		})
	}
	return letters
}

func (s *scan) inOrder(seq *sequence) bool {
	if len(seq.order) < 2 {
		return true
	}
	return int(s.longest[seq.order[len(seq.order)-1]]) >= len(seq.order)-1
}

// fit says how much a name, publisher or category and the query are each other.
func (p *Plan) fit(s *scan, f field, letters, seen int) {
	cover := float32(0)
	for m := s.mask & (1<<len(p.units) - 1); m != 0; m &= m - 1 {
		u := bits.TrailingZeros64(m)
		cover += p.units[u].weight * float32(s.quality[u]) / exactly
	}
	cover /= p.total
	share := min(float32(seen)/float32(letters), 1)
	if f != inName && cover < 0.5 {
		return
	}
	fit := cover * cover * (0.4 + 0.6*share)
	switch f {
	case inName:
		s.parts.Name = max(s.parts.Name, fit)
		if share >= wholeShare && s.mask&p.content == p.content {
			s.parts.Whole = max(s.parts.Whole, cover)
		}
	case inPublisher:
		s.parts.Publisher = max(s.parts.Publisher, fit*share)
	case inCategory:
		s.parts.Category = max(s.parts.Category, fit*share)
	case inOtherCategory:
		s.parts.Other = max(s.parts.Other, fit*share)
	}
}

// keys compares the query as a whole with the listing's names.
func (p *Plan) keys(s *scan, t *Text) {
	if p.key == "" {
		return
	}
	for _, name := range t.names {
		switch {
		case name == p.key:
			s.parts.Exact, s.parts.Name, s.parts.Start = true, 1, 1
		case strings.HasPrefix(name, p.key):
			s.parts.Start = max(s.parts.Start, 0.3+0.7*float32(len(p.key))/float32(len(name)))
		}
	}
	if slices.Contains(t.publishers, p.key) {
		s.parts.Publisher = 1
	}
	for i, c := range t.categories {
		switch {
		case !slices.Contains(c.keys, p.key):
		case i == 0:
			s.parts.Category, s.parts.Shelf = 1, true
		default:
			s.parts.Other = 1
		}
	}
}

func (p *Plan) sum(s *scan, t *Text, elsewhere uint64) Score {
	out := s.parts
	out.All = true
	near, pairs := float32(0), float32(0)
	for i := range p.units {
		u := &p.units[i]
		missing := float32(1)
		for f := range fields {
			if q := s.best[i][f]; q > 0 {
				missing *= 1 - weight[f]*float32(q)/exactly
			}
		}
		switch {
		case missing == 1 && elsewhere&(1<<i) != 0:
			missing = 1 - weight[inDescription]
		case s.direct&(1<<i) == 0:
			missing = max(missing, 1-mostAlso)
		}
		if missing < 1 {
			out.Text += u.weight * (1 - missing)
			out.Cover += u.weight
			out.matched |= 1 << i
		} else if !u.stop {
			out.All = false
		}
		if i > 0 && !u.stop && !p.units[i-1].stop {
			pairs++
			near += float32(s.near[i]) / 2
		}
	}
	out.Text /= p.total
	out.Cover /= p.total
	if pairs > 0 {
		out.Near = near / pairs
	}
	if out.Exact {
		out.Cover, out.All = 1, true
	}
	out.Popular = t.popularity
	return out
}

// Compare orders two scored texts: an exact name first, then by Total, then
// what is maintained before what isn't, and by installs.
func Compare(a *Score, ta *Text, b *Score, tb *Text) int {
	if a.Exact != b.Exact {
		if a.Exact {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Total(), a.Total()), CompareStanding(ta, tb))
}

// Terms lists the terms of t that answer the plan, and the query's own words,
// for highlighting.
func (p *Plan) Terms(t *Text) []string {
	p.lex.mu.RLock()
	defer p.lex.mu.RUnlock()
	var out []string
	seen := map[string]bool{}
	add := func(term string) {
		if !seen[term] {
			seen[term] = true
			out = append(out, term)
		}
	}
	for i := range p.units {
		if !p.units[i].stop {
			add(p.units[i].term)
		}
	}
	look := func(ids []uint32) {
		for _, id := range ids {
			if int(id) < len(p.index) && p.index[id] != 0 && p.answers(id) {
				add(p.lex.terms[id].term)
			}
		}
	}
	look(t.terms)
	for _, c := range t.categories {
		look(c.terms)
	}
	return out
}

// answers reports whether a term answers more than stop words.
func (p *Plan) answers(id uint32) bool {
	for _, a := range p.lists[p.index[id]-1] {
		if int(a.slot) >= len(p.units) || !p.units[a.slot].stop {
			return true
		}
	}
	return false
}

// Why explains a score, the weightiest rule first; the codes are keys of
// messages, "search.rule.<code>".
func (p *Plan) Why(s *Score, t *Text) *search.Why {
	why := &search.Why{}
	rule := func(code string, score float32, detail string) {
		if score > 0 {
			why.Rules = append(why.Rules, search.Rule{Code: code, Score: math.Round(float64(score)*1000) / 1000, Detail: detail})
		}
	}
	if s.Exact {
		rule("exact_name", 1, "")
	}
	rule("whole_name", s.Whole, "")
	rule("name", s.Name, "")
	rule("name_start", s.Start, "")
	rule("publisher", s.Publisher, "")
	rule("category", s.Category, "")
	rule("other_category", s.Other, "")
	rule("words", s.Text, strings.Join(p.matched(s), " "))
	rule("near", s.Near, "")
	popular := "installs"
	if t.starred {
		popular = "stars"
	}
	rule(popular, s.Popular, strconv.FormatInt(t.count, 10))
	if t.retired {
		rule("discontinued", 1, "")
	}
	return why
}

func (p *Plan) matched(s *Score) []string {
	var out []string
	each(s.matched, func(u int) { out = append(out, p.units[u].term) })
	return out
}
