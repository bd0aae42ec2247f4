// Package ogimage draws the picture that a page is shared with: 1200 by 630
// pixels, a PNG of at most 256 colours, the same bytes for the same texts.
//
// The fonts that are free to embed and small have no Chinese or Japanese, so
// pictures speak English: a name that can't be written is replaced by its
// slug, and characters of a text that can't be are left out.
package ogimage

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"slices"
	"strings"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"souk/templates/logo"
	"souk/web/i18n"
)

// Picture is what a listing's picture shows. All texts but Name are English.
type Picture struct {
	Slug      string
	Name      string
	Tagline   string
	Publisher string // empty: unknown
	Category  string

	Installs      int64
	InstallsKnown bool

	Logo     string // hash of its picture; empty: none
	Backdrop string // six hex digits
}

// The picture's size, as sites that show previews ask for it, and its margin.
const (
	width  = 1200
	height = 630
	margin = 80
	bottom = height - 72 // the last baseline
)

// The colours are those of the site's light theme.
var (
	paper  = hex("#faf9f6")
	ink    = hex("#1f2624")
	soft   = hex("#55605c")
	accent = hex("#0c655d")
)

type canvas struct {
	*image.RGBA
	pairs [][2]color.RGBA // colours that were drawn on one another
	own   image.Rectangle // where a picture with colours of its own is
}

func newCanvas() *canvas {
	c := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, width, height))}
	draw.Draw(c, c.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	c.rectangle(image.Rect(0, 0, width, 12), accent)
	return c
}

// Listing draws a listing's picture. Its mark is the logo, or for nil one that is
// made from its name.
func Listing(p Picture, picture image.Image) ([]byte, error) {
	f, err := openFaces()
	if err != nil {
		return nil, err
	}
	defer f.close()
	c := newCanvas()
	name := p.Name
	if !writable(name) {
		name = p.Slug
	}
	if picture != nil {
		c.logo(picture, p.Backdrop)
	} else {
		c.tile(f, p.Slug, logo.Initials(name), image.Pt(margin-12, 92), 3)
	}
	title := c.fit(f, name, width-2*margin-224)
	y := 178 - (len(title.lines)-1)*title.size*5/11
	for _, line := range title.lines {
		c.text(title.face, line, margin+224, y+title.size/3, ink, paper)
		y += title.size * 10 / 9
	}
	if publisher := only(p.Publisher); strings.TrimSpace(publisher) != "" {
		c.text(f.small, clip(f.small, "by "+publisher, width-2*margin-224), margin+228, max(y+14, 250), soft, paper)
	}
	y = 372
	for _, line := range wrap(f.text, only(p.Tagline), width-2*margin, 3) {
		c.text(f.text, line, margin, y, ink, paper)
		y += 54
	}
	facts := strings.Trim(only(p.Category)+"  ·  "+p.installs(), " ·")
	c.text(f.small, clip(f.small, facts, width-2*margin-260), margin, bottom, soft, paper)
	c.brand(f, width-margin-172, bottom)
	return c.encode()
}

// Site draws the picture of pages that have none of their own.
func Site() ([]byte, error) {
	f, err := openFaces()
	if err != nil {
		return nil, err
	}
	defer f.close()
	c := newCanvas()
	c.mark(image.Pt(margin-10, 150), 5)
	c.text(f.huge, "Souk", margin+210, 270, ink, paper)
	for i, line := range []string{"Find GitHub Apps and OAuth Apps, see in plain", "words what each may do, and compare prices."} {
		c.text(f.text, line, margin, 420+54*i, ink, paper)
	}
	c.text(f.small, "An open marketplace for integrations", margin, bottom, soft, paper)
	return c.encode()
}

func (p *Picture) installs() string {
	ctx := i18n.With(context.Background(), "en")
	switch {
	case !p.InstallsKnown:
		return ""
	case p.Installs < 10_000:
		return i18n.N(ctx, "site.installs", p.Installs)
	default:
		return i18n.T(ctx, "site.installs.short", "n", i18n.Compact(ctx, p.Installs))
	}
}

// title is a name in the largest size that lets it stand in two lines.
type title struct {
	face  font.Face
	size  int
	lines []string
}

func (c *canvas) fit(f *faces, name string, room int) title {
	for _, t := range []title{{face: f.huge, size: 84}, {face: f.large, size: 64}, {face: f.middle, size: 48}} {
		t.lines = wrap(t.face, name, room, 2)
		if t.size == 48 || strings.Join(t.lines, " ") == strings.Join(strings.Fields(name), " ") {
			return t
		}
	}
	return title{}
}

