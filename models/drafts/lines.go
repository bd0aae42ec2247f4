package drafts

import (
	"slices"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// edit replaces the lines from and below to of a text.
type edit struct {
	from, to int
	lines    []string
}

// maxLines bounds the texts that are compared: more is no description.
const maxLines = 5_000

// mergeLines makes the changes of both sides to the lines of base. Changes that
// touch each other can't both be made, unless they are the same.
func mergeLines(base, theirs, mine string) (string, bool) {
	lines, their, my := split(base), split(theirs), split(mine)
	if max(len(lines), len(their), len(my)) > maxLines {
		return mine, false
	}
	edits, fine := join(edits(lines, their), edits(lines, my))
	if !fine {
		return mine, false
	}
	var out []string
	at := 0
	for _, e := range edits {
		out = append(append(out, lines[at:e.from]...), e.lines...)
		at = e.to
	}
	return strings.Join(append(out, lines[at:]...), "\n"), true
}

// split cuts a text into lines; no text has none.
func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// join puts the edits of both sides into one order, from the first line on.
func join(theirs, mine []edit) ([]edit, bool) {
	all := slices.Concat(theirs, mine)
	slices.SortStableFunc(all, func(a, b edit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	all = slices.CompactFunc(all, func(a, b edit) bool { return a.from == b.from && a.to == b.to && slices.Equal(a.lines, b.lines) })
	for i := 1; i < len(all); i++ {
		if all[i].from <= all[i-1].to {
			return nil, false
		}
	}
	return all, true
}

// edits are what makes after of before.
func edits(before, after []string) []edit {
	a, b, words := numbered(before, after)
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0 // the same answer on a slow day; texts are short
	var all []edit
	at, open := 0, false
	for _, d := range dmp.DiffMainRunes(a, b, false) {
		runes := []rune(d.Text)
		if d.Type == diffmatchpatch.DiffEqual {
			at, open = at+len(runes), false
			continue
		}
		if !open {
			all, open = append(all, edit{from: at, to: at}), true
		}
		e := &all[len(all)-1]
		if d.Type == diffmatchpatch.DiffDelete {
			at += len(runes)
			e.to = at
			continue
		}
		for _, r := range runes {
			e.lines = append(e.lines, words[r])
		}
	}
	return all
}

// numbered gives every different line a character of its own, so that texts can
// be compared line by line. It takes those of the planes for private use, which
// stand for nothing.
func numbered(before, after []string) (a, b []rune, words map[rune]string) {
	known := map[string]rune{}
	words = map[rune]string{}
	number := func(lines []string) []rune {
		out := make([]rune, len(lines))
		for i, line := range lines {
			r, ok := known[line]
			if !ok {
				r = 0xF0000 + rune(len(known))
				known[line], words[r] = r, line
			}
			out[i] = r
		}
		return out
	}
	return number(before), number(after), words
}
