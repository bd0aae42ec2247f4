package docs

import (
	"context"
	"io/fs"
	"regexp"
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

// The shares in the text are those of the rules.
func TestRankingIsTheSameEverywhere(t *testing.T) {
	number := regexp.MustCompile(`<td>([0-9]+(?:[.,][0-9])?)</td>`)
	var want string
	for _, lang := range models.Languages() {
		d := all()[lang]["ranking"]
		var got []string
		for _, m := range number.FindAllStringSubmatch(d.html, -1) {
			got = append(got, strings.Replace(m[1], ",", ".", 1))
		}
		if want == "" {
			want = strings.Join(got, " ")
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, not %s", lang, got, want)
		}
	}
}
