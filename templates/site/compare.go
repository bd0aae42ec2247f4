package site

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"souk/templates/layout"
	"souk/web/i18n"
	"souk/web/paths"
)

func (v *Compare) meta(ctx context.Context) layout.Meta {
	var names []string
	for i := range v.Columns {
		names = append(names, v.Columns[i].Name)
	}
	m := layout.Meta{
		Title:       i18n.T(ctx, "site.compare.title"),
		Description: i18n.T(ctx, "site.compare.description"),
		Canonical:   paths.Compare,
		Section:     layout.InCompare,
		NoIndex:     len(names) == 0,
	}
	if len(names) > 0 {
		m.Title = i18n.T(ctx, "site.compare.title_names", "names", i18n.List(ctx, names))
		m.Canonical += "?apps=" + strings.ReplaceAll(url.QueryEscape(v.Apps), "%2C", ",")
	}
	return m
}

// dated reports whether it is known of any prices when they were seen.
func (v *Compare) dated() bool {
	return slices.ContainsFunc(v.Columns, func(c Column) bool { return c.PricesSeen != nil })
}
