// Package deliveries holds the pages of webhooks: of purchases, and of apps.
package deliveries

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
	"souk/web/paths"
)

// Desk is where an app is told things, and what it was told.
type Desk struct {
	Frame    Frame
	Endpoint Endpoint
	Fresh    string // a secret that was just made
	MayAct   bool
	State    string // that is shown; "" for all
	All      int
	Counts   []int // by States
	Events   []Event
	Pager    ui.PagerProps
	Now      time.Time
}

// Endpoint is where events go to.
type Endpoint struct {
	URL                                    string
	Active, Form, Signed                   bool
	OldUntil, Delivered, FailingFrom, Hold time.Time // zero for never
}

// Event is one that was told, or is to be told.
type Event struct {
	GUID, Event, Action, Account, State string
	Tries, Status                       int
	Created, Delivered, Next            time.Time
}

// Told is an event with all that is known of it.
type Told struct {
	Frame             Frame
	Event             Event
	Payload           string
	Reachable, MayAct bool
	Attempts          []Attempt
}

// Attempt is one attempt to send an event.
type Attempt struct {
	At                      time.Time
	URL                     string
	Redelivery, Taken       bool
	Status, Milliseconds    int
	Problem                 string
	Request, Response, Body string
}

// Settings is the form of where events go to.
type Settings struct {
	Frame        Frame
	URL, Content string
	Active, New  bool
	Problems     ui.Problems
}

// Secret is the form of another secret.
type Secret struct {
	Frame    Frame
	Endpoint Endpoint
	Secret   string
	End      bool
	Problems ui.Problems
}

// Range is the form of what is sent again.
type Range struct {
	Frame          Frame
	From, Until    string
	All, Reachable bool
	Count, Most    int
	Problems       ui.Problems
}

// States lists the states of events in the order of their tabs.
func States() []string { return []string{"waiting", "delivered", "failed", "nowhere"} }

// Frame is whose webhook the pages are about: a listing's, unless it is an app's own.
type Frame struct {
	Listing desk.Listing
	App     *desk.App
}

func (f Frame) listing(title string) desk.Listing {
	f.Listing.Title = title
	return f.Listing
}

func (f Frame) app(title string) desk.App {
	app := *f.App
	app.Title = title
	return app
}

// at is a page of paths.Webhook, or of paths.AppWebhook.
func (f Frame) at(page string) string {
	if f.App != nil {
		return paths.AppWebhook(f.App.Slug, page)
	}
	return paths.Webhook(f.Listing.Slug, page)
}

func (f Frame) delivery(guid, act string) string {
	if f.App != nil {
		return paths.AppDelivery(f.App.Slug, guid, act)
	}
	return paths.Delivery(f.Listing.Slug, guid, act)
}

// of is what is said of a listing's webhook, or of an app's own.
func (f Frame) of(listing, app string) string {
	if f.App != nil {
		return app
	}
	return listing
}

func (d *Desk) tabs(ctx context.Context) []ui.Tab {
	address := d.Frame.at("")
	tabs := []ui.Tab{{Text: i18n.T(ctx, "deliveries.all"), Path: address, Count: i18n.Number(ctx, int64(d.All)), Current: d.State == ""}}
	for i, state := range States() {
		tabs = append(tabs, ui.Tab{Text: i18n.T(ctx, "deliveries.state."+state), Path: address + "?state=" + state,
			Count: i18n.Number(ctx, int64(d.Counts[i])), Current: d.State == state})
	}
	return tabs
}

// silent reports whether the app has never taken anything though something was for
// it.
func (d *Desk) silent() bool {
	return d.Frame.App == nil && d.Endpoint.Delivered.IsZero() && !d.Endpoint.FailingFrom.IsZero()
}

func (d *Desk) failing() bool {
	return !d.silent() && !d.Endpoint.FailingFrom.IsZero() && d.Now.Sub(d.Endpoint.FailingFrom) > time.Hour
}

func (e *Event) name() string {
	if e.Action == "" {
		return e.Event
	}
	return e.Event + "." + e.Action
}

func tone(state string) ui.Tone {
	switch state {
	case "delivered":
		return ui.ToneGood
	case "failed", "nowhere":
		return ui.ToneBad
	}
	return ui.ToneWarn
}

// answer is a status as people read it: "502 Bad Gateway".
func answer(status int) string {
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return strconv.Itoa(status)
}

func exact(t time.Time) string { return t.Format(time.RFC3339) }

// title is that of the form of another secret, or of the first one.
func (s *Secret) title(ctx context.Context) string {
	if s.Frame.App != nil && !s.Endpoint.Signed {
		return i18n.T(ctx, "apphooks.sign")
	}
	return i18n.T(ctx, "deliveries.rotate.title")
}

func (r *Range) which() string {
	if r.All {
		return "all"
	}
	return "missed"
}

// pages is the pager with its name.
func (d *Desk) pages(ctx context.Context) ui.PagerProps {
	p := d.Pager
	p.Label = i18n.T(ctx, "deliveries.pages")
	return p
}
