package columns

import "math/bits"

// bitset is a set of slots. A bit beyond its end is not set, so that sets of
// different age can be used together.
type bitset []uint64

func (b bitset) has(i uint32) bool {
	w := int(i >> 6)
	return w < len(b) && b[w]&(1<<(i&63)) != 0
}

// put sets i or not, in place; b grows where it must.
func (b bitset) put(i uint32, on bool) bitset {
	if w := int(i >> 6); w >= len(b) {
		if !on {
			return b
		}
		b = append(b, make(bitset, w+1-len(b))...)
	}
	if on {
		b[i>>6] |= 1 << (i & 63)
	} else {
		b[i>>6] &^= 1 << (i & 63)
	}
	return b
}

func (b bitset) clone() bitset { return append(bitset(nil), b...) }

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// and keeps in b what is in c too.
func (b bitset) and(c bitset) {
	n := min(len(b), len(c))
	for i, w := range c[:n] {
		b[i] &= w
	}
	clear(b[n:])
}

// or adds what is in c; b is at least as long.
func (b bitset) or(c bitset) {
	for i, w := range c {
		b[i] |= w
	}
}

// meets counts what b and c share.
func (b bitset) meets(c bitset) int {
	n, k := 0, min(len(b), len(c))
	b, c = b[:k], c[:k]
	for i, w := range b {
		n += bits.OnesCount64(w & c[i])
	}
	return n
}

// each calls do for every member, in order.
func (b bitset) each(do func(slot uint32)) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			do(uint32(i<<6 + bits.TrailingZeros64(w)))
		}
	}
}
