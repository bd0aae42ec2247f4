package listingfile

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"souk/models"
)

// node is a value of the file: one scalar, fields, or a list.
type node struct {
	kind   kind
	line   int
	text   string  // of a scalar, as it is written
	scalar scalar  // what the scalar is taken for
	fields []field // in their order, each key once
	items  []*node
}

type field struct {
	key   string
	line  int
	value *node
}

type kind int

const (
	kindScalar kind = iota
	kindFields
	kindList
)

// scalar is what an unquoted value means.
type scalar int

const (
	scalarText scalar = iota
	scalarNumber
	scalarTruth
	scalarNull
)

// refusal stops reading.
type refusal struct{ models.Finding }

func (*refusal) Error() string { return "refused" }

func refuse(line int, rule string, params ...string) *refusal {
	f := models.NewFinding(rule, "", params...)
	f.Line = line
	return &refusal{f}
}

// parse reads a file into nodes, or says why it can't.
func parse(text []byte) (*node, *models.Finding) {
	root, err := parseText(text)
	if err == nil {
		return root, nil
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		return nil, &r.Finding
	}
	f := models.NewFinding("file_syntax", "", "reason", err.Error())
	return nil, &f
}

func parseText(text []byte) (*node, error) {
	switch {
	case len(text) > MaxBytes:
		return nil, refuse(0, "file_large", "max", strconv.Itoa(MaxBytes>>10))
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")):
		return nil, refuse(1, "file_encoding")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if at := bytes.IndexByte(text, 0); at >= 0 {
		return nil, refuse(lineAt(text, at), "file_binary")
	}
	if !utf8.Valid(text) {
		return nil, refuse(lineAt(text, firstInvalid(text)), "file_encoding")
	}
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return nil, refuse(1, "file_empty")
	}
	if trimmed[0] == '{' {
		return parseJSON(text)
	}
	return parseYAML(text)
}

func lineAt(text []byte, at int) int { return 1 + bytes.Count(text[:at], []byte("\n")) }

func firstInvalid(text []byte) int {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(text)
}

// deepFlow is nesting that the parser needn't see.
var deepFlow = regexp.MustCompile(`(?:[\[{]\s*){` + strconv.Itoa(maxDepth*4) + `}`)

func parseYAML(text []byte) (*node, error) {
	if at := deepFlow.FindIndex(text); at != nil {
		return nil, refuse(lineAt(text, at[0]), "file_deep", "max", strconv.Itoa(maxDepth))
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, refuse(1, "file_empty")
		}
		return nil, syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, refuse(1, "file_shape")
	}
	c := &converter{}
	root, err := c.convert(doc.Content[0], 1)
	if err != nil {
		return nil, err
	}
	var more yaml.Node
	switch err := dec.Decode(&more); {
	case err == nil:
		return nil, refuse(max(more.Line, 1), "file_documents")
	case !errors.Is(err, io.EOF):
		return nil, syntax(err)
	}
	if root.kind == kindScalar && root.scalar == scalarNull {
		return nil, refuse(root.line, "file_empty")
	}
	if root.kind != kindFields {
		return nil, refuse(root.line, "file_shape")
	}
	return root, nil
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// syntax takes the line out of what the YAML library says.
func syntax(err error) error {
	reason := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatch(reason); m != nil {
		line, _ = strconv.Atoi(m[1])
		reason = reason[len(m[0]):]
	}
	if len(reason) > 200 {
		reason = strings.ToValidUTF8(reason[:200], "") + "…"
	}
	return refuse(max(line, 1), "file_syntax", "reason", reason)
}

// converter turns what the YAML library read into nodes, and refuses what isn't a
// plain value.
type converter struct{ nodes int }

func (c *converter) convert(y *yaml.Node, depth int) (*node, error) {
	if err := c.check(y, depth); err != nil {
		return nil, err
	}
	n := &node{line: y.Line}
	switch y.Kind {
	case yaml.ScalarNode:
		n.text, n.scalar = y.Value, scalarOf(y)
		return n, nil
	case yaml.SequenceNode:
		n.kind = kindList
		for _, item := range y.Content {
			v, err := c.convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, v)
		}
		return n, nil
	case yaml.MappingNode:
		return c.mapping(y, depth)
	}
	return nil, refuse(y.Line, "file_shape")
}

func (c *converter) check(y *yaml.Node, depth int) error {
	c.nodes++
	switch {
	case y.Kind == yaml.AliasNode, y.Anchor != "":
		return refuse(y.Line, "file_anchor")
	case y.Style&yaml.TaggedStyle != 0:
		return refuse(y.Line, "file_tag", "value", short(y.Tag))
	case depth > maxDepth:
		return refuse(y.Line, "file_deep", "max", strconv.Itoa(maxDepth))
	case len(y.Value) > maxScalar:
		return refuse(y.Line, "file_scalar", "max", strconv.Itoa(maxScalar>>10))
	case c.nodes > maxNodes:
		return refuse(y.Line, "file_nodes", "max", strconv.Itoa(maxNodes))
	}
	return nil
}

func (c *converter) mapping(y *yaml.Node, depth int) (*node, error) {
	n := &node{kind: kindFields, line: y.Line}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if err := c.check(key, depth); err != nil {
			return nil, err
		}
		switch {
		case key.Tag == "!!merge":
			return nil, refuse(key.Line, "file_merge")
		case key.Kind != yaml.ScalarNode:
			return nil, refuse(key.Line, "file_key")
		}
		v, err := c.convert(y.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		if err := n.add(field{key.Value, key.Line, v}); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *node) add(f field) error {
	for _, have := range n.fields {
		if have.key == f.key {
			return refuse(f.line, "file_key_twice", "key", short(f.key), "first", strconv.Itoa(have.line))
		}
	}
	n.fields = append(n.fields, f)
	return nil
}

func scalarOf(y *yaml.Node) scalar {
	if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return scalarText
	}
	switch y.Tag {
	case "!!null":
		return scalarNull
	case "!!bool":
		return scalarTruth
	case "!!int", "!!float":
		return scalarNumber
	}
	return scalarText
}

// short is a value as it stands in a message.
func short(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '·'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
