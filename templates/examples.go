// Package templates gathers the examples of every component. The pages
// themselves are in the folders below, one an audience.
package templates

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/a-h/templ"

	"souk/templates/inbox"
	"souk/templates/layout"
	"souk/templates/repositories"
	"souk/templates/security"
	"souk/templates/site"
	"souk/templates/ui"
)

// Example is a component with something in it.
type Example = ui.Example

// Examples are what the gallery shows and the tests hold.
func Examples() []Example {
	return slices.Concat(ui.Examples(), layout.Examples(), site.Examples(), inbox.Examples(), repositories.Examples(), security.Examples())
}

var named = regexp.MustCompile(`\b(id|for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"`)

// elsewhere is what refers to something beside the example, or makes a landmark
// of each.
var elsewhere = regexp.MustCompile(` form="[^"]+"|(<section[^>]*) aria-labelledby="[^"]+"`)

// apart renders an example with names of its own, so that several of one kind
// can stand on one page.
func apart(e Example) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := e.Component.Render(ctx, &b); err != nil {
			return err
		}
		html := named.ReplaceAllFunc(b.Bytes(), func(attribute []byte) []byte {
			m := named.FindSubmatch(attribute)
			return fmt.Appendf(nil, `%s="%s-%s"`, m[1], e.Name, bytes.ReplaceAll(m[2], []byte(" "), []byte(" "+e.Name+"-")))
		})
		_, err := w.Write(elsewhere.ReplaceAll(html, []byte("$1")))
		return err
	})
}
