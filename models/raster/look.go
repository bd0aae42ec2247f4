package raster

import (
	"image"
	"image/color"
	"math"
	"slices"

	"souk/models"
)

// Look is how a picture looks, for models.PictureDistance: the coarse waves of
// its brightness, each above or below their median, without a margin of one
// colour. It is nil for a picture in which nothing is to be seen.
func Look(p *image.NRGBA) *int64 {
	small := scale(p, min(64, p.Rect.Dx()), min(64, p.Rect.Dy()))
	box := content(small)
	if box.Empty() {
		return nil
	}
	found := cosines(grey(small, box))
	median := slices.Sorted(slices.Values(found[1:]))[31]
	var bits uint64
	for i, v := range found {
		if i > 0 && v > median {
			bits |= 1 << i
		}
	}
	return new(int64(bits))
}

const side = 32 // of the square whose waves are looked at

// brightness is a pixel's, over grey where it is transparent: a white mark and
// a black one both stand out.
func brightness(c color.NRGBA) float64 {
	v := 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)
	a := float64(c.A) / 255
	return v*a + 128*(1-a)
}

// content is the part of a picture that differs from its corner.
func content(p *image.NRGBA) image.Rectangle {
	corner := p.NRGBAAt(0, 0)
	box := image.Rectangle{}
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			c := p.NRGBAAt(x, y)
			if math.Abs(brightness(c)-brightness(corner)) > 12 || max(c.A, corner.A)-min(c.A, corner.A) > 24 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// grey is the brightness of a part, spread over a square.
func grey(p *image.NRGBA, box image.Rectangle) (g [side * side]float64) {
	for y := range side {
		for x := range side {
			fx := float64(box.Min.X) + (float64(x)+0.5)*float64(box.Dx())/side - 0.5
			fy := float64(box.Min.Y) + (float64(y)+0.5)*float64(box.Dy())/side - 0.5
			g[y*side+x] = between(p, box, fx, fy)
		}
	}
	return g
}

// between is the brightness between four pixels.
func between(p *image.NRGBA, box image.Rectangle, fx, fy float64) float64 {
	x, y := int(math.Floor(fx)), int(math.Floor(fy))
	dx, dy := fx-float64(x), fy-float64(y)
	at := func(x, y int) float64 {
		return brightness(p.NRGBAAt(min(max(x, box.Min.X), box.Max.X-1), min(max(y, box.Min.Y), box.Max.Y-1)))
	}
	return (at(x, y)*(1-dx)+at(x+1, y)*dx)*(1-dy) + (at(x, y+1)*(1-dx)+at(x+1, y+1)*dx)*dy
}

// cosines are the eight by eight longest waves (a discrete cosine transform).
func cosines(g [side * side]float64) []float64 {
	var rows [side * 8]float64
	for y := range side {
		for u := range 8 {
			for x := range side {
				rows[y*8+u] += g[y*side+x] * waves[u*side+x]
			}
		}
	}
	out := make([]float64, 64)
	for v := range 8 {
		for u := range 8 {
			for y := range side {
				out[v*8+u] += rows[y*8+u] * waves[v*side+y]
			}
		}
	}
	return out
}

var waves = func() (w [8 * side]float64) {
	for u := range 8 {
		for x := range side {
			w[u*side+x] = math.Cos(math.Pi / side * (float64(x) + 0.5) * float64(u))
		}
	}
	return w
}()

// Luminance is that of what is seen of a picture, on average; nil where all of
// it is transparent.
func Luminance(p *image.NRGBA) *float64 {
	small := scale(p, min(64, p.Rect.Dx()), min(64, p.Rect.Dy()))
	var sum, weight float64
	for i := 0; i < len(small.Pix); i += 4 {
		a := float64(small.Pix[i+3])
		sum += a * models.Luminance(small.Pix[i], small.Pix[i+1], small.Pix[i+2])
		weight += a
	}
	if weight == 0 {
		return nil
	}
	return new(sum / weight)
}
