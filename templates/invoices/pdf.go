package invoices

import (
	"context"

	"souk/templates/paper"
	"souk/web/i18n"
)

// The layout of a sheet, in millimetres.
const (
	margin  = 20.0
	foot    = 24.0 // kept free at the end of a page
	column  = 28.0 // of figures
	leading = 5.0
)

var (
	body   = paper.Style{Size: 9.5}
	strong = paper.Style{Size: 9.5, Bold: true}
	small  = paper.Style{Size: 7.5, Quiet: true}
	label  = paper.Style{Size: 8, Quiet: true}
)

// PDF is the document as a PDF file, in the buyer's language, on the paper of the
// buyer's country.
func PDF(ctx context.Context, v *View) ([]byte, error) {
	s := v.sheet(ctx)
	p := &press{s: s, Paper: paper.New(paper.SizeFor(v.Document.Buyer.Address.Country),
		paper.Meta{Title: s.Title + " " + v.Reference, Author: v.Document.Seller.Name, Language: s.Language, At: v.Document.Issued})}
	p.head(v.Document.Seller.Name)
	p.lines()
	p.sums()
	p.notes()
	p.proof()
	p.feet()
	return p.Bytes()
}

// press prints a sheet from top to bottom; y is where the next line stands.
type press struct {
	*paper.Paper
	s *sheet
	y float64
}

func (p *press) right() float64 { return p.Width - margin }

func (p *press) width() float64 { return p.Width - 2*margin }

// room begins a new page unless some millimetres are left on this one.
func (p *press) room(height float64) (fresh bool) {
	if p.y+height <= p.Height-foot {
		return false
	}
	p.NewPage()
	p.y = margin + leading
	return true
}

// paragraph prints text over a width, and goes on below it.
func (p *press) paragraph(x, width float64, s paper.Style, text string) {
	for _, l := range p.Wrap(width, s, text) {
		p.room(leading)
		p.Text(x, p.y, s, l)
		p.y += s.Size*0.3528 + 1.6
	}
}

// head is the name of the document, its facts, and both parties beside each other.
func (p *press) head(seller string) {
	p.y = margin + 6
	p.Text(margin, p.y, paper.Style{Size: 20, Bold: true}, p.s.Title)
	p.y += 9
	p.paragraph(margin, p.width(), paper.Style{Size: 11}, seller)
	p.y += 4
	for _, f := range p.s.Facts {
		p.Text(margin, p.y, label, f.Name)
		p.Text(margin+45, p.y, strong, f.Value)
		p.y += leading + 0.4
	}
	p.y += 5
	top, half := p.y, p.width()/2
	p.block(margin, half-6, &p.s.Seller)
	left := p.y
	p.y = top
	p.block(margin+half, half, &p.s.Buyer)
	p.y = max(p.y, left) + 8
}

func (p *press) block(x, width float64, b *block) {
	p.Text(x, p.y, label, b.Title)
	p.y += leading + 0.5
	for i, l := range b.Lines {
		s := body
		if i == 0 {
			s = strong
		}
		p.paragraph(x, width, s, l)
	}
}

// heads are those of the table of lines, on each page that it goes over.
func (p *press) heads() {
	p.Text(margin, p.y, label, p.s.Heads[0])
	p.Right(p.right()-column-4, p.y, label, p.s.Heads[1])
	p.Right(p.right(), p.y, label, p.s.Heads[2])
	p.y += 2
	p.Rule(margin, p.y, p.width(), true)
	p.y += leading
}

func (p *press) lines() {
	p.heads()
	width := p.width() - 2*column - 12
	for _, l := range p.s.Lines {
		text := p.Wrap(width, body, l.Text)
		if p.room(float64(len(text)+1) * leading) {
			p.heads()
		}
		p.Right(p.right()-column-4, p.y, body, l.Count)
		p.Right(p.right(), p.y, body, l.Amount)
		for _, t := range text {
			p.Text(margin, p.y, body, t)
			p.y += leading
		}
		if l.Detail != "" {
			p.Text(margin, p.y, label, l.Detail)
			p.y += leading
		}
		p.Rule(margin, p.y-leading+2, p.width(), false)
		p.y += 2
	}
}

func (p *press) sums() {
	p.room(float64(len(p.s.Sums)) * (leading + 1))
	for _, s := range p.s.Sums {
		style := body
		if s.Strong {
			style = strong
		}
		p.Right(p.right()-column-4, p.y, style, s.Name)
		p.Right(p.right(), p.y, style, s.Value)
		p.y += leading + 0.8
	}
	p.y += 5
}

func (p *press) notes() {
	for _, n := range p.s.Notes {
		p.paragraph(margin, p.width(), body, n)
		p.y += 2
	}
	p.y += 4
}

// proof is how anyone finds out whether the document is genuine.
func (p *press) proof() {
	p.room(34)
	p.Rule(margin, p.y, p.width(), false)
	p.y += leading
	p.Text(margin, p.y, paper.Style{Size: 8, Bold: true}, p.s.ProofTitle)
	p.y += 4
	p.paragraph(margin, p.width(), small, p.s.Proof)
	for i, l := range p.Wrap(p.width(), small, p.s.Address) {
		p.Link(margin, p.y+float64(i)*4.2, small, l, p.s.Address)
	}
	p.y += 4.2 * float64(len(p.Wrap(p.width(), small, p.s.Address)))
	p.paragraph(margin, p.width(), small, p.s.HashName+" "+p.s.Hash)
	if p.s.Signature != "" {
		p.paragraph(margin, p.width(), small, p.s.SignatureName+" "+p.s.Signature)
	}
}

// feet number the pages.
func (p *press) feet() {
	for n := 1; n <= p.Pages(); n++ {
		p.OnPage(n)
		p.Right(p.right(), p.Height-12, small, p.s.Page(n, p.Pages()))
	}
}

// FileName is what the file is called when it is kept.
func FileName(ctx context.Context, v *View) string {
	return titleOf(i18n.With(ctx, i18n.Default), v.Document.Kind) + " " + v.Reference + ".pdf"
}
