package listings

import (
	"context"
	"strings"

	"souk/models"
	"souk/templates/ui"
	"souk/web/i18n"
)

// linkNames are the addresses in the order of their page: what an app's kind
// needs comes first.
func linkNames(oauth bool) []string {
	needed, rest := []string{"homepage_url", "links.support", "links.privacy"}, []string{"links.terms"}
	if oauth {
		needed = append(needed, "links.installation")
	} else {
		rest = append(rest, "links.installation")
	}
	return append(append(needed, rest...), "links.documentation", "links.status", "links.pricing", "links.company", "links.repository")
}

// linkType is the kind of input; support may be a mail address too.
func linkType(name string) string {
	if name == "links.support" {
		return "text"
	}
	return "url"
}

func linkHelp(ctx context.Context, name string) string {
	return i18n.T(ctx, "listings.link."+strings.TrimPrefix(name, "links."))
}

func categoryLabel(ctx context.Context, i int) string {
	switch i {
	case 0:
		return i18n.T(ctx, "listings.category.primary")
	case 1:
		return i18n.T(ctx, "listings.category.secondary")
	}
	return i18n.T(ctx, "listings.category.further", "n", i+1)
}

// rows is how many contacts the form has: those there are and two more.
func (b *Box) rows() int { return min(len(b.Values)/3+2, models.MaxContacts) }

// linesOf is how tall a text's field is; 0 is one line.
func linesOf(field string) int {
	switch field {
	case "introduction":
		return 4
	case "description":
		return 16
	}
	return 0
}

// choices are what may become of a field that two have written.
func choices(ctx context.Context, editable bool) []ui.Option {
	all := []ui.Option{
		{Value: "mine", Label: i18n.T(ctx, "listings.conflict.keep_mine")},
		{Value: "theirs", Label: i18n.T(ctx, "listings.conflict.keep_theirs")},
	}
	if editable {
		all = append(all, ui.Option{Value: "edit", Label: i18n.T(ctx, "listings.conflict.keep_both")})
	}
	return all
}

// rowsOf is how tall the field for one's own text is.
func rowsOf(f *Conflicting) int {
	return min(max(3, strings.Count(f.Mine, "\n")+2), 16)
}

func langOr(lang string) string {
	if lang == "" {
		return i18n.Default
	}
	return lang
}

func appOptions(ctx context.Context, apps []AppChoice) []ui.Option {
	all := make([]ui.Option, len(apps))
	for i, a := range apps {
		all[i] = ui.Option{Value: a.Slug, Label: a.Name, Help: i18n.T(ctx, "listings.new."+string(a.Kind), "owner", a.Owner)}
	}
	return all
}
