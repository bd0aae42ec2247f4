package catalog

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

type headingLowerer struct{}

// lowerHeadings makes every heading stand below the page's own and one level
// at most below the one that it belongs to, whatever its author began with.
var lowerHeadings = util.Prioritized(headingLowerer{}, 100)

// Transform implements parser.ASTTransformer.
func (headingLowerer) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	const highest, lowest = 3, 6
	var above []int // the levels, as written, of what the next heading may belong to
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		for len(above) > 0 && above[len(above)-1] >= h.Level {
			above = above[:len(above)-1]
		}
		above = append(above, h.Level)
		h.Level = min(highest+len(above)-1, lowest)
	}
}
