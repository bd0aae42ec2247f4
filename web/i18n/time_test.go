package i18n

import (
	"context"
	"testing"
	"time"
)

func TestDateTime(t *testing.T) {
	moment := time.Date(2026, 2, 1, 23, 5, 0, 0, time.UTC)
	for _, test := range []struct{ lang, zone, want string }{
		{"en", "UTC", "Feb 1, 2026, 23:05 UTC"},
		{"ja", "Asia/Tokyo", "2026年2月2日 08:05 JST"},
		{"zh-CN", "Asia/Shanghai", "2026年2月2日 07:05 CST"},
		{"fr", "Europe/Paris", "2 févr. 2026 à 00:05 CET"},
		{"en", "No/Where", "Feb 1, 2026, 23:05 UTC"},
		{"en", "Local", "Feb 1, 2026, 23:05 UTC"},
	} {
		if got := DateTime(With(context.Background(), test.lang), moment.In(Zone(test.zone))); got != test.want {
			t.Errorf("%s in %s: %q, not %q", test.lang, test.zone, got, test.want)
		}
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		lang   string
		passed time.Duration
		want   string
	}{
		{"en", -time.Hour, "just now"},
		{"en", 59 * time.Second, "just now"},
		{"en", time.Minute, "1 minute ago"},
		{"en", 59 * time.Minute, "59 minutes ago"},
		{"fr", time.Hour, "il y a 1\u00a0heure"},
		{"fr", 23 * time.Hour, "il y a 23\u00a0heures"},
		{"ja", 24 * time.Hour, "1日前"},
		{"zh-CN", 29 * 24 * time.Hour, "29 天前"},
		{"en", 30 * 24 * time.Hour, "Jan 30, 2026"},
	} {
		if got := Ago(With(context.Background(), test.lang), now.Add(-test.passed), now); got != test.want {
			t.Errorf("%s, %s: %q, not %q", test.lang, test.passed, got, test.want)
		}
	}
}
