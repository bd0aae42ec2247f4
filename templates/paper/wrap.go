package paper

import (
	"strings"
	"unicode"
)

// Wrap cuts text into lines that fit a width: at spaces, and between the characters
// of scripts that are written without them. What has no place to be cut is cut where
// the width ends.
func (p *Paper) Wrap(width float64, s Style, text string) (lines []string) {
	for _, paragraph := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		lines = append(lines, p.wrap(width, s, paragraph)...)
	}
	return lines
}

func (p *Paper) wrap(width float64, s Style, text string) (lines []string) {
	line := ""
	for _, piece := range pieces(text) {
		if p.Measure(s, strings.TrimRight(line+piece, " ")) <= width {
			line += piece
			continue
		}
		if line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
		}
		for line = piece; p.Measure(s, strings.TrimRight(line, " ")) > width; {
			fit := p.fitting(width, s, line)
			lines = append(lines, line[:fit])
			line = line[fit:]
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// fitting is how many bytes of a line fit, at least those of one character.
func (p *Paper) fitting(width float64, s Style, line string) int {
	fit := 0
	for i, r := range line {
		end := i + len(string(r))
		if fit > 0 && p.Measure(s, line[:end]) > width {
			break
		}
		fit = end
	}
	return fit
}

// pieces are what isn't cut: words with the spaces behind them, single ideographs
// with the marks that mustn't begin or end a line.
func pieces(text string) (all []string) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			all = append(all, b.String())
			b.Reset()
		}
	}
	var before rune
	for _, r := range text {
		switch {
		case b.Len() == 0 || r == ' ' || clings(r) || opens(before):
		case before == ' ', alone(r), alone(before):
			flush()
		}
		b.WriteRune(r)
		before = r
	}
	flush()
	return all
}

// alone reports whether lines may be cut beside a character.
func alone(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= '\u3000' && r <= '\u303f' || r >= '\uff00' && r <= '\uffef'
}

// clings reports whether a character mustn't begin a line, opens whether it mustn't
// end one.
func clings(r rune) bool {
	return strings.ContainsRune("、。，．：；？！）」』】〕〉》”’ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々・…", r)
}

func opens(r rune) bool { return r != 0 && strings.ContainsRune("（「『【〔〈《“‘", r) }
