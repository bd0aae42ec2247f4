// Package inbox holds the list of notifications.
package inbox

import (
	"context"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/templates/ui"
	"souk/templates/words"
	"souk/web/i18n"
	"souk/web/paths"
)

// View is a page of the inbox.
type View struct {
	View               string // "", "unread" or "done"
	Page               int
	Open, Unread, Done int // how many there are
	Items              []Item
	UpTo               int64 // the newest that the page knows of
	Zone               string
	Now                time.Time
	Pager              ui.PagerProps // with addresses that have no language
}

// Item is one notification.
type Item struct {
	ID     int64
	Kind   models.NotificationKind
	Params map[string]string
	At     time.Time
	Unread bool
}

func (v *View) tabs(ctx context.Context) []ui.Tab {
	tab := func(view, key string, count int) ui.Tab {
		t := ui.Tab{Text: i18n.T(ctx, key), Path: paths.NotificationsIn(view, 1), Current: v.View == view}
		if count > 0 {
			t.Count = i18n.Number(ctx, int64(count))
		}
		return t
	}
	return []ui.Tab{
		tab("", "inbox.view.open", v.Open),
		tab("unread", "inbox.view.unread", v.Unread),
		tab("done", "inbox.view.done", v.Done),
	}
}

// shown is the name of the view in messages.
func (v *View) shown() string {
	if v.View == "" {
		return "open"
	}
	return v.View
}

func (v *View) pager(ctx context.Context) ui.PagerProps {
	p := v.Pager
	p.Label = i18n.T(ctx, "inbox.pages")
	href := func(path string) string {
		if path == "" {
			return ""
		}
		return paths.Localized(i18n.Lang(ctx), path)
	}
	p.Previous, p.Next = href(p.Previous), href(p.Next)
	p.Links = append([]ui.PageLink(nil), p.Links...)
	for i := range p.Links {
		p.Links[i].Href = href(p.Links[i].Href)
	}
	return p
}

// here are the hidden values that lead back to this page.
func (v *View) here() []ui.Value {
	return []ui.Value{{Name: "view", Value: v.View}, {Name: "page", Value: strconv.Itoa(v.Page)}}
}

func (v *View) all() []ui.Value {
	return []ui.Value{{Name: "up_to", Value: strconv.FormatInt(v.UpTo, 10)}}
}

// text is what a notification says. One that is older than what its text speaks
// of says as much as it can.
func (v *View) text(ctx context.Context, n *Item) string {
	return i18n.T(ctx, "notice."+string(n.Kind), words.Args(ctx, n.Params, i18n.Zone(v.Zone))...)
}

// ago says how long ago it was, "" where that would be the day again.
func (v *View) ago(ctx context.Context, t time.Time) string {
	ago := i18n.Ago(ctx, t.In(i18n.Zone(v.Zone)), v.Now)
	if strings.HasPrefix(v.exact(ctx, t), ago) {
		return ""
	}
	return ago
}

func (v *View) exact(ctx context.Context, t time.Time) string {
	return i18n.DateTime(ctx, t.In(i18n.Zone(v.Zone)))
}

// icons say what a notification is about.
var icons = map[models.NotificationKind]ui.Icon{
	models.NoticeInvitation:         ui.IconMail,
	models.NoticeInvitationAccepted: ui.IconPeople,
	models.NoticeInvitationDeclined: ui.IconPeople,
	models.NoticeRoleChanged:        ui.IconBuilding,
	models.NoticeRemoved:            ui.IconBuilding,
	models.NoticeTwoFactorRequired:  ui.IconShield,
	models.NoticeMemberSuspended:    ui.IconPause,
	models.NoticeDomainVerified:     ui.IconVerified,
	models.NoticeDomainFailing:      ui.IconWarning,
	models.NoticeDomainLost:         ui.IconWarning,
	models.NoticeTransfer:           ui.IconTransfer,
	models.NoticeTransferDone:       ui.IconTransfer,
	models.NoticeTransferDeclined:   ui.IconTransfer,
	models.NoticeCollaborator:       ui.IconRepository,
	models.NoticeStaffActed:         ui.IconShield,
	models.NoticeSuspended:          ui.IconPause,
	models.NoticeReinstated:         ui.IconCheck,
	models.NoticeTokenExpires:       ui.IconKey,
	models.NoticeTakenDown:          ui.IconPause,
	models.NoticeRestored:           ui.IconCheck,
	models.NoticeReopened:           ui.IconCheck,
	models.NoticeAppealDenied:       ui.IconMail,
	models.NoticeReportActed:        ui.IconCheck,
	models.NoticeReportDismissed:    ui.IconInfo,
}

func (n *Item) icon() ui.Icon {
	if i, ok := icons[n.Kind]; ok {
		return i
	}
	return ui.IconBell
}
