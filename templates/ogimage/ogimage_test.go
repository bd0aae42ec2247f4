package ogimage_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"souk/templates/ogimage"
)

// maxBytes keeps previews quick.
const maxBytes = 60_000

var pictures = map[string]ogimage.Picture{
	"short":     {Slug: "codecov", Name: "Codecov", Tagline: "Group, merge, archive and compare coverage reports", Publisher: "Codecov", Category: "Code quality", Installs: 123_456, InstallsKnown: true},
	"bare":      {Slug: "x", Name: "X"},
	"long":      {Slug: "long", Name: strings.Repeat("Interminable ", 12), Tagline: strings.Repeat("an endless tagline ", 20), Publisher: strings.Repeat("Somebody ", 20), Category: strings.Repeat("Category ", 20), Installs: 1, InstallsKnown: true},
	"unbroken":  {Slug: "unbroken", Name: strings.Repeat("Donaudampfschifffahrt", 6), Tagline: strings.Repeat("w", 400)},
	"accents":   {Slug: "cafe", Name: "Café Žižkov Ünïcode", Tagline: "Äpfel, œuvres & “quotes” – déjà vu…", Publisher: "Ångström"},
	"japanese":  {Slug: "kensa", Name: "検査ロボット", Tagline: "検査 robots 🤖 for all", Publisher: "株式会社", Category: "テスト"},
	"mixed":     {Slug: "mixed-name", Name: "Mixed 名前"},
	"unwritten": {Slug: "kensa", Name: "検査", Tagline: "検査", Publisher: "検査", Category: "検査"},
}

func TestListing(t *testing.T) {
	t.Parallel()
	for name, p := range pictures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := ogimage.Listing(p, nil)
			if err != nil {
				t.Fatal(err)
			}
			check(t, b)
			again, err := ogimage.Listing(p, nil)
			if err != nil || !bytes.Equal(b, again) {
				t.Errorf("the same picture has other bytes (%v)", err)
			}
			if dir := os.Getenv("OGIMAGE_DIR"); dir != "" {
				if err := os.WriteFile(dir+"/"+name+".png", b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestANameThatCantBeWrittenIsItsSlug(t *testing.T) {
	t.Parallel()
	named, err := ogimage.Listing(ogimage.Picture{Slug: "kensa", Name: "検査"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	slug, err := ogimage.Listing(ogimage.Picture{Slug: "kensa", Name: "kensa"}, nil)
	if err != nil || !bytes.Equal(named, slug) {
		t.Errorf("the name isn't replaced (%v)", err)
	}
}

func TestSite(t *testing.T) {
	t.Parallel()
	b, err := ogimage.Site()
	if err != nil {
		t.Fatal(err)
	}
	check(t, b)
	if dir := os.Getenv("OGIMAGE_DIR"); dir != "" {
		if err := os.WriteFile(dir+"/site.png", b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func check(t *testing.T, b []byte) {
	t.Helper()
	img, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil || img.Width != 1200 || img.Height != 630 {
		t.Fatalf("a picture of %d × %d (%v)", img.Width, img.Height, err)
	}
	if len(b) > maxBytes {
		t.Errorf("%d bytes, more than %d", len(b), maxBytes)
	}
}

func TestListingShowsItsLogo(t *testing.T) {
	t.Parallel()
	logo := image.NewNRGBA(image.Rect(0, 0, 64, 64)) // transparent, with a red square
	for y := 16; y < 48; y++ {
		for x := 16; x < 48; x++ {
			logo.SetNRGBA(x, y, color.NRGBA{200, 10, 10, 255})
		}
	}
	b, err := ogimage.Listing(ogimage.Picture{Slug: "a", Name: "A", Logo: "hash", Backdrop: "1030c0"}, logo)
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[image.Point]color.NRGBA{{80 + 88, 98 + 88}: {200, 10, 10, 255}, {80 + 10, 98 + 10}: {0x10, 0x30, 0xc0, 255}} {
		if got := color.NRGBAModel.Convert(p.At(at.X, at.Y)); got != want {
			t.Errorf("at %v it is %v, want %v", at, got, want)
		}
	}
}

func BenchmarkListing(b *testing.B) {
	for b.Loop() {
		if _, err := ogimage.Listing(pictures["short"], nil); err != nil {
			b.Fatal(err)
		}
	}
}
