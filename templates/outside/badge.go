package outside

import (
	"context"
	"fmt"
	"html"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"souk/web/i18n"
)

// Badge is a listing's badge for a README. Label is what stands on the left,
// the listing's name unless somebody asked for another text.
type Badge struct {
	Label        string
	Installs     *int64 // nil: unknown
	Discontinued bool
}

// MaxLabel bounds the label of a badge, in characters.
const MaxLabel = 40

// Badge colours: text is white on all of them, with a contrast of at least 5.
const (
	badgeLeft  = "#3d4543"
	badgeRight = "#0c655d"
	badgeGrey  = "#65625e"
)

const badgePadding = 8

// SVG draws the badge: two parts, as wide as their texts.
func (b *Badge) SVG(ctx context.Context) []byte {
	value, color := i18n.T(ctx, "machines.badge.on"), badgeRight
	switch {
	case b.Discontinued:
		value, color = i18n.T(ctx, "machines.badge.discontinued"), badgeGrey
	case b.Installs != nil:
		value = i18n.T(ctx, "site.installs.short", "n", i18n.Compact(ctx, *b.Installs))
	}
	label := shorten(b.Label)
	left, right := textWidth(label), textWidth(value)
	l, r := left+2*badgePadding, right+2*badgePadding
	title, label, value := html.EscapeString(label+": "+value), html.EscapeString(label), html.EscapeString(value)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="22" role="img" aria-label="%s"><title>%s</title>`+
		`<clipPath id="r"><rect width="%d" height="22" rx="4"/></clipPath>`+
		`<g clip-path="url(#r)"><path fill="%s" d="M0 0h%dv22H0z"/><path fill="%s" d="M%d 0h%dv22H%dz"/></g>`+
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`+
		`<text x="%d" y="15" textLength="%d">%s</text><text x="%d" y="15" textLength="%d">%s</text></g></svg>`+"\n",
		l+r, title, title, l+r, badgeLeft, l, color, l, r, l,
		badgePadding, left, label, l+badgePadding, right, value)
}

// shorten makes a text one line of at most MaxLabel characters, without what
// XML doesn't allow.
func shorten(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if utf8.RuneCountInString(s) <= MaxLabel {
		return s
	}
	return string([]rune(s)[:MaxLabel-1]) + "…"
}

// badgeFace has the proportions of the fonts that browsers take for a badge,
// which are a little wider.
var badgeFace = sync.OnceValue(func() font.Face {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		panic(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 11.8, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(err)
	}
	return face
})

var badgeMu sync.Mutex // a Face is not safe for concurrent use

// textWidth is about how wide a text is at 11 px. Browsers squeeze or stretch
// it to exactly that.
func textWidth(s string) int {
	badgeMu.Lock()
	defer badgeMu.Unlock()
	var w fixed.Int26_6
	for _, r := range s {
		advance, ok := badgeFace().GlyphAdvance(r)
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			continue
		case !ok || r >= 0x1100:
			advance = fixed.I(11)
		}
		w += advance
	}
	return w.Ceil()
}
