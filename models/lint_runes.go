package models

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// badRune finds the first character of a text that no honest text needs, and
// the rule that refuses it; "" for none. Line breaks and tabs are judged by
// their field.
func badRune(s string) (rule string, bad rune) {
	if !utf8.ValidString(s) {
		return "encoding", utf8.RuneError
	}
	var before rune
	marks := 0
	for _, r := range s {
		if rule := ruleOfRune(r, before); rule != "" {
			return rule, r
		}
		if unicode.In(r, unicode.Mn, unicode.Me) && !unicode.Is(unicode.Variation_Selector, r) {
			if marks++; marks > maxMarks {
				return "stacked_marks", r
			}
		} else {
			marks = 0
		}
		before = r
	}
	return "", 0
}

// maxMarks is how many marks one letter carries at most; Vietnamese and
// vocalized Hebrew need three.
const maxMarks = 4

func ruleOfRune(r, before rune) string {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return ""
	case unicode.IsControl(r), r == 0x2028, r == 0x2029, r >= 0xFFF9 && r <= 0xFFFD:
		return "control"
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C:
		return "direction"
	case r == 0x200C || r == 0x200D:
		// They join what stands on both sides in emoji and in several scripts.
		if joins(before) {
			return ""
		}
		return "invisible"
	case invisible(r):
		return "invisible"
	case unicode.Is(unicode.Co, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
		return "control"
	}
	return ""
}

func joins(r rune) bool {
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Variation_Selector, r) ||
		unicode.In(r, unicode.Arabic, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
			unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Mongolian)
}

// invisible are characters without a shape of their own that hide in words.
func invisible(r rune) bool {
	switch r {
	case 0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0:
		return true
	}
	return r >= 0x2060 && r <= 0x2064 || r >= 0x206A && r <= 0x206F || r >= 0xE0000 && r <= 0xE0FFF
}

// codePoint writes a character as U+202E.
func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

// mixedWord finds a word whose letters come from scripts that look alike, such
// as a Latin name with one Cyrillic letter; "" for none.
func mixedWord(s string) string {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		scripts := 0
		for _, t := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee} {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(t, r) && r != 'µ' && r != 'μ' }) {
				scripts++
			}
		}
		if scripts > 1 {
			return word
		}
	}
	return ""
}

// shouts reports whether nearly all letters of a text are capitals.
func shouts(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper >= 10 && upper > 4*lower
}
