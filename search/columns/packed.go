package columns

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"souk/search"
)

// packed holds the numbers of the facet values of all listings side by side,
// so that counting reads memory in one direction. It only grows; what was
// replaced stays until the process ends.
type packed struct {
	at     []place // by slot
	chunks [][]uint16
}

// place is where a listing's values stand.
type place struct {
	chunk uint32
	from  uint16
	n     uint16
}

const chunkSize = 1 << 15

// put stores a listing's values and returns them as they are stored.
func (p *packed) put(slot uint32, values []uint16) []uint16 {
	for int(slot) >= len(p.at) {
		p.at = append(p.at, place{})
	}
	last := len(p.chunks) - 1
	if last < 0 || len(p.chunks[last])+len(values) > chunkSize {
		p.chunks = append(slices.Clone(p.chunks), make([]uint16, 0, chunkSize))
		last++
	} else {
		p.chunks = slices.Clone(p.chunks)
	}
	from := len(p.chunks[last])
	p.chunks[last] = append(p.chunks[last], values...)
	p.at[slot] = place{uint32(last), uint16(from), uint16(len(values))}
	return p.chunks[last][from:len(p.chunks[last]):len(p.chunks[last])]
}

// of returns the values of a listing.
func (p *packed) of(slot uint32) []uint16 {
	at := p.at[slot]
	return p.chunks[at.chunk][at.from : at.from+at.n]
}

// memo remembers counts by what was chosen, and what is like a listing. It belongs to one view, which never
// changes, and ends with it.
type memo struct {
	counts sync.Map // key to search.Counts
	n      atomic.Int32
	near   sync.Map // slot to neighbours
}

// maxMemo bounds the choices that are remembered.
const maxMemo = 512

// key is the same for the same choices.
func key(q *search.Query) string {
	var b strings.Builder
	for _, f := range q.CountedFacets() {
		b.WriteString(string(f) + ",")
	}
	for _, f := range slices.Sorted(maps.Keys(q.Filters)) {
		values := slices.Clone(q.Filters[f])
		slices.Sort(values)
		b.WriteString("\x01" + string(f))
		for _, v := range values {
			b.WriteString("\x00" + v)
		}
	}
	return b.String()
}

// counted returns the counts of a choice, made by count if need be. They are
// the caller's own.
func (m *memo) counted(key string, count func() search.Counts) search.Counts {
	c, ok := m.counts.Load(key)
	if !ok {
		c = count()
		if m.n.Add(1) <= maxMemo {
			m.counts.Store(key, c)
		}
	}
	out := make(search.Counts, len(c.(search.Counts)))
	for f, values := range c.(search.Counts) {
		out[f] = maps.Clone(values)
	}
	return out
}
