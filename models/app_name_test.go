package models

import (
	"errors"
	"strings"
	"testing"
)

func TestAppSlugs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ slug, shape string }{
		"Hammer":                   {"hammer", "hammer"},
		"My  App! (2)":             {"my-app-2", "my-app-2"},
		"Café Crème":               {"cafe-creme", "cafe-creme"},
		"ＦＵＬＬ wide":                {"full-wide", "full-wide"},
		"--- a --- ":               {"a", "a"},
		"\u041d\u0430mmer":         {"mmer", "hammer"}, // the first two letters are Cyrillic
		"\u30cf\u30f3\u30de\u30fc": {"", ""},
		"":                         {"", ""},
	} {
		if got := AppSlug(name); got != want.slug {
			t.Errorf("slug of %q: %q", name, got)
		}
		if got := AppShape(name); got != want.shape {
			t.Errorf("shape of %q: %q", name, got)
		}
	}
}

func TestAppNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]*Error{
		"Hammer":                nil,
		"  Hammer  of   Thor ":  nil,
		"ハンマー":                  nil,
		"Checker 3000":          nil,
		"Unsouked":              nil,
		"":                      ErrAppName,
		"!!!":                   ErrAppName,
		strings.Repeat("x", 34): nil,
		strings.Repeat("x", 35): ErrTooLong,
		"a\u202egnp.exe":        ErrControl,
		"a\x00b":                ErrControl,
		"new":                   ErrAppNameReserved,
		"Settings":              ErrAppNameReserved,
		"Authorizations":        ErrAppNameReserved,
		"GitHub":                ErrAppNameReserved,
		"GitHub Bot":            ErrAppNameReserved,
		"G1tHub":                ErrAppNameReserved,
		"Souk Support":          ErrAppNameReserved,
		"S\u043euk":             ErrAppNameReserved, // a Cyrillic letter
		"A d m i n":             ErrAppNameReserved,
		"\u0455\u0443\u0455tem": ErrAppNameReserved, // looks like "system"
	} {
		_, err := CheckAppName(name, GitHubApp)
		if want == nil && err != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
	if name, err := CheckAppName("  Hammer  of   Thor ", GitHubApp); name != "Hammer of Thor" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
	if _, err := CheckAppName(strings.Repeat("x", 100), OAuthApp); err != nil {
		t.Error(err)
	}
}

func FuzzAppSlug(f *testing.F) {
	for _, s := range []string{"Hammer", "é", "\u0130", "a-b--c", "\xff", "ß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, slug := range []string{AppSlug(name), AppShape(name)} {
			if strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.Contains(slug, "--") || strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") {
				t.Errorf("%q becomes %q", name, slug)
			}
		}
	})
}
