package paths

import "strconv"

// Notifications, and the mail that Souk keeps in local runs.
const (
	NotificationPat        = "/notifications/:id" // where it leads to
	NotificationDonePat    = "/notifications/:id/done"
	NotificationRestorePat = "/notifications/:id/restore"
	NotificationsDone      = "/notifications/done" // all of them
	NotificationsRead      = "/notifications/read"

	Clock          = "/dev/clock"
	Mailbox        = "/dev/mailbox"
	MailboxPat     = "/dev/mailbox/:number"
	MailboxHTMLPat = "/dev/mailbox/:number/html"
)

// Notification leads on to what a notification is about.
func Notification(id int64) string { return Notifications + "/" + strconv.FormatInt(id, 10) }

// NotificationDone marks a notification as done.
func NotificationDone(id int64) string { return Notification(id) + "/done" }

// NotificationRestore moves a notification back to the inbox.
func NotificationRestore(id int64) string { return Notification(id) + "/restore" }

// NotificationsIn is a page of one view of the inbox.
func NotificationsIn(view string, page int) string {
	address, sep := Notifications, "?"
	if view != "" {
		address, sep = address+"?view="+view, "&"
	}
	if page > 1 {
		address += sep + "page=" + strconv.Itoa(page)
	}
	return address
}

// MailboxMessage is one message of the mailbox.
func MailboxMessage(number int64) string { return Mailbox + "/" + strconv.FormatInt(number, 10) }

// MailboxHTML is what the message looks like, by itself.
func MailboxHTML(number int64) string { return MailboxMessage(number) + "/html" }
