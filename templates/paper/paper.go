// Package paper writes PDF documents: text in any of Souk's languages, with the
// glyphs that it needs embedded, rules and links on pages of A4 or Letter. It knows
// no document; whoever lays one out measures and places every line.
//
// Latin, Greek and Cyrillic are written in the Go fonts, Chinese, Japanese and Korean
// in the fonts of the folder fonts, which are unpacked for the documents that need
// them and never kept.
package paper

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Size is that of the pages.
type Size string

// The sizes.
const (
	A4     Size = "A4"
	Letter Size = "Letter"
)

// letterCountries are those that print on Letter.
var letterCountries = map[string]bool{"US": true, "CA": true, "MX": true, "PH": true, "CL": true, "CO": true, "VE": true, "GT": true, "CR": true,
	"PA": true, "DO": true, "SV": true, "NI": true, "PR": true}

// SizeFor is the size that people in a country print on.
func SizeFor(country string) Size {
	if letterCountries[country] {
		return Letter
	}
	return A4
}

// Paper is a document that is being written. Lengths are in millimetres from the
// upper left, sizes of text in points, and text stands on its y.
type Paper struct {
	Width, Height float64

	pdf   *fpdf.Fpdf
	faces []*face // that it may use, the first that has a character wins
	err   error
}

// Meta is what a document says of itself.
type Meta struct {
	Title    string
	Author   string
	Language string
	At       time.Time
}

// New makes a document with a first page.
func New(size Size, m Meta) *Paper {
	pdf := fpdf.New("P", "mm", string(size), "")
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetTitle(m.Title, true)
	pdf.SetAuthor(m.Author, true)
	pdf.SetCreator("Souk", false)
	pdf.SetProducer("Souk", false)
	pdf.SetLang(m.Language)
	pdf.SetCreationDate(m.At)
	pdf.SetModificationDate(m.At)
	pdf.SetCatalogSort(true)
	p := &Paper{pdf: pdf, faces: facesFor(m.Language)}
	p.Width, p.Height = pdf.GetPageSize()
	p.NewPage()
	return p
}

// NewPage goes on on a new page.
func (p *Paper) NewPage() { p.pdf.AddPage() }

// Pages is how many there are.
func (p *Paper) Pages() int { return p.pdf.PageCount() }

// OnPage goes back to a page, the first being 1.
func (p *Paper) OnPage(n int) { p.pdf.SetPage(n) }

// Style is how text looks.
type Style struct {
	Size  float64
	Bold  bool
	Quiet bool
}

// Rule draws a line over a width.
func (p *Paper) Rule(x, y, width float64, strong bool) {
	p.pdf.SetDrawColor(205, 208, 213)
	p.pdf.SetLineWidth(0.2)
	if strong {
		p.pdf.SetDrawColor(60, 64, 70)
		p.pdf.SetLineWidth(0.35)
	}
	p.pdf.Line(x, y, x+width, y)
}

// Text writes one line.
func (p *Paper) Text(x, y float64, s Style, text string) {
	for _, r := range p.runs(text, s.Bold) {
		p.use(r, s)
		p.pdf.Text(x, y, r.text)
		x += p.pdf.GetStringWidth(r.text)
	}
	p.pdf.SetTextRenderingMode(0)
}

// Right is Text that ends at x.
func (p *Paper) Right(x, y float64, s Style, text string) { p.Text(x-p.Measure(s, text), y, s, text) }

// Link is Text that leads to an address.
func (p *Paper) Link(x, y float64, s Style, text, address string) {
	p.Text(x, y, s, text)
	height := s.Size * 0.3528
	p.pdf.LinkString(x, y-height, p.Measure(s, text), height*1.3, address)
}

// Measure is how wide a line is.
func (p *Paper) Measure(s Style, text string) (width float64) {
	for _, r := range p.runs(text, s.Bold) {
		p.use(r, s)
		width += p.pdf.GetStringWidth(r.text)
	}
	return width
}

// use sets font and colour for a run.
func (p *Paper) use(r run, s Style) {
	p.pdf.SetFont(r.face.name, "", s.Size)
	shade := 25
	if s.Quiet {
		shade = 95
	}
	p.pdf.SetTextColor(shade, shade, shade)
	p.pdf.SetDrawColor(shade, shade, shade)
	mode := 0
	if s.Bold && !r.face.bold {
		// There is no bold one: its outline is drawn too.
		p.pdf.SetLineWidth(s.Size * 0.009)
		mode = 2
	}
	p.pdf.SetTextRenderingMode(mode)
}

// Bytes is the finished document.
func (p *Paper) Bytes() ([]byte, error) {
	var b bytes.Buffer
	if p.err == nil {
		p.err = p.pdf.Output(&b)
	}
	if p.err != nil {
		return nil, fmt.Errorf("paper: %w", p.err)
	}
	return b.Bytes(), nil
}
