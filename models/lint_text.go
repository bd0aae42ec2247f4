package models

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text checks one text by the limits of its field. It reports whether the text
// is fit for finer rules.
func (l *linter) text(field, path, s string) bool {
	if s == "" {
		return false
	}
	f := listingFieldIndex[field]
	if rule, r := badRune(s); rule != "" {
		l.say(rule, path, "character", codePoint(r))
		return false
	}
	if strings.ContainsAny(s, "\n\r\t") && f.Form != FormMarkdown && f.Form != FormText {
		l.say("line_break", path)
		return false
	}
	if n := utf8.RuneCountInString(s); f.Max > 0 && n > f.Max {
		l.say("too_long", path, "max", strconv.Itoa(f.Max), "length", strconv.Itoa(n))
		return false
	}
	return true
}

// required reports whether there is a value, and says so where there is none.
func (l *linter) required(path, s string) bool {
	if strings.TrimSpace(s) != "" {
		return true
	}
	l.say("required", path)
	return false
}

// list checks how many entries there are, and each of them as a text.
func (l *linter) list(field, path string, words []string) {
	if most := listingFieldIndex[field].Max; len(words) > most {
		l.say("too_many", path, "max", strconv.Itoa(most), "count", strconv.Itoa(len(words)))
		return
	}
	seen := make(map[string]bool, len(words))
	for i, w := range words {
		at := entry(path, i)
		if !l.required(at, w) || !l.text(field+"[]", at, w) {
			continue
		}
		if key := strings.ToLower(strings.TrimSpace(w)); seen[key] {
			l.say("twice", at, "value", shown(w))
		} else {
			seen[key] = true
		}
	}
}

func entry(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// shown is a value as it stands in a finding: in one line, cut where it is long,
// without characters that can't be seen.
func shown(s string) string {
	r := []rune(strings.ToValidUTF8(s, "�"))
	if len(r) > 60 {
		r = append(r[:60], '…')
	}
	for i, c := range r {
		if c == '\n' || c == '\t' || c == '\r' || c != 0x200D && ruleOfRune(c, 'x') != "" {
			r[i] = '·'
		}
	}
	return string(r)
}

// texts checks what the listing says of the app in English.
func (l *linter) texts() {
	c := l.c
	if l.required("name", c.Name) && l.text("name", "name", c.Name) {
		if word := mixedWord(c.Name); word != "" {
			l.say("mixed_scripts", "name", "word", shown(word))
		}
		l.style("name", c.Name)
	}
	if l.required("tagline", c.Tagline) && l.text("tagline", "tagline", c.Tagline) {
		l.tagline()
	}
	if l.required("introduction", c.Introduction) && l.text("introduction", "introduction", c.Introduction) {
		l.style("introduction", c.Introduction)
		l.plain("introduction", c.Introduction)
	}
	if l.required("description", c.Description) && l.text("description", "description", c.Description) {
		l.style("description", c.Description)
		l.markdown("description", c.Description)
	}
}

func (l *linter) tagline() {
	c := l.c
	l.style("tagline", c.Tagline)
	l.plain("tagline", c.Tagline)
	if s := strings.TrimSpace(c.Tagline); strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "..") || strings.HasSuffix(s, "。") {
		l.say("full_stop", "tagline")
	}
	if name := strings.TrimSpace(c.Name); utf8.RuneCountInString(name) > 2 && containsWord(strings.ToLower(c.Tagline), strings.ToLower(name)) {
		l.say("name_repeated", "tagline", "name", shown(name))
	}
}

// containsWord reports whether words stands in s with no letter of ASCII beside it.
func containsWord(s, words string) bool {
	isLetter := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }
	for at := 0; ; {
		i := strings.Index(s[at:], words)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(words)
		if (from == 0 || !isLetter(s[from-1])) && (to == len(s) || !isLetter(s[to])) {
			return true
		}
		at = from + 1
	}
}

var (
	exclaiming  = regexp.MustCompile(`[!！]\s*[!！]`)
	placeholder = regexp.MustCompile(`(?i)\blorem ipsum\b|\bTODO\b:?|\bTBD\b|\bFIXME\b|\bplaceholder text\b|\binsert (?:text|description) here\b|\bxxxx+\b`)
)

