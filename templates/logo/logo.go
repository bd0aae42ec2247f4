// Package logo makes a mark for a listing that has no picture: one or two
// letters of its name in one of twelve colours, always the same ones for the
// same slug. It draws nothing else and knows no page.
package logo

import (
	"fmt"
	"hash/fnv"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Colors are a tile's background and the letters on it, in light and in dark.
// The style sheet holds the same ones; a test compares.
type Colors struct{ LightTile, LightText, DarkTile, DarkText string }

// Palette holds the twelve pairs, around the colour wheel.
var Palette = [12]Colors{
	{"#ffd4cf", "#72302d", "#4d2c29", "#ffc8c2"},
	{"#fcd7c3", "#6f360f", "#4b2f1e", "#fcccb2"},
	{"#f4dcbc", "#653e00", "#463317", "#f1d2a8"},
	{"#e7e1bb", "#544800", "#3d3717", "#e1d9a8"},
	{"#d5e7c4", "#365111", "#2e3c20", "#c9e1b4"},
	{"#c4ead4", "#005735", "#1d3f2e", "#b3e5c9"},
	{"#bbebe4", "#00574e", "#113f3a", "#a7e6dd"},
	{"#bae9f2", "#005464", "#0f3e45", "#a5e4ef"},
	{"#c3e5fe", "#004d75", "#1c3a4e", "#b1deff"},
	{"#d2dfff", "#34437b", "#2d3551", "#c7d6ff"},
	{"#e7d8fb", "#543970", "#3d304b", "#e1cdfb"},
	{"#f9d3e7", "#6a3053", "#492c3d", "#f8c7e1"},
}

// Hue is the place in Palette of a listing.
func Hue(slug string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(slug)) // a hash doesn't fail
	return int(h.Sum32() % uint32(len(Palette)))
}

// Initials are what stands in the tile: the first letters of the first two
// words ("Code Climate": CC), or of a single word its capitals or its first two
// letters ("GitHub": GH, "codecov": Co), or one character of a script whose
// characters are wide. Digits count as letters. A name without any is "?".
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	first, size := utf8.DecodeRuneInString(words[0])
	switch {
	case wide(first):
		return string(first)
	case len(words) > 1:
		second, _ := utf8.DecodeRuneInString(words[1])
		if wide(second) {
			return string(unicode.ToUpper(first))
		}
		return string(unicode.ToUpper(first)) + string(unicode.ToUpper(second))
	}
	for _, r := range words[0][size:] {
		if unicode.IsUpper(r) {
			return string(unicode.ToUpper(first)) + string(r)
		}
	}
	for _, r := range words[0][size:] {
		return string(unicode.ToUpper(first)) + string(r)
	}
	return string(unicode.ToUpper(first))
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// Arch is the outline of a tile in a square of 64: a stall of the souk.
const Arch = "M4 60V32C4 16.5 16.5 4 32 4s28 12.5 28 28v28z"

// SVG is the mark as a file of its own. It carries its colours, so that it
// stands on any background.
func SVG(slug, name string) []byte {
	c, text := Palette[Hue(slug)], Initials(name)
	size := 26
	if utf8.RuneCountInString(text) == 1 {
		size = 30
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64" role="img" aria-label="%s">`+
		`<path fill="%s" d="%s"/><text x="32" y="46" text-anchor="middle" font-family="system-ui,sans-serif" font-size="%d" font-weight="600" fill="%s">%s</text></svg>`,
		html.EscapeString(name), c.LightTile, Arch, size, c.LightText, html.EscapeString(text))
}
