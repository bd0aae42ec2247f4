package layout

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"souk/web/i18n"
	"souk/web/view"
)

func TestSignIn(t *testing.T) {
	for _, c := range []struct{ path, query, want string }{
		{"/marketplace", "query=ci&page=2", "/login?return_to=%2Fmarketplace%3Fquery%3Dci%26page%3D2"},
		{"/marketplace/codecov", "", "/login?return_to=%2Fmarketplace%2Fcodecov"},
		{"/", "", "/login"},
		{"/login", "return_to=%2Fsettings", "/login"},
		{"/join", "", "/login"},
	} {
		if got := signIn(&view.Request{Lang: "ja", Path: c.path, Query: c.query}); got != c.want {
			t.Errorf("from %s?%s one signs in at %s", c.path, c.query, got)
		}
	}
}

// The header offers the way in to strangers, and their own things to those who
// are in; what was done is said once.
func TestPage(t *testing.T) {
	stranger := page(t, &view.Request{Lang: "fr", Path: "/docs", Flash: "signed_out"})
	someone := page(t, &view.Request{Lang: "fr", Path: "/docs", Viewer: &view.Viewer{Login: "octavia", Unread: 128}})
	for what, c := range map[string]struct{ html, has, lacks string }{
		"the way in":         {stranger, `href="/fr/login?return_to=%2Fdocs"`, `class="bell"`},
		"the way to join":    {stranger, `href="/fr/join"`, `action="/fr/logout"`},
		"what was done":      {stranger, `<p class="flash" role="status">`, ""},
		"the menu":           {someone, `action="/fr/logout"`, `class="sign-in"`},
		"a small number":     {someone, `>99+</span>`, `class="flash"`},
		"one's page":         {someone, `href="/fr/octavia"`, `href="/fr/staff"`},
		"nothing to confirm": {someone, `id="main"`, `class="standing"`},
	} {
		if !strings.Contains(c.html, c.has) {
			t.Errorf("%s: no %s", what, c.has)
		}
		if c.lacks != "" && strings.Contains(c.html, c.lacks) {
			t.Errorf("%s: %s", what, c.lacks)
		}
	}
}

func TestStanding(t *testing.T) {
	for want, v := range map[string]view.Viewer{
		"sam":               {Login: "octavia", ActingFor: "sam", Suspended: true},
		"take your data":    {Login: "octavia", Suspended: true, Unproven: true},
		"/settings/account": {Login: "octavia", Unproven: true},
	} {
		html := page(t, &view.Request{Lang: "en", Path: "/docs", Viewer: &v})
		_, bar, found := strings.Cut(html, `class="standing`)
		bar, _, _ = strings.Cut(bar, "<main")
		if !found || !strings.Contains(bar, want) {
			t.Errorf("%+v: %s", v, bar)
		}
	}
}

func page(t *testing.T, r *view.Request) string {
	t.Helper()
	var b bytes.Buffer
	if err := Page(Meta{Title: "Page"}).Render(i18n.With(view.With(context.Background(), r), r.Lang), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
