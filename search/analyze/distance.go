package analyze

// MaxTypos is how many slips a word may hold and still be found: none below
// four letters, one from four, two from eight.
func MaxTypos(word string) int {
	n := 0
	for range word {
		n++
	}
	switch {
	case n >= 8:
		return 2
	case n >= 4:
		return 1
	default:
		return 0
	}
}

// Distance counts the letters that have to be inserted, removed, replaced or
// swapped with their neighbour to make b of a, and limit+1 when that is more
// than limit. With prefix, b may go on after a.
func Distance(a, b []rune, limit int, prefix bool) int {
	if len(a)-len(b) > limit || !prefix && len(b)-len(a) > limit {
		return limit + 1
	}
	if prefix && len(b) > len(a)+limit {
		b = b[:len(a)+limit]
	}
	const width = 64
	var rows [3][width]int
	if len(b) >= width {
		return limit + 1
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, up, up2 := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(up[j]+1, row[j-1]+1, up[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, up2[j-2]+1)
			}
			row[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
	}
	last := rows[len(a)%3][:len(b)+1]
	d := last[len(b)]
	if prefix {
		for _, v := range last {
			d = min(d, v)
		}
	}
	return min(d, limit+1)
}
