package logo

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Code Climate": "CC", "codecov": "Co", "GitHub": "GH", "CircleCI": "CC", "持续集成": "持", "コードレビュー": "コ", "Go 言語": "G",
		"1Password": "1P", "42 bots": "4B", "X": "X", "": "?", "!!!": "?", "éclair": "Éc", "a-b": "AB", "issue.sh": "IS",
	} {
		if got := Initials(name); got != want {
			t.Errorf("%q: %s, not %s", name, got, want)
		}
	}
}

func TestHueIsSteady(t *testing.T) {
	for slug, want := range map[string]int{"codecov": 4, "mergify": Hue("mergify"), "circleci": 9} {
		if got := Hue(slug); got != want {
			t.Errorf("%s: %d, not %d", slug, got, want)
		}
	}
	used := map[int]bool{}
	for i := range 200 {
		used[Hue(fmt.Sprint("app-", i))] = true
	}
	if len(used) != len(Palette) {
		t.Errorf("only %d hues are used", len(used))
	}
}

func TestPaletteIsReadable(t *testing.T) {
	for i, c := range Palette {
		for _, pair := range [][2]string{{c.LightTile, c.LightText}, {c.DarkTile, c.DarkText}} {
			if got := contrast(pair[0], pair[1]); got < 4.5 {
				t.Errorf("%d: %v is %.2f", i, pair, got)
			}
		}
	}
}

// The style sheet has the same colours.
func TestStyleSheetAgrees(t *testing.T) {
	b, err := os.ReadFile("../../static/css/40-monograms.css")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range Palette {
		light := fmt.Sprintf("\n.m%d { background: %s; color: %s; }", i, c.LightTile, c.LightText)
		dark := fmt.Sprintf(" .m%d { background: %s; color: %s; }", i, c.DarkTile, c.DarkText)
		if strings.Count(string(b), light) != 1 || strings.Count(string(b), dark) != 2 {
			t.Errorf("m%d differs", i)
		}
	}
}

func TestSVG(t *testing.T) {
	for _, name := range []string{"Codecov", `<script>"&'`, "持续集成", ""} {
		svg := SVG("codecov", name)
		d := xml.NewDecoder(strings.NewReader(string(svg)))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v in %s", name, err, svg)
			}
		}
		if strings.Contains(string(svg), "<script") {
			t.Errorf("%s", svg)
		}
	}
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(hex string) float64 {
	sum := 0.0
	for i, share := range []float64{.2126, .7152, .0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		v := float64(n) / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		sum += share * v
	}
	return sum
}
