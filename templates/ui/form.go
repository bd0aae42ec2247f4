package ui

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"souk/web/i18n"
	"souk/web/view"
)

// FieldProps are a field's. Name is the form's name for it; its element's id is
// "f-" and the name, or ID where a page has two forms with such a field.
type FieldProps struct {
	Name     string
	ID       string
	Label    string
	Help     string
	Value    string
	Type     string // text unless it says otherwise
	Lines    int    // of a text area; 0 is an input
	Optional bool   // everything else is required
	Problem  string // what is wrong with it
	Auto     string // autocomplete: username, current-password, new-password, email, one-time-code, off, …
	Max      int    // characters; 0 is no limit. A password has none: it would be cut without a word
	Focus    bool   // where the page begins
	Readonly bool
	Mono     bool   // codes and keys
	Digits   bool   // a short code of digits
	Example  string // shown while the field is empty; never the only help
	Beside   string // id of another element that says something about it
	Lang     string // of what is typed, where it isn't the page's
}

func (p *FieldProps) id() string {
	if p.ID != "" {
		return p.ID
	}
	return "f-" + p.Name
}

func (p *FieldProps) kind() string {
	if p.Type == "" {
		return "text"
	}
	return p.Type
}

func (p *FieldProps) attributes(ctx context.Context) templ.Attributes {
	a := described(p.id(), p.Help, p.Problem)
	if p.Beside != "" {
		by, _ := a["aria-describedby"].(string)
		a["aria-describedby"] = strings.TrimSpace(by + " " + p.Beside)
	}
	if !p.Optional && !p.Readonly && p.Type != "color" { // a colour is always one
		a["required"] = true
	}
	if p.Auto != "" {
		a["autocomplete"] = p.Auto
	}
	if p.Max > 0 && p.Type != "password" && p.Type != "number" {
		a["maxlength"] = p.Max
	}
	if p.Focus && view.From(ctx).TakeFocus() {
		a["autofocus"] = true
	}
	if p.Example != "" {
		a["placeholder"] = p.Example
	}
	if p.Lang != "" {
		a["lang"] = p.Lang
	}
	if p.Readonly {
		a["readonly"] = true
	}
	if p.Mono {
		a["class"] = "mono-input"
	}
	if p.Digits {
		a["class"] = "code-input"
		a["inputmode"] = "numeric"
	}
	if p.Mono || p.Digits || p.Type == "password" || p.Auto == "username" || p.Auto == "email" {
		a["autocapitalize"] = "none"
		a["spellcheck"] = "false"
	}
	return a
}

// described ties a control to its help and to what is wrong with it.
func described(id, help, problem string) templ.Attributes {
	a := templ.Attributes{}
	by := ""
	if help != "" {
		by = id + "-help"
	}
	if problem != "" {
		if by != "" {
			by += " "
		}
		by += id + "-problem"
		a["aria-invalid"] = "true"
	}
	if by != "" {
		a["aria-describedby"] = by
	}
	return a
}

// nth are the attributes of one option among several: the first is where the
// summary leads to.
func nth(id string, i int, problem string) templ.Attributes {
	a := described(id, "", problem)
	delete(a, "aria-invalid") // it is the choice that is wrong, no option of it
	if i == 0 {
		a["id"] = id
	}
	return a
}

// SelectProps are a choice's.
type SelectProps struct {
	Name, Label, Help, Value, Problem string
	Options                           []Option
}

// Option is one of a choice.
type Option struct{ Value, Label, Help string }

// ChoicesProps are those of boxes that share a name; Values are ticked.
type ChoicesProps struct {
	Name, Label, Help, Problem string
	Values                     []string
	Options                    []Option
}

// CheckboxProps are a checkbox's; Value is "true" unless it says otherwise.
type CheckboxProps struct {
	Name, Label, Help, Value, Problem string
	Checked, Disabled                 bool
}

// attributes name the box where it is the only one with its name.
func (p *CheckboxProps) attributes() templ.Attributes {
	if p.Value != "" {
		return described("f-"+p.Name, "", p.Problem)
	}
	return nth("f-"+p.Name, 0, p.Problem)
}

func (p *CheckboxProps) value() string {
	if p.Value == "" {
		return "true"
	}
	return p.Value
}

// PostProps are a single button's.
type PostProps struct {
	Action, Label, About string
	Hidden               []Value
	Danger, Main         bool
}

// Value is a name with a value.
type Value struct{ Name, Value string }

// Problem is what is wrong with one field of a form, as a code: the text is the
// message "error.<code>".
type Problem struct{ Field, Code, Text string }

// Problems are all that is wrong with a form.
type Problems []Problem

// On is the text for a field, "" where it is fine.
func (p Problems) On(ctx context.Context, field string) string {
	for _, one := range p {
		if one.Field == field {
			return one.text(ctx)
		}
	}
	return ""
}

// Texts are the problems with their texts in the reader's language.
func (p Problems) Texts(ctx context.Context) []Problem {
	all := make([]Problem, len(p))
	for i, one := range p {
		all[i] = Problem{Field: one.Field, Code: one.Code, Text: one.text(ctx)}
	}
	return all
}

func (p Problem) text(ctx context.Context) string {
	return i18n.T(ctx, "error."+p.Code, "field", p.Field)
}
