package raster

import (
	"bytes"
	"encoding/binary"
	"image/gif"

	"souk/models"
)

type kind int

const (
	kindPNG kind = iota
	kindJPEG
	kindGIF
	kindWebP
)

// tell says by its first bytes what a file is, whatever it is called.
func tell(raw []byte) (kind, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		return kindPNG, nil
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		return kindJPEG, nil
	case bytes.HasPrefix(raw, []byte("GIF87a")), bytes.HasPrefix(raw, []byte("GIF89a")):
		return kindGIF, nil
	case len(raw) >= 16 && string(raw[:4]) == "RIFF" && string(raw[8:12]) == "WEBP":
		return kindWebP, nil
	case drawing(raw):
		return 0, models.ErrPictureSVG
	}
	return 0, models.ErrPictureKind
}

// drawing reports whether a file is, or may be taken for, SVG or another text
// with markup, packed or not.
func drawing(raw []byte) bool {
	head := bytes.ToLower(raw[:min(len(raw), 4096)])
	head = bytes.ReplaceAll(head, []byte{0}, nil) // UTF-16
	return bytes.Contains(head, []byte("<svg")) || bytes.Contains(head, []byte("<!doctype svg")) ||
		bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) // svgz
}

// head is what a file says of itself before it is decoded.
type head struct {
	width, height int
	cost          int // bytes that decoding takes, at most
	lossy         bool
}

func (h head) check() error {
	switch {
	case h.width <= 0 || h.height <= 0:
		return models.ErrPictureBroken
	case h.width > models.MaxPictureSide || h.height > models.MaxPictureSide:
		return models.ErrPicturePixels
	case h.width*h.height > models.MaxPicturePixels || h.cost > maxCost:
		return models.ErrPicturePixels
	}
	return nil
}

func headOf(k kind, raw []byte) (head, error) {
	var h head
	var ok bool
	switch k {
	case kindPNG:
		h, ok = pngHead(raw)
	case kindJPEG:
		h, ok = jpegHead(raw)
	case kindGIF:
		cfg, err := gif.DecodeConfig(bytes.NewReader(raw))
		h, ok = head{width: cfg.Width, height: cfg.Height}, err == nil
		h.charge(2) // indices, and a copy while rows are put in order
	case kindWebP:
		h, ok = webpHead(raw)
	}
	if !ok {
		return head{}, models.ErrPictureBroken
	}
	return h, nil
}

// charge sets what decoding costs by pixel, without overflowing.
func (h *head) charge(perPixel float64) {
	h.cost = int(min(float64(h.width)*float64(h.height)*perPixel, 1<<40))
}

// pngHead reads IHDR, which comes first.
func pngHead(raw []byte) (head, bool) {
	if len(raw) < 33 || string(raw[12:16]) != "IHDR" {
		return head{}, false
	}
	width, height := binary.BigEndian.Uint32(raw[16:]), binary.BigEndian.Uint32(raw[20:])
	if width > 1<<31-1 || height > 1<<31-1 {
		return head{}, false
	}
	h := head{width: int(width), height: int(height)}
	depth, color, interlaced := raw[24], raw[25], raw[28] == 1
	perPixel := 4.0
	switch {
	case color == 3:
		perPixel = 1
	case color == 0:
		perPixel = 4 // gray with a transparent value becomes colour
	}
	if depth == 16 {
		perPixel = 8
	}
	if interlaced {
		perPixel *= 2
	}
	h.charge(perPixel)
	return h, true
}

// jpegHead looks for the frame header. A progressive picture is held as
// coefficients until its end, which takes several times the pixels.
func jpegHead(raw []byte) (head, bool) {
	for at := 2; at+4 <= len(raw); {
		if raw[at] != 0xff {
			at++
			continue
		}
		marker := raw[at+1]
		if marker == 0xff || marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8 {
			at++
			if marker != 0xff {
				at++
			}
			continue
		}
		if marker == 0xd9 || marker == 0xda {
			return head{}, false
		}
		size := int(binary.BigEndian.Uint16(raw[at+2:]))
		if marker >= 0xc0 && marker <= 0xc2 {
			return frameHead(raw[at+4:min(len(raw), at+2+size)], marker == 0xc2)
		}
		at += 2 + size
	}
	return head{}, false
}

func frameHead(f []byte, progressive bool) (head, bool) {
	if len(f) < 6 || len(f) < 6+3*int(f[5]) {
		return head{}, false
	}
	h := head{height: int(binary.BigEndian.Uint16(f[1:])), width: int(binary.BigEndian.Uint16(f[3:])), lossy: true}
	samples, widest := 0, 1
	for i := range int(f[5]) {
		sampling := f[7+3*i]
		n := int(sampling>>4) * int(sampling&15)
		samples, widest = samples+n, max(widest, n)
	}
	perPixel := float64(samples) / float64(widest)
	if progressive {
		perPixel *= 5
	}
	if f[5] == 4 {
		perPixel += 4 // converted to CMYK
	}
	h.charge(perPixel)
	return h, true
}

// webpHead reads the size from the first chunk. With an extended header that is
// the canvas, which the decoder holds the picture to.
func webpHead(raw []byte) (head, bool) {
	if len(raw) < 30 {
		return head{}, false
	}
	data := raw[20:]
	var h head
	switch string(raw[12:16]) {
	case "VP8 ":
		h = head{width: int(binary.LittleEndian.Uint16(data[6:]) & 0x3fff), height: int(binary.LittleEndian.Uint16(data[8:]) & 0x3fff), lossy: true}
		h.charge(2)
	case "VP8L":
		bits := binary.LittleEndian.Uint32(data[1:])
		h = head{width: int(bits&0x3fff) + 1, height: int(bits>>14&0x3fff) + 1}
		h.charge(10)
	case "VP8X":
		h = head{width: int(uint32(data[4])|uint32(data[5])<<8|uint32(data[6])<<16) + 1,
			height: int(uint32(data[7])|uint32(data[8])<<8|uint32(data[9])<<16) + 1, lossy: bytes.Contains(raw, []byte("VP8 "))}
		h.charge(10)
	default:
		return head{}, false
	}
	return h, true
}
