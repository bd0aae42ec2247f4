package columns

import (
	"cmp"
	"slices"
	"sync"

	"souk/search"
	"souk/search/rank"
)

// enough results with every word make a search do without the others.
const enough = 20

// leastShare is the share of a query's weight that a listing must answer at
// least, where too few answer all of it.
const leastShare = 0.2

// maxScored bounds the results that are scored. Of more, the most popular are,
// and the others follow in the order of popularity.
const maxScored = 20_000

// scored is a candidate with its score.
type scored struct {
	slot  uint32
	exact bool
	total float32
}

// Answer answers a query with text. Found holds, for each unit of the plan
// (rank.Plan.Queries), the ids of the listings in which it stands; nil for a
// word that doesn't count.
func (v *View) Answer(q search.Query, p *rank.Plan, found [][]int64) search.Result {
	q = q.Sane()
	s := scratches.Get().(*scratch)
	defer s.free()
	units, union := v.units(s, found)
	return v.answer(s, q, p, units, v.matching(s, p, units, union))
}

// Every answers a query whose words all stand in each of the listings, which
// another engine found.
func (v *View) Every(q search.Query, p *rank.Plan, ids []int64) search.Result {
	s := scratches.Get().(*scratch)
	defer s.free()
	base := s.set(len(v.docs))
	for _, id := range ids {
		if slot, ok := v.slot(id); ok {
			base.put(slot, true)
		}
	}
	units := make([]bitset, p.Units())
	for i := range units {
		if p.Counts(i) {
			units[i] = base
		}
	}
	return v.answer(s, q.Sane(), p, units, base)
}

// answer filters, counts and orders what a query found.
func (v *View) answer(s *scratch, q search.Query, p *rank.Plan, units []bitset, base bitset) search.Result {
	size := base.count()
	filters := v.filters(s, q.Filters)
	matched := v.within(s, base, filters, "")
	total := size
	if len(filters) > 0 {
		total = matched.count()
	}
	r := search.Result{Total: min(total, search.MaxResults)}
	if orderOf(q.Sort) == byBest {
		from, to := bounds(q, total)
		r.Hits = v.best(p, units, matched, from, to, q.Explain)
	} else {
		for _, slot := range v.page(s, matched, total, q) {
			r.Hits = append(r.Hits, v.hit(p, units, slot, q.Explain))
		}
	}
	r.Counts = v.count(s, base, size, filters, q)
	return r
}

// units turns ids into sets; union is all of them.
func (v *View) units(s *scratch, found [][]int64) (units []bitset, union bitset) {
	union = s.set(len(v.docs))
	units = make([]bitset, len(found))
	for i, ids := range found {
		if ids == nil {
			continue
		}
		units[i] = s.set(len(v.docs))
		for _, id := range ids {
			if slot, ok := v.slot(id); ok {
				units[i].put(slot, true)
			}
		}
		union.or(units[i])
	}
	return units, union
}

// matching is what a search finds: the listings with every word of it, and
// where those are few, those with most of its weight.
func (v *View) matching(s *scratch, p *rank.Plan, units []bitset, union bitset) bitset {
	all := s.set(len(v.docs))
	copy(all, union)
	words, total := 0, float32(0)
	for i, b := range units {
		if b != nil {
			words++
			total += p.Weight(i)
			all.and(b)
		}
	}
	if words < 2 || all.count() >= enough {
		return all
	}
	return v.most(s, p, units, union, total)
}

// most returns the listings that answer the greatest share of the query's
// weight, so many of them as make enough results.
func (v *View) most(s *scratch, p *rank.Plan, units []bitset, union bitset, total float32) bitset {
	const steps = 40
	var shares [steps + 1]int
	share := func(slot uint32) int {
		weight := float32(0)
		for i, b := range units {
			switch {
			case b == nil:
			case b.has(slot):
				weight += p.Weight(i)
			case p.Required(i):
				return 0
			}
		}
		return int(weight / total * steps)
	}
	union.each(func(slot uint32) { shares[share(slot)]++ })
	least, n := steps, 0
	for ; least > leastShare*steps; least-- {
		if n += shares[least]; n >= enough {
			break
		}
	}
	some := s.set(len(v.docs))
	union.each(func(slot uint32) {
		if share(slot) >= least {
			some.put(slot, true)
		}
	})
	return some
}

// elsewhere has a bit for each unit that stands in slot's listing.
func elsewhere(units []bitset, slot uint32) uint64 {
	mask := uint64(0)
	for i, b := range units {
		if b.has(slot) {
			mask |= 1 << i
		}
	}
	return mask
}

