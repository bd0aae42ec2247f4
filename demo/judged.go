package demo

import (
	"bytes"
	_ "embed" // the data
	"io"
)

//go:embed categories.json
var categories []byte

// Categories reads the names of the marketplace's categories in four
// languages: an array of {slug, names}.
func Categories() io.Reader { return bytes.NewReader(categories) }
