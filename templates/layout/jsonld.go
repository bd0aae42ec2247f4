package layout

import (
	"bytes"
	"context"
	"io"

	"github.com/a-h/templ"
)

// jsonLD writes a JSON document into a script element. A browser doesn't run
// it, but does look for the element's end: every "<" is written as \u003c.
func jsonLD(document []byte) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		safe := bytes.ReplaceAll(document, []byte("<"), []byte(`\u003c`))
		for _, b := range [...][]byte{[]byte(`<script type="application/ld+json">`), safe, []byte("</script>")} {
			if _, err := w.Write(b); err != nil {
				return err
			}
		}
		return nil
	})
}
