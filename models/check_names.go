package models

import (
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"golang.org/x/text/unicode/norm"
)

// lookalikes are letters of other scripts, and digits, that pass for a Latin
// letter, after the table of Unicode Technical Standard 39 and for what is met
// most.
var lookalikes = map[rune]string{
	'а': "a", 'в': "b", 'с': "c", 'ԁ': "d", 'е': "e", 'ё': "e", 'һ': "h", 'і': "i", 'ї': "i", 'ј': "j", 'к': "k", 'ӏ': "l", 'м': "m",
	'н': "h", 'о': "o", 'р': "p", 'ԛ': "q", 'г': "r", 'ѕ': "s", 'т': "t", 'у': "y", 'ѵ': "v", 'ԝ': "w", 'х': "x",
	'α': "a", 'β': "b", 'ϲ': "c", 'ε': "e", 'η': "n", 'ι': "i", 'κ': "k", 'μ': "u", 'ν': "v", 'ο': "o", 'ρ': "p", 'σ': "o", 'τ': "t", 'υ': "u", 'χ': "x", 'ω': "w", 'γ': "y",
	'ı': "i", 'ɩ': "i", 'ɡ': "g", 'ʟ': "l", 'ɴ': "n", 'ʀ': "r", 'ꜱ': "s", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'ƒ': "f",
	'0': "o", '1': "l", '3': "e", '5': "s", '$': "s", '@': "a",
}

// NameSkeleton is what is left of a name when everything is taken away that a
// reader may overlook: case, accents, spaces and signs, and which of several
// letters of the same look was used.
func NameSkeleton(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKC.String(name))) {
		if like, ok := lookalikes[r]; ok {
			b.WriteString(like)
			continue
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return glyphPairs.Replace(b.String())
}

// glyphPairs are letters that together look like one, and those that look alike.
var glyphPairs = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "i", "l")

// Likeness is how close two names are.
type Likeness string

// The likenesses: the same to a reader's eye, or a slip of the finger apart.
const (
	Unlike   Likeness = ""
	SameLook Likeness = "same"
	NearLook Likeness = "near"
)

// NamesAlike compares two skeletons. Short names differ by little without being
// mistaken for each other, so that a letter counts from five on, two from ten.
func NamesAlike(a, b string) Likeness {
	if a == "" || b == "" {
		return Unlike
	}
	if a == b {
		return SameLook
	}
	letters := min(len([]rune(a)), len([]rune(b)))
	most := 0
	switch {
	case letters >= 10:
		most = 2
	case letters >= 5:
		most = 1
	}
	if most == 0 || abs(len(a)-len(b)) > 4*most {
		return Unlike
	}
	if levenshtein.Distance(a, b, levenshtein.NewParams().MaxCost(most)) <= most {
		return NearLook
	}
	return Unlike
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
