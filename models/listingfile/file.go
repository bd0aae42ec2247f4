// Package listingfile reads and writes a listing as a file: YAML, or JSON, with the
// keys of models.ListingContent and nothing else. What is wrong comes back as
// findings, each with its line. Files come from strangers: everything that YAML
// could do beyond writing values down is refused, and so is whatever is larger or
// deeper than a listing.
package listingfile

import (
	"slices"
	"strings"

	"souk/models"
)

// Limits of a file.
const (
	MaxBytes  = 512 << 10
	maxScalar = 64 << 10
	maxNodes  = 5000
	maxDepth  = 8
)

// File is a listing as a file says it.
type File struct {
	Content models.ListingContent
	lines   map[string]int // of each value by its path
}

// Read reads a file. findings say what of it couldn't be read; the file holds the
// rest, and is nil where nothing could.
func Read(text []byte) (*File, []models.Finding) {
	root, bad := parse(text)
	if bad != nil {
		return nil, []models.Finding{*bad}
	}
	d := &decoder{lines: map[string]int{}}
	f := &File{lines: d.lines}
	d.into(root, &f.Content)
	return f, d.found
}

// Lint says what the rules have to say about the file's content, with lines.
func (f *File) Lint() []models.Finding {
	found := models.LintListing(&f.Content)
	f.Locate(found)
	return found
}

// Locate gives findings the line of their field, or of what the field would
// belong to.
func (f *File) Locate(found []models.Finding) {
	for i := range found {
		if found[i].Line == 0 {
			found[i].Line = f.line(found[i].Field)
		}
	}
}

func (f *File) line(path string) int {
	for path != "" {
		if n, ok := f.lines[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1
}

// Sort orders findings by line, and those of one line as they were found.
func Sort(found []models.Finding) {
	slices.SortStableFunc(found, func(a, b models.Finding) int { return a.Line - b.Line })
}

// WithoutAccess leaves out what the app's settings say and a draft doesn't, and
// returns a finding for each field that said it.
func (f *File) WithoutAccess() []models.Finding {
	var found []models.Finding
	c := &f.Content
	for _, field := range []struct {
		name string
		told bool
	}{
		{"permissions", c.Permissions != nil}, {"events", c.Events != nil}, {"scopes", c.Scopes != nil},
		{"single_file_paths", c.SingleFilePaths != nil},
	} {
		if field.told {
			found = append(found, models.NewFinding("file_ignored", field.name, "field", field.name))
		}
	}
	c.Permissions, c.Events, c.Scopes, c.SingleFilePaths = nil, nil, nil, nil
	f.Locate(found)
	return found
}
