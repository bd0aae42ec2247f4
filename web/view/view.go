// Package view carries what every page needs to know of the request it answers:
// language, address, appearance. Web fills it in, templates read it, handlers
// pass it by. It is a leaf.
package view

import (
	"context"

	"souk/web/paths"
)

// Request is the request as pages see it.
type Request struct {
	Lang   string // en, zh-CN, ja or fr
	Path   string // without the language's prefix
	Query  string // raw, without lang
	Theme  string // "light", "dark", or "" to follow the system
	Base   string // the public address of the site, without a final slash
	Secure bool   // the public address is https
	Dev    bool
	ID     string // request id
	Flash  string // code of what was just done, to say once: the message "flash.<code>"

	Viewer *Viewer // who is signed in; nil for nobody

	focused bool
}

// TakeFocus is true for whoever asks first: a page can begin at one place only,
// what is wrong with a form before its first field.
func (r *Request) TakeFocus() bool {
	first := !r.focused
	r.focused = true
	return first
}

// Viewer is the signed-in person as every page shows them.
type Viewer struct {
	Login         string
	Name          string
	Unread        int    // notifications
	Staff         bool   // may open the staff's pages
	Reviewer      bool   // of the staff, or above
	Administrator bool   // of the staff
	ActingFor     string // login of the staff member who acts as this person
	Suspended     bool
	Unproven      bool   // the mail address isn't confirmed
	TimeZone      string // IANA name
}

// TakeFlash is what to say once, for whoever asks first.
func (r *Request) TakeFlash() string {
	code := r.Flash
	r.Flash = ""
	return code
}

// Address is the absolute address of this page in lang.
func (r *Request) Address(lang string) string {
	a := r.Base + paths.Localized(lang, r.Path)
	if r.Query != "" {
		a += "?" + r.Query
	}
	return a
}

type contextKey struct{}

// With returns a context that carries r.
func With(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, contextKey{}, r)
}

// From returns the request of ctx, or an English one outside of any.
func From(ctx context.Context) *Request {
	if r, ok := ctx.Value(contextKey{}).(*Request); ok {
		return r
	}
	return &Request{Lang: "en", Path: "/", Base: "http://localhost"}
}
