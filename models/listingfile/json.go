package listingfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// parseJSON reads JSON by itself: YAML takes nearly all of it, but not all, and
// says less well what is wrong.
func parseJSON(text []byte) (*node, error) {
	p := &jsonParser{text: text, dec: numbers(text)}
	root, err := p.value(1)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, refuse(p.line(), "file_documents")
	}
	return root, nil
}

func numbers(text []byte) *json.Decoder {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec
}

type jsonParser struct {
	text  []byte
	dec   *json.Decoder
	ours  bool // written by us, so that no limit holds
	nodes int
	// Where the line count has come to, so that it isn't begun anew each time.
	at, lines int
}

// line is the line of what was read last.
func (p *jsonParser) line() int {
	to := min(int(p.dec.InputOffset()), len(p.text))
	p.lines += bytes.Count(p.text[p.at:to], []byte("\n"))
	p.at = to
	return p.lines + 1
}

func (p *jsonParser) token() (json.Token, error) {
	t, err := p.dec.Token()
	if err == nil {
		return t, nil
	}
	reason := strings.TrimPrefix(err.Error(), "json: ")
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		return nil, refuse(lineAt(p.text, min(int(s.Offset), len(p.text))), "file_syntax", "reason", reason)
	}
	return nil, refuse(p.line(), "file_syntax", "reason", reason)
}

func (p *jsonParser) value(depth int) (*node, error) {
	t, err := p.token()
	if err != nil {
		return nil, err
	}
	n := &node{line: p.line()}
	if p.nodes++; p.nodes > maxNodes && !p.ours {
		return nil, refuse(n.line, "file_nodes", "max", strconv.Itoa(maxNodes))
	}
	if depth > maxDepth {
		return nil, refuse(n.line, "file_deep", "max", strconv.Itoa(maxDepth))
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '[' {
			return p.list(n, depth)
		}
		return p.fields(n, depth)
	case string:
		n.text = v
		if len(v) > maxScalar && !p.ours {
			return nil, refuse(n.line, "file_scalar", "max", strconv.Itoa(maxScalar>>10))
		}
	case json.Number:
		n.text, n.scalar = v.String(), scalarNumber
	case bool:
		n.text, n.scalar = strconv.FormatBool(v), scalarTruth
	default:
		n.scalar = scalarNull
	}
	return n, nil
}

func (p *jsonParser) list(n *node, depth int) (*node, error) {
	n.kind = kindList
	for p.dec.More() {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, v)
	}
	_, err := p.token()
	return n, err
}

func (p *jsonParser) fields(n *node, depth int) (*node, error) {
	n.kind = kindFields
	for p.dec.More() {
		t, err := p.token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		line := p.line()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if err := n.add(field{key, line, v}); err != nil {
			return nil, err
		}
	}
	_, err := p.token()
	return n, err
}
