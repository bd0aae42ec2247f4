package models

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReservedLoginsAreLogins(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, l := range append(append([]string{}, reservedLogins...), reservedRoles...) {
		if seen[l] {
			t.Errorf("%s stands twice", l)
		}
		seen[l] = true
		if !newLoginPattern.MatchString(l) {
			t.Errorf("%s couldn't be chosen anyway", l)
		}
		if _, err := NewLogin(strings.ToUpper(l)); err != ErrLoginReserved {
			t.Errorf("%s can be chosen: %v", l, err)
		}
	}
}

// FuzzLogin holds what people type to what is promised of it.
func FuzzLogin(f *testing.F) {
	for _, s := range []string{"ada", "Ada-Lovelace", "-ada", "ada--l", "аda", "ｏ", "İ", "K", "a\x00", "admin", "ada@example.test", "\"a b\"@example.test",
		"a@[127.0.0.1]", "a@b", "a@example.test\r\nBcc: b@example.test", "<a@example.test>", "a@exämple.test", strings.Repeat("a", 300) + "@example.test",
		"\u202etxt", "line\r\nline", "\ufeff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if login, err := NewLogin(s); err == nil {
			if !ValidLogin(login) || ReservedLogin(login) || strings.ContainsFunc(login, func(r rune) bool { return r >= utf8.RuneSelf }) {
				t.Errorf("NewLogin(%q) = %q", s, login)
			}
			if again, err := NewLogin(login); err != nil || again != login {
				t.Errorf("NewLogin(%q) = %q, %v", login, again, err)
			}
		}
		if mail, err := ParseMail(s); err == nil {
			local, domain, ok := strings.Cut(mail, "@")
			if !ok || local == "" || domain == "" || len(mail) > MaxMail || domain != strings.ToLower(domain) ||
				strings.ContainsFunc(mail, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>,;:`, r) }) {
				t.Errorf("ParseMail(%q) = %q", s, mail)
			}
			if again, err := ParseMail(mail); err != nil || again != mail {
				t.Errorf("ParseMail(%q) = %q, %v", mail, again, err)
			}
		}
		for _, lines := range []bool{false, true} {
			if text, err := PlainText(s, 50, lines); err == nil {
				if utf8.RuneCountInString(text) > 50 || strings.ContainsAny(text, "\x00\r\x1b") || !lines && strings.Contains(text, "\n") {
					t.Errorf("PlainText(%q) = %q", s, text)
				}
				if again, err := PlainText(text, 50, lines); err != nil || again != text {
					t.Errorf("PlainText(%q) = %q, %v", text, again, err)
				}
			}
		}
	})
}
