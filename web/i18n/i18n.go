// Package i18n speaks to people in their language: messages, plurals, numbers,
// money, dates and lists in English, Chinese, Japanese and French.
//
// Messages live in messages/<language>/<area>.json, flat objects whose values
// are a text with {named} places, or an object of such texts by CLDR plural
// category. The package decides no language by itself beyond matching; who
// asks for which is the business of web.
package i18n

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"souk/models"
)

//go:embed messages
var files embed.FS

// Default is the language of addresses without a prefix, and the one that
// everything falls back to.
const Default = "en"

type text struct {
	parts []part            // a plain message
	forms map[string][]part // a plural message, by category
}

type part struct {
	text  string
	place string // when set, the named argument goes here
}

var (
	catalogue = load()
	tags      = languageTags()
	matcher   = language.NewMatcher(tags)
	printers  = newPrinters()
)

type contextKey struct{}

// With returns a context in which messages are in lang.
func With(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, contextKey{}, lang)
}

// Lang returns the language of ctx.
func Lang(ctx context.Context) string {
	if l, ok := ctx.Value(contextKey{}).(string); ok {
		return l
	}
	return Default
}

// T returns the message key in the language of ctx. args are names and values
// in turn: T(ctx, "greeting", "name", "Ada"). A missing message is its key,
// which tests forbid.
func T(ctx context.Context, key string, args ...any) string {
	lang := Lang(ctx)
	t, ok := lookup(lang, key)
	if !ok {
		return key
	}
	return fill(lang, t.parts, args)
}

// N returns the plural message key for n in the language of ctx; {n} is n
// itself, written as that language writes numbers.
func N(ctx context.Context, key string, n int64, args ...any) string {
	lang := Lang(ctx)
	t, ok := lookup(lang, key)
	if !ok {
		return key
	}
	form, ok := t.forms[category(lang, n)]
	if !ok {
		form = t.forms["other"]
	}
	return fill(lang, form, append([]any{"n", n}, args...))
}

// Has reports whether the message exists in English.
func Has(key string) bool {
	_, ok := catalogue[Default][key]
	return ok
}

// Match returns the best of the languages for an Accept-Language header, or
// English.
func Match(acceptLanguage string) string {
	want, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(want) == 0 {
		return Default
	}
	_, i, confidence := matcher.Match(want...)
	if confidence == language.No {
		return Default
	}
	return models.Languages()[i]
}

// Canonical returns the language whose tag equals s without regard to case.
func Canonical(s string) (lang string, ok bool) {
	for _, l := range models.Languages() {
		if strings.EqualFold(l, s) {
			return l, true
		}
	}
	return "", false
}

func lookup(lang, key string) (text, bool) {
	if t, ok := catalogue[lang][key]; ok {
		return t, true
	}
	t, ok := catalogue[Default][key]
	return t, ok
}

func fill(lang string, parts []part, args []any) string {
	if len(parts) == 1 && parts[0].place == "" {
		return parts[0].text
	}
	var b strings.Builder
	for _, p := range parts {
		if p.place == "" {
			b.WriteString(p.text)
			continue
		}
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == p.place {
				b.WriteString(written(lang, args[i+1]))
				break
			}
		}
	}
	return b.String()
}

func written(lang string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return grouped(lang, int64(v))
	case int64:
		return grouped(lang, v)
	default:
		return fmt.Sprint(v)
	}
}

var pluralNames = map[plural.Form]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one",
	plural.Two: "two", plural.Few: "few", plural.Many: "many",
}

func category(lang string, n int64) string {
	if n < 0 {
		n = -n
	}
	f := plural.Cardinal.MatchPlural(language.Make(lang), int(n), 0, 0, 0, 0)
	return pluralNames[f]
}

func languageTags() []language.Tag {
	var t []language.Tag
	for _, l := range models.Languages() {
		t = append(t, language.Make(l))
	}
	return t
}

func newPrinters() map[string]*message.Printer {
	m := make(map[string]*message.Printer)
	for _, l := range models.Languages() {
		m[l] = message.NewPrinter(language.Make(l))
	}
	return m
}

// load panics on a broken file: the files are part of the program, and every
// test starts here.
func load() map[string]map[string]text {
	all := make(map[string]map[string]text)
	for _, lang := range models.Languages() {
		all[lang] = make(map[string]text)
		names, err := fs.Glob(files, path.Join("messages", lang, "*.json"))
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			if err := loadFile(name, all[lang]); err != nil {
				panic(fmt.Sprintf("i18n: %s: %v", name, err))
			}
		}
	}
	return all
}

func loadFile(name string, into map[string]text) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	for key, v := range raw {
		if _, twice := into[key]; twice {
			return fmt.Errorf("%s stands in two files", key)
		}
		t, err := parseValue(v)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		into[key] = t
	}
	return nil
}

func parseValue(v json.RawMessage) (text, error) {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return text{parts: parse(s)}, nil
	}
	var forms map[string]string
	if err := json.Unmarshal(v, &forms); err != nil {
		return text{}, err
	}
	t := text{forms: make(map[string][]part, len(forms))}
	for c, s := range forms {
		t.forms[c] = parse(s)
	}
	return t, nil
}

func parse(s string) []part {
	var parts []part
	for s != "" {
		open := strings.IndexByte(s, '{')
		end := -1
		if open >= 0 {
			end = strings.IndexByte(s[open:], '}')
		}
		if open < 0 || end < 0 {
			return append(parts, part{text: s})
		}
		if open > 0 {
			parts = append(parts, part{text: s[:open]})
		}
		parts = append(parts, part{place: s[open+1 : open+end]})
		s = s[open+end+1:]
	}
	return parts
}