// style has what holds of every text.
func (l *linter) style(path, s string) {
	if least := listingFieldIndex[path].Min; utf8.RuneCountInString(strings.TrimSpace(s)) < least && !dense(s) {
		l.say("too_short", path, "min", strconv.Itoa(least), "length", strconv.Itoa(utf8.RuneCountInString(strings.TrimSpace(s))))
	}
	if shouts(s) {
		l.say("shouting", path)
	}
	if exclaiming.MatchString(s) {
		l.say("exclamation", path)
	}
	if path == "description" {
		s = withoutCode(s)
	}
	if found := placeholder.FindString(s); found != "" {
		l.say("placeholder", path, "value", found)
	}
}

// dense reports whether a text is in a script that says much with few
// characters.
func dense(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3040 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7AF })
}

var markup = regexp.MustCompile("</?[a-zA-Z][a-zA-Z0-9]*(?:\\s[^<>]*)?/?>|!?\\[[^\\]\n]+\\]\\([^)\n]+\\)|\\*\\*[^*\n]+\\*\\*")

// plain finds markup in a field that shows it as it stands.
func (l *linter) plain(path, s string) {
	if found := markup.FindString(s); found != "" {
		l.say("plain_markup", path, "value", shown(found))
	}
}

// lists checks keywords, categories and programming languages.
func (l *linter) lists() {
	c := l.c
	l.list("keywords", "keywords", c.Keywords)
	if len(c.Categories) == 0 {
		l.say("required", "categories")
	}
	l.list("categories", "categories", c.Categories)
	for i, slug := range c.Categories {
		if strings.TrimSpace(slug) != "" && !ValidSlug(slug) {
			l.say("slug", entry("categories", i), "value", shown(slug))
		}
	}
	l.list("languages", "languages", c.Languages)
	for i, name := range c.Languages {
		if want, known := spelledLanguages[strings.ToLower(strings.TrimSpace(name))]; known && want != name {
			l.say("language_spelling", entry("languages", i), "value", shown(name), "want", want)
		}
	}
}

// spelledLanguages are programming languages that people often write otherwise
// than visitors filter by.
var spelledLanguages = func() map[string]string {
	m := map[string]string{
		"js": "JavaScript", "node": "JavaScript", "nodejs": "JavaScript", "node.js": "JavaScript", "ts": "TypeScript", "py": "Python",
		"golang": "Go", "csharp": "C#", "c sharp": "C#", "cpp": "C++", "c plus plus": "C++", "objective c": "Objective-C",
		"terraform": "HCL", "bash": "Shell", "sh": "Shell", "fsharp": "F#", "visual basic": "Visual Basic .NET",
	}
	for _, name := range []string{
		"Apex", "C", "C#", "C++", "CSS", "Clojure", "Dart", "Dockerfile", "Elixir", "Erlang", "F#", "Go", "Groovy", "HCL", "HTML", "Haskell",
		"Java", "JavaScript", "Julia", "Kotlin", "Lua", "MATLAB", "Objective-C", "PHP", "Perl", "PowerShell", "Python", "R", "Ruby", "Rust",
		"SQL", "Scala", "Shell", "Solidity", "Swift", "TypeScript", "Vue", "YAML", "Zig",
	} {
		m[strings.ToLower(name)] = name
	}
	return m
}()

// translations checks the texts in other languages than English.
func (l *linter) translations() {
	for _, lang := range sortedKeys(l.c.Translations) {
		at := "translations." + lang
		if lang == "en" || !IsLanguage(lang) {
			l.say("translation_language", "translations", "value", shown(lang))
			continue
		}
		t, partial := l.c.Translations[lang], 0
		for _, f := range []struct{ name, text, english string }{
			{"name", t.Name, ""}, {"tagline", t.Tagline, l.c.Tagline},
			{"introduction", t.Introduction, l.c.Introduction}, {"description", t.Description, l.c.Description},
		} {
			if f.english != "" && f.text == "" {
				partial++
			}
			if !l.text("translations{}."+f.name, at+"."+f.name, f.text) {
				continue
			}
			if f.english != "" && strings.TrimSpace(f.text) == strings.TrimSpace(f.english) {
				l.say("translation_same", at+"."+f.name)
			}
			l.translated(at, f.name, f.text)
		}
		if partial > 0 && partial < 3 {
			l.say("translation_partial", at)
		}
	}
}

func (l *linter) translated(at, name, text string) {
	switch name {
	case "name":
		if word := mixedWord(text); word != "" {
			l.say("mixed_scripts", at+".name", "word", shown(word))
		}
	case "description":
		l.markdown(at+".description", text)
	default:
		l.plain(at+"."+name, text)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
