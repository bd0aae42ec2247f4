package layout

import "souk/templates/ui"

// Examples are the pieces of this package.
func Examples() []ui.Example {
	return []ui.Example{
		{Name: "search", Component: SearchForm(SearchProps{Text: "code review", Large: true})},
	}
}
