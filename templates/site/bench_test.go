package site

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"souk/web/i18n"
	"souk/web/view"
)

func BenchmarkBrowsePage(b *testing.B) {
	for _, lang := range []string{"en", "ja"} {
		b.Run(lang, func(b *testing.B) {
			page := exampleBrowse()
			card := exampleCard()
			card.Why = nil
			page.Cards = nil
			for i := range 20 {
				c := card
				c.Slug = fmt.Sprintf("%s-%d", card.Slug, i)
				page.Cards = append(page.Cards, c)
			}
			for i := range 50 {
				page.Facets[0].More = append(page.Facets[0].More, Value{Value: fmt.Sprint("value-", i), Label: "A value", Count: i})
			}
			ctx := i18n.With(view.With(context.Background(), &view.Request{Lang: lang, Path: "/marketplace"}), lang)
			var out bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if err := BrowsePage(page).Render(ctx, &out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "B/page")
		})
	}
}
