package i18n

import (
	"context"
	"testing"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][3]string{
		"en": {"12.5%", "Japan", "0.0%"}, "zh-CN": {"12.5%", "日本", "0.0%"}, "ja": {"12.5%", "日本", "0.0%"}, "fr": {"12,5\u00a0%", "Japon", "0,0\u00a0%"},
	} {
		ctx := With(context.Background(), lang)
		if got := [3]string{Percent(ctx, 0.1249999), Country(ctx, "JP"), Percent(ctx, 0)}; got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := Country(With(context.Background(), "en"), "Q0"); got != "Q0" {
		t.Errorf("a country that isn't one is %q", got)
	}
}
