package raster

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
	"unicode/utf16"

	"souk/models"
)

// painted is a picture with something to see in it.
func painted(w, h int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetNRGBA(x, y, color.NRGBA{uint8(255 * x / w), uint8(255 * y / h), uint8(x ^ y), 255})
		}
	}
	return p
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, frames ...image.Image) []byte {
	t.Helper()
	g := &gif.GIF{}
	for _, f := range frames {
		p := image.NewPaletted(f.Bounds(), palette.Plan9)
		for y := f.Bounds().Min.Y; y < f.Bounds().Max.Y; y++ {
			for x := f.Bounds().Min.X; x < f.Bounds().Max.X; x++ {
				p.Set(x, y, f.At(x, y))
			}
		}
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pngChunk is a chunk with its check sum.
func pngChunk(name string, data []byte) []byte {
	body := append([]byte(name), data...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

// pngOf is a PNG that says it is so large, with these pixels in it.
func pngOf(w, h uint32, depth, colour, interlaced byte, pixels []byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, depth, colour, 0, 0, interlaced)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(pixels)
	_ = z.Close()
	out := append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", head)...)
	out = append(out, pngChunk("IDAT", packed.Bytes())...)
	return append(out, pngChunk("IEND", nil)...)
}

// inPNG puts a chunk behind the head of a PNG.
func inPNG(file []byte, name string, data []byte) []byte {
	out := append([]byte{}, file[:33]...)
	out = append(out, pngChunk(name, data)...)
	return append(out, file[33:]...)
}

// inJPEG puts a segment at the beginning of a JPEG.
func inJPEG(file []byte, marker byte, data []byte) []byte {
	out := []byte{0xff, 0xd8, 0xff, marker}
	out = binary.BigEndian.AppendUint16(out, uint16(len(data)+2))
	out = append(out, data...)
	return append(out, file[2:]...)
}

// exif is EXIF that says how the camera was held, and where.
func exif(orientation uint16) []byte {
	out := append([]byte("Exif\x00\x00"), "MM\x00*\x00\x00\x00\x08"...)
	out = binary.BigEndian.AppendUint16(out, 1)
	out = append(out, 0x01, 0x12, 0, 3, 0, 0, 0, 1)
	out = binary.BigEndian.AppendUint16(out, orientation)
	out = append(out, 0, 0, 0, 0, 0, 0)
	return append(out, "GPS 48.8584N 2.2945E"...)
}

// jpegSaying is a JPEG whose head says other numbers than its picture has.
func jpegSaying(file []byte, marker byte, w, h uint16) []byte {
	out := bytes.Clone(file)
	at := bytes.Index(out, []byte{0xff, 0xc0})
	out[at+1] = marker
	binary.BigEndian.PutUint16(out[at+5:], h)
	binary.BigEndian.PutUint16(out[at+7:], w)
	return out
}

func webpOf(chunk string, data []byte) []byte {
	body := append([]byte("WEBP"), chunk...)
	body = binary.LittleEndian.AppendUint32(body, uint32(len(data)))
	body = append(body, data...)
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)))
	return append(out, body...)
}

func vp8x(w, h uint32, flags byte) []byte {
	w, h = w-1, h-1
	return []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)}
}

