package web_test

import (
	"net/url"
	"strings"
	"testing"

	"souk/web"
)

// FuzzReturnTo: wherever an address comes from, the browser stays on this site.
func FuzzReturnTo(f *testing.F) {
	for _, s := range []string{"/", "/settings?a=b#c", "//evil.test", "/\\evil.test", "https://evil.test", "/%2f/evil.test", "/\t/evil.test", "/./\\/evil.test",
		"/..//evil.test", "/.//evil.test", "javascript:alert(1)", "/x\r\nLocation: //evil.test", " //evil.test", "\u00a0//evil.test", "/%5cevil.test", "/?//evil.test",
		"/@evil.test", "/:80", "/ja//evil.test", "/\u2028/evil.test"} {
		f.Add(s)
	}
	base, err := url.Parse("https://souk.test/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := web.Local(s)
		if got != s && got != "/" {
			t.Errorf("Local(%q) = %q, which is neither", s, got)
		}
		// As browsers read it: they drop tabs and line ends, and take a backslash
		// for a slash.
		read := strings.NewReplacer("\t", "", "\r", "", "\n", "", "\\", "/").Replace(got)
		if !strings.HasPrefix(read, "/") || strings.HasPrefix(read, "//") {
			t.Errorf("Local(%q) = %q, which leads away", s, got)
		}
		u, err := base.Parse(got)
		if err != nil || u.Host != "souk.test" || u.Scheme != "https" {
			t.Errorf("Local(%q) = %q, which leads to %v (%v)", s, got, u, err)
		}
		if strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("Local(%q) = %q, which ends a header", s, got)
		}
	})
}
