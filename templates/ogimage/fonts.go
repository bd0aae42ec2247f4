package ogimage

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

var fonts = sync.OnceValues(func() ([2]*sfnt.Font, error) {
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return [2]*sfnt.Font{}, fmt.Errorf("ogimage: %w", err)
	}
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return [2]*sfnt.Font{}, fmt.Errorf("ogimage: %w", err)
	}
	return [2]*sfnt.Font{bold, regular}, nil
})

// faces are the fonts in the sizes of a picture. They are not safe for
// concurrent use, so each picture opens its own.
type faces struct {
	huge, large, middle font.Face // bold
	text, small         font.Face
}

func openFaces() (*faces, error) {
	parsed, err := fonts()
	if err != nil {
		return nil, err
	}
	f := &faces{}
	for _, open := range []struct {
		to   *font.Face
		from *sfnt.Font
		size float64
	}{
		{&f.huge, parsed[0], 84}, {&f.large, parsed[0], 64}, {&f.middle, parsed[0], 48},
		{&f.text, parsed[1], 40}, {&f.small, parsed[1], 32},
	} {
		*open.to, err = opentype.NewFace(open.from, &opentype.FaceOptions{Size: open.size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("ogimage: %w", err)
		}
	}
	return f, nil
}

func (f *faces) close() {
	for _, face := range []font.Face{f.huge, f.large, f.middle, f.text, f.small} {
		_ = face.Close() // frees nothing that could fail
	}
}

// writable reports whether the fonts have every character of s.
func writable(s string) bool {
	return strings.TrimSpace(s) != "" && only(s) == s
}

// only is s without the characters that the fonts lack.
func only(s string) string {
	parsed, err := fonts()
	if err != nil {
		return ""
	}
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		for _, f := range parsed {
			if i, err := f.GlyphIndex(&buffer, r); err != nil || i == 0 || r < ' ' {
				return -1
			}
		}
		return r
	}, s)
}

// wrap breaks s into at most n lines of at most room pixels; what doesn't fit
// is cut off with an ellipsis.
func wrap(face font.Face, s string, room, n int) []string {
	var lines []string
	words := strings.Fields(s)
	for len(words) > 0 {
		if len(lines) == n-1 {
			return append(lines, clip(face, strings.Join(words, " "), room))
		}
		line := words[0]
		words = words[1:]
		for len(words) > 0 && measure(face, line+" "+words[0]) <= room {
			line += " " + words[0]
			words = words[1:]
		}
		lines = append(lines, clip(face, line, room))
	}
	return lines
}

// clip shortens s to room pixels.
func clip(face font.Face, s string, room int) string {
	if measure(face, s) <= room {
		return s
	}
	for s != "" && measure(face, s+"…") > room {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return strings.TrimRight(s, " ,.;:") + "…"
}

func measure(face font.Face, s string) int { return font.MeasureString(face, s).Ceil() }
