package static

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestHandler(t *testing.T) {
	for name := range byName {
		plain := get(URL(name), "")
		if plain.Code != http.StatusOK || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %q", name, plain.Code, plain.Header().Get("Cache-Control"))
		}
		if plain.Header().Get("Content-Type") == "" {
			t.Errorf("%s has no type", name)
		}
		want := plain.Body.Bytes()
		zipped, err := gzip.NewReader(get(URL(name), "gzip").Body)
		if err != nil {
			t.Fatal(err)
		}
		for encoding, r := range map[string]io.Reader{"gzip": zipped, "br": brotli.NewReader(get(URL(name), "gzip, deflate, br").Body)} {
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s differs in %s: %v", name, encoding, err)
			}
		}
	}
	for _, path := range []string{"/static/app.css", "/static/app.00000000.css", "/static/../static.go", "/static/"} {
		if w := get(path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := get(URL("app.css"), "br;q=0, gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("an encoding that was refused")
	}
}

func TestIcon(t *testing.T) {
	w := httptest.NewRecorder()
	Icon().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/favicon.ico", nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/x-icon" || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func get(path, encoding string) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.Path = path
	r.Header.Set("Accept-Encoding", encoding)
	Handler().ServeHTTP(w, r)
	return w
}

// What a first visit fetches beside the page stays small.
func TestSize(t *testing.T) {
	sum := 0
	for _, name := range []string{"app.css", "site.js", "browse.js", "icons.svg", "favicon.svg"} {
		sum += Size(name)
	}
	// One sheet for every page, so that what is fetched once serves all of them,
	// those of buying, selling and webhooks too.
	if sum > 21_500 {
		t.Errorf("%d bytes; keep it below 21,500", sum)
	}
}

func TestMinify(t *testing.T) {
	got := minifyCSS([]byte("/* a { } */\na:hover ,\n b > c { color : red;\n\tmargin: 0 auto; }\n@media (min-width: 2rem) { a { b: calc(1px + 2px) } }"))
	if want := "a:hover,b > c{color : red;margin:0 auto}@media (min-width: 2rem){a{b:calc(1px + 2px)}}"; string(got) != want {
		t.Errorf("%s\nnot %s", got, want)
	}
	css := string(byName["app.css"].raw)
	if strings.Count(css, "{") != strings.Count(css, "}") {
		t.Error("braces don't match")
	}
	if strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet fetches something")
	}
}

// Every class that the sheet colours with a token uses one that exists.
func TestTokens(t *testing.T) {
	css := string(byName["app.css"].raw)
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, m[1]+":") {
			t.Errorf("no token %s", m[1])
		}
	}
	outside := regexp.MustCompile(`(?s)^.*?\*/`).ReplaceAllString(string(read("css/50-pages.css"))+string(read("css/30-pieces.css"))+string(read("css/35-forms.css"))+string(read("css/45-settings.css"))+string(read("css/20-frame.css")), "")
	if m := regexp.MustCompile(`#[0-9a-f]{3,8}\b`).FindString(outside); m != "" {
		t.Errorf("%s is no token", m)
	}
}

// Text is readable on every surface that it stands on, in light and in dark;
// and what one operates stands out from what is around it.
func TestContrast(t *testing.T) {
	css := string(byName["app.css"].raw)
	schemes := map[string]string{"light": css[:strings.Index(css, "@media")], "dark": css[strings.LastIndex(css, `:root[data-theme="dark"]`):]}
	for name, sheet := range schemes {
		token := func(n string) string {
			m := regexp.MustCompile(`--` + n + `:(#[0-9a-f]+)`).FindStringSubmatch(sheet)
			if m == nil {
				t.Fatalf("%s has no %s", name, n)
			}
			return m[1]
		}
		check := func(text, on string, least float64) {
			if got := contrast(token(text), token(on)); got < least {
				t.Errorf("%s: %s on %s is %.2f", name, text, on, got)
			}
		}
		for _, text := range []string{"ink", "ink-2", "ink-3", "accent", "accent-strong", "info", "warn", "elev", "danger"} {
			for _, on := range []string{"paper", "surface", "sunken", "tint"} {
				check(text, on, 4.5)
			}
		}
		for _, state := range []string{"info", "warn", "elev", "danger"} {
			check(state, state+"-bg", 4.5)
		}
		check("on-accent", "accent", 4.5)
		check("on-accent", "accent-strong", 4.5)
		check("on-accent", "danger", 4.5)
		check("ink", "mark", 4.5)
		check("line-strong", "paper", 3)
		check("line-strong", "surface", 3)
		check("ink", "paper", 7)
	}
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(hex string) float64 {
	hex = hex[1:]
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	sum := 0.0
	for i, share := range []float64{.2126, .7152, .0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
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