// best returns the hits from one place to another in order of score.
func (v *View) best(p *rank.Plan, units []bitset, matched bitset, from, to int, explain bool) []search.Hit {
	if from >= to {
		return nil
	}
	var some, rest []scored
	if n := matched.count(); n <= maxScored {
		some = make([]scored, 0, n)
		matched.each(func(slot uint32) { some = append(some, scored{slot: slot}) })
	} else {
		for _, slot := range v.orders[byBest].slots {
			switch {
			case !matched.has(slot):
			case len(some) < maxScored:
				some = append(some, scored{slot: slot})
			default:
				rest = append(rest, scored{slot: slot})
			}
		}
	}
	v.score(p, units, some)
	some = append(v.top(some, to), rest...)
	var hits []search.Hit
	for _, c := range some[min(from, len(some)):min(to, len(some))] {
		hits = append(hits, v.hit(p, units, c.slot, explain))
	}
	return hits
}

// halved is from how many listings on scoring is worth two processors: each
// takes some microseconds, mostly to wait for memory.
const halved = 48

// score fills in the scores.
func (v *View) score(p *rank.Plan, units []bitset, some []scored) {
	each := func(part []scored) {
		for i := range part {
			c := p.Score(v.docs[part[i].slot].text, elsewhere(units, part[i].slot))
			part[i].exact, part[i].total = c.Exact, c.Total()
		}
	}
	if len(some) < halved {
		each(some)
		return
	}
	var other sync.WaitGroup
	other.Go(func() { each(some[len(some)/2:]) })
	each(some[:len(some)/2])
	other.Wait()
}

func (v *View) hit(p *rank.Plan, units []bitset, slot uint32, explain bool) search.Hit {
	d := v.docs[slot]
	h := search.Hit{ID: d.id, Terms: p.Terms(d.text)}
	if explain {
		score := p.Score(d.text, elsewhere(units, slot))
		h.Why = p.Why(&score, d.text)
	}
	return h
}

// compare orders scored listings, ties by popularity and age.
func (v *View) compare(a, b scored) int {
	if a.exact != b.exact {
		if a.exact {
			return -1
		}
		return 1
	}
	places := v.orders[byBest].places
	return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(places[a.slot], places[b.slot]))
}

// top sorts the first n of some to the front; those after them stay unsorted.
func (v *View) top(some []scored, n int) []scored {
	if len(some) > 4*n {
		// Keep a heap of the best n, the worst of them on top.
		worse := func(i, j int) bool { return v.compare(some[i], some[j]) > 0 }
		down := func(i, end int) {
			for {
				child := 2*i + 1
				if child >= end {
					return
				}
				if child+1 < end && worse(child+1, child) {
					child++
				}
				if !worse(child, i) {
					return
				}
				some[i], some[child] = some[child], some[i]
				i = child
			}
		}
		for i := n/2 - 1; i >= 0; i-- {
			down(i, n)
		}
		for i := n; i < len(some); i++ {
			if v.compare(some[i], some[0]) < 0 {
				some[0], some[i] = some[i], some[0]
				down(0, n)
			}
		}
		slices.SortFunc(some[:n], v.compare)
		return some
	}
	slices.SortFunc(some, v.compare)
	return some
}

// Ranked puts candidates that another engine found in order. Those that the
// set doesn't hold are left out.
func (v *View) Ranked(p *rank.Plan, ids []int64) []int64 {
	some := make([]scored, 0, len(ids))
	for _, id := range ids {
		if slot, ok := v.slot(id); ok {
			c := p.Score(v.docs[slot].text, 0)
			some = append(some, scored{slot, c.Exact, c.Total()})
		}
	}
	slices.SortFunc(some, v.compare)
	out := make([]int64, len(some))
	for i, c := range some {
		out[i] = v.docs[c.slot].id
	}
	return out
}

// Among answers a query from candidates that another engine found: all of
// them hold every word, some hold any.
func (v *View) Among(q search.Query, p *rank.Plan, all, some []int64) search.Result {
	found := make([][]int64, p.Units())
	for i := range found {
		if p.Counts(i) {
			found[i] = append(make([]int64, 0, len(all)+len(some)), all...)
		}
	}
	s := scratches.Get().(*scratch)
	defer s.free()
	seen := s.set(len(v.docs))
	for _, id := range some {
		slot, ok := v.slot(id)
		if !ok || seen.has(slot) {
			continue
		}
		seen.put(slot, true)
		c := p.Score(v.docs[slot].text, 0)
		for i := range found {
			if found[i] != nil && c.Answers(i) {
				found[i] = append(found[i], id)
			}
		}
	}
	for i := range found {
		if len(found[i]) == 0 && !p.Required(i) {
			found[i] = nil
		}
	}
	return v.Answer(q, p, found)
}

// Complete adds to hits what a page shows of them: the terms to mark and, if
// asked for, why they stand where they do.
func (v *View) Complete(p *rank.Plan, hits []search.Hit, explain bool) {
	for i := range hits {
		if slot, ok := v.slot(hits[i].ID); ok {
			hits[i] = v.hit(p, nil, slot, explain)
		}
	}
}
