package models

import (
	"regexp"
	"strings"
)

// secretForms are what credentials look like by their documented prefixes.
var secretForms = []struct {
	kind string
	form *regexp.Regexp
}{
	{"github", regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})`)},
	{"private_key", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----`)},
	{"aws", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{"slack", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
	{"slack", regexp.MustCompile(`https://hooks\.slack\.com/services/[A-Za-z0-9/]{30,}`)},
	{"stripe", regexp.MustCompile(`\b(?:sk|rk)_live_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{24,}`)},
	{"google", regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}`)},
	{"npm", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"gitlab", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	{"jwt", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}`)},
	{"password", regexp.MustCompile(`https?://[^\s/:@]{1,64}:[^\s/:@]{3,64}@`)},
}

// FindSecrets returns what credentials a text seems to hold: the kind of each,
// with its beginning, never the whole.
func FindSecrets(text string) []Secret {
	var found []Secret
	for _, s := range secretForms {
		for _, m := range s.form.FindAllString(text, 5) {
			found = append(found, Secret{Kind: s.kind, Begins: m[:min(len(m), 8)]})
		}
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !isASCIIWord(r) }) {
		if WellFormedAccessToken(word) {
			found = append(found, Secret{Kind: "souk", Begins: word[:8]})
		}
	}
	return found
}

// Secret is something that looks like a credential.
type Secret struct{ Kind, Begins string }

func isASCIIWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// SecretFindings is FindSecrets for all of a listing's texts and addresses.
func SecretFindings(c *ListingContent) []Finding {
	var all []Finding
	for _, t := range append(c.Texts(), c.Addresses()...) {
		for _, s := range FindSecrets(t.Text) {
			all = append(all, Finding{Rule: "pasted_secret", Severity: SeverityError, Field: t.Field,
				Params: map[string]string{"kind": s.Kind, "begins": s.Begins}})
		}
	}
	return all
}
