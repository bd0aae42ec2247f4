// Package mail holds what messages by mail say and how they look: a subject, a
// text that is complete by itself, and the same as HTML. There is one form for
// all of them, and their texts are the messages "mail.<message>.*". Mail has no
// style sheet and no Content-Security-Policy, so here alone styles stand in
// attributes.
package mail

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/templates/words"
	"souk/web/i18n"
)

// Letter is what a message is made from.
type Letter struct {
	Message string                  // "verify_mail"
	Notice  models.NotificationKind // set where the message tells of a notification
	Login   string                  // of the account that it goes to, "" for none
	Name    string                  // how to greet the reader, "" for nobody in particular
	Params  map[string]string
	Zone    *time.Location
	Host    string // of the site

	Link   string        // absolute; "" for none
	Good   time.Duration // how long Link works; 0: as long as anyone likes
	Choose string        // absolute; where to choose notifications, "" for none
}

// Written is a letter in the reader's language.
type Written struct {
	Subject string
	Hello   string
	Body    []string // paragraphs
	Button  string   // "" for none
	Link    string
	Good    string
	Facts   []string // from where and when, one a line
	NotYou  string   // what to do if it wasn't you
	Footer  string
	Choose  string
}

// kind is what messages differ in beside their texts: keys, "" for nothing.
type kind struct {
	button string // of the link
	notYou string
	footer string // why the reader gets it
}

const (
	securityButton = "mail.button.security"
	securityNotYou = "mail.not_you.security"
	ofAccount      = "mail.footer.account"
	typed          = "mail.footer.typed"
	ofBuyer        = "mail.footer.buyer"
)

var kinds = map[string]kind{
	"verify_mail":        {"mail.verify_mail.button", "mail.verify_mail.not_you", typed},
	"join_taken":         {"mail.join_taken.button", "mail.join_taken.not_you", ofAccount},
	"reset_password":     {"mail.reset_password.button", "mail.reset_password.not_you", ofAccount},
	"password_changed":   {securityButton, "mail.password_changed.not_you", ofAccount},
	"password_removed":   {securityButton, "mail.password_removed.not_you", ofAccount},
	"new_sign_in":        {securityButton, securityNotYou, ofAccount},
	"mail_change_old":    {"mail.mail_change_old.button", "mail.mail_change_old.not_you", ofAccount},
	"mail_change_new":    {"mail.mail_change_new.button", "mail.mail_change_new.not_you", typed},
	"mail_changed":       {"", "mail.mail_changed.not_you", ""},
	"two_factor_on":      {securityButton, securityNotYou, ofAccount},
	"two_factor_off":     {securityButton, securityNotYou, ofAccount},
	"passkey_added":      {securityButton, securityNotYou, ofAccount},
	"passkey_removed":    {securityButton, securityNotYou, ofAccount},
	"recovery_codes_new": {securityButton, securityNotYou, ofAccount},
	"recovery_code_used": {securityButton, securityNotYou, ofAccount},
	"invitation":         {"mail.invitation.button", "mail.invitation.not_you", typed},
	"organization_mail":  {"mail.organization_mail.button", "mail.organization_mail.not_you", typed},
	"account_deleted":    {"", "mail.account_deleted.not_you", ""},
	"receipt":            {"mail.receipt.button", "", ofBuyer},
	"invoice_due":        {"mail.invoice_due.button", "", ofBuyer},
	"credit_note":        {"mail.credit_note.button", "", ofBuyer},
	"notice":             {"mail.notice.button", "", ofAccount},
}

// Messages lists the names of all messages.
func Messages() []string { return slices.Sorted(maps.Keys(kinds)) }

// Write puts a letter into the language of ctx. It fails where the letter lacks
// something that its text speaks of.
func (l *Letter) Write(ctx context.Context) (*Written, error) {
	k, ok := kinds[l.Message]
	if !ok {
		return nil, fmt.Errorf("mail: there is no message %q", l.Message)
	}
	s := &speaker{ctx: ctx, args: l.args(ctx)}
	w := &Written{Subject: s.say(l.key("subject")), Body: strings.Split(s.say(l.key("body")), "\n\n"), Hello: s.say("mail.hello_nobody")}
	if l.Name != "" {
		w.Hello = s.say("mail.hello")
	}
	if k.button != "" && l.Link != "" {
		w.Button, w.Link, w.Good = s.say(k.button), l.Link, good(ctx, l.Good)
	}
	for _, fact := range []string{"at", "device", "ip"} {
		if l.Params[fact] != "" && l.Notice == "" {
			w.Facts = append(w.Facts, s.say("mail.fact."+fact))
		}
	}
	if k.notYou != "" {
		w.NotYou = s.say(k.notYou)
	}
	if k.footer != "" {
		w.Footer, w.Choose = s.say(k.footer), l.Choose
	}
	if s.err != nil {
		return nil, fmt.Errorf("mail: %s: %w", l.Message, s.err)
	}
	return w, nil
}

func (l *Letter) key(part string) string {
	if l.Notice != "" {
		return "mail.notice." + string(l.Notice) + "." + part
	}
	return "mail." + l.Message + "." + part
}

// args are the places of the texts: what came with the letter, and besides the
// reader, the account and the site, which nothing that came can stand for.
func (l *Letter) args(ctx context.Context) []any {
	params := map[string]string{"login": l.Login}
	maps.Copy(params, l.Params)
	params["reader"], params["account"], params["host"] = l.Name, l.Login, l.Host
	return words.Args(ctx, params, l.Zone)
}

// good says how long a link works.
func good(ctx context.Context, d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d <= 0:
		return ""
	case d < 2*day:
		return i18n.N(ctx, "mail.good_hours", int64(d/time.Hour))
	}
	return i18n.N(ctx, "mail.good_days", int64(d/day))
}

// speaker says messages until one fails.
type speaker struct {
	ctx  context.Context
	args []any
	err  error
}

func (s *speaker) say(key string) string {
	text, err := words.Say(s.ctx, key, s.args)
	if s.err == nil {
		s.err = err
	}
	return text
}
