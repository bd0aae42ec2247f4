package models

import (
	"errors"
	"slices"
	"strings"
)

// Kind classifies an Error by what the caller can do about it. It becomes an
// HTTP status in web/errors.go and nowhere else.
type Kind int

// The kinds, from "our fault" to the ways a request can be refused.
const (
	Internal Kind = iota
	Invalid
	Unauthenticated
	Forbidden
	NotFound
	Conflict
	Declined
	TooMany
	Gone
	Unavailable
)

// Error is the only error a user is told about. Code is stable: it is the
// translation key "error.<code>" and the API's machine-readable code. Field
// names the form or query field at fault, where there is one.
type Error struct {
	Kind  Kind
	Code  string
	Field string

	cause error
}

func (e *Error) Error() string {
	s := e.Code
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause given to Because.
func (e *Error) Unwrap() error { return e.cause }

// Is reports equality by Code, so that a copy made by Because or On still
// matches its sentinel.
func (e *Error) Is(target error) bool {
	t, ok := errors.AsType[*Error](target)
	return ok && t.Code == e.Code
}

// Because returns a copy of e that wraps cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// On returns a copy of e that names the field at fault.
func (e *Error) On(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Sentinels that belong to no single noun.
var (
	ErrInternal         = &Error{Kind: Internal, Code: "internal"}
	ErrNotFound         = &Error{Kind: NotFound, Code: "not_found"}
	ErrMethodNotAllowed = &Error{Kind: Invalid, Code: "method_not_allowed"}
	ErrBadParameter     = &Error{Kind: Invalid, Code: "bad_parameter"}
	ErrUnknownParameter = &Error{Kind: Invalid, Code: "unknown_parameter"}
	ErrPageOutOfRange   = &Error{Kind: Invalid, Code: "page_out_of_range", Field: "page"}
	ErrCrossSite        = &Error{Kind: Forbidden, Code: "cross_site"}
	ErrTooLarge         = &Error{Kind: Invalid, Code: "too_large"}
	ErrTimeout          = &Error{Kind: Unavailable, Code: "timeout"}
	ErrSearchFailed     = &Error{Kind: Unavailable, Code: "search_failed"}
)

// Errors lists every sentinel, for the test that each has a message in every
// language.
func Errors() []*Error {
	return slices.Concat([]*Error{
		ErrInternal, ErrNotFound, ErrMethodNotAllowed, ErrBadParameter, ErrUnknownParameter,
		ErrPageOutOfRange, ErrCrossSite, ErrTooLarge, ErrTimeout, ErrSearchFailed,
		ErrListingState, ErrTooManyCompared,
	}, actorErrors, accountErrors, userErrors, organizationErrors, repositoryErrors, staffErrors, tokenErrors, auditErrors, notificationErrors, factorErrors,
		appErrors, credentialErrors, ownershipErrors, pictureErrors, draftErrors, lintErrors, planErrors, submissionErrors, moderationErrors, insightErrors, claimErrors,
		billingErrors, orderErrors, paymentErrors, sellingErrors, buyingErrors, invoiceErrors, moneyErrors, hookErrors,
		installationErrors, standingErrors, installErrors, installRequestErrors, updateErrors, oauthErrors, appPolicyErrors, oversightErrors, installationTokenErrors, appHookErrors, followErrors)
}

// Problems are all that is wrong with a form, each with its Field, so that a
// person can mend everything at once. It is an Invalid error: errors.As finds
// the first *Error in it.
type Problems []*Error

func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i, e := range p {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns each problem.
func (p Problems) Unwrap() []error {
	all := make([]error, len(p))
	for i, e := range p {
		all[i] = e
	}
	return all
}

// Add appends err if it is an *Error or Problems, named for field unless it
// names one itself, and does nothing for nil. What is neither is returned.
func (p *Problems) Add(field string, err error) error {
	if err == nil {
		return nil
	}
	if more, ok := errors.AsType[Problems](err); ok {
		*p = append(*p, more...)
		return nil
	}
	known, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	if known.Field == "" || field != "" {
		known = known.On(field)
	}
	*p = append(*p, known)
	return nil
}

// Err is nil where nothing is wrong.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// AsProblems returns what a person can mend in a form, if err is nothing else.
func AsProblems(err error) (Problems, bool) {
	if p, ok := errors.AsType[Problems](err); ok {
		return p, true
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Invalid {
		return Problems{e}, true
	}
	return nil, false
}
