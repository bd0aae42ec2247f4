package dev

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/mail"
	"souk/templates/mailbox"
	"souk/web"
)

// Mailbox shows the mail that Souk keeps instead of sending it. It holds other
// people's links to sign in and to change passwords, so it answers nobody but
// whoever sits at the machine.
type Mailbox struct {
	box *mail.Mailbox
	now func() time.Time
}

// NewMailbox makes the handlers.
func NewMailbox(box *mail.Mailbox, now func() time.Time) *Mailbox {
	return &Mailbox{box: box, now: now}
}

// latest is how many messages the list shows.
const latest = 100

// Local reports whether a site at base is one for this machine alone.
func Local(base string) bool {
	u, err := url.Parse(base)
	return err == nil && here(u.Host)
}

// Near lets nobody in but browsers of this machine that call the site by a name
// of this machine. A proxy in between would make everyone look near, so
// whatever shows one keeps people out too.
func Near(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
			if r.Header.Get(header) != "" {
				return models.ErrNotFound
			}
		}
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().Unmap().IsLoopback() || !here(r.Host) {
			return models.ErrNotFound
		}
		return next(c)
	}
}

// here reports whether a host, with or without a port, is this machine.
func here(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (err == nil && ip.IsLoopback())
}

type mailboxInput struct {
	To string `query:"to"`
}

// List shows the newest messages, of one address or of all.
func (m *Mailbox) List(c echo.Context) error {
	in, err := web.Bind[mailboxInput](c)
	if err != nil {
		return err
	}
	all, err := m.box.Latest(c.Request().Context(), strings.TrimSpace(in.To), latest)
	if err != nil {
		return err
	}
	v := mailbox.List{To: in.To, Days: mail.MailboxDays, Now: m.now()}
	for _, k := range all {
		v.Letters = append(v.Letters, mailbox.Letter{Number: k.Number, To: k.To, Subject: k.Subject, Language: k.Language, At: k.CreatedAt})
	}
	return web.Page(c, mailbox.ListPage(v))
}

// Message shows a message: its text, and its HTML in a frame.
func (m *Mailbox) Message(c echo.Context) error {
	k, err := m.open(c)
	if err != nil {
		return err
	}
	web.AllowFrame(c)
	return web.Page(c, mailbox.LetterPage(mailbox.Letter{Number: k.Number, To: k.To, Subject: k.Subject, Language: k.Language, At: k.CreatedAt,
		Text: spans(k.Text)}))
}

// HTML is what a message looks like. Whatever it holds can neither run nor load
// anything, nor reach the site around it.
func (m *Mailbox) HTML(c echo.Context) error {
	k, err := m.open(c)
	if err != nil {
		return err
	}
	web.Sandbox(c)
	// Its links open beside the mailbox.
	body := strings.Replace(k.HTML, "<head>", `<head><base target="_blank">`, 1)
	return web.Blob(c, "text/html; charset=utf-8", []byte(body), 0)
}

func (m *Mailbox) open(c echo.Context) (*mail.Kept, error) {
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return nil, models.ErrNotFound
	}
	return m.box.Open(c.Request().Context(), number)
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// spans divides a text into what is a link and what isn't.
func spans(text string) []mailbox.Span {
	var all []mailbox.Span
	end := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		if at[0] > end {
			all = append(all, mailbox.Span{Text: text[end:at[0]]})
		}
		all = append(all, mailbox.Span{Text: text[at[0]:at[1]], Link: true})
		end = at[1]
	}
	if end < len(text) {
		all = append(all, mailbox.Span{Text: text[end:]})
	}
	return all
}
