// Package audits holds the pages of the audit logs.
package audits

import (
	"context"
	"strconv"
	"strings"
	"time"

	"souk/templates/ui"
	"souk/web/i18n"
)

// View is a page of a log.
type View struct {
	Login, Name string // of the organization whose log it is
	Path        string // of this page, without a language
	Query       string
	Problem     string // code of what is wrong with the query
	Events      []Event
	Newest      string // address of the newest events, on later pages
	Older       string // address of the next page
	JSON, CSV   string // addresses of the files
}

// Event is one line of a log.
type Event struct {
	ID           int64
	At           time.Time
	Action       string
	Actor, Staff string // logins
	Target       string
	IP, Device   string
	Words        string // that someone gave with it
	Changes      []ui.Change
}

// Sentence says what was done, in the reader's language, or by its code where
// an older or newer version of Souk wrote it.
func (e *Event) Sentence(ctx context.Context) string {
	key := "audit." + e.Action
	if !i18n.Has(key) {
		return strings.TrimSpace(e.Action + " " + e.Target)
	}
	target := e.Target
	if target == "" {
		target = "—"
	}
	return i18n.T(ctx, key, "target", target)
}

// Who says who did it, with the staff member behind it.
func (e *Event) Who(ctx context.Context) string {
	who := e.Actor
	if who == "" {
		who = i18n.T(ctx, "audits.nobody")
	}
	if e.Staff != "" {
		who += " (" + i18n.T(ctx, "audits.by_staff", "staff", e.Staff) + ")"
	}
	return who
}

// problem is what is wrong with the search, "" for nothing.
func problem(ctx context.Context, code string) string {
	if code == "" {
		return ""
	}
	return i18n.T(ctx, "error."+code)
}

func eventID(id int64) string { return "event-" + strconv.FormatInt(id, 10) }
