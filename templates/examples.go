// Package templates gathers the examples of every component. The pages
// themselves are in the folders below, one an audience.
package templates

import (
	"slices"

	"souk/templates/layout"
	"souk/templates/site"
	"souk/templates/ui"
)

// Example is a component with something in it.
type Example = ui.Example

// Examples are what the gallery shows and the tests hold.
func Examples() []Example { return slices.Concat(ui.Examples(), layout.Examples(), site.Examples()) }
