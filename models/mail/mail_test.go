package mail_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"encoding/base64"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/mail"
	"souk/models/mail/mailtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func message(change ...func(*mail.Message)) mail.Message {
	m := mail.Message{ID: "souk.0a1b2c3d.job.1", To: "ada@example.test", Subject: "Confirm your mail address",
		Text: "Hello Ada,\n\nopen https://souk.example/verify/abc\n", HTML: "<p>Hello Ada</p>\n", Language: "en"}
	for _, c := range change {
		c(&m)
	}
	return m
}

// TestSenders holds every Sender to the same.
func TestSenders(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) (mail.Sender, func(*testing.T) []mail.Message){
		"SMTP": viaSMTP, "mailbox": viaMailbox,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("what is sent arrives", func(t *testing.T) {
				t.Parallel()
				whatIsSentArrives(t, start)
			})
			t.Run("twice is once", func(t *testing.T) {
				t.Parallel()
				twiceIsOnce(t, start)
			})
			t.Run("no header can be added", func(t *testing.T) {
				t.Parallel()
				noHeaderCanBeAdded(t, start)
			})
		})
	}
}

func whatIsSentArrives(t *testing.T, start func(*testing.T) (mail.Sender, func(*testing.T) []mail.Message)) {
	out, inbox := start(t)
	long := strings.Repeat("ありがとうございます。", 100)
	for i, m := range []mail.Message{
		message(),
		message(func(m *mail.Message) {
			m.Subject, m.Language = "メールアドレスの確認："+strings.Repeat("長い件名", 20), "ja"
		}),
		message(func(m *mail.Message) {
			m.Subject, m.Language = "Définissez un nouveau mot de passe à l’instant", "fr"
		}),
		message(func(m *mail.Message) {
			m.Text, m.HTML, m.Language = "您好\n\n"+long+"\n.\n..\nend = here\n", "<p>"+long+"</p>\n", "zh-CN"
		}),
		message(func(m *mail.Message) {
			m.Text = ".\nFrom here\n\ttab and trailing space \n" + strings.Repeat("x", 3000) + "\n"
		}),
	} {
		m.ID += "." + string(rune('a'+i))
		if err := out.Send(t.Context(), m); err != nil {
			t.Fatalf("%q: %v", m.Subject, err)
		}
		all := inbox(t)
		if len(all) != i+1 {
			t.Fatalf("%d messages arrived, not %d", len(all), i+1)
		}
		if got := all[i]; got != m {
			t.Errorf("sent    %+v\narrived %+v", m, got)
		}
	}
}

func twiceIsOnce(t *testing.T, start func(*testing.T) (mail.Sender, func(*testing.T) []mail.Message)) {
	out, inbox := start(t)
	for range 2 {
		if err := out.Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
	}
	names := map[string]bool{}
	for _, m := range inbox(t) {
		names[m.ID] = true
	}
	if len(names) != 1 {
		t.Errorf("the same message has the names %v", names)
	}
}

