package catalog

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

type headingLowerer struct{}

// lowerHeadings moves every heading two levels down.
var lowerHeadings = util.Prioritized(headingLowerer{}, 100)

// Transform implements parser.ASTTransformer.
func (headingLowerer) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			h.Level = min(h.Level+2, 6)
		}
	}
}
