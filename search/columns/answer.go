package columns

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"souk/search"
	"souk/search/rank"
)

// comparison orders slots; of one moment the most popular first, and equal ones
// by name and age of the listing.
func (v *View) comparison(k int) func(a, b uint32) int {
	return func(i, j uint32) int {
		a, b := v.docs[i], v.docs[j]
		by := 0
		switch k {
		case byBest:
			by = rank.CompareStanding(a.text, b.text)
		case byInstalls:
			by = cmp.Compare(b.installs, a.installs)
		case byAdded:
			by = cmp.Or(cmp.Compare(b.added, a.added), rank.CompareStanding(a.text, b.text))
		case byUpdated:
			by = cmp.Or(cmp.Compare(b.updated, a.updated), rank.CompareStanding(a.text, b.text))
		case byName:
			by = strings.Compare(a.name, b.name)
		}
		return cmp.Or(by, strings.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
	}
}

// scratch is memory that answers use over and over.
type scratch struct {
	sets   []bitset
	used   int
	counts []int32
	slots  []uint32
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// set returns an empty set for n slots.
func (s *scratch) set(n int) bitset {
	words := (n + 63) / 64
	if s.used == len(s.sets) {
		s.sets = append(s.sets, nil)
	}
	b := s.sets[s.used]
	if cap(b) < words {
		b = make(bitset, words+words/8)
		s.sets[s.used] = b
	}
	s.used++
	b = b[:words]
	clear(b)
	return b
}

func (s *scratch) free() {
	s.used = 0
	scratches.Put(s)
}

// chosen is a facet's filter, as the set of listings that pass it.
type chosen struct {
	facet search.Facet
	pass  bitset
}

// Browse answers a query without text.
func (v *View) Browse(q search.Query) search.Result {
	q = q.Sane()
	s := scratches.Get().(*scratch)
	defer s.free()
	filters := v.filters(s, q.Filters)
	matched := v.within(s, v.live, filters, "")
	total := v.n
	if len(filters) > 0 {
		total = matched.count()
	}
	r := search.Result{Total: min(total, search.MaxResults)}
	for _, slot := range v.page(s, matched, total, q) {
		r.Hits = append(r.Hits, search.Hit{ID: v.docs[slot].id})
	}
	if q.Explain {
		search.ExplainSort(&r)
	}
	if len(q.CountedFacets()) > 0 {
		r.Counts = v.memo.counted(key(&q), func() search.Counts { return v.count(s, v.live, v.n, filters, q) })
	}
	return r
}

// filters resolves the chosen values. A value that no listing has passes none.
func (v *View) filters(s *scratch, chosenValues search.Filters) []chosen {
	var out []chosen
	for f, names := range chosenValues {
		if len(names) == 0 {
			continue
		}
		pass := s.set(len(v.docs))
		for _, name := range names {
			v.pass(pass, f, name)
		}
		out = append(out, chosen{f, pass})
	}
	return out
}

// Knows reports whether any listing ever had the value.
func (v *View) Knows(f search.Facet, name string) bool {
	if f == search.Publisher {
		_, ok := v.login(name)
		return ok
	}
	_, ok := v.number(f, name)
	return ok
}

func (v *View) pass(pass bitset, f search.Facet, name string) {
	if f == search.Publisher {
		if n, ok := v.login(name); ok {
			for _, slot := range v.theirs[n] {
				pass.put(slot, true)
			}
		}
		return
	}
	if n, ok := v.number(f, name); ok {
		pass.or(v.bits[n])
	}
}

func (v *View) number(f search.Facet, name string) (uint16, bool) {
	n, ok := v.set.numbers.find(value{f, name})
	return uint16(n), ok && int(n) < len(v.bits)
}

func (v *View) login(name string) (uint32, bool) {
	n, ok := v.set.logins.find(name)
	return n, ok && int(n) < len(v.theirs)
}

// slot finds a listing that is in the view.
func (v *View) slot(id int64) (uint32, bool) {
	n, ok := v.set.ids.find(id)
	return n, ok && int(n) < len(v.docs) && v.docs[n] != nil
}

// within returns those of base that pass all filters but the one of facet
// except. It returns base itself where there is nothing to pass.
func (v *View) within(s *scratch, base bitset, filters []chosen, except search.Facet) bitset {
	var out bitset
	for _, f := range filters {
		if f.facet == except {
			continue
		}
		if out == nil {
			out = s.set(len(v.docs))
			copy(out, base)
		}
		out.and(f.pass)
	}
	if out == nil {
		return base
	}
	return out
}

// page returns the slots of one page of matched, in the query's order.
func (v *View) page(s *scratch, matched bitset, total int, q search.Query) []uint32 {
	from, to := bounds(q, total)
	if from >= to {
		return nil
	}
	o := &v.orders[orderOf(q.Sort)]
	if total*(2+bits.Len(uint(total))) < to*(v.n/total) {
		// Few: sorting them is quicker than looking for them.
		s.slots = s.slots[:0]
		matched.each(func(slot uint32) { s.slots = append(s.slots, slot) })
		slices.SortFunc(s.slots, func(a, b uint32) int { return cmp.Compare(o.places[a], o.places[b]) })
		return s.slots[from:to]
	}
	s.slots = s.slots[:0]
	seen := 0
	for _, slot := range o.slots {
		if !matched.has(slot) {
			continue
		}
		if seen++; seen > from {
			s.slots = append(s.slots, slot)
		}
		if seen == to {
			break
		}
	}
	return s.slots
}

// bounds are the first and the end of the query's page among total results.
func bounds(q search.Query, total int) (from, to int) {
	total = min(total, search.MaxResults)
	return min((q.Page-1)*q.PerPage, total), min(q.Page*q.PerPage, total)
}

// count counts the values of the facets that the query wants counted, each
// facet among those of base that pass the filters of all others.
func (v *View) count(s *scratch, base bitset, size int, filters []chosen, q search.Query) search.Counts {
	counted := q.CountedFacets()
	if len(counted) == 0 {
		return nil
	}
	out := make(search.Counts, len(counted))
	var common []search.Facet // those without a filter of their own share one count
	for _, f := range counted {
		switch {
		case f == search.Publisher:
			out[f] = v.countPublishers(s, v.within(s, base, filters, f))
		case slices.ContainsFunc(filters, func(c chosen) bool { return c.facet == f }):
			m := v.within(s, base, filters, f)
			n := size
			if len(filters) > 1 {
				n = m.count()
			}
			v.tally(s, m, n, []search.Facet{f}, out)
		default:
			common = append(common, f)
		}
	}
	if len(common) > 0 {
		m := v.within(s, base, filters, "")
		n := size
		if len(filters) > 0 {
			n = m.count()
		}
		v.tally(s, m, n, common, out)
	}
	return out
}

// tally counts the values of facets in m, which has n members, in the way that
// touches least: one by one, those outside one by one, or set by set.
func (v *View) tally(s *scratch, m bitset, n int, facets []search.Facet, out search.Counts) {
	if cap(s.counts) < len(v.values) {
		s.counts = make([]int32, len(v.values)+64)
	}
	counts := s.counts[:len(v.values)]
	const perListing, perWord = 4, 1
	bySet := perWord * len(m) * len(v.values)
	switch one, rest := perListing*n, perListing*(v.n-n)+len(m); {
	case n == v.n:
		copy(counts, v.counts)
	case one <= bySet && one <= rest:
		clear(counts)
		m.each(func(slot uint32) {
			for _, value := range v.packed.of(slot) {
				counts[value]++
			}
		})
	case rest < bySet:
		copy(counts, v.counts)
		outside := s.set(len(v.docs))
		copy(outside, v.live)
		for i := range m {
			outside[i] &^= m[i]
		}
		outside.each(func(slot uint32) {
			for _, value := range v.packed.of(slot) {
				counts[value]--
			}
		})
	default:
		for i := range v.values {
			counts[i] = 0
			if slices.Contains(facets, v.values[i].facet) {
				counts[i] = int32(m.meets(v.bits[i]))
			}
		}
	}
	for _, f := range facets {
		out[f] = map[string]int{}
	}
	for i, n := range counts {
		if n > 0 {
			if of := out[v.values[i].facet]; of != nil && slices.Contains(facets, v.values[i].facet) {
				of[v.values[i].name] = int(n)
			}
		}
	}
}

// countPublishers counts the publishers with the most listings.
func (v *View) countPublishers(s *scratch, m bitset) map[string]int {
	counts := make([]int32, len(v.logins))
	var some []uint32
	m.each(func(slot uint32) {
		if p := v.docs[slot].publisher; p != 0 {
			if counts[p] == 0 {
				some = append(some, p)
			}
			counts[p]++
		}
	})
	if len(some) > search.MaxCounted {
		slices.SortFunc(some, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(v.logins[a], v.logins[b]))
		})
		some = some[:search.MaxCounted]
	}
	out := make(map[string]int, len(some))
	for _, p := range some {
		out[v.logins[p]] = int(counts[p])
	}
	return out
}
