package models

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
