package review

import (
	"strings"
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"souk/models"
)

// patience is how long two texts are compared before what is left counts as
// rewritten.
const patience = 200 * time.Millisecond

// Spans are two texts as one, word by word. Scripts that part no words are
// compared letter by letter.
func Spans(before, after string) []models.Span {
	index := map[string]rune{}
	var all []string
	code := func(text string) []rune {
		var codes []rune
		for _, w := range words(text) {
			c, ok := index[w]
			if !ok {
				c = symbol(len(all))
				index[w] = c
				all = append(all, w)
			}
			codes = append(codes, c)
		}
		return codes
	}
	a, b := code(before), code(after)
	d := diffmatchpatch.New()
	d.DiffTimeout = patience
	var spans []models.Span
	for _, piece := range d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false)) {
		var text strings.Builder
		for _, c := range piece.Text {
			text.WriteString(all[number(c)])
		}
		spans = append(spans, models.Span{Op: models.Op(piece.Type), Text: text.String()})
	}
	return spans
}

// Words stand as one letter each while they are compared; surrogates are none.
const surrogates, between = 0xD800, 0x800

func symbol(n int) rune {
	if n+1 < surrogates {
		return rune(n + 1)
	}
	return rune(n + 1 + between)
}

func number(c rune) int {
	if c < surrogates {
		return int(c) - 1
	}
	return int(c) - 1 - between
}

// words cuts text into words, runs of spaces, and single signs.
func words(text string) []string {
	var all []string
	runes := []rune(text)
	for i := 0; i < len(runes); {
		j := i + 1
		for kind := kindOf(runes[i]); kind != single && j < len(runes) && kindOf(runes[j]) == kind; {
			j++
		}
		all = append(all, string(runes[i:j]))
		i = j
	}
	return all
}

type kind int

const (
	single kind = iota
	letters
	blanks
)

func kindOf(r rune) kind {
	switch {
	case r == '\n', unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return single
	case unicode.IsSpace(r):
		return blanks
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return letters
	}
	return single
}

// kept is how much of an unchanged stretch is kept on either side.
const kept = 160

// Shortened leaves out the middle of long stretches that didn't change: "…" stands
// for them.
func Shortened(spans []models.Span) []models.Span {
	short := make([]models.Span, len(spans))
	for i, s := range spans {
		short[i] = s
		runes := []rune(s.Text)
		if s.Op != models.OpSame || len(runes) <= 3*kept {
			continue
		}
		head, tail := string(runes[:kept]), string(runes[len(runes)-kept:])
		switch {
		case i == 0:
			head = ""
		case i == len(spans)-1:
			tail = ""
		}
		short[i].Text = head + " … " + tail
	}
	return short
}
