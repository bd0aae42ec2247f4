package outside_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/templates/outside"
	"souk/web/i18n"
)

func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(b)))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
	}
}

var texts = regexp.MustCompile(`textLength="(\d+)">([^<]*)<`)

func TestBadges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		badge        outside.Badge
		lang         string
		label, value string
	}{
		{"installs", outside.Badge{Label: "Codecov", Installs: new(int64(123_456))}, "en", "Codecov", "123K installs"},
		{"no installs", outside.Badge{Label: "Codecov", Installs: new(int64(0))}, "en", "Codecov", "0 installs"},
		{"unknown", outside.Badge{Label: "Codecov"}, "fr", "Codecov", "sur Souk"},
		{"discontinued", outside.Badge{Label: "Codecov", Installs: new(int64(1)), Discontinued: true}, "en", "Codecov", "discontinued"},
		{"escaped", outside.Badge{Label: `<a href="x">&`}, "en", "&lt;a href=&#34;x&#34;&gt;&amp;", "on Souk"},
		{"long", outside.Badge{Label: strings.Repeat("長", 60)}, "en", strings.Repeat("長", 39) + "…", "on Souk"},
		{"odd characters", outside.Badge{Label: "a\x00b\n\xffc\u202e"}, "en", "a b c", "on Souk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			svg := c.badge.SVG(i18n.With(t.Context(), c.lang))
			wellFormed(t, svg)
			found := texts.FindAllStringSubmatch(string(svg), -1)
			if len(found) != 2 || found[0][2] != c.label || found[1][2] != c.value {
				t.Fatalf("the badge says %q: %s", found, svg)
			}
			if title := "<title>" + c.label + ": " + c.value + "</title>"; !strings.Contains(string(svg), title) {
				t.Errorf("%s isn't in %s", title, svg)
			}
		})
	}
}

func TestBadgesAreAsWideAsTheirTexts(t *testing.T) {
	t.Parallel()
	width := func(label string) int {
		found := texts.FindSubmatch((&outside.Badge{Label: label}).SVG(t.Context()))
		n, err := strconv.Atoi(string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if w := width("日本語"); w != 33 {
		t.Errorf("three wide characters take %d pixels", w)
	}
	if narrow, wide := width("iiii"), width("WWWW"); narrow*2 > wide {
		t.Errorf("iiii takes %d pixels, WWWW %d", narrow, wide)
	}
}

func TestFeedsAreWellFormedWhateverTheNames(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	for _, lang := range models.Languages() {
		for _, kind := range []outside.FeedKind{outside.FeedNew, outside.FeedUpdated, outside.FeedCategory, outside.FeedPublisher} {
			f := &outside.Feed{Kind: kind, Subject: "<Ünïcode> & \x01", Path: "/feeds/x.atom", Page: "/x?a=1&b=2", Entries: []outside.Entry{
				{Slug: "a", Name: "<b>&\x02", Tagline: "]]>", Login: "x", Publisher: `"X"`, Updated: at, Published: at}, {Slug: "b", Updated: at.Add(-time.Hour)}}}
			b, err := outside.Atom(i18n.With(t.Context(), lang), f)
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, b)
			if !strings.Contains(string(b), "<updated>2026-01-02T02:04:05Z</updated>") || strings.Contains(string(b), "machines.") {
				t.Errorf("the feed is %s", b)
			}
		}
	}
}
