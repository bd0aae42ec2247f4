package site

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"souk/web/i18n"
)

// facetValue is one box of a facet. It is written without templ's language,
// since a page has some sixty of them and this takes a fifth of the time.
func facetValue(name string, v *Value) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
		checked, count := "", ""
		if v.Chosen {
			checked = " checked"
		}
		if v.Count > 0 {
			count = `<b class="n">` + templ.EscapeString(i18n.Number(ctx, int64(v.Count))) + "</b>"
		}
		return write(out, `<label><input type="checkbox" name="`, templ.EscapeString(name), `" value="`, templ.EscapeString(v.Value), `"`, checked, "> ",
			templ.EscapeString(valueLabel(ctx, name, v.Value, v.Label)), " ", count, "</label>")
	})
}

// write writes pieces of HTML.
func write(out io.Writer, pieces ...string) error {
	for _, p := range pieces {
		if _, err := io.WriteString(out, p); err != nil {
			return err
		}
	}
	return nil
}
