package docs

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"souk/models"
	"souk/web/i18n"
	"souk/web/view"
)

func TestEveryPageInEveryLanguage(t *testing.T) {
	names, err := fs.Glob(files, "content/*.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != len(slugs)*len(models.Languages()) {
		t.Errorf("%d files for %d pages", len(names), len(slugs))
	}
	for _, lang := range models.Languages() {
		for _, d := range in(lang) {
			english := all()[i18n.Default][d.Slug]
			if d.Title == "" || d.Summary == "" || strings.ContainsAny(d.Summary, "*`|") {
				t.Errorf("%s in %s: title %q, summary %q", d.Slug, lang, d.Title, d.Summary)
			}
			for _, tag := range []string{"<h1", "<h2", "<tr>", "<li>", "<pre", "<a "} {
				if got, want := strings.Count(d.html, tag), strings.Count(english.html, tag); got != want {
					t.Errorf("%s in %s has %d %s, English %d", d.Slug, lang, got, tag, want)
				}
			}
		}
	}
}

// Links lead to the page in the same language.
func TestLinks(t *testing.T) {
	ja := all()["ja"]["api"]
	if !strings.Contains(ja.html, `href="/ja/marketplace"`) || !strings.Contains(ja.html, `href="/api/v1/listings"`) {
		t.Error(ja.html)
	}
	ctx := view.With(context.Background(), &view.Request{Base: "https://souk.example"})
	if text := ja.text(ctx); strings.Contains(text, "{base}") || !strings.Contains(text, "https://souk.example/api/v1/listings?") {
		t.Error(text)
	}
}

// The numbers on the page about ranking are those of the rules.
func TestSharesAreTheRules(t *testing.T) {
	b, err := os.ReadFile("../../search/rank/score.go")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^\tshare([A-Z][a-z]+) += ([0-9.]+)$`).FindAllStringSubmatch(string(b), -1) {
		rules[strings.ToLower(m[1])], _ = strconv.ParseFloat(m[2], 64)
	}
	if !maps.Equal(rules, shares) {
		t.Errorf("the rules give %v, the page says %v; put a new rule into content/ranking.*.md too", rules, shares)
	}
	for _, lang := range models.Languages() {
		html := all()[lang]["ranking"].html
		if rest := regexp.MustCompile(`\{[a-z]+\}`).FindString(html); rest != "" {
			t.Errorf("%s: nothing stands for %s", lang, rest)
		}
	}
	if fr := all()["fr"]["ranking"].html; !strings.Contains(fr, "<td>0,9</td>") {
		t.Error(fr)
	}
}