func noHeaderCanBeAdded(t *testing.T, start func(*testing.T) (mail.Sender, func(*testing.T) []mail.Message)) {
	out, inbox := start(t)
	for name, change := range map[string]func(*mail.Message){
		"CR LF in the subject":    func(m *mail.Message) { m.Subject = "Hello\r\nBcc: eve@example.test" },
		"LF in the subject":       func(m *mail.Message) { m.Subject = "Hello\nBcc: eve@example.test" },
		"null in the subject":     func(m *mail.Message) { m.Subject = "Hello\x00" },
		"CR LF in the address":    func(m *mail.Message) { m.To = "ada@example.test\r\nRCPT TO:<eve@example.test>" },
		"two addresses":           func(m *mail.Message) { m.To = "ada@example.test, eve@example.test" },
		"a name in the address":   func(m *mail.Message) { m.To = "Ada <ada@example.test>" },
		"no address":              func(m *mail.Message) { m.To = "" },
		"CR LF in the name":       func(m *mail.Message) { m.ID = "a\r\nBcc: eve@example.test" },
		"an angle in the name":    func(m *mail.Message) { m.ID = "a>b" },
		"no name":                 func(m *mail.Message) { m.ID = "" },
		"CR LF in the language":   func(m *mail.Message) { m.Language = "en\r\nBcc: eve@example.test" },
		"no subject":              func(m *mail.Message) { m.Subject = "" },
		"no text":                 func(m *mail.Message) { m.Text = "" },
		"null in the text":        func(m *mail.Message) { m.Text = "Hello\x00" },
		"what is no UTF-8":        func(m *mail.Message) { m.Text = "Hello \xff" },
		"a subject that is bytes": func(m *mail.Message) { m.Subject = "\xff\xfe" },
	} {
		if err := out.Send(t.Context(), message(change)); !errors.Is(err, models.ErrMailRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := inbox(t); len(got) > 0 {
		t.Errorf("arrived: %+v", got)
	}
}

func viaMailbox(t *testing.T) (mail.Sender, func(*testing.T) []mail.Message) {
	box := mail.NewMailbox(dbtest.New(t), time.Now)
	return box, func(t *testing.T) []mail.Message {
		kept, err := box.Latest(t.Context(), "", 100)
		if err != nil {
			t.Fatal(err)
		}
		var all []mail.Message
		for i := range kept {
			all = append(all, kept[len(kept)-1-i].Message)
		}
		return all
	}
}

func viaSMTP(t *testing.T) (mail.Sender, func(*testing.T) []mail.Message) {
	s := mailtest.Serve(t)
	return sender(t, s, "smtp://"+credentials+s.Address+"?tls=required"), func(t *testing.T) []mail.Message {
		var all []mail.Message
		for _, r := range s.Received() {
			all = append(all, parse(t, r))
		}
		return all
	}
}

// parse reads a message as a mail program does, and checks what every message
// of Souk's must have.
func parse(t *testing.T, r mailtest.Received) mail.Message {
	t.Helper()
	for _, line := range lines(r.Data) {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	got, err := netmail.ReadMessage(bytes.NewReader(r.Data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, r.Data)
	}
	h := got.Header
	for name, want := range map[string]string{"Auto-Submitted": "auto-generated", "From": `"Souk" <souk@example.org>`, "To": "<" + r.To + ">", "Mime-Version": "1.0"} {
		if v := h[name]; len(v) != 1 || v[0] != want {
			t.Errorf("%s: %q", name, v)
		}
	}
	if _, err := h.Date(); err != nil {
		t.Error(err)
	}
	if h.Get("Bcc") != "" || h.Get("User-Agent") != "" {
		t.Errorf("headers that should not be: %v", h)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	m := mail.Message{To: r.To, Subject: subject, Language: h.Get("Content-Language")}
	m.ID = strings.TrimSuffix(strings.TrimPrefix(h.Get("Message-Id"), "<"), "@example.org>")
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for i, want := range []string{"text/plain", "text/html"} {
		body := part(t, parts, want)
		if i == 0 {
			m.Text = body
		} else {
			m.HTML = body
		}
	}
	return m
}

func part(t *testing.T, parts *multipart.Reader, want string) string {
	t.Helper()
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	if kind, params, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err != nil || kind != want || !strings.EqualFold(params["charset"], "utf-8") {
		t.Fatalf("%s %v %v", kind, params, err)
	}
	var decoded io.Reader
	switch encoding := p.Header.Get("Content-Transfer-Encoding"); encoding {
	case "quoted-printable":
		decoded = quotedprintable.NewReader(p)
	case "base64":
		decoded = base64.NewDecoder(base64.StdEncoding, p)
	default:
		t.Fatalf("encoding %q", encoding)
	}
	b, err := io.ReadAll(decoded)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}
