package analyze

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a character is to the tokenizer.
type class uint8

const (
	gap class = iota
	apostrophe
	symbol // + # - . _ and the like, which may belong to a word
	word
	han
	katakana
	hiragana
	hangul
)

func (c class) cjk() bool { return c >= han }

// char is one folded character and the bytes of the text that it stands for.
type char struct {
	r          rune
	written    rune // as it stands in the text, but for width and case
	class      class
	upper      bool
	digit      bool
	start, end int
}

const longVowel = 'ー'

// fold adds the characters of s that matter to out, folded.
func fold(out []char, s string) []char {
	out = slices.Grow(out, len(s))
	if ascii(s) {
		for i := range len(s) {
			out = push(out, rune(s[i]), i, i+1)
		}
		return out
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	var buf [64]byte
	for start := 0; start < len(s); {
		if s[start] < utf8.RuneSelf && (start+1 == len(s) || s[start+1] < utf8.RuneSelf) {
			out = push(out, rune(s[start]), start, start+1)
			start++
			continue
		}
		if r, n := utf8.DecodeRuneInString(s[start:]); settled(r) && !voices(s[start+n:]) {
			out = push(out, r, start, start+n)
			start += n
			continue
		}
		end := start + max(norm.NFKC.NextBoundaryInString(s[start:], true), 1)
		segment := norm.NFKC.AppendString(buf[:0], s[start:end])
		for len(segment) > 0 {
			r, n := utf8.DecodeRune(segment)
			segment = segment[n:]
			out = push(out, r, start, end)
		}
		start = end
	}
	return out
}

// settled is what normalization leaves alone: kana and common Han characters.
func settled(r rune) bool { return r >= 0x3041 && r <= 0x30FF || r >= 0x4E00 && r <= 0x9FFF }

// voices reports whether s begins with a mark that changes the kana before it.
func voices(s string) bool {
	return strings.HasPrefix(s, "\u3099") || strings.HasPrefix(s, "\u309A")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func push(out []char, r rune, start, end int) []char {
	c := char{r: r, written: r, start: start, end: end}
	switch {
	case r < utf8.RuneSelf:
		c.ascii()
	case r >= 0x3041 && r <= 0x3096:
		c.r, c.class = r+0x60, hiragana
	case r >= 0x30A1 && r <= 0x30FA:
		c.class = katakana
	case r == longVowel:
		c.class = katakana
		if len(out) > 0 && out[len(out)-1].class == hiragana {
			c.class = hiragana
		}
	case r >= 0x4E00 && r <= 0x9FFF:
		c.r, c.class = simplified[r-0x4E00], han
	case unicode.Is(unicode.Han, r):
		c.class = han
	case unicode.Is(unicode.Hangul, r):
		c.class = hangul
	case r == '’' || r == '‘' || r == 'ʼ':
		c.class = apostrophe
	case r == '・', ignorable(r):
		return out
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return pushLetter(out, c)
	}
	return append(out, c)
}

func (c *char) ascii() {
	switch r := c.r; {
	case r >= 'a' && r <= 'z':
		c.class = word
	case r >= 'A' && r <= 'Z':
		c.r, c.class, c.upper = r+'a'-'A', word, true
	case r >= '0' && r <= '9':
		c.class, c.digit = word, true
	case r == '\'':
		c.class = apostrophe
	case r == '+' || r == '#' || r == '-' || r == '.' || r == '_':
		c.class = symbol
	}
}

// ignorable is what can stand in a word without being seen: accents on their
// own, soft hyphens, joiners, direction marks, variation selectors.
func ignorable(r rune) bool {
	return r >= 0x0300 && r <= 0x036F || r == 0x00AD || r >= 0xFE00 && r <= 0xFE0F || unicode.Is(unicode.Cf, r)
}

// letters that decomposition doesn't turn into plain ones.
var plain = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'ı': "i", 'þ': "th", 'ð': "d", 'ŋ': "n",
}

func pushLetter(out []char, c char) []char {
	c.upper, c.digit, c.class = unicode.IsUpper(c.r), unicode.IsNumber(c.r), word
	c.r = unicode.ToLower(c.r)
	if s, ok := plain[c.r]; ok {
		for _, r := range s {
			c.r = r
			out = append(out, c)
			c.upper = false
		}
		return out
	}
	if p := norm.NFD.PropertiesString(string(c.r)); p.Decomposition() != nil {
		c.r, _ = utf8.DecodeRune(p.Decomposition())
	}
	return append(out, c)
}

// trimLongVowels drops the long vowel mark at the end of a run: サーバー and
// サーバ are one word.
func trimLongVowels(cs []char) []char {
	out := cs[:0]
	for i, c := range cs {
		last := i+1 == len(cs) || cs[i+1].class != c.class
		if c.r == longVowel && last && i > 0 && cs[i-1].class == c.class {
			continue
		}
		out = append(out, c)
	}
	return out
}

// hanTable holds two lines: traditional and Japanese forms, and under each its
// simplified form. See NOTICE.
//
//go:embed han.txt
var hanTable string

var simplified = func() (table [0x9FFF - 0x4E00 + 1]rune) {
	for i := range table {
		table[i] = rune(0x4E00 + i)
	}
	from, to, _ := strings.Cut(strings.TrimSpace(hanTable), "\n")
	target := []rune(to)
	for i, r := range []rune(from) {
		table[r-0x4E00] = target[i]
	}
	return table
}()
