// Package ownership holds the pages of managers, transfer and deletion of apps,
// and the ledger of what apps asked for.
package ownership

import (
	"context"
	"time"

	"souk/models"
	"souk/templates/desk"
	"souk/templates/ui"
	"souk/web/i18n"
)

// Managers is the page of an app's managers.
type Managers struct {
	App      desk.App
	Managers []Manager
	Typed    string // a login
	Problems ui.Problems
}

func (m *Managers) full() bool { return len(m.Managers) >= models.MaxAppManagers }

// Manager is a person who looks after an app.
type Manager struct {
	Login, Name string
	Since       time.Time
}

// Advanced is the page from which an app is handed on or deleted.
type Advanced struct {
	App        desk.App
	To         string // to whom it is offered; "" for nobody
	Until      time.Time
	MayDelete  bool
	ListingURL string // where its listing is looked after; "" for none
}

// Transfer asks to whom an app goes.
type Transfer struct {
	App      desk.App
	Listed   bool // it has a listing
	Keys     bool // it has secrets or private keys
	Managers int
	Account  string // as typed
	Typed    string // the name
	Problems ui.Problems
}

// Delete asks before an app is deleted.
type Delete struct {
	App                              desk.App
	Listing                          string // its name; "" for none
	Drafts, Reviews                  int
	Installations                    int // accounts that it is installed on
	Secrets, Keys, Managers, Retired int // Retired: days for which the name is kept
	Typed                            string
	Problems                         ui.Problems
}

// Offer asks who is to receive an app.
type Offer struct {
	App     desk.App
	To      string
	Until   time.Time
	Listing string // its name; "" for none
}

// Ledger is what an app asked for and whose it was since when.
type Ledger struct {
	Slug, Name, LogoURL string
	AppSlug             string
	Public              bool // the listing's page is
	Lines               []Line
	Total               int
	Pager               ui.PagerProps
}

func (l *Ledger) pager(ctx context.Context) ui.PagerProps {
	p := l.Pager
	p.Label = i18n.T(ctx, "ownership.ledger.pages")
	return p
}

// Line is one line of a ledger; see the verb's.
type Line struct {
	At       time.Time
	Imported bool
	First    bool
	Known    bool
	Change   models.AskedChange
	Cause    models.OwnerCause
	From, To string
}

// title says in a few words what the line is about.
func (l *Line) title(ctx context.Context) string {
	switch {
	case l.Cause == models.OwnerTransferred:
		return i18n.T(ctx, "ownership.ledger.transferred", "from", l.From, "to", l.To)
	case l.Cause == models.OwnerClaimed:
		return i18n.T(ctx, "ownership.ledger.claimed", "to", l.To)
	case l.Cause == models.OwnerImported && l.To == "":
		return i18n.T(ctx, "ownership.ledger.said_nobody")
	case l.Cause == models.OwnerImported:
		return i18n.T(ctx, "ownership.ledger.said", "to", l.To)
	case !l.Known:
		return i18n.T(ctx, "ownership.ledger.unknown")
	case l.First && l.Change.Empty():
		return i18n.T(ctx, "ownership.ledger.nothing")
	case l.First:
		return i18n.T(ctx, "ownership.ledger.first")
	case l.Change.More():
		return i18n.T(ctx, "ownership.ledger.more")
	case l.Change.Empty():
		return i18n.T(ctx, "ownership.ledger.same")
	case len(l.Change.Removed)+len(l.Change.Lowered)+len(l.Change.ScopesRemoved) > 0:
		return i18n.T(ctx, "ownership.ledger.less")
	}
	return i18n.T(ctx, "ownership.ledger.events")
}

// icon stands beside the title.
func (l *Line) icon() ui.Icon {
	switch {
	case l.Cause == models.OwnerTransferred:
		return ui.IconTransfer
	case l.Cause != "":
		return ui.IconPerson
	case !l.Known:
		return ui.IconUnknown
	case l.Change.More():
		return ui.IconPlus
	}
	return ui.IconShield
}

func titled(a desk.App, title string) desk.App {
	a.Title = title
	return a
}

// allows says in words what a permission at a level allows.
func allows(ctx context.Context, key string, level models.Level) string {
	if m := "permission." + key + "." + string(level); i18n.Has(m) {
		return i18n.T(ctx, m)
	}
	return i18n.T(ctx, "ownership.ledger.other")
}

// levelName is a level as a word; "" is none.
func levelName(ctx context.Context, l models.Level) string {
	if l == "" {
		return i18n.T(ctx, "ownership.level.none")
	}
	return i18n.T(ctx, "ownership.level."+string(l))
}

func scopeAllows(ctx context.Context, name string) string {
	if s, known := models.ScopeByName(name); known && i18n.Has("scope."+s.MessageName()) {
		return i18n.T(ctx, "scope."+s.MessageName())
	}
	return i18n.T(ctx, "ownership.ledger.other")
}

func eventAbout(ctx context.Context, name string) string {
	if i18n.Has("event." + name) {
		return i18n.T(ctx, "event."+name)
	}
	return ""
}
