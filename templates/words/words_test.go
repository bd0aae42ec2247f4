package words

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/web/i18n"
)

func TestArgs(t *testing.T) {
	tokyo := i18n.Zone("Asia/Tokyo")
	got := Args(i18n.With(context.Background(), "ja"), map[string]string{
		"role": "billing_manager", "at": "2026-02-01T23:05:00Z", "login": "ada", "name": "billing_manager",
	}, tokyo)
	want := []any{"at", "2026年2月2日 08:05 JST", "login", "ada", "name", "billing_manager", "role", "請求管理者"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	// What is no code and no time stands as it is.
	got = Args(context.Background(), map[string]string{"role": "chief", "at": "soon"}, time.UTC)
	if want := []any{"at", "soon", "role", "chief"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// Every role and level has its word.
func TestRolesHaveWords(t *testing.T) {
	var codes []string
	for _, r := range models.OrganizationRoles() {
		codes = append(codes, string(r))
	}
	for l := models.RepositoryRead; l <= models.RepositoryAdmin; l++ {
		codes = append(codes, l.String())
	}
	for _, code := range codes {
		if !i18n.Has("notice.role." + code) {
			t.Errorf("no word for %s", code)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"Ada":                      "Ada",
		" Ada \t Lovelace\r\n":     "Ada Lovelace",
		"a\r\nBcc: eve":            "a Bcc: eve",
		"a\u202eb\u2066c":          "a b c",
		"a\u2028b":                 "a b",
		"\xffa":                    "a",
		strings.Repeat("長", 300):   strings.Repeat("長", 199) + "…",
		"no\x00thing\x1b[31m here": "no thing [31m here",
	} {
		if got := Line(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func TestSayHasNoHoles(t *testing.T) {
	ctx := context.Background()
	if got, err := Say(ctx, "notice.removed_from_organization", []any{"organization", "acme"}); err != nil || !strings.Contains(got, "acme") {
		t.Errorf("%q, %v", got, err)
	}
	for name, args := range map[string][]any{"nothing": nil, "something else": {"login", "ada"}, "empty": {"organization", ""}} {
		if got, err := Say(ctx, "notice.removed_from_organization", args); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	if _, err := Say(ctx, "notice.there_is_none", nil); err == nil {
		t.Error("a message that isn't there was said")
	}
}
