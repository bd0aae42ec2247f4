package raster

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera was held, as EXIF counts: 1 is upright.
type orientation int

func (o orientation) swaps() bool { return o >= 5 && o <= 8 }

// orientationOf finds the orientation in a file; what can't be read is upright.
func orientationOf(k kind, raw []byte) orientation {
	switch k {
	case kindJPEG:
		return jpegOrientation(raw)
	case kindPNG:
		return tiffOrientation(chunk(raw, 8, binary.BigEndian, "eXIf", 4))
	case kindWebP:
		return tiffOrientation(bytes.TrimPrefix(riffChunk(raw, "EXIF"), exifMark))
	}
	return 1
}

var exifMark = []byte("Exif\x00\x00")

func jpegOrientation(raw []byte) orientation {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff && raw[at+1] != 0xda; {
		end := at + 2 + int(binary.BigEndian.Uint16(raw[at+2:]))
		if end > len(raw) || end < at+4 {
			break
		}
		if body := raw[at+4 : end]; raw[at+1] == 0xe1 && bytes.HasPrefix(body, exifMark) {
			return tiffOrientation(body[len(exifMark):])
		}
		at = end
	}
	return 1
}

// chunk finds a PNG chunk: length, name, data, check sum.
func chunk(raw []byte, at int, order binary.ByteOrder, name string, tail int) []byte {
	for at+8 <= len(raw) {
		size := int(order.Uint32(raw[at:]))
		if size < 0 || size > len(raw)-at-8 {
			return nil
		}
		if string(raw[at+4:at+8]) == name {
			return raw[at+8 : at+8+size]
		}
		at += 8 + size + tail
	}
	return nil
}

// riffChunk finds a chunk of WebP: name, length, data, even.
func riffChunk(raw []byte, name string) []byte {
	for at := 12; at+8 <= len(raw); {
		size := int(binary.LittleEndian.Uint32(raw[at+4:]))
		if size < 0 || size > len(raw)-at-8 {
			return nil
		}
		if string(raw[at:at+4]) == name {
			return raw[at+8 : at+8+size]
		}
		at += 8 + size + size%2
	}
	return nil
}

// tiffOrientation reads the tag 0x0112 of the first directory.
func tiffOrientation(t []byte) orientation {
	if len(t) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 1
	}
	for i := range int(order.Uint16(t[at:])) {
		entry := at + 2 + 12*i
		if entry+12 > len(t) {
			break
		}
		if order.Uint16(t[entry:]) == 0x0112 {
			if o := orientation(order.Uint16(t[entry+8:])); o >= 1 && o <= 8 {
				return o
			}
			break
		}
	}
	return 1
}

// upright turns a picture as it was held.
func upright(p *image.NRGBA, o orientation) *image.NRGBA {
	if o < 2 || o > 8 {
		return p
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	if o.swaps() {
		out = image.NewNRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := turned(o, x, y, w, h)
			copy(out.Pix[out.PixOffset(tx, ty):][:4], p.Pix[y*p.Stride+4*x:][:4])
		}
	}
	return out
}

// turned is where a pixel goes.
func turned(o orientation, x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
