// Package mailer carries out what the queue says of mail: it finds out who
// reads a message and in which language, makes the link with its single-use
// token, has the message written, and hands it to a mail.Sender. It decides
// nothing about who is to be told of what; the verbs did when they queued it.
package mailer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/jobs"
	"souk/models/mail"
	templates "souk/templates/mail"
	"souk/web/i18n"
	"souk/web/paths"
)

// Tokens makes single-use tokens. A token that was made earlier must stay good:
// a message may have arrived although the try was counted as failed.
type Tokens interface {
	Mint(ctx context.Context, purpose models.Purpose, accountID *int64, subject string) (token string, err error)
}

// Mailer sends queued messages.
type Mailer struct {
	readers *mail.Readers
	tokens  Tokens
	sender  mail.Sender
	base    string // public address of the site, without a final slash
}

// New makes a Mailer of a site at base.
func New(readers *mail.Readers, tokens Tokens, sender mail.Sender, base string) *Mailer {
	return &Mailer{readers: readers, tokens: tokens, sender: sender, base: base}
}

// Send writes a message and sends it. job names it, the same for each try. It
// returns models.ErrNotFound where there is nobody to send it to any more,
// models.ErrMailRefused where it can't be delivered; another error may go away.
func (m *Mailer) Send(ctx context.Context, job string, args jobs.SendMail) error {
	to, err := m.addressee(ctx, args)
	if err != nil {
		return err
	}
	ctx = i18n.With(ctx, to.Language)
	letter, err := m.letter(ctx, to, args)
	if err != nil {
		return err
	}
	w, err := letter.Write(ctx)
	if err != nil {
		return fmt.Errorf("mailer: %w", err)
	}
	var html strings.Builder
	if err := w.HTML().Render(ctx, &html); err != nil {
		return fmt.Errorf("mailer: %w", err)
	}
	return m.sender.Send(ctx, mail.Message{ID: m.name(job), To: to.Mail, Subject: w.Subject, Text: w.Text(ctx), HTML: html.String(), Language: to.Language})
}

// unconfirmed are the messages that an address gets although its account hasn't
// confirmed it: they are how it does. All others might tell a stranger, whose
// address someone typed, what doesn't concern them.
var unconfirmed = map[string]bool{"verify_mail": true, "reset_password": true}

// addressee finds who reads the message, where, and how.
func (m *Mailer) addressee(ctx context.Context, args jobs.SendMail) (mail.Reader, error) {
	to := mail.Reader{Language: args.Language}
	if args.AccountID != 0 {
		reader, found, err := m.readers.Of(ctx, args.AccountID)
		if err != nil {
			return to, err
		}
		if found {
			to = reader
		}
	}
	switch {
	case args.To != "":
		to.Mail = args.To
	case to.Mail == "", !to.Confirmed && !unconfirmed[args.Message]:
		return to, models.ErrNotFound
	}
	if !models.IsLanguage(to.Language) {
		to.Language = i18n.Default
	}
	return to, nil
}

// letter gathers what the message is made from. The token is made here, so that
// it is in no queue and no log.
func (m *Mailer) letter(ctx context.Context, to mail.Reader, args jobs.SendMail) (*templates.Letter, error) {
	l := &templates.Letter{Message: args.Message, Login: to.Login, Name: to.Name, Params: args.Params, Zone: i18n.Zone(to.TimeZone), Host: m.host()}
	if l.Name == "" {
		l.Name = to.Login
	}
	if zone := args.Params["zone"]; zone != "" {
		l.Zone = i18n.Zone(zone)
	}
	switch path, own := links[args.Message]; {
	case args.Params["receipt"] != "":
		l.Link = m.address(to.Language, paths.Receipt(args.Params["receipt"]))
	case args.Notice != nil:
		l.Notice = args.Notice.Kind
		l.Link, l.Choose = m.address(to.Language, local(args.Notice.Link)), m.address(to.Language, paths.SettingsNotifications)
	case args.Token != nil:
		token, err := m.mint(ctx, args.Token)
		if err != nil {
			return nil, err
		}
		l.Link, l.Good = m.address(to.Language, redeem(args.Token.Purpose, token)), args.Token.Purpose.Lifetime()
	case own:
		l.Link = m.address(to.Language, path)
	}
	return l, nil
}

// links are where messages without a token lead to.
var links = map[string]string{
	"join_taken":         paths.Login,
	"password_changed":   paths.SettingsSecurity,
	"password_removed":   paths.SettingsSecurity,
	"new_sign_in":        paths.SettingsSecurity,
	"two_factor_on":      paths.SettingsSecurity,
	"two_factor_off":     paths.SettingsSecurity,
	"passkey_added":      paths.SettingsSecurity,
	"passkey_removed":    paths.SettingsSecurity,
	"recovery_codes_new": paths.SettingsSecurity,
	"recovery_code_used": paths.SettingsSecurity,
}

func (m *Mailer) mint(ctx context.Context, t *jobs.MailToken) (string, error) {
	var account *int64
	if t.AccountID != 0 {
		account = &t.AccountID
	}
	return m.tokens.Mint(ctx, t.Purpose, account, t.Subject)
}

// redeem is the page on which a person uses a token.
func redeem(purpose models.Purpose, token string) string {
	switch purpose {
	case models.PurposeResetPassword:
		return paths.PasswordResetLink(token)
	case models.PurposeInvitation:
		return paths.Invitation(token, "")
	case models.PurposeSignIn:
		return paths.LoginLink(token)
	default:
		return paths.Verify(token)
	}
}

// local keeps the link of a notice on this site.
func local(link string) string {
	if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "//") {
		return paths.Notifications
	}
	return link
}

func (m *Mailer) address(lang, path string) string { return m.base + paths.Localized(lang, path) }

// host is how people call the site.
func (m *Mailer) host() string {
	u, err := url.Parse(m.base)
	if err != nil || u.Host == "" {
		return m.base
	}
	return u.Host
}

// name is the message's name: of this site, and always the same for a job.
func (m *Mailer) name(job string) string {
	sum := sha256.Sum256([]byte(m.base))
	return "souk." + hex.EncodeToString(sum[:4]) + "." + job
}

// jobName names a job for all time: numbers alone begin anew with a new
// database.
func jobName(id int64, made time.Time) string {
	return strconv.FormatInt(made.UnixMicro(), 36) + "." + strconv.FormatInt(id, 36)
}
