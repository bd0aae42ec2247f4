package paper

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

var meta = Meta{Title: "請求書", Author: "Ada", Language: "ja", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}

func write(t *testing.T, lang string, lines ...string) []byte {
	t.Helper()
	m := meta
	m.Language = lang
	p := New(A4, m)
	for i, l := range lines {
		p.Text(20, 20+10*float64(i), Style{Size: 11, Bold: i%2 == 1}, l)
	}
	b, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFonts: a document has the fonts that it needs, and no others.
func TestFonts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lang, text string
		want       []string
	}{
		"Latin":                {"en", "Łódź, €1\u202f234,50", []string{"regular"}},
		"Japanese in Japanese": {"ja", "株式会社アクメ 様", []string{"regular", "japanese"}},
		"Chinese in Chinese":   {"zh-CN", "增值税发票", []string{"chinese"}},
		"Chinese in Japanese":  {"ja", "请求 請求", []string{"chinese", "regular", "japanese"}},
		"Korean":               {"en", "한국", []string{"chinese"}},
		"nobody has it":        {"en", "👍", []string{"regular"}},
		"nothing to see":       {"en", "\u200b\u202e\x00", nil},
	} {
		p := New(A4, Meta{Language: c.lang})
		p.Text(10, 10, Style{Size: 10}, c.text)
		var used []string
		for _, r := range p.runs(c.text, false) {
			if !slices.Contains(used, r.face.name) {
				used = append(used, r.face.name)
			}
		}
		slices.Sort(used)
		slices.Sort(c.want)
		if !slices.Equal(used, c.want) {
			t.Errorf("%s: %q, want %q", name, used, c.want)
		}
		if b, err := p.Bytes(); err != nil || len(b) > 60_000 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

// TestSame: the same text makes the same bytes.
func TestSame(t *testing.T) {
	t.Parallel()
	lines := []string{"Invoice", "請求書", "发票", "한국어"}
	a, b := write(t, "ja", lines...), write(t, "ja", lines...)
	if !bytes.Equal(a, b) || !bytes.HasPrefix(a, []byte("%PDF-")) {
		t.Errorf("%d and %d bytes", len(a), len(b))
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	p, s := New(Letter, meta), Style{Size: 10}
	for _, text := range []string{"A few words that are longer than one line is wide, and some more of them.", "請求書の金額には消費税が含まれています。お支払いは期日までにお願いいたします。",
		strings.Repeat("x", 300), "", "one\ntwo", "（税込）" + strings.Repeat("「あ」", 40)} {
		lines := p.Wrap(50, s, text)
		for _, l := range lines {
			if w := p.Measure(s, l); w > 50 {
				t.Errorf("%q is %v wide", l, w)
			}
			if r := []rune(l); len(r) > 0 && (clings(r[0]) || opens(r[len(r)-1])) {
				t.Errorf("%q begins or ends where it mustn't", l)
			}
		}
		if got := strings.Join(lines, ""); strings.ReplaceAll(got, " ", "") != strings.NewReplacer(" ", "", "\n", "").Replace(text) {
			t.Errorf("%q became %q", text, lines)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("請求書 one two\n\x00\xff“")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 500 {
			return
		}
		p := New(A4, meta)
		for i, l := range p.Wrap(30, Style{Size: 9}, text) {
			p.Text(10, float64(i), Style{Size: 9}, l)
		}
		if _, err := p.Bytes(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSizeFor(t *testing.T) {
	t.Parallel()
	if SizeFor("US") != Letter || SizeFor("JP") != A4 || SizeFor("") != A4 {
		t.Error("countries print on the wrong paper")
	}
	if a, l := New(A4, meta), New(Letter, meta); a.Width >= l.Width || a.Height <= l.Height {
		t.Error("sizes are wrong")
	}
}
