package layout

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"souk/templates/ui"
	"souk/web/view"
)

// Examples are the pieces of this package.
func Examples() []ui.Example {
	return []ui.Example{
		{Name: "search", Component: SearchForm(SearchProps{Text: "code review", Large: true})},
		{Name: "header", Component: seenBy(nil)},
		{Name: "header-signed-in", Component: seenBy(&view.Viewer{Login: "octavia", Unread: 128, Staff: true})},
		{Name: "header-acting", Component: seenBy(&view.Viewer{Login: "octavia", ActingFor: "sam"})},
		{Name: "header-suspended", Component: seenBy(&view.Viewer{Login: "octavia", Suspended: true})},
		{Name: "header-unproven", Component: seenBy(&view.Viewer{Login: "octavia", Unread: 1, Unproven: true})},
	}
}

// seenBy is the header of a page as someone sees it.
func seenBy(v *view.Viewer) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		r := *view.From(ctx)
		r.Path, r.Query, r.Viewer = "/marketplace", "type=github_app", v
		return header(&Meta{Section: InBrowse, OwnSearch: true}, &r).Render(view.With(ctx, &r), w)
	})
}
