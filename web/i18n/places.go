package i18n

import (
	"context"
	"math"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Percent writes a share from 0 to 1 with one decimal place: 12.5%, 12,5 %.
func Percent(ctx context.Context, share float64) string {
	lang := Lang(ctx)
	tenths := decimal(lang, int64(math.Round(share*1000)), 1, 1)
	if lang == "fr" {
		return tenths + "\u00a0%"
	}
	return tenths + "%"
}

// Country is the name of a country by its two letters, or these where it has no
// name.
func Country(ctx context.Context, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(Lang(ctx))).Name(region); name != "" {
		return name
	}
	return code
}