func zipped(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("index.html")
	if err == nil {
		_, err = w.Write([]byte("<script>alert(1)</script>"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil || w.Close() != nil {
		t.Fatal("gzip")
	}
	return b.Bytes()
}

func utf16le(text string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// smallWebP is a lossless picture of one pixel, as cwebp makes it.
const smallWebP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="

const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`

// TestHostilePictures holds that what is no picture, or one that would harm, is
// refused with a word that says why.
func TestHostilePictures(t *testing.T) {
	t.Parallel()
	good, photo := asPNG(t, painted(300, 300)), asJPEG(t, painted(300, 300))
	moving := asGIF(t, painted(60, 60), painted(60, 60))
	badSum := bytes.Clone(good)
	badSum[len(badSum)/2] ^= 0xff
	for name, c := range map[string]struct {
		file []byte
		want *models.Error
	}{
		"empty":                             {nil, models.ErrPictureMissing},
		"text":                              {[]byte("not a picture"), models.ErrPictureKind},
		"SVG with a script":                 {[]byte(svg), models.ErrPictureSVG},
		"SVG behind a prologue":             {[]byte("\ufeff<?xml version=\"1.0\"?>\n<!-- x -->\n" + svg), models.ErrPictureSVG},
		"SVG in capitals":                   {[]byte("<SVG/ONLOAD=alert(1)>"), models.ErrPictureSVG},
		"SVG as UTF-16":                     {utf16le(svg), models.ErrPictureSVG},
		"SVG with entities":                 {[]byte(`<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>`), models.ErrPictureSVG},
		"packed SVG":                        {gzipped(t, svg), models.ErrPictureSVG},
		"HTML":                              {[]byte("<!doctype html><script>alert(1)</script>"), models.ErrPictureKind},
		"HTML with an SVG":                  {[]byte("<html><body>" + svg), models.ErrPictureSVG},
		"PDF":                               {[]byte("%PDF-1.7\n"), models.ErrPictureKind},
		"ZIP":                               {zipped(t), models.ErrPictureKind},
		"BMP":                               {[]byte("BM\x46\x00\x00\x00"), models.ErrPictureKind},
		"TIFF":                              {[]byte("II*\x00\x08\x00\x00\x00"), models.ErrPictureKind},
		"ICO":                               {[]byte("\x00\x00\x01\x00\x01\x00"), models.ErrPictureKind},
		"AVIF":                              {[]byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00"), models.ErrPictureKind},
		"HEIC":                              {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), models.ErrPictureKind},
		"PostScript":                        {[]byte("%!PS-Adobe-3.0 EPSF-3.0\n"), models.ErrPictureKind},
		"ImageMagick's language":            {[]byte("push graphic-context\nfill 'url(https://127.0.0.1/)'\npop graphic-context"), models.ErrPictureKind},
		"an ELF program":                    {[]byte("\x7fELF\x02\x01\x01"), models.ErrPictureKind},
		"more than 5 MiB":                   {append(bytes.Clone(good), make([]byte, models.MaxPictureBytes)...), models.ErrPictureLarge},
		"PNG without anything":              {[]byte("\x89PNG\r\n\x1a\n"), models.ErrPictureBroken},
		"PNG cut off":                       {good[:len(good)/2], models.ErrPictureBroken},
		"PNG without its end":               {good[:len(good)-12], models.ErrPictureBroken},
		"PNG with a wrong check sum":        {badSum, models.ErrPictureBroken},
		"PNG of no width":                   {pngOf(0, 100, 8, 6, 0, nil), models.ErrPictureBroken},
		"PNG with a negative width":         {pngOf(0xffffffff, 1, 8, 6, 0, nil), models.ErrPictureBroken},
		"PNG bomb of 65,535 squared":        {pngOf(65535, 65535, 8, 6, 0, make([]byte, 1<<20)), models.ErrPicturePixels},
		"PNG bomb of the largest size":      {pngOf(1<<31-1, 1<<31-1, 8, 6, 0, nil), models.ErrPicturePixels},
		"PNG bomb of one bit":               {pngOf(50_000, 50_000, 1, 0, 0, make([]byte, 1<<22)), models.ErrPicturePixels},
		"PNG line of 100,000 pixels":        {pngOf(100_000, 1, 8, 2, 0, make([]byte, 300_001)), models.ErrPicturePixels},
		"PNG just above the pixels":         {pngOf(4001, 4000, 8, 3, 0, nil), models.ErrPicturePixels},
		"PNG of 16 bits":                    {pngOf(3000, 2000, 16, 6, 0, nil), models.ErrPicturePixels},
		"interlaced PNG":                    {pngOf(3840, 2160, 8, 6, 1, nil), models.ErrPicturePixels},
		"PNG with less pixels than it says": {pngOf(2000, 2000, 8, 6, 0, make([]byte, 100)), models.ErrPictureBroken},
		"PNG with an unknown colour type":   {pngOf(10, 10, 8, 7, 0, nil), models.ErrPictureBroken},
		"PNG that ends within a chunk":      {append(bytes.Clone(good[:33]), 0xff, 0xff, 0xff, 0xff, 'I', 'D', 'A', 'T'), models.ErrPictureBroken},
		"JPEG without anything":             {[]byte("\xff\xd8\xff\xe0"), models.ErrPictureBroken},
		"JPEG cut off":                      {photo[:len(photo)/2], models.ErrPictureBroken},
		"JPEG of 65,535 squared":            {jpegSaying(photo, 0xc0, 65535, 65535), models.ErrPicturePixels},
		"JPEG bomb of coefficients":         {jpegSaying(photo, 0xc2, 4000, 3000), models.ErrPicturePixels},
		"JPEG of no height":                 {jpegSaying(photo, 0xc0, 300, 0), models.ErrPictureBroken},
		"lossless JPEG":                     {jpegSaying(photo, 0xc3, 300, 300), models.ErrPictureBroken},
		"JPEG larger than its pixels":       {jpegSaying(photo, 0xc0, 2000, 2000), models.ErrPictureBroken},
		"GIF without a picture":             {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), models.ErrPictureBroken},
		"GIF of 65,535 squared":             {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), models.ErrPicturePixels},
		"GIF cut off":                       {moving[:40], models.ErrPictureBroken},
		"GIF whose frame leaves it":         {[]byte("GIF89a\x02\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\x7f\xff\x7f\x00\x02\x02D\x01\x00;"), models.ErrPictureBroken},
		"WebP cut off":                      {[]byte("RIFF\x20\x00\x00\x00WEBPVP8 "), models.ErrPictureBroken},
		"WebP with a huge canvas":           {webpOf("VP8X", append(vp8x(1<<24, 1<<24, 0), make([]byte, 20)...)), models.ErrPicturePixels},
		"lossless WebP of 16,384 squared":   {webpOf("VP8L", append([]byte{0x2f, 0xff, 0xff, 0xff, 0x0f}, make([]byte, 20)...)), models.ErrPicturePixels},
		"animated WebP":                     {webpOf("VP8X", append(vp8x(300, 300, 2), "ANIM\x06\x00\x00\x00\xff\xff\xff\xff\x00\x00"...)), models.ErrPictureBroken},
		"WebP of an unknown kind":           {webpOf("VP9 ", make([]byte, 20)), models.ErrPictureBroken},
		"WAV":                               {append([]byte("RIFF\x24\x00\x00\x00WAVEfmt "), make([]byte, 20)...), models.ErrPictureKind},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Read(c.file)
			if r != nil || !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// TestGoodPictures holds that what people send for a good reason is taken.
func TestGoodPictures(t *testing.T) {
	t.Parallel()
	webp, err := base64.StdEncoding.DecodeString(smallWebP)
	if err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(image.Rect(0, 0, 50, 40))
	deep := image.NewNRGBA64(image.Rect(0, 0, 50, 40))
	deep.SetNRGBA64(3, 3, color.NRGBA64{0xffff, 0, 0, 0x8000})
	for name, c := range map[string]struct {
		file          []byte
		width, height int
		photo         bool
	}{
		"PNG":                 {asPNG(t, painted(50, 40)), 50, 40, false},
		"gray PNG":            {asPNG(t, gray), 50, 40, false},
		"PNG of 16 bits":      {asPNG(t, deep), 50, 40, false},
		"one pixel":           {asPNG(t, painted(1, 1)), 1, 1, false},
		"line":                {asPNG(t, painted(5000, 1)), 5000, 1, false},
		"3840 by 2160":        {pngOf(3840, 2160, 8, 2, 0, make([]byte, 2160*(1+3*3840))), 3840, 2160, false},
		"JPEG":                {asJPEG(t, painted(50, 40)), 50, 40, true},
		"gray JPEG":           {asJPEG(t, gray), 50, 40, true},
		"GIF":                 {asGIF(t, painted(50, 40)), 50, 40, false},
		"moving GIF":          {asGIF(t, painted(50, 40), painted(50, 40), painted(50, 40)), 50, 40, false},
		"WebP":                {webp, 1, 1, false},
		"turned JPEG":         {inJPEG(asJPEG(t, painted(50, 40)), 0xe1, exif(6)), 40, 50, true},
		"turned PNG":          {inPNG(asPNG(t, painted(50, 40)), "eXIf", exif(8)[6:]), 40, 50, false},
		"nonsense as EXIF":    {inJPEG(asJPEG(t, painted(50, 40)), 0xe1, []byte("Exif\x00\x00MM\x00*\xff\xff\xff\xff")), 50, 40, true},
		"EXIF orientation 99": {inJPEG(asJPEG(t, painted(50, 40)), 0xe1, exif(99)), 50, 40, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Read(c.file)
			if err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			p := r.Within(10_000)
			if r.Width != c.width || r.Height != c.height || p.Rect.Dx() != c.width || p.Rect.Dy() != c.height || r.Photo != c.photo {
				t.Errorf("%dx%d (%v), photo %v", r.Width, r.Height, p.Rect, r.Photo)
			}
		})
	}
}

// TestNothingButThePictureStays hides things in pictures and looks for them in
// what is written.
func TestNothingButThePictureStays(t *testing.T) {
	t.Parallel()
	const secret = "<script>steal()</script> GPS 48.8584N"
	for name, file := range map[string][]byte{
		"text in a PNG":        inPNG(asPNG(t, painted(50, 40)), "tEXt", []byte("Comment\x00"+secret)),
		"profile in a PNG":     inPNG(asPNG(t, painted(50, 40)), "iCCP", []byte("x\x00\x00"+secret)),
		"EXIF in a PNG":        inPNG(asPNG(t, painted(50, 40)), "eXIf", append(exif(1)[6:], secret...)),
		"behind a PNG":         append(asPNG(t, painted(50, 40)), secret...),
		"ZIP behind a PNG":     append(asPNG(t, painted(50, 40)), zipped(t)...),
		"comment in a JPEG":    inJPEG(asJPEG(t, painted(50, 40)), 0xfe, []byte(secret)),
		"EXIF in a JPEG":       inJPEG(asJPEG(t, painted(50, 40)), 0xe1, append(exif(1), secret...)),
		"profile in a JPEG":    inJPEG(asJPEG(t, painted(50, 40)), 0xe2, []byte("ICC_PROFILE\x00\x01\x01"+secret)),
		"behind a JPEG":        append(asJPEG(t, painted(50, 40)), secret...),
		"behind a GIF":         append(asGIF(t, painted(50, 40)), secret...),
		"GIF that is a script": append(asGIF(t, painted(50, 40)), "*/=1;steal()"...),
	} {
		r, err := Read(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := Encode(r.Within(1000), r.Photo)
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{"script", "GPS", "Exif", "eXIf", "iCCP", "ICC_PROFILE", "index.html", "steal"} {
			if bytes.Contains(out.Bytes, []byte(hidden)) {
				t.Errorf("%s: %q is still there", name, hidden)
			}
		}
		if again, err := Read(out.Bytes); err != nil || again.Width != 50 || MediaType(out.Bytes) != out.MediaType {
			t.Errorf("%s: what was written is %v %v", name, again, err)
		}
	}
}

// TestUpright turns a picture with a red corner in all eight ways.
func TestUpright(t *testing.T) {
	t.Parallel()
	for o, where := range map[uint16]image.Point{1: {0, 0}, 2: {3, 0}, 3: {3, 2}, 4: {0, 2}, 5: {0, 0}, 6: {2, 0}, 7: {2, 3}, 8: {0, 3}} {
		p := image.NewNRGBA(image.Rect(0, 0, 4, 3))
		for i := range p.Pix {
			p.Pix[i] = 255
		}
		p.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
		r, err := Read(inPNG(asPNG(t, p), "eXIf", exif(o)[6:]))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Within(100); got.NRGBAAt(where.X, where.Y) != (color.NRGBA{255, 0, 0, 255}) || got.Rect.Dx() != r.Width {
			t.Errorf("orientation %d: %v is %v", o, where, got.NRGBAAt(where.X, where.Y))
		}
	}
}

func TestScaleAveragesAreas(t *testing.T) {
	t.Parallel()
	p := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	for x, v := range []uint8{0, 90, 240} {
		p.SetNRGBA(x, 0, color.NRGBA{v, v, v, 255})
		p.SetNRGBA(x, 1, color.NRGBA{v, v, v, 255})
	}
	got := scale(p, 2, 1) // one and a half pixels each
	if a, b := got.NRGBAAt(0, 0).R, got.NRGBAAt(1, 0).R; a != 30 || b != 190 {
		t.Errorf("%d and %d", a, b)
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	clear.SetNRGBA(0, 0, color.NRGBA{200, 100, 50, 255}) // the other half is transparent black
	if got := scale(clear, 1, 1).NRGBAAt(0, 0); got != (color.NRGBA{200, 100, 50, 128}) {
		t.Errorf("what is transparent darkens its neighbour: %v", got)
	}
	for _, size := range [][4]int{{5000, 1, 64, 1}, {1, 5000, 1, 64}, {1000, 500, 64, 32}, {10, 10, 10, 10}} {
		p := painted(size[0], size[1])
		w, h := fit(size[0], size[1], 64, 64)
		if w != size[2] || h != size[3] || scale(p, w, h).Rect != image.Rect(0, 0, w, h) {
			t.Errorf("%v becomes %dx%d", size, w, h)
		}
	}
}

func TestSquarePutsInTheMiddle(t *testing.T) {
	t.Parallel()
	p := Square(painted(10, 4))
	if p.Rect != image.Rect(0, 0, 10, 10) || p.NRGBAAt(5, 2).A != 0 || p.NRGBAAt(5, 3).A != 255 || p.NRGBAAt(5, 6).A != 255 || p.NRGBAAt(5, 7).A != 0 {
		t.Error("it isn't in the middle")
	}
}

// mark is a logo of some shape, for looking alike.
func mark(size, margin int, ink, ground color.NRGBA, shape func(x, y float64) bool) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			c := ground
			fx, fy := float64(x-margin)/float64(size-2*margin), float64(y-margin)/float64(size-2*margin)
			if fx >= 0 && fy >= 0 && fx < 1 && fy < 1 && shape(fx, fy) {
				c = ink
			}
			p.SetNRGBA(x, y, c)
		}
	}
	return p
}

func disc(x, y float64) bool   { return (x-.5)*(x-.5)+(y-.5)*(y-.5) < .25 && x < .8 }
func stairs(x, y float64) bool { return y > float64(int(x*4))/4 }
func cross(x, y float64) bool  { return x > .4 && x < .6 || y > .3 && y < .5 }

func TestLookTellsCopies(t *testing.T) {
	t.Parallel()
	black, white, teal := color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{12, 101, 93, 255}
	original := Look(mark(400, 20, black, white, disc))
	if original == nil {
		t.Fatal("nothing is seen")
	}
	jpeg, err := Read(asJPEG(t, mark(300, 15, black, white, disc)))
	if err != nil {
		t.Fatal(err)
	}
	for name, copied := range map[string]*int64{
		"smaller":          Look(mark(200, 10, black, white, disc)),
		"with more margin": Look(mark(400, 90, black, white, disc)),
		"another colour":   Look(mark(400, 20, teal, white, disc)),
		"no background":    Look(mark(400, 20, black, color.NRGBA{}, disc)),
		"as JPEG":          Look(jpeg.Within(300)),
	} {
		if copied == nil || models.PictureDistance(*original, *copied) > 8 {
			t.Errorf("%s looks different", name)
		} else {
			t.Logf("%s: %d", name, models.PictureDistance(*original, *copied))
		}
	}
	for name, other := range map[string]*int64{"stairs": Look(mark(400, 20, black, white, stairs)), "cross": Look(mark(400, 20, black, white, cross))} {
		if d := models.PictureDistance(*original, *other); d < 16 {
			t.Errorf("%s looks the same: %d", name, d)
		}
	}
	if Look(image.NewNRGBA(image.Rect(0, 0, 300, 300))) != nil || Look(mark(300, 0, teal, teal, disc)) != nil {
		t.Error("something is seen in a picture of one colour")
	}
}

func TestLuminance(t *testing.T) {
	t.Parallel()
	white := color.NRGBA{255, 255, 255, 255}
	if l := Luminance(mark(100, 0, white, white, disc)); l == nil || *l < 0.999 {
		t.Errorf("white is %v", l)
	}
	if l := Luminance(mark(100, 0, white, color.NRGBA{}, disc)); l == nil || *l < 0.99 {
		t.Error("what is transparent counts")
	}
	if Luminance(image.NewNRGBA(image.Rect(0, 0, 10, 10))) != nil {
		t.Error("nothing has a brightness")
	}
}

// TestMemoryIsBounded decodes the costliest picture that is let in.
func TestMemoryIsBounded(t *testing.T) {
	file := pngOf(3840, 2160, 8, 6, 0, make([]byte, 2160*(1+4*3840)))
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r, err := Read(file)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := Encode(r.Within(2560), false); err != nil {
				b.Fatal(err)
			}
		}
	})
	if got := result.AllocedBytesPerOp(); got > maxCost+24<<20 {
		t.Errorf("it took %d MiB", got>>20)
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file []byte
		want int
	}{
		"PNG": {pngOf(1000, 100, 8, 6, 0, nil), 400_000}, "with a palette": {pngOf(1000, 100, 8, 3, 0, nil), 100_000},
		"16 bits, interlaced": {pngOf(1000, 100, 16, 6, 1, nil), 1_600_000}, "bomb": {pngOf(65535, 65535, 8, 6, 0, nil), 0}, "SVG": {[]byte(svg), 0},
	} {
		if got := Cost(c.file); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(asPNG(f, painted(20, 10)))
	f.Add(inJPEG(asJPEG(f, painted(20, 10)), 0xe1, exif(6)))
	f.Add(asGIF(f, painted(20, 10)))
	f.Add([]byte(svg))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := Read(file)
		if err != nil {
			if _, ok := errors.AsType[*models.Error](err); !ok {
				t.Errorf("it isn't said what is wrong: %v", err)
			}
			return
		}
		if _, err := Encode(r.Within(64), r.Photo && r.Opaque); err != nil {
			t.Error(err)
		}
	})
}
