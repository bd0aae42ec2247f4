package inbox

import (
	"time"

	"souk/models"
	"souk/templates/ui"
)

// Examples are the pieces of this package.
func Examples() []ui.Example {
	now := time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC)
	ago := func(n int64, kind models.NotificationKind, unread bool, passed time.Duration, params ...string) Item {
		i := Item{ID: n, Kind: kind, At: now.Add(-passed), Unread: unread, Params: map[string]string{}}
		for p := 0; p+1 < len(params); p += 2 {
			i.Params[params[p]] = params[p+1]
		}
		return i
	}
	some := []Item{
		ago(4, models.NoticeInvitation, true, 20*time.Second, "organization", "Acme", "inviter", "grace", "role", "billing_manager"),
		ago(3, models.NoticeTokenExpires, true, 3*time.Hour, "name", "ci", "at", "2026-12-01T09:00:00Z"),
		ago(2, models.NoticeCollaborator, false, 50*time.Hour, "repository", "acme/widget", "role", "maintain"),
		ago(1, models.NoticeStaffActed, false, 60*24*time.Hour, "staff", "linus", "reason", "a request by mail"),
	}
	return []ui.Example{
		{Name: "inbox", Component: List(View{Page: 1, Open: 4, Unread: 2, Items: some, UpTo: 4, Zone: "Asia/Tokyo", Now: now})},
		{Name: "inbox-done", Component: List(View{View: "done", Page: 1, Done: 1, Items: some[3:], UpTo: 4, Zone: "Asia/Tokyo", Now: now})},
		{Name: "inbox-empty", Component: List(View{Page: 1, Now: now})},
	}
}
