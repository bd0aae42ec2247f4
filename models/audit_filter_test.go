package models

import (
	"errors"
	"reflect"
	"strings"
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
		"部品\u3000actor:ada":           {Words: []string{"部品"}, Actor: "ada"},
		"actor:@Ada action:User.*":    {Actor: "ada", Action: "user.*"},
		`target:"two words" more`:     {Target: "two words", Words: []string{"more"}},
		"created:2026-01-31":          {Since: day("2026-01-31"), Until: day("2026-02-01")},
		"created:>2026-01-31":         {Since: day("2026-02-01")},
		"created:>=2026-01-31":        {Since: day("2026-01-31")},
		"created:<2026-01-31":         {Until: day("2026-01-31")},
		"created:<=2026-01-31 ip:::1": {Until: day("2026-02-01"), IP: "::1"},
		"created:2026-01-01..2026-01-31 \"a phrase\"": {Since: day("2026-01-01"), Until: day("2026-02-01"), Words: []string{"a phrase"}},
	} {
		got, err := ParseAuditFilter(text, time.UTC)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"colour:red", "created:", "created:yesterday", "created:=>2026-01-01", "created:2026-01-01..", "created:..2026-01-01", "a\x00b", "\xff", strings.Repeat("x", MaxAuditFilter+1)} {
		if _, err := ParseAuditFilter(text, time.UTC); !errors.Is(err, ErrAuditFilter) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Days are those of the reader: on the 29th of March 2026 Paris has 23 hours.
func TestDaysOfAnAuditFilterAreTheReaders(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParseAuditFilter("created:2026-03-29", paris)
	if err != nil || f.Since.UTC().Format(time.RFC3339) != "2026-03-28T23:00:00Z" || f.Until.UTC().Format(time.RFC3339) != "2026-03-29T22:00:00Z" {
		t.Errorf("from %v until %v, %v", f.Since, f.Until, err)
	}
}

func FuzzParseAuditFilter(f *testing.F) {
	for _, s := range []string{"actor:ada", `"a b" c:"`, "created:>=2026-01-01..", ":", "::", "created:<"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := ParseAuditFilter(s, time.UTC)
		if err != nil && !errors.Is(err, ErrAuditFilter) {
			t.Fatal(err)
		}
	})
}
