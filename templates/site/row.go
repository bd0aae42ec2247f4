package site

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/a-h/templ"

	"souk/templates/ui"
)

// A row of a list looks the same on every page, but for what a search adds. It
// is written once with gaps in these places, and a card that is remembered
// keeps it (Card.Row) until the catalogue changes.
const (
	gap  = "\x00" // no text that comes from a database holds it
	gaps = 4      // name, tagline, why, and the link to why
)

var gapHere = templ.Raw(gap)

// row is one result.
func row(c *Card, w *words) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
		text, err := kept(ctx, c.Row, func() templ.Component { return rowWithGaps(c, w) })
		if err != nil {
			return err
		}
		for i := range gaps {
			before, rest, _ := strings.Cut(text, gap)
			if err := errors.Join(write(out, before), c.fill(ctx, out, i, w)); err != nil {
				return err
			}
			text = rest
		}
		return write(out, text)
	})
}

// fill writes what belongs in one of a row's gaps.
func (c *Card) fill(ctx context.Context, out io.Writer, i int, w *words) error {
	switch {
	case i == 0:
		return ui.Marked(c.Name, c.NameMarks).Render(ctx, out)
	case i == 1:
		return ui.Marked(c.Tagline, c.TaglineMarks).Render(ctx, out)
	case i == 2 && len(c.Why) > 0:
		return why(c.Why).Render(ctx, out)
	case i == 3 && c.WhyHref != "":
		return errors.Join(whyLink(c, w).Render(ctx, out), write(out, " "))
	}
	return nil
}

// shortCard is a listing in a column.
func shortCard(c *Card, w *words) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
		text, err := kept(ctx, c.Short, func() templ.Component { return shortCardWritten(c, w) })
		if err != nil {
			return err
		}
		return write(out, text)
	})
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// kept returns what is kept in a place, or writes it now; a nil place keeps
// nothing.
func kept(ctx context.Context, in *atomic.Value, component func() templ.Component) (string, error) {
	if in != nil {
		if text, ok := in.Load().(string); ok {
			return text, nil
		}
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := component().Render(ctx, b); err != nil {
		return "", err
	}
	text := b.String()
	if in != nil {
		in.Store(text)
	}
	return text, nil
}
