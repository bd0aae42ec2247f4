package site

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"

	"souk/templates/ui"
)

// A card that keeps its row shows what it would show without, whatever a search
// adds to it.
func TestKeptRowsAreTheSame(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWords(t.Context())
	written := func(c templ.Component) string {
		var b strings.Builder
		if err := c.Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, c := range exampleBrowse().Cards {
		plain := c
		plain.NameMarks, plain.Why, plain.WhyHref = nil, nil, ""
		found := c
		found.NameMarks, found.WhyHref = []ui.Span{{Text: "<b>", Mark: true}, {Text: c.Name}}, "/marketplace?query=b&explain=1"
		found.Why = []Rule{{Code: "name", Score: 0.5}}
		c.Row, c.Short = &atomic.Value{}, &atomic.Value{}
		for _, now := range []Card{found, plain, found} {
			keeping := now
			keeping.Row, keeping.Short = c.Row, c.Short
			if got, want := written(row(&keeping, w)), written(row(&now, w)); got != want || strings.Contains(got, gap) {
				t.Errorf("a kept row\n%s\nwithout\n%s", got, want)
			}
			if got, want := written(shortCard(&keeping, w)), written(shortCard(&now, w)); got != want {
				t.Errorf("a kept short card\n%s\nwithout\n%s", got, want)
			}
		}
		if text, _ := c.Row.Load().(string); strings.Count(text, gap) != gaps {
			t.Errorf("%d gaps in %q", strings.Count(text, gap), text)
		}
	}
}
