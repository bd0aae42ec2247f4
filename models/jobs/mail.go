package jobs

import (
	"github.com/riverqueue/river"

	"souk/models"
)

// SendMail renders a message in the reader's language and sends it: to To, else
// to the address of the account. Language, time zone and the place "login" are
// the account's where there is one. An address that its account hasn't
// confirmed only gets what confirms it, or sets a new password.
//
// Params fill the places of the message. Where the message says who caused it,
// "ip", "device" and "at" (RFC 3339) say from where and when; each may be
// missing. The others are needed:
//
//	verify_mail         Token
//	join_taken          ip, device, at (somebody tried to join with the account's address)
//	reset_password      Token; ip, device, at
//	password_changed    ip, device, at
//	password_removed    ip, device, at
//	new_sign_in         ip, device, at
//	mail_change_old     mail (the new address); Token; ip, device, at
//	mail_change_new     To; mail (the new address); Token; ip, device, at
//	mail_changed        To (the old address); mail (the new one); ip, device, at
//	two_factor_on       ip, device, at
//	two_factor_off      ip, device, at
//	passkey_added       name; ip, device, at
//	passkey_removed     name; ip, device, at
//	recovery_codes_new  ip, device, at
//	recovery_code_used  ip, device, at
//	invitation          To; organization, inviter, role; Token
//	organization_mail   To; organization, mail; Token
//	account_deleted     To, Language; login; ip, device, at
//	receipt             models/invoices queues these: receipt (the token of the public
//	invoice_due         page), reference, seller, listing, money ("1200 EUR"), zone;
//	credit_note         day (until when it is paid); corrects
//	notice              models/notices queues it
type SendMail struct {
	Message   string            `json:"message"` // its template: "verify_mail"
	AccountID int64             `json:"account_id,omitempty"`
	To        string            `json:"to,omitempty"`       // "": the account's own address
	Language  string            `json:"language,omitempty"` // where no account says it
	Params    map[string]string `json:"params,omitempty"`
	// Token asks for a link with a single-use token. It is made while the message
	// is sent, so that no queue ever holds it.
	Token *MailToken `json:"token,omitempty"`
	// Notice is set where Message is NoticeMail.
	Notice *MailNotice `json:"notice,omitempty"`
}

// NoticeMail is the message that tells of a notification.
const NoticeMail = "notice"

// MailNotice says of what: the texts are the messages "mail.notice.<kind>.*".
type MailNotice struct {
	Kind models.NotificationKind `json:"kind"`
	Link string                  `json:"link,omitempty"` // an address of this site
}

// MailToken says what the token of a link is good for.
type MailToken struct {
	Purpose   models.Purpose `json:"purpose"`
	AccountID int64          `json:"account_id,omitempty"`
	Subject   string         `json:"subject,omitempty"`
}

// Kind is the stable name in the queue.
func (SendMail) Kind() string { return "send_mail" }

// InsertOpts puts mail into a queue of its own, so that a mail server that
// doesn't answer keeps back nothing but mail.
func (SendMail) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: MailQueue, MaxAttempts: MailAttempts}
}

// MailQueue is the queue of SendMail.
const MailQueue = "mail"

// MailAttempts is how often a message is tried. With the pauses between, that
// is a day.
const MailAttempts = 13

// TidyMailbox removes old messages from the mailbox of local runs.
type TidyMailbox struct{}

// Kind is the stable name in the queue.
func (TidyMailbox) Kind() string { return "tidy_mailbox" }
