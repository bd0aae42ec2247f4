package templates

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"souk/models"
	"souk/static"
	"souk/web/i18n"
	"souk/web/view"
)

var update = flag.Bool("update", false, "write the golden files")

// TestExamples holds the HTML of every component in every language. Names with
// a hash stand without it, so that only what a component says counts.
func TestExamples(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Examples() {
		if seen[e.Name] {
			t.Errorf("two examples are named %s", e.Name)
		}
		seen[e.Name] = true
		for _, lang := range models.Languages() {
			var b bytes.Buffer
			ctx := i18n.With(view.With(context.Background(), &view.Request{Lang: lang, Path: "/", Base: "https://souk.example"}), lang)
			if err := e.Component.Render(ctx, &b); err != nil {
				t.Fatalf("%s: %v", e.Name, err)
			}
			golden(t, filepath.Join("testdata", lang, e.Name+".html"), readable(b.String()))
		}
	}
}

func readable(html string) string {
	html = strings.ReplaceAll(html, static.URL("icons.svg"), "/static/icons.svg")
	return strings.ReplaceAll(html, "><", ">\n<") + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; go test ./templates -update writes it", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; go test ./templates -update writes it\ngot:\n%s", name, got)
	}
}

// A page carries what machines look for, in the right language.
func TestGalleryIsAPage(t *testing.T) {
	var b bytes.Buffer
	ctx := i18n.With(view.With(context.Background(), &view.Request{Lang: "ja", Path: "/dev/gallery", Theme: "dark"}), "ja")
	if err := Gallery(Examples()).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<html lang="ja" data-theme="dark">`, `<meta name="robots" content="noindex">`, static.URL("app.css")} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}
