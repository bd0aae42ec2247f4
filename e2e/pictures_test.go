package e2e

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var shots = flag.Bool("shots", false, "write the pictures of the README to docs/images")

// mostOfAPicture is how many bytes a picture of the README may have.
const mostOfAPicture = 150_000

// picture is one of the README's.
type picture struct {
	file   string
	window window
	scale  float64
	path   string // empty for what is taken by hand, of a site that was lived in
	as     string // who is signed in
}

func pictures() []picture {
	wide := window{width: 1280, height: 800}
	wideDark := window{width: 1280, height: 800, dark: true}
	return []picture{
		{file: "home.png", window: wide, scale: 1, path: "/"},
		{file: "search.png", window: wide, scale: 1, path: "/marketplace?query=continuous+integration&type=github_app&pricing=free"},
		{file: "listing.png", window: wideDark, scale: 1, path: "/marketplace/renovate"},
		{file: "compare.png", window: wide, scale: 1, path: "/marketplace/compare?apps=renovate,dependabot,depfu"},
		{file: "people.png", window: wide, scale: 1, path: "/orgs/harbour/people", as: asOwner},
		{file: "audit.png", window: wideDark, scale: 1, path: "/organizations/harbour/settings/audit-log", as: asOwner},
		{file: "permissions.png", window: wide, scale: 1, path: "/settings/apps/lantern/permissions", as: byIntegrator},
		{file: "review.png", window: wideDark, scale: 1, path: "/staff/reviews/{lantern}", as: byReviewer},
		{file: "phone.png", window: window{width: 390, height: 844, mobile: true, dark: true}, scale: 2, path: "/ja/marketplace?query=コードレビュー"},
		{file: "order.png"},
		{file: "sales.png"},
		{file: "subscription.png"},
		{file: "install.png"},
		{file: "update.png"},
	}
}

// TestPictures holds the README's pictures to their weight, and takes them anew
// when it is run with -shots.
func TestPictures(t *testing.T) {
	dir := filepath.Join(root, "docs", "images")
	if *shots {
		takePictures(t, dir)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil || len(files) == 0 {
		t.Fatalf("docs/images has no picture; run this with -shots: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		if len(text) > mostOfAPicture {
			t.Errorf("%s has %d bytes, at most %d are allowed", name, len(text), mostOfAPicture)
		}
		if _, err := png.DecodeConfig(bytes.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.ContainsFunc(pictures(), func(p picture) bool { return p.file == name }) {
			t.Errorf("nobody takes %s", name)
		}
	}
	for _, p := range pictures() {
		if bytes.Contains(readme, []byte(p.file)) && !slices.Contains(files, filepath.Join(dir, p.file)) {
			t.Errorf("the README shows %s, which isn't there", p.file)
		}
	}
}

func takePictures(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	site := start(t, meilisearch(t)...)
	site.awaitIndex(t)
	cookies, desk := site.settle(t), site.furnish(t)
	maps.Copy(cookies, desk.cookies)
	for _, p := range pictures() {
		if p.path == "" {
			continue
		}
		b := open(t, site, p.window)
		b.become(cookies, p.as)
		b.scale(p.window, p.scale)
		b.visit(strings.ReplaceAll(p.path, "{lantern}", desk.ids["lantern"]))
		ctx, cancel := b.limited()
		defer cancel()
		taken, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		small := shrink(t, taken)
		if err := os.WriteFile(filepath.Join(dir, p.file), small, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", p.file, len(small))
	}
}

// scale looks through a finer window.
func (b *tab) scale(w window, by float64) {
	b.t.Helper()
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(by)}
	if w.mobile {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do("look", chromedp.EmulateViewport(w.width, w.height, options...))
}

// shrink encodes a picture anew with the 256 colours that it needs most.
func shrink(t *testing.T, text []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	small := image.NewPaletted(full.Bounds(), palette(full))
	known := map[color.RGBA]uint8{}
	for y := range full.Bounds().Dy() {
		for x := range full.Bounds().Dx() {
			c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			i, ok := known[c]
			if !ok {
				i = uint8(small.Palette.Index(c))
				known[c] = i
			}
			small.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, small); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// palette is the commonest colours, none of them close to another: text has
// many shades at its edges, and few that matter.
func palette(img image.Image) color.Palette {
	count := map[color.RGBA]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			count[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	all := make([]color.RGBA, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		if n := count[b] - count[a]; n != 0 {
			return n
		}
		return (int(a.R)<<16 | int(a.G)<<8 | int(a.B)) - (int(b.R)<<16 | int(b.G)<<8 | int(b.B))
	})
	var p color.Palette
	for apart := 24; apart >= 0 && len(p) < 256; apart -= 6 {
		for _, c := range all {
			if len(p) == 256 {
				break
			}
			if !slices.ContainsFunc(p, func(q color.Color) bool { return distance(c, q.(color.RGBA)) <= apart }) {
				p = append(p, c)
			}
		}
	}
	return p
}

func distance(a, b color.RGBA) int {
	d := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
	return d(a.R, b.R) + d(a.G, b.G) + d(a.B, b.B)
}
