package raster

import (
	"image"
	"image/draw"
)

// Within is the picture upright and no larger than most in either direction; it
// is never made larger.
func (r *Raster) Within(most int) *image.NRGBA {
	b := r.Picture.Bounds()
	w, h := fit(b.Dx(), b.Dy(), most, most)
	return upright(scale(r.Picture, w, h), r.turn)
}

// Narrow is a picture no wider than width.
func Narrow(p *image.NRGBA, width int) *image.NRGBA {
	w, h := fit(p.Rect.Dx(), p.Rect.Dy(), width, 1<<30)
	return scale(p, w, h)
}

// Square is the picture in the middle of a transparent square.
func Square(p *image.NRGBA) *image.NRGBA {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	if w == h {
		return p
	}
	side := max(w, h)
	out := image.NewNRGBA(image.Rect(0, 0, side, side))
	left, top := (side-w)/2, (side-h)/2
	for y := range h {
		copy(out.Pix[out.PixOffset(left, top+y):], p.Pix[y*p.Stride:y*p.Stride+4*w])
	}
	return out
}

// fit is the size of a picture that must not be larger than most.
func fit(w, h, mostW, mostH int) (int, int) {
	if w > mostW {
		w, h = mostW, (h*mostW+w/2)/w
	}
	if h > mostH {
		w, h = (w*mostH+h/2)/h, mostH
	}
	return max(w, 1), max(h, 1)
}

// scale averages over areas, one row of the source at a time, so that it needs
// little more memory than its result. It only makes pictures smaller.
func scale(src image.Image, w, h int) *image.NRGBA {
	b := src.Bounds()
	if b.Dx() == w && b.Dy() == h {
		return asNRGBA(src)
	}
	s := scaler{out: image.NewNRGBA(image.Rect(0, 0, w, h)), across: make([]uint64, 4*w), sum: make([]uint64, 4*w), width: b.Dx(), height: b.Dy()}
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	for y := range b.Dy() {
		draw.Draw(row, row.Rect, src, image.Pt(b.Min.X, b.Min.Y+y), draw.Src)
		s.add(y, row.Pix)
	}
	return s.out
}

// asNRGBA is a picture of its own size, without a copy where it is one already.
func asNRGBA(src image.Image) *image.NRGBA {
	if p, ok := src.(*image.NRGBA); ok && p.Rect.Min == (image.Point{}) {
		return p
	}
	b := src.Bounds()
	to := image.Rect(0, 0, b.Dx(), b.Dy())
	if opaque(src) { // the same bytes, and much quicker
		out := image.NewRGBA(to)
		draw.Draw(out, to, src, b.Min, draw.Src)
		return &image.NRGBA{Pix: out.Pix, Stride: out.Stride, Rect: out.Rect}
	}
	out := image.NewNRGBA(to)
	draw.Draw(out, to, src, b.Min, draw.Src)
	return out
}

// scaler holds one row of the result while it comes together. A pixel of the
// source is out's width wide and height high, one of the result width wide and
// height high: so every overlap is a whole number.
type scaler struct {
	out           *image.NRGBA
	width, height int      // of the source
	across        []uint64 // a row of the source, averaged across
	sum           []uint64
}

func (s *scaler) add(y int, row []byte) {
	w, h := s.out.Rect.Dx(), s.out.Rect.Dy()
	clear(s.across)
	for x := range s.width {
		from, to := x*w, (x+1)*w
		for i := from / s.width; i*s.width < to; i++ {
			part := uint64(min(to, (i+1)*s.width) - max(from, i*s.width))
			for c := range 4 {
				s.across[4*i+c] += part * uint64(row[4*x+c])
			}
		}
	}
	from, to := y*h, (y+1)*h
	for j := from / s.height; j*s.height < to; j++ {
		end := (j + 1) * s.height
		part := uint64(min(to, end) - max(from, j*s.height))
		for i, v := range s.across {
			s.sum[i] += part * v
		}
		if end <= to {
			s.write(j)
			clear(s.sum)
		}
	}
}

// write takes the transparency out of the colours, which were multiplied by it.
func (s *scaler) write(j int) {
	area := uint64(s.width) * uint64(s.height)
	line := s.out.Pix[j*s.out.Stride:]
	for i := 0; i < len(s.sum); i += 4 {
		alpha := s.sum[i+3]
		if alpha == 0 {
			continue
		}
		for c := range 3 {
			line[i+c] = uint8(min(255, (255*s.sum[i+c]+alpha/2)/alpha))
		}
		line[i+3] = uint8((alpha + area/2) / area)
	}
}
