package columns

import "sync"

// numbers gives every key a number that never changes hands: the slot of a
// listing, the place of a value. It only grows, and is read while it does.
type numbers[K comparable] struct {
	mu sync.RWMutex
	of map[K]uint32
}

// find returns a key's number.
func (n *numbers[K]) find(key K) (uint32, bool) {
	n.mu.RLock()
	number, ok := n.of[key]
	n.mu.RUnlock()
	return number, ok
}

func (n *numbers[K]) put(key K, number uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil {
		n.of = map[K]uint32{}
	}
	n.of[key] = number
}
