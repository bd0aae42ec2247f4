// Package columns keeps what filters, counts, orders and scores need of every
// published listing in memory: for each value of a facet a set of bits, for
// each order a list, and the words of each listing (package rank).
//
// A Set is a copy of what the database says and nothing else: it is filled
// from there and follows it (pg.Follow). It answers from one immutable view at
// a time, so that readers never wait and never see half a change.
package columns

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"souk/search"
	"souk/search/analyze"
	"souk/search/rank"
)

// Set is a copy of the published listings that searches read. The zero value
// is not ready; use New.
type Set struct {
	mu   sync.Mutex // of those who change it
	lex  *rank.Lexicon
	view atomic.Pointer[View]

	// These only grow: a number never changes hands.
	ids     numbers[int64]  // listing id to slot
	slugs   numbers[string] // slug to slot
	numbers numbers[value]  // at most maxValues
	logins  numbers[string] // of publishers
	slots   uint32
}

// View is the set at one time.
type View struct {
	set    *Set
	docs   []*doc // by slot; nil is gone
	packed packed // the values of each slot, side by side
	memo   *memo  // counts that were asked for
	live   bitset
	n      int
	values []value    // by number; all facets but Publisher
	bits   []bitset   // by number
	counts []int32    // by number
	logins []string   // by number
	theirs [][]uint32 // by number of publisher: the slots
	orders [orders]order
}

// order is one way to sort: the slots one after the other, and for each slot
// its place.
type order struct {
	slots  []uint32
	places []uint32
}

const (
	byBest = iota
	byInstalls
	byAdded
	byUpdated
	byName
	orders
)

func orderOf(s search.Sort) int {
	switch s {
	case search.Installs:
		return byInstalls
	case search.Added:
		return byAdded
	case search.Updated:
		return byUpdated
	case search.Name:
		return byName
	default:
		return byBest
	}
}

type value struct {
	facet search.Facet
	name  string
}

// doc is one listing.
type doc struct {
	id        int64
	slot      uint32
	text      *rank.Text
	values    []uint16
	publisher uint32 // 0: unknown
	installs  int64  // -1: unknown
	added     int64
	updated   int64
	name      string
	slug      string
	version   string
	asks      asks
}

// New returns an empty set.
func New() *Set {
	s := &Set{lex: rank.NewLexicon()}
	s.view.Store(&View{set: s, memo: &memo{}, logins: []string{""}, theirs: [][]uint32{nil}})
	return s
}

// View returns the set as it is now.
func (s *Set) View() *View { return s.view.Load() }

// Len is the number of listings.
func (v *View) Len() int { return v.n }

// Versions returns the id and version of every listing in the set.
func (v *View) Versions() map[int64]string {
	out := make(map[int64]string, v.n)
	for _, d := range v.docs {
		if d != nil {
			out[d.id] = d.version
		}
	}
	return out
}

// Plan reads a query with the set's words; nil where there is nothing to look
// for. Close it after use.
func (v *View) Plan(text string) *rank.Plan { return v.set.lex.Plan(text) }

// Put adds or replaces listings and takes others out, in one step.
func (s *Set) Put(docs []search.Document, gone []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.change()
	for _, id := range gone {
		if slot, ok := s.ids.find(id); ok {
			c.remove(slot)
		}
	}
	for i := range docs {
		c.add(&docs[i])
	}
	c.reorder()
	s.view.Store(c.next)
}

// Replace makes the set hold docs and nothing else.
func (s *Set) Replace(docs []search.Document) {
	var gone []int64
	keep := make(map[int64]bool, len(docs))
	for i := range docs {
		keep[docs[i].ID] = true
	}
	for id := range s.View().Versions() {
		if !keep[id] {
			gone = append(gone, id)
		}
	}
	s.Put(docs, gone)
}

// change is the next view while it is being made from the present one. Sets of
// bits and lists are copied when they are first touched.
type change struct {
	set     *Set
	next    *View
	own     map[uint16]bool // values whose bits are ours already
	ownPubs map[uint32]bool
	touched map[uint32]bool // slots
}

func (s *Set) change() *change {
	old := s.View()
	next := *old
	next.docs = slices.Clone(old.docs)
	next.packed.at = slices.Clone(old.packed.at)
	next.memo = &memo{}
	next.live = old.live.clone()
	next.bits = slices.Clone(old.bits)
	next.counts = slices.Clone(old.counts)
	next.theirs = slices.Clone(old.theirs)
	return &change{set: s, next: &next, own: map[uint16]bool{}, ownPubs: map[uint32]bool{}, touched: map[uint32]bool{}}
}

