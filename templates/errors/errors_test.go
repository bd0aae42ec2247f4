package errors

import (
	"bytes"
	"context"
	"html"
	"strings"
	"testing"

	"souk/models"
	"souk/web/i18n"
	"souk/web/view"
)

// What is a matter of who one is leads on to where one mends it; what isn't
// offers the search.
func TestWaysOn(t *testing.T) {
	someone := &view.Viewer{Login: "octavia"}
	for _, c := range []struct {
		err    *models.Error
		viewer *view.Viewer
		first  string
	}{
		{models.ErrSignInNeeded, nil, "/ja/login?return_to=%2Fsettings%2Fprofile%3Ftab%3D1"},
		{models.ErrForbidden, nil, "/ja/login?return_to=%2Fsettings%2Fprofile%3Ftab%3D1"},
		{models.ErrForbidden, someone, "/ja/settings"},
		{models.ErrSudoNeeded, someone, "/ja/sudo?return_to=%2Fsettings%2Fprofile%3Ftab%3D1"},
		{models.ErrMailNeeded, someone, "/ja/settings/account"},
		{models.ErrTwoFactorNeeded, someone, "/ja/settings/security"},
		{models.ErrSuspended, someone, "/ja/settings/account"},
		{models.ErrNotFound, someone, ""},
		{models.ErrInternal, nil, ""},
	} {
		page := rendered(t, View{Status: 403, Code: c.err.Code, Back: "/settings/profile?tab=1"}, c.viewer)
		_, actions, ok := strings.Cut(page, `<p class="actions">`)
		if !ok {
			t.Fatal("no actions")
		}
		_, first, _ := strings.Cut(actions, `href="`)
		first, _, _ = strings.Cut(first, `"`)
		search := strings.Contains(page, "search-l")
		if c.first == "" {
			if !search {
				t.Errorf("%s offers no search", c.err.Code)
			}
			continue
		}
		if html.UnescapeString(first) != c.first || search {
			t.Errorf("%s leads to %s, search %v", c.err.Code, first, search)
		}
	}
}

// Without a page to come back to, the way in has none.
func TestNoWayBack(t *testing.T) {
	if page := rendered(t, View{Status: 401, Code: models.ErrSignInNeeded.Code}, nil); !strings.Contains(page, `class="button" href="/ja/login"`) {
		t.Error(page)
	}
}

func rendered(t *testing.T, v View, viewer *view.Viewer) string {
	t.Helper()
	r := &view.Request{Lang: "ja", Path: "/settings/profile", Query: "tab=1", Base: "https://souk.example", Viewer: viewer}
	var b bytes.Buffer
	if err := Page(v).Render(i18n.With(view.With(context.Background(), r), "ja"), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
