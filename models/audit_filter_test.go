package models

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestParseAuditFilter(t *testing.T) {
	t.Parallel()
	day := func(s string) *time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	for text, want := range map[string]AuditFilter{
		"":                            {},
		"  \"\" ":                     {},
		"widget":                      {Words: []string{"widget"}},
		"actor:@Ada action:User.*":    {Actor: "ada", Action: "user.*"},
		`target:"two words" more`:     {Target: "two words", Words: []string{"more"}},
		"created:2026-01-31":          {Since: day("2026-01-31"), Until: day("2026-02-01")},
		"created:>2026-01-31":         {Since: day("2026-02-01")},
		"created:>=2026-01-31":        {Since: day("2026-01-31")},
		"created:<2026-01-31":         {Until: day("2026-01-31")},
		"created:<=2026-01-31 ip:::1": {Until: day("2026-02-01"), IP: "::1"},
		"created:2026-01-01..2026-01-31 \"a phrase\"": {Since: day("2026-01-01"), Until: day("2026-02-01"), Words: []string{"a phrase"}},
	} {
		got, err := ParseAuditFilter(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"colour:red", "created:", "created:yesterday", "created:=>2026-01-01", "created:2026-01-01..", "created:..2026-01-01"} {
		if _, err := ParseAuditFilter(text); !errors.Is(err, ErrAuditFilter) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParseAuditFilter(f *testing.F) {
	for _, s := range []string{"actor:ada", `"a b" c:"`, "created:>=2026-01-01..", ":", "::", "created:<"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := ParseAuditFilter(s)
		if err != nil && !errors.Is(err, ErrAuditFilter) {
			t.Fatal(err)
		}
	})
}
