package ui

import (
	"github.com/a-h/templ"
)

// Example is a component with something in it, for the gallery and for the
// tests that hold its HTML.
type Example struct {
	Name      string
	Component templ.Component
}

// Examples are the pieces of this package.
func Examples() []Example {
	return []Example{
		{"icons", templ.Join(IconSearch, IconRead, IconWrite, IconAdmin, IconVerified, IconRiskNone, IconRiskLow, IconRiskModerate, IconRiskElevated, IconRiskHigh, IconUnknown)},
		{"marked", Marked("", []Span{{Text: "code "}, {Text: "review", Mark: true}})},
		{"tile-monogram", Tile(TileProps{Slug: "codecov", Name: "Codecov"})},
		{"tile-large", Tile(TileProps{Slug: "持续", Name: "持续集成", Large: true})},
		{"tile-picture", Tile(TileProps{Slug: "mergify", Name: "Mergify", LogoURL: "/logos/mergify.svg"})},
		{"note", templ.Join(Note(IconInfo))},
		{"pager", Pager(PagerProps{Label: "Pages", Previous: "?page=3", Next: "?page=5", Links: []PageLink{
			{Page: 1, Href: "?page=1"}, {Gap: true}, {Page: 3, Href: "?page=3"}, {Page: 4, Href: "?page=4", Current: true}, {Page: 5, Href: "?page=5"},
		}})},
	}
}
