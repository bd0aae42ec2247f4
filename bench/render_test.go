//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"souk/templates/site"
	"souk/web/i18n"
	"souk/web/view"
)

// BenchmarkBrowsePage is what templ alone costs of a page of results.
func BenchmarkBrowsePage(b *testing.B) {
	var list []string
	for i := range leastAddresses {
		list = append(list, fmt.Sprintf("/marketplace?type=github_app&page=%d", i+1))
	}
	cards, views := browseViews(newGenerator(1), 2000, list)
	for _, lang := range []string{"en", "ja"} {
		b.Run(lang, func(b *testing.B) {
			ctx := i18n.With(view.With(context.Background(), &view.Request{Lang: lang, Path: "/marketplace"}), lang)
			var out bytes.Buffer
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				v := views[list[i%len(list)]]
				v.page.Cards = cards[v.at : v.at+perPage]
				out.Reset()
				if err := site.BrowsePage(v.page).Render(ctx, &out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "B/page")
		})
	}
}

func TestBrowseViewsAreFull(t *testing.T) {
	t.Parallel()
	const uri = "/marketplace?category=security&page=2"
	cards, views := browseViews(newGenerator(1), 500, []string{uri})
	v := views[uri]
	v.page.Cards = cards[v.at : v.at+perPage]
	var out bytes.Buffer
	if err := site.BrowsePage(v.page).Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	if err := (address{uri: uri, cards: perPage, holds: "security"}).check(200, out.Bytes()); err != nil {
		t.Error(err)
	}
}