func (c *change) remove(slot uint32) {
	v := c.next
	d := v.docs[slot]
	c.touched[slot] = true
	if d == nil {
		return
	}
	c.set.lex.Drop(d.text)
	for _, n := range d.values {
		c.bits(n).put(slot, false)
		v.counts[n]--
	}
	if d.publisher != 0 {
		list := c.theirs(d.publisher)
		*list = slices.DeleteFunc(*list, func(s uint32) bool { return s == slot })
	}
	v.docs[slot] = nil
	v.live = v.live.put(slot, false)
	v.n--
}

func (c *change) add(d *search.Document) {
	v := c.next
	slot := c.set.slot(d.ID)
	for int(slot) >= len(v.docs) {
		v.docs = append(v.docs, nil)
	}
	c.remove(slot)
	n := &doc{
		id: d.ID, slot: slot, text: c.set.lex.Add(d), installs: -1,
		added: d.PublishedAt.UnixMicro(), updated: d.UpdatedAt.UnixMicro(),
		name: analyze.Fold(d.Name), slug: strings.Clone(d.Slug), version: strings.Clone(d.Version), asks: asksOf(d),
	}
	c.set.slugs.put(n.slug, slot)
	if d.Installs != nil {
		n.installs = *d.Installs
	}
	for _, f := range search.DefaultCounted() {
		for _, name := range d.FacetValues(f) {
			number, ok := c.number(f, name)
			if !ok || slices.Contains(n.values, number) {
				continue
			}
			n.values = append(n.values, number)
			b := c.bits(number)
			v.bits[number] = b.put(slot, true)
			v.counts[number]++
		}
	}
	if d.Publisher != "" {
		n.publisher = c.login(d.Publisher)
		list := c.theirs(n.publisher)
		*list = append(*list, slot)
	}
	n.values = v.packed.put(slot, n.values)
	v.docs[slot] = n
	v.live = v.live.put(slot, true)
	v.n++
}

func (s *Set) slot(id int64) uint32 {
	if slot, ok := s.ids.find(id); ok {
		return slot
	}
	slot := s.slots
	s.slots++
	s.ids.put(id, slot)
	return slot
}

// maxValues bounds the numbers of facet values; what comes after can't be
// filtered by.
const maxValues = 1 << 15

func (c *change) number(f search.Facet, name string) (uint16, bool) {
	if n, ok := c.set.numbers.find(value{f, name}); ok {
		return uint16(n), true
	}
	if len(c.next.values) == maxValues {
		return 0, false
	}
	n := uint16(len(c.next.values))
	v := value{f, strings.Clone(name)}
	c.set.numbers.put(v, uint32(n))
	c.next.values = append(c.next.values, v)
	c.next.bits = append(c.next.bits, nil)
	c.next.counts = append(c.next.counts, 0)
	return n, true
}

func (c *change) login(name string) uint32 {
	if n, ok := c.set.logins.find(name); ok {
		return n
	}
	n := uint32(len(c.next.logins))
	name = strings.Clone(name)
	c.set.logins.put(name, n)
	c.next.logins = append(c.next.logins, name)
	c.next.theirs = append(c.next.theirs, nil)
	return n
}

func (c *change) bits(n uint16) bitset {
	if !c.own[n] {
		c.own[n] = true
		c.next.bits[n] = c.next.bits[n].clone()
	}
	return c.next.bits[n]
}

func (c *change) theirs(n uint32) *[]uint32 {
	if !c.ownPubs[n] {
		c.ownPubs[n] = true
		c.next.theirs[n] = slices.Clone(c.next.theirs[n])
	}
	return &c.next.theirs[n]
}

// reorder takes the touched slots out of every order and puts those that are
// still there back in.
func (c *change) reorder() {
	v := c.next
	touched := make(bitset, (len(v.docs)+63)/64)
	var fresh []uint32
	for slot := range c.touched {
		touched.put(slot, true)
		if v.docs[slot] != nil {
			fresh = append(fresh, slot)
		}
	}
	for k := range v.orders {
		compare := v.comparison(k)
		slices.SortFunc(fresh, compare)
		rest := make([]uint32, 0, v.n)
		for _, slot := range v.orders[k].slots {
			if !touched.has(slot) {
				rest = append(rest, slot)
			}
		}
		merged := insert(rest, fresh, compare)
		places := make([]uint32, len(v.docs))
		for place, slot := range merged {
			places[slot] = uint32(place)
		}
		v.orders[k] = order{merged, places}
	}
}

// insert merges two sorted lists. Few are put into many by looking for their
// places.
func insert(many, few []uint32, compare func(a, b uint32) int) []uint32 {
	out := make([]uint32, 0, len(many)+len(few))
	for _, slot := range few {
		at := 0
		if len(few)*16 < len(many) {
			at, _ = slices.BinarySearchFunc(many, slot, compare)
		} else {
			for at < len(many) && compare(many[at], slot) < 0 {
				at++
			}
		}
		out = append(append(out, many[:at]...), slot)
		many = many[at:]
	}
	return append(out, many...)
}
