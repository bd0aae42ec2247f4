package i18n

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"souk/models"
)

// orders are the codes by language.
var orders sync.Map

// Countries lists the codes of all countries, in the order of their names in the
// reader's language.
func Countries(ctx context.Context) []string { return ordered(ctx) }

func ordered(ctx context.Context) []string {
	lang := Lang(ctx)
	if known, ok := orders.Load(lang); ok {
		return slices.Clone(known.([]string))
	}
	codes := models.Countries()
	names := make(map[string]string, len(codes))
	for _, c := range codes {
		names[c] = Country(ctx, c)
	}
	c := collate.New(language.Make(lang))
	slices.SortFunc(codes, func(a, b string) int { return c.CompareString(names[a], names[b]) })
	orders.Store(lang, codes)
	return slices.Clone(codes)
}
