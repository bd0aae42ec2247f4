package models

import (
	_ "embed"
	"strings"
	"unicode"
)

//go:embed trademarks.txt
var trademarkList string

// trademarks are names that somebody owns, by skeleton: a line each, the name
// and the domain by which its owner is known.
var trademarks = func() map[string]Trademark {
	m := map[string]Trademark{}
	for line := range strings.Lines(trademarkList) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, domain, _ := strings.Cut(line, "\t")
		m[NameSkeleton(name)] = Trademark{Name: name, Domain: strings.TrimSpace(domain)}
	}
	return m
}()

// Trademark is a name that somebody owns.
type Trademark struct{ Name, Domain string }

// Trademarks returns how many names are known to belong to somebody.
func Trademarks() int { return len(trademarks) }

// officialWords claim to speak for the marketplace or for somebody else.
var officialWords = []string{"official", "verified", "certified", "souk", "admin", "staff", "security team"}

// ReservedFindings says where a listing's names use what belongs to others, or
// claim what only the marketplace can say. Domains are those that the publisher
// has proven: their owner may use the name. "Reports for GitHub" names what it
// works with and is fine; "GitHub Reports" sounds like GitHub's own.
func ReservedFindings(c *ListingContent, domains []string) []Finding {
	var all []Finding
	names := []Text{{"name", c.Name}}
	for lang, t := range c.Translations {
		names = append(names, Text{"translations." + lang + ".name", t.Name})
	}
	for _, n := range names {
		if mark, ok := leadingMark(n.Text); ok && !proven(domains, mark.Domain) {
			all = append(all, Finding{Rule: "trademark", Severity: SeverityWarning, Field: n.Field, Params: map[string]string{"mark": mark.Name}})
		}
		if word := officialWord(n.Text); word != "" {
			all = append(all, Finding{Rule: "official_word", Severity: SeverityError, Field: n.Field, Params: map[string]string{"word": word}})
		}
	}
	return all
}

// leadingMark is the trademark that a name begins with, or is.
func leadingMark(name string) (Trademark, bool) {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for n := min(3, len(words)); n > 0; n-- {
		if mark, ok := trademarks[NameSkeleton(strings.Join(words[:n], ""))]; ok {
			return mark, true
		}
	}
	return Trademark{}, false
}

func officialWord(name string) string {
	lower := " " + strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) }), " ") + " "
	for _, w := range officialWords {
		if strings.Contains(lower, " "+w+" ") {
			return w
		}
	}
	return ""
}

func proven(domains []string, owner string) bool {
	for _, d := range domains {
		if owner != "" && (d == owner || strings.HasSuffix(d, "."+owner)) {
			return true
		}
	}
	return false
}
