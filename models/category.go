package models

// Category is a shelf that listings stand on.
//
// Names and Descriptions are keyed by language (en, zh-CN, ja, fr); English is
// always present.
type Category struct {
	ID           int64
	Slug         string
	Position     int
	Names        Texts
	Descriptions Texts
}

// Texts is one short text in several languages, keyed by language tag.
type Texts map[string]string

// In returns the text in lang, or in English where there is none.
func (t Texts) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["en"]
}

// Languages lists the languages that pages and listing texts come in.
func Languages() []string { return []string{"en", "zh-CN", "ja", "fr"} }

// IsLanguage reports whether lang is one of Languages.
func IsLanguage(lang string) bool {
	for _, l := range Languages() {
		if l == lang {
			return true
		}
	}
	return false
}