func (c *canvas) text(face font.Face, s string, x, y int, on, under color.RGBA) {
	c.pairs = append(c.pairs, [2]color.RGBA{under, on})
	d := font.Drawer{Dst: c, Src: image.NewUniform(on), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(s)
}

func (c *canvas) rectangle(r image.Rectangle, fill color.RGBA) {
	c.pairs = append(c.pairs, [2]color.RGBA{paper, fill})
	draw.Draw(c, r, image.NewUniform(fill), image.Point{}, draw.Src)
}

// logo draws the listing's logo, which is a square.
func (c *canvas) logo(picture image.Image, backdrop string) {
	c.own = image.Rect(margin, 98, margin+176, 98+176)
	if len(backdrop) == 6 {
		draw.Draw(c, c.own, image.NewUniform(hex("#"+backdrop)), image.Point{}, draw.Src)
	}
	xdraw.CatmullRom.Scale(c, c.own, picture, picture.Bounds(), xdraw.Over, nil)
}

// tile is the listing's mark, logo.Arch with its initials.
func (c *canvas) tile(f *faces, slug, initials string, at image.Point, scale float32) {
	colors := logo.Palette[logo.Hue(slug)]
	fill, on := hex(colors.LightTile), hex(colors.LightText)
	c.arch(at, scale, fill)
	if !writable(initials) {
		return
	}
	advance := font.MeasureString(f.huge, initials).Round()
	c.text(f.huge, initials, at.X+int(32*scale)-advance/2, at.Y+int(46*scale), on, fill)
}

func (c *canvas) arch(at image.Point, scale float32, fill color.RGBA) {
	c.pairs = append(c.pairs, [2]color.RGBA{paper, fill})
	side := int(64 * scale)
	r := vector.NewRasterizer(side, side)
	s := func(v float32) float32 { return v * scale }
	r.MoveTo(s(4), s(60))
	r.LineTo(s(4), s(32))
	r.CubeTo(s(4), s(16.5), s(16.5), s(4), s(32), s(4))
	r.CubeTo(s(47.5), s(4), s(60), s(16.5), s(60), s(32))
	r.LineTo(s(60), s(60))
	r.ClosePath()
	r.Draw(c, image.Rect(at.X, at.Y, at.X+side, at.Y+side), image.NewUniform(fill), image.Point{})
}

// mark is the site's own: a doorway.
func (c *canvas) mark(at image.Point, scale float32) {
	c.arch(at, scale/2, accent)
	inner := scale / 4
	c.arch(at.Add(image.Pt(int(16*scale/2), int(30*scale/2))), inner, paper)
}

func (c *canvas) brand(f *faces, x, y int) {
	c.mark(image.Pt(x, y-46), 1.75)
	c.text(f.middle, "Souk", x+64, y, ink, paper)
}

// steps of a colour on another one, at the edges of letters and curves.
const steps = 20

// encode reduces the picture to the colours that were drawn and those between
// them, which makes it small.
func (c *canvas) encode() ([]byte, error) {
	palette := c.palette()
	small := image.NewPaletted(c.Bounds(), palette)
	index := map[color.RGBA]uint8{}
	var before color.RGBA
	for i := range small.Pix {
		p := color.RGBA{c.Pix[4*i], c.Pix[4*i+1], c.Pix[4*i+2], 255}
		if p == before {
			small.Pix[i] = small.Pix[i-1]
			continue
		}
		before = p
		n, known := index[p]
		if !known {
			n = uint8(palette.Index(p))
			index[p] = n
		}
		small.Pix[i] = n
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(&b, small); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (c *canvas) palette() color.Palette {
	var palette color.Palette
	seen := map[color.RGBA]bool{}
	for _, pair := range c.pairs {
		for i := range steps + 1 {
			p := color.RGBA{between(pair[0].R, pair[1].R, i), between(pair[0].G, pair[1].G, i), between(pair[0].B, pair[1].B, i), 255}
			if !seen[p] && len(palette) < 256 {
				seen[p] = true
				palette = append(palette, p)
			}
		}
	}
	return append(palette, c.owned(256-len(palette))...)
}

// owned are the commonest colours of the picture with colours of its own, most of
// them; those that are nearly the same count as one.
func (c *canvas) owned(most int) (own color.Palette) {
	exact, coarse, best := map[color.RGBA]int{}, map[[3]uint8]int{}, map[[3]uint8]color.RGBA{}
	for y := c.own.Min.Y; y < c.own.Max.Y; y++ {
		for x := c.own.Min.X; x < c.own.Max.X; x++ {
			p := c.RGBAAt(x, y)
			p.A = 255
			near := [3]uint8{p.R >> 4, p.G >> 4, p.B >> 4}
			coarse[near]++
			if exact[p]++; exact[p] > exact[best[near]] {
				best[near] = p
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(coarse), func(a, b [3]uint8) int {
		return cmp.Or(cmp.Compare(coarse[b], coarse[a]), slices.Compare(a[:], b[:]))
	})
	for _, near := range order[:min(most, len(order))] {
		own = append(own, best[near])
	}
	return own
}

func between(a, b uint8, i int) uint8 {
	return uint8((int(a)*(steps-i) + int(b)*i) / steps)
}

func hex(s string) color.RGBA {
	digit := func(i int) uint8 { return uint8(strings.IndexByte("0123456789abcdef", s[i])) }
	return color.RGBA{digit(1)<<4 | digit(2), digit(3)<<4 | digit(4), digit(5)<<4 | digit(6), 255}
}
