package catalog

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

var (
	markdown  = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithASTTransformers(lowerHeadings)))
	sanitizer = newSanitizer()
)

// newSanitizer allows what text needs and no picture: a picture in a
// description would be a request to a third party.
func newSanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "blockquote",
		"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto")
	p.RequireNoFollowOnLinks(true)
	p.RequireParseableURLs(true)
	return p
}

// RenderMarkdown turns a description into HTML that is safe to show.
func RenderMarkdown(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return "", fmt.Errorf("catalog: markdown: %w", err)
	}
	return strings.TrimSpace(sanitizer.Sanitize(b.String())), nil
}
