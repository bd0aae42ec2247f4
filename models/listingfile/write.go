package listingfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"souk/models"
)

// Write is a content as YAML, its fields in the order of the table, texts of
// several lines as blocks. Reading it gives the same content.
func Write(c *models.ListingContent) ([]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("listingfile: %w", err)
	}
	root, err := (&jsonParser{text: text, dec: numbers(text), ours: true}).value(1)
	if err != nil {
		return nil, fmt.Errorf("listingfile: %w", err)
	}
	doc := written(root)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("listingfile: %w", err)
	}
	return out.Bytes(), enc.Close()
}

// written is a node as a person would write it: blocks instead of braces, quotes
// only where they are needed.
func written(n *node) *yaml.Node {
	y := &yaml.Node{}
	switch n.kind {
	case kindFields:
		y.Kind, y.Tag = yaml.MappingNode, "!!map"
		for _, f := range n.fields {
			y.Content = append(y.Content, scalarNode(f.key, true), written(f.value))
		}
	case kindList:
		y.Kind, y.Tag = yaml.SequenceNode, "!!seq"
		for _, item := range n.items {
			y.Content = append(y.Content, written(item))
		}
	default:
		if n.scalar == scalarText {
			return scalarNode(n.text, false)
		}
		y.Kind, y.Value = yaml.ScalarNode, n.text
		y.Tag = map[scalar]string{scalarNumber: "!!int", scalarTruth: "!!bool", scalarNull: "!!null"}[n.scalar]
	}
	return y
}

func scalarNode(s string, key bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: styleOf(s, key)}
}

func styleOf(s string, key bool) yaml.Style {
	switch {
	case !key && strings.Contains(s, "\n") && blockable(s):
		return yaml.LiteralStyle
	case plain(s):
		return 0
	}
	return yaml.DoubleQuotedStyle
}

// blockable reports whether a text reads the same from a block: lines that end or
// begin with spaces, and what must be escaped, don't.
func blockable(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && r < ' ' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfffe && r <= 0xffff
	}) {
		return false
	}
	return !strings.HasPrefix(s, " ") && !strings.HasPrefix(s, "\n") && !slices.ContainsFunc(strings.Split(s, "\n"), func(line string) bool {
		return strings.HasSuffix(line, " ")
	})
}

// plain reports whether a text needs no quotes for sure. The library quotes what
// it takes for another type.
func plain(s string) bool {
	if s == "" || len(s) > 200 || strings.TrimSpace(s) != s {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff
	})
}
