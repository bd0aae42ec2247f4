// Package docs is the help: pages written in Markdown, one file a page and a
// language, rendered once when the program starts.
package docs

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"

	"souk/models"
	"souk/web/i18n"
	"souk/web/paths"
	"souk/web/view"
)

//go:embed content/*.md
var files embed.FS

// slugs are the pages in the order in which the index shows them. A page is in
// the help once it stands here and in content/, in every language.
var slugs = []string{"finding", "permissions", "ranking", "account", "two-factor", "organizations", "repositories", "registering-apps", "app-credentials", "verified-publishers", "writing-a-listing", "listing-as-code", "listing-pictures", "claiming", "review", "buying", "requests-and-policies", "installing-apps", "permission-updates", "asking-for-apps", "authorizing-apps", "app-policies", "reviewing-apps", "plans-and-prices", "getting-paid", "webhooks", "installation-tokens", "receipts-and-taxes", "selling", "reporting", "moderation", "api", "privacy"}

// Doc is one page in one language.
type Doc struct {
	Slug    string
	Title   string
	Summary string // the first paragraph, as plain text
	html    string
}

// Slugs lists the pages.
func Slugs() []string { return append([]string(nil), slugs...) }

// Has reports whether there is a page of that name.
func Has(slug string) bool {
	_, ok := all()[i18n.Default][slug]
	return ok
}

func in(lang string) []Doc {
	list := make([]Doc, len(slugs))
	for i, s := range slugs {
		list[i] = all()[lang][s]
	}
	return list
}

var all = sync.OnceValue(func() map[string]map[string]Doc {
	m := map[string]map[string]Doc{}
	for _, lang := range models.Languages() {
		m[lang] = map[string]Doc{}
		for _, slug := range slugs {
			m[lang][slug] = read(slug, lang)
		}
	}
	return m
})

var markdown = goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAttribute()))

// read panics on a missing or broken file: the files are part of the program,
// and a test reads them all.
func read(slug, lang string) Doc {
	b, err := files.ReadFile("content/" + slug + "." + lang + ".md")
	if err != nil {
		panic(err)
	}
	text := withShares(string(b), lang)
	title, body, _ := strings.Cut(text, "\n")
	summary, _, _ := strings.Cut(strings.TrimSpace(body), "\n\n")
	var out bytes.Buffer
	if err := markdown.Convert([]byte(text), &out); err != nil {
		panic(fmt.Sprintf("docs: %s.%s: %v", slug, lang, err))
	}
	return Doc{Slug: slug, Title: strings.TrimPrefix(title, "# "), Summary: plain(summary), html: localLinks(out.String(), lang)}
}

func plain(s string) string {
	return strings.NewReplacer("*", "", "`", "", "\n", " ").Replace(s)
}

var pageLink = regexp.MustCompile(`href="(/(?:marketplace|docs|apps|publishers|join|login|settings|organizations|notifications|new)\b[^"]*)"`)

// localLinks keeps a reader in the language of the page, and lets the keyboard
// reach what scrolls.
func localLinks(html, lang string) string {
	html = strings.NewReplacer("<pre>", `<pre tabindex="0">`, "<table>", `<table tabindex="0">`).Replace(html)
	return pageLink.ReplaceAllStringFunc(html, func(m string) string {
		return `href="` + paths.Localized(lang, pageLink.FindStringSubmatch(m)[1]) + `"`
	})
}

// text is the page with the site's own address in its examples.
func (d *Doc) text(ctx context.Context) string {
	return strings.ReplaceAll(d.html, "{base}", view.From(ctx).Base)
}
