package models

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// What makes a description look like advertising rather than a description.
const (
	mostLinks     = 12
	mostEmoji     = 15
	keywordsShare = 8 // a word that is every eighth one
)

var (
	linkForm = regexp.MustCompile(`https?://[^\s)\]>"']+`)

	shorteners = []string{"bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rb.gy", "shorturl.at", "t.ly", "buff.ly"}

	// shadyWords are about what a marketplace for integrations has no shelf for.
	shadyWords = []string{"casino", "viagra", "forex signals", "payday loan", "escort", "airdrop", "double your", "seed phrase", "buy followers",
		"buy stars", "betting", "earn money fast", "crack download", "license key generator", "博彩", "赌场", "刷单", "出会い系", "闇バイト"}
)

// SpamFindings says what in a listing's texts looks like spam. None of it is
// proof: a reviewer decides.
func SpamFindings(c *ListingContent) []Finding {
	var all []Finding
	say := func(rule, field string, params map[string]string) {
		all = append(all, Finding{Rule: rule, Severity: SeverityWarning, Field: field, Params: params})
	}
	for _, t := range c.Texts() {
		lower := strings.ToLower(t.Text)
		links := linkForm.FindAllString(t.Text, -1)
		if len(links) > mostLinks {
			say("many_links", t.Field, map[string]string{"count": strconv.Itoa(len(links))})
		}
		for _, l := range links {
			if u, err := url.Parse(l); err == nil && slices.Contains(shorteners, strings.ToLower(strings.TrimPrefix(u.Hostname(), "www."))) {
				say("short_link", t.Field, map[string]string{"host": u.Hostname()})
				break
			}
		}
		for _, w := range shadyWords {
			if strings.Contains(lower, w) {
				say("shady_words", t.Field, map[string]string{"word": w})
				break
			}
		}
		if n := pictographs(t.Text); n > mostEmoji {
			say("many_emoji", t.Field, map[string]string{"count": strconv.Itoa(n)})
		}
		if w := stuffed(lower); w != "" {
			say("stuffed", t.Field, map[string]string{"word": w})
		}
	}
	for _, a := range c.Addresses() {
		if u, err := url.Parse(a.Text); err == nil && slices.Contains(shorteners, strings.ToLower(strings.TrimPrefix(u.Hostname(), "www."))) {
			say("short_link", a.Field, map[string]string{"host": u.Hostname()})
		}
	}
	return all
}

func pictographs(text string) (n int) {
	for _, r := range text {
		if r >= 0x1f300 && r <= 0x1faff {
			n++
		}
	}
	return n
}

// stuffed is the long word that a text says over and over, "" for none.
func stuffed(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) < 40 {
		return ""
	}
	seen := map[string]int{}
	for _, w := range words {
		if len(w) < 5 {
			continue
		}
		if seen[w]++; seen[w]*keywordsShare > len(words) && seen[w] >= 8 {
			return w
		}
	}
	return ""
}
