package models

import (
	"strings"
	"time"
	"unicode"
)

// MaxAuditFilter is how long a search of the audit log may be, in characters.
const MaxAuditFilter = 300

// AuditFilter chooses events of the audit log. Empty fields choose all.
type AuditFilter struct {
	Actor  string // login, of the actor or of the staff behind
	Action string // "repository.create", or "repository.*"
	Target string // name of what it was done to
	IP     string
	Since  *time.Time
	Until  *time.Time // not included
	Words  []string   // each stands in action, logins, target or description
}

// ParseAuditFilter reads a search such as
//
//	actor:ada action:repository.* created:>=2026-01-01 created:<2026-02-01 widget
//
// where a word without a key is looked for everywhere. Values with spaces stand
// in double quotes. Days begin and end in zone. It returns ErrAuditFilter for an
// unknown key, a date that can't be read, and for what is too long.
func ParseAuditFilter(s string, zone *time.Location) (f AuditFilter, err error) {
	if s, err = PlainText(s, MaxAuditFilter, false); err != nil {
		return f, ErrAuditFilter
	}
	for _, term := range terms(s) {
		key, value, keyed := strings.Cut(term, ":")
		if !keyed || strings.ContainsFunc(key, func(r rune) bool { return r == '"' || unicode.IsSpace(r) }) {
			f.Words = append(f.Words, strings.Trim(term, `"`))
			continue
		}
		value = strings.Trim(value, `"`)
		switch key {
		case "actor", "user":
			f.Actor = strings.ToLower(strings.TrimPrefix(value, "@"))
		case "action":
			f.Action = strings.ToLower(value)
		case "target":
			f.Target = value
		case "ip":
			f.IP = value
		case "created":
			err = f.created(value, zone)
		default:
			err = ErrAuditFilter
		}
		if err != nil {
			return AuditFilter{}, err
		}
	}
	return f, nil
}

// created reads ">=2026-01-01", "2026-01-01..2026-01-31" and the like.
func (f *AuditFilter) created(value string, zone *time.Location) error {
	day := func(s string) (time.Time, error) {
		t, err := time.ParseInLocation(time.DateOnly, s, zone)
		if err != nil {
			return t, ErrAuditFilter
		}
		return t, nil
	}
	after := func(t time.Time) *time.Time { return new(t.AddDate(0, 0, 1)) }
	if first, last, ok := strings.Cut(value, ".."); ok {
		a, err := day(first)
		if err != nil {
			return err
		}
		b, err := day(last)
		f.Since, f.Until = &a, after(b)
		return err
	}
	operator := value[:len(value)-len(strings.TrimLeft(value, "<>="))]
	t, err := day(value[len(operator):])
	if err != nil {
		return err
	}
	switch operator {
	case ">=":
		f.Since = &t
	case ">":
		f.Since = after(t)
	case "<=":
		f.Until = after(t)
	case "<":
		f.Until = &t
	case "":
		f.Since, f.Until = &t, after(t)
	default:
		return ErrAuditFilter
	}
	return nil
}

// terms splits at spaces outside of double quotes.
func terms(s string) (all []string) {
	quoted := false
	for _, field := range strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return unicode.IsSpace(r) && !quoted
	}) {
		if strings.Trim(field, `"`) != "" {
			all = append(all, field)
		}
	}
	return all
}

// ErrAuditFilter is a search of the audit log that can't be read.
var ErrAuditFilter = &Error{Kind: Invalid, Code: "audit_filter", Field: "q"}

var auditErrors = []*Error{ErrAuditFilter}
