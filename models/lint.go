package models

import "slices"

// Finding is one thing that a rule has to say about a listing's content. What it
// says is the message "lint.<rule>", how to mend it "lint.<rule>.mend", both
// with Params. The form, the command and the API show the same findings.
type Finding struct {
	Rule     string            `json:"rule"`
	Severity Severity          `json:"severity"`
	Field    string            `json:"field,omitempty"` // a path in ListingContent: "plans[0].name"; "" for the whole
	Line     int               `json:"line,omitempty"`  // of the file, from 1; 0 where there is none
	Params   map[string]string `json:"params,omitempty"`
}

// Severity is how much a finding matters.
type Severity string

// The severities: an error keeps a listing from being handed in, or a draft
// from being kept where its value can't be stored at all; a warning is shown to
// the integrator and to the reviewer; a hint only to the integrator.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityHint    Severity = "hint"
)

// Args are the finding's params as names and values in turn, as messages take
// them.
func (f *Finding) Args() []any {
	args := make([]any, 0, 2*len(f.Params))
	for name, value := range f.Params {
		args = append(args, name, value)
	}
	return args
}

// Blocking reports whether any of the findings is an error.
func Blocking(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// LintListing says everything that the rules have to say about a listing's
// content by itself, in the order of its fields. What needs the database
// (whether categories exist) or the network (dead links) is checked elsewhere.
func LintListing(c *ListingContent) []Finding {
	l := &linter{c: c}
	l.identity()
	l.texts()
	l.lists()
	l.translations()
	l.links()
	l.contacts()
	l.data()
	l.pictures()
	l.purchase()
	l.plans()
	l.access()
	return l.found
}

// DraftFindings says why a content can't be kept even as a draft: text that isn't
// UTF-8 or holds a NUL, or more of it than any listing needs. size is that of its
// JSON.
func DraftFindings(c *ListingContent, size int) []Finding {
	if size > MaxDraftBytes {
		return []Finding{NewFinding("too_large", "", "max", itoa(MaxDraftBytes>>10))}
	}
	var found []Finding
	for _, f := range LintListing(c) {
		if f.Rule == "encoding" || f.Rule == "control" && f.Params["character"] == codePoint(0) {
			found = append(found, f)
		}
	}
	return found
}

// CategoryFindings names the categories that aren't among those known.
func CategoryFindings(c *ListingContent, known []string) []Finding {
	var found []Finding
	for i, slug := range c.Categories {
		if !slices.Contains(known, slug) {
			found = append(found, NewFinding("category_unknown", entry("categories", i), "value", shown(slug)))
		}
	}
	return found
}

// linter is one run over a listing's content.
type linter struct {
	c     *ListingContent
	found []Finding
}

// say adds a finding; params are names and values in turn.
func (l *linter) say(rule, field string, params ...string) {
	l.found = append(l.found, NewFinding(rule, field, params...))
}

// NewFinding makes a finding of a rule of LintRules; params are names and values
// in turn. A rule that isn't there is an error with that name, which a test would
// show.
func NewFinding(rule, field string, params ...string) Finding {
	f := Finding{Rule: rule, Severity: SeverityError, Field: field}
	if r, ok := lintIndex[rule]; ok {
		f.Severity = r.Severity
	}
	for i := 0; i+1 < len(params); i += 2 {
		if f.Params == nil {
			f.Params = map[string]string{}
		}
		f.Params[params[i]] = params[i+1]
	}
	return f
}
