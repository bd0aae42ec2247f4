package columns

import (
	"cmp"
	"slices"

	"souk/models"
	"souk/search"
)

// candidates bounds how many listings Similar looks at, so that its cost
// doesn't grow with the catalogue.
const candidates = 48

// scarce is the size up to which a category is looked through by itself,
// rather than by walking all listings in order.
const scarce = 1024

// near is a candidate and how much it is like the listing.
type near struct {
	d        *doc
	likeness float32
}

// Similar returns up to n listings that are about the same as the one at slug,
// best first, and up to n of those that ask for less: fewer permissions and a
// lower risk, where both listings tell. Only the better known ones of the same
// first category are looked at.
func (s *Set) Similar(slug string, n int) (similar, lighter []int64) {
	v := s.View()
	d := v.bySlug(slug)
	if d == nil {
		return nil, nil
	}
	if known, ok := v.memo.near.Load(d.slot); ok {
		near := known.(neighbours)
		return first(near.similar, n), first(near.lighter, n)
	}
	all := v.near(d)
	light := slices.DeleteFunc(slices.Clone(all), func(c near) bool { return !c.d.asksLess(d) })
	near := neighbours{take(all, remembered), take(light, remembered)}
	v.memo.near.Store(d.slot, near)
	return first(near.similar, n), first(near.lighter, n)
}

// neighbours is an answer of Similar, remembered for as long as the view is.
type neighbours struct{ similar, lighter []int64 }

// remembered is how many of each an answer keeps.
const remembered = 8

func first(ids []int64, n int) []int64 { return ids[:min(n, len(ids))] }

func (v *View) bySlug(slug string) *doc {
	slot, ok := v.set.slugs.find(slug)
	if !ok || int(slot) >= len(v.docs) {
		return nil
	}
	d := v.docs[slot]
	if d == nil || d.slug != slug {
		return nil
	}
	return d
}

func take(all []near, n int) []int64 {
	var ids []int64
	for _, c := range all[:min(n, len(all))] {
		ids = append(ids, c.d.id)
	}
	return ids
}

// near returns the candidates, those most like d first.
func (v *View) near(d *doc) []near {
	category, ok := v.firstCategory(d)
	if !ok {
		return nil
	}
	like := v.set.lex.Likeness(d.text)
	var all []near
	v.walk(category, func(c *doc) bool {
		if c != d {
			all = append(all, near{c, like(c.text)})
		}
		return len(all) < candidates
	})
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.likeness, a.likeness) })
	return all
}

func (v *View) firstCategory(d *doc) (number uint16, ok bool) {
	for _, n := range d.values {
		if v.values[n].facet == search.Category {
			return n, true
		}
	}
	return 0, false
}

// walk goes through a category from its best known listing on until do says stop.
func (v *View) walk(number uint16, do func(*doc) bool) {
	in, order := v.bits[number], v.orders[byBest]
	if v.counts[number] > scarce {
		for _, slot := range order.slots {
			if in.has(slot) && !do(v.docs[slot]) {
				return
			}
		}
		return
	}
	var slots []uint32
	in.each(func(slot uint32) { slots = append(slots, slot) })
	slices.SortFunc(slots, func(a, b uint32) int { return cmp.Compare(order.places[a], order.places[b]) })
	for _, slot := range slots {
		if !do(v.docs[slot]) {
			return
		}
	}
}

// asks is what a listing asks for, as far as comparing needs it.
type asks struct {
	known bool
	count int
	score int
}

func asksOf(d *search.Document) asks {
	app := models.App{Kind: d.Type, Permissions: d.Permissions, Scopes: d.Scopes}
	return asks{known: app.PermissionsKnown(), count: len(d.Permissions) + len(d.Scopes), score: app.Risk().Score}
}

func (d *doc) asksLess(than *doc) bool {
	a, b := d.asks, than.asks
	return a.known && b.known && a.count < b.count && a.score < b.score
}
