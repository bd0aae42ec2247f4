package paper

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

//go:embed fonts/*.gz
var packed embed.FS

// face is a font of a document. What is packed is read when the first character
// needs it.
type face struct {
	name  string
	bold  bool
	file  string // of packed
	data  []byte
	font  *sfnt.Font
	there bool // the document has it
}

// facesFor are the fonts for a language, in the order in which they are asked: the
// same character is drawn otherwise in China and in Japan.
func facesFor(lang string) []*face {
	latin := []*face{{name: "regular", data: goregular.TTF}, {name: "bold", bold: true, data: gobold.TTF}}
	japanese, chinese := &face{name: "japanese", file: "fonts/MTLc3m.ttf.gz"}, &face{name: "chinese", file: "fonts/DroidSansFallback.ttf.gz"}
	if lang == "ja" {
		return append(latin, japanese, chinese)
	}
	return append(latin, chinese, japanese)
}

// run is text in one font.
type run struct {
	face *face
	text string
}

// missing stands for what no font has.
const missing = '\u25a1'

// runs cuts a line into what each font has of it.
func (p *Paper) runs(text string, bold bool) (runs []run) {
	var last *face
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			runs = append(runs, run{last, b.String()})
			b.Reset()
		}
	}
	for _, r := range text {
		r, ok := printable(r)
		if !ok {
			continue
		}
		f := p.faceOf(r, bold)
		if f == nil {
			r = missing
			f = p.faceOf(r, bold)
		}
		if f == nil {
			return nil // p.err says why
		}
		if f != last {
			flush()
			last = f
		}
		b.WriteRune(r)
	}
	flush()
	return runs
}

// printable is a character as it is printed, if it is at all. The library knows
// those of the basic plane alone.
func printable(r rune) (rune, bool) {
	switch {
	case r == '\u202f', r == '\u2009', unicode.IsSpace(r):
		if r == '\u3000' {
			return r, true
		}
		return '\u00a0', true
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
		return 0, false
	case r > 0xffff:
		return missing, true
	}
	return r, true
}

// faceOf is the first font that has a character; nil for none.
func (p *Paper) faceOf(r rune, bold bool) *face {
	for _, f := range p.faces {
		if p.err != nil {
			return nil
		}
		if f.file == "" && f.bold != bold {
			continue
		}
		if f.font == nil {
			p.err = f.open()
		}
		if p.err == nil && f.has(r) {
			p.add(f)
			return f
		}
	}
	return nil
}

// has reports whether the font has a character.
func (f *face) has(r rune) bool {
	var b sfnt.Buffer
	at, err := f.font.GlyphIndex(&b, r)
	return err == nil && at != 0
}

// open unpacks the font.
func (f *face) open() (err error) {
	if f.data == nil {
		if f.data, err = unpack(f.file); err != nil {
			return fmt.Errorf("%s: %w", f.file, err)
		}
	}
	f.font, err = sfnt.Parse(f.data)
	return err
}

func unpack(name string) ([]byte, error) {
	raw, err := packed.ReadFile(name)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// add gives the font to the document.
func (p *Paper) add(f *face) {
	if !f.there {
		f.there = true
		p.pdf.AddUTF8FontFromBytes(f.name, "", f.data)
	}
}
