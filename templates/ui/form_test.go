package ui

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"souk/web/i18n"
	"souk/web/view"
)

// A page begins at one place: what is wrong comes before the first field, and
// the first field before the second.
func TestOneFocus(t *testing.T) {
	first := Field(FieldProps{Name: "first", Label: "First", Focus: true})
	second := Field(FieldProps{Name: "second", Label: "Second", Focus: true})
	summary := Summary([]Problem{{Field: "first", Text: "No."}})
	for _, c := range []struct {
		page  templ.Component
		where string
	}{
		{templ.Join(first, second), `id="f-first"`},
		{templ.Join(summary, first, second), `class="summary"`},
		{templ.Join(Summary(nil), first), `id="f-first"`},
	} {
		html := rendered(t, c.page)
		if strings.Count(html, "autofocus") != 1 {
			t.Errorf("not one focus: %s", html)
			continue
		}
		start := strings.LastIndex(html[:strings.Index(html, "autofocus")], "<")
		end := start + strings.Index(html[start:], ">")
		if !strings.Contains(html[start:end], c.where) {
			t.Errorf("the focus is on %s", html[start:end])
		}
	}
}

// A password never comes back, and is never cut: a browser cuts what is pasted
// at maxlength without a word.
func TestPassword(t *testing.T) {
	html := rendered(t, Field(FieldProps{Name: "password", Label: "Password", Type: "password", Value: "correct horse", Max: 10}))
	if strings.Contains(html, "correct horse") || strings.Contains(html, "maxlength") {
		t.Error(html)
	}
}

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	ctx := i18n.With(view.With(context.Background(), &view.Request{Lang: "en", Path: "/"}), "en")
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
