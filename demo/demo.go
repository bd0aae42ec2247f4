// Package demo holds the demonstration catalogue, which Souk loads once on its
// first start without a database of one's own, and the judged queries that the
// search is measured with. SOURCES.md says where the facts come from.
package demo

import (
	"bytes"
	_ "embed" // the data
	"io"
)

//go:embed catalogue.jsonl
var catalogue []byte

// Catalogue reads the entries, in the exchange format.
func Catalogue() io.Reader { return bytes.NewReader(catalogue) }
