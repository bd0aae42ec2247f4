package i18n

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
)

// legal are the plural categories that CLDR has for whole numbers of each
// language. French has "many" for millions; our texts read the same there.
var legal = map[string][]string{"en": {"one", "other"}, "zh-CN": {"other"}, "ja": {"other"}, "fr": {"one", "other"}}

func TestLanguagesHaveTheSameKeys(t *testing.T) {
	for _, lang := range models.Languages() {
		for key := range catalogue[Default] {
			if _, ok := catalogue[lang][key]; !ok {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key := range catalogue[lang] {
			if _, ok := catalogue[Default][key]; !ok {
				t.Errorf("%s has %s, which English doesn't", lang, key)
			}
		}
	}
}

func TestLanguagesHaveTheSamePlaces(t *testing.T) {
	for key, english := range catalogue[Default] {
		for _, lang := range models.Languages() {
			other := catalogue[lang][key]
			if (english.forms == nil) != (other.forms == nil) {
				t.Errorf("%s is a plural in one of en and %s only", key, lang)
			}
			if want, got := places(english), places(other); !slices.Equal(want, got) {
				t.Errorf("%s: en has %v, %s has %v", key, want, lang, got)
			}
		}
	}
}

func places(t text) []string {
	found := map[string]bool{}
	for _, parts := range append(slices.Collect(maps.Values(t.forms)), t.parts) {
		for _, p := range parts {
			if p.place != "" {
				found[p.place] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestPluralCategoriesAreLegal(t *testing.T) {
	for lang, all := range catalogue {
		for key, m := range all {
			if m.forms == nil {
				continue
			}
			if got := slices.Sorted(maps.Keys(m.forms)); !slices.Equal(got, legal[lang]) {
				t.Errorf("%s %s has %v, not %v", lang, key, got, legal[lang])
			}
		}
	}
}

var spacing = regexp.MustCompile(`[^\s\x{00a0}\x{202f}][?!;»]| [?!;:»]|« |["']`)

// French puts a no-break space before ? ! ; : and inside « ».
func TestFrenchSpacing(t *testing.T) {
	for key, m := range catalogue["fr"] {
		for _, parts := range append(slices.Collect(maps.Values(m.forms)), m.parts) {
			for _, p := range parts {
				if bad := spacing.FindString(p.text); bad != "" {
					t.Errorf("fr %s: %q in %q", key, bad, p.text)
				}
			}
		}
	}
}

func TestErrorsHaveMessages(t *testing.T) {
	for _, e := range models.Errors() {
		for _, key := range []string{"error." + e.Code, "error." + e.Code + ".title"} {
			if !Has(key) {
				t.Errorf("no message %s", key)
			}
		}
	}
}

func TestPlurals(t *testing.T) {
	for _, test := range []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 0, "0 installs"}, {"en", 1, "1 install"}, {"en", 2, "2 installs"}, {"en", 12345, "12,345 installs"},
		{"fr", 0, "0 installation"}, {"fr", 1, "1 installation"}, {"fr", 2, "2 installations"},
		{"zh-CN", 1, "1 次安装"}, {"ja", 12345, "12,345 インストール"},
	} {
		if got := N(With(context.Background(), test.lang), "site.installs", test.n); got != test.want {
			t.Errorf("%s %d: %q, not %q", test.lang, test.n, got, test.want)
		}
	}
}

func TestFormats(t *testing.T) {
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for lang, want := range map[string][]string{
		"en":    {"$12.50", "$12", "12K", "9.9K", "999", "Feb 1, 2026", "a, b, and c"},
		"fr":    {"12,50\u00a0$US", "12\u00a0$US", "12\u00a0k", "9,9\u00a0k", "999", "1er févr. 2026", "a, b et c"},
		"zh-CN": {"US$12.50", "US$12", "1.2万", "9,999", "999", "2026年2月1日", "a、b和c"},
		"ja":    {"US$12.50", "US$12", "1.2万", "9,999", "999", "2026年2月1日", "a、b、c"},
	} {
		ctx := With(context.Background(), lang)
		got := []string{
			Money(ctx, 1250, "USD"), MoneyShort(ctx, 1200, "USD"), Compact(ctx, 12_900), Compact(ctx, 9_999), Compact(ctx, 999),
			Date(ctx, day), List(ctx, strings.Split("abc", "")),
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, not %q", lang, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for lang, p := range printers {
		for _, n := range []int64{0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 123_456_789_012, -5, -1234} {
			if got, want := Number(With(context.Background(), lang), n), p.Sprint(n); got != want {
				t.Errorf("%s: %q, not %q", lang, got, want)
			}
		}
	}
	for minor, want := range map[int64]string{0: "$0.00", 5: "$0.05", 99: "$0.99", 123_456_789: "$1,234,567.89", -5000: "-$50.00"} {
		if got := Money(context.Background(), minor, "USD"); got != want {
			t.Errorf("%d: %s, not %s", minor, got, want)
		}
	}
	if got := Money(context.Background(), 1500, "JPY"); got != "¥1,500" {
		t.Error(got)
	}
}

// What a page shows in a field can be sent back as it is.
func TestAmountsAreReadAsWritten(t *testing.T) {
	for _, lang := range models.Languages() {
		ctx := With(context.Background(), lang)
		for _, currency := range []string{"USD", "JPY", "KWD"} {
			for _, minor := range []int64{0, 1, 99, 100, 123_456, 1_234_567_890} {
				text := Amount(ctx, minor, currency)
				if got, err := models.ParseAmount(text, NumberMarks(ctx), currency); err != nil || got != minor {
					t.Errorf("%s: %d %s is written %q and read %d, %v", lang, minor, currency, text, got, err)
				}
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "ja": "ja", "fr-CA,en;q=0.8": "fr", "zh": "zh-CN", "zh-TW": "zh-CN", "de": "en", "de,ja;q=0.5": "ja", ";;;": "en",
	} {
		if got := Match(header); got != want {
			t.Errorf("%q: %s, not %s", header, got, want)
		}
	}
}

// Callers may be given text by a stranger: places in it stay as they are.
func TestArgumentsAreNotRead(t *testing.T) {
	if got := T(context.Background(), "site.browse.h1_text", "text", "{text}{n}"); got != "Results for “{text}{n}”" {
		t.Error(got)
	}
}
