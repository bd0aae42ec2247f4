package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// Every icon that has a name here is drawn in the sprite, and nothing is drawn
// there that has no name.
func TestIcons(t *testing.T) {
	sprite, err := os.ReadFile("../../static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	for _, m := range regexp.MustCompile(`<symbol id="([^"]+)" viewBox="0 0 24 24">`).FindAllSubmatch(sprite, -1) {
		drawn = append(drawn, string(m[1]))
	}
	named := iconNames(t)
	for _, name := range named {
		if !slices.Contains(drawn, name) {
			t.Errorf("the sprite has no %s", name)
		}
	}
	for _, name := range drawn {
		if !slices.Contains(named, name) {
			t.Errorf("no constant names %s", name)
		}
	}
	if !slices.IsSorted(drawn) || len(slices.Compact(slices.Clone(drawn))) != len(drawn) {
		t.Error("the sprite is in the order of the alphabet, each icon once")
	}
}

func iconNames(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "icon.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typed, ok := v.Type.(*ast.Ident); ok && typed.Name == "Icon" {
			name, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		return true
	})
	return names
}
