package dev_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"souk/handlers/dev"
	"souk/models/db/dbtest"
	"souk/models/mail"
	"souk/web"
	"souk/web/paths"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// newMailbox is a site with nothing but a mailbox.
func newMailbox(t *testing.T) (*mail.Mailbox, http.Handler) {
	t.Helper()
	box := mail.NewMailbox(dbtest.New(t), time.Now)
	server := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Base: "http://localhost:8080"})
	h := dev.NewMailbox(box, time.Now)
	server.GET(paths.Mailbox, h.List, dev.Near)
	server.GET(paths.MailboxPat, h.Message, dev.Near)
	server.GET(paths.MailboxHTMLPat, h.HTML, dev.Near)
	return box, server.Handler()
}

func visit(h http.Handler, path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
	r.RemoteAddr = "127.0.0.1:50000"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func put(t *testing.T, box *mail.Mailbox, id string, change func(*mail.Message)) int64 {
	t.Helper()
	m := mail.Message{ID: id, To: "ada@example.test", Subject: "アドレスの確認", Text: "Hello\nhttps://souk.example/verify/TOKEN\nbye <b>\n",
		HTML: `<!doctype html><html lang="ja"><head><title>x</title></head><body style="margin:0"><script>alert(1)</script><a href="/verify/TOKEN">go</a></body></html>`, Language: "ja"}
	change(&m)
	if err := box.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	all, err := box.Latest(t.Context(), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	return all[0].Number
}

func TestMailboxShowsMessages(t *testing.T) {
	t.Parallel()
	box, site := newMailbox(t)
	if w := visit(site, "/dev/mailbox"); w.Code != 200 || !strings.Contains(w.Body.String(), "No mail yet") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	first := put(t, box, "a", func(*mail.Message) {})
	second := put(t, box, "b", func(m *mail.Message) { m.To, m.Subject = "bob@example.test", "<i>Hi</i>" })
	list := visit(site, "/dev/mailbox").Body.String()
	if a, b := strings.Index(list, fmt.Sprintf(`/dev/mailbox/%d"`, first)), strings.Index(list, fmt.Sprintf(`/dev/mailbox/%d"`, second)); b < 0 || a < b {
		t.Errorf("not the newest first: %d, %d", a, b)
	}
	if !strings.Contains(list, "&lt;i&gt;Hi") || !strings.Contains(list, `lang="ja">アドレスの確認`) {
		t.Errorf("%s", list)
	}
	if one := visit(site, "/dev/mailbox?to=BOB%40example.test").Body.String(); strings.Contains(one, "アドレスの確認") || !strings.Contains(one, "bob@example.test") {
		t.Errorf("%s", one)
	}

	w := visit(site, paths.MailboxMessage(first))
	for _, want := range []string{`<a href="https://souk.example/verify/TOKEN">`, "bye &lt;b&gt;", `src="` + paths.MailboxHTML(first) + `"`, "sandbox="} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'") || !strings.Contains(policy, "script-src 'self'") {
		t.Errorf("%s", policy)
	}
	for _, path := range []string{"/dev/mailbox/999", "/dev/mailbox/x", "/dev/mailbox/999/html"} {
		if w := visit(site, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// Whatever a message holds, it can't run, load, send, or reach the site.
func TestMessagesAreConfined(t *testing.T) {
	t.Parallel()
	box, site := newMailbox(t)
	w := visit(site, paths.MailboxHTML(put(t, box, "a", func(*mail.Message) {})))
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "sandbox ", "frame-ancestors 'self'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("no %s in %s", want, policy)
		}
	}
	for _, never := range []string{"allow-scripts", "allow-same-origin", "allow-forms", "script-src", "connect-src", "img-src"} {
		if strings.Contains(policy, never) {
			t.Errorf("%s in %s", never, policy)
		}
	}
	if w.Code != 200 || !strings.Contains(w.Body.String(), `<base target="_blank">`) || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The mailbox holds links that open other people's accounts. It answers this
// machine alone, and nobody who comes through a proxy on it.
func TestMailboxIsForThisMachine(t *testing.T) {
	t.Parallel()
	box, site := newMailbox(t)
	number := put(t, box, "a", func(*mail.Message) {})
	from := func(address string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = address } }
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, test := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"IPv4":                {from("127.0.0.1:1"), 200},
		"IPv4 elsewhere":      {from("127.8.8.8:1"), 200},
		"IPv6":                {from("[::1]:1"), 200},
		"IPv4 in IPv6":        {from("[::ffff:127.0.0.1]:1"), 200},
		"named by number":     {host("127.0.0.1:8080"), 200},
		"named by IPv6":       {host("[::1]:8080"), 200},
		"a name of ours":      {host("souk.localhost:8080"), 200},
		"LAN":                 {from("192.168.1.5:1"), 404},
		"the Internet":        {from("203.0.113.7:1"), 404},
		"IPv6 elsewhere":      {from("[2001:db8::1]:1"), 404},
		"no address":          {from("@"), 404},
		"rebound name":        {host("evil.example:8080"), 404},
		"a likely name":       {host("localhost.evil.example"), 404},
		"X-Forwarded-For":     {header("X-Forwarded-For", "127.0.0.1"), 404},
		"X-Real-IP":           {header("X-Real-IP", "127.0.0.1"), 404},
		"Forwarded":           {header("Forwarded", "for=127.0.0.1"), 404},
		"X-Forwarded-Host":    {header("X-Forwarded-Host", "localhost"), 404},
		"some proxy or other": {header("Via", "1.1 proxy"), 404},
	} {
		for _, path := range []string{paths.Mailbox, paths.MailboxMessage(number), paths.MailboxHTML(number)} {
			if w := visit(site, path, test.change); w.Code != test.want {
				t.Errorf("%s at %s: %d, not %d", name, path, w.Code, test.want)
			}
		}
	}
}

func TestLocal(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]bool{
		"http://localhost:8080": true, "http://127.0.0.1": true, "http://[::1]:80": true, "https://souk.localhost": true,
		"https://souk.example.org": false, "http://192.168.1.5:8080": false, "http://localhost.example.org": false, "": false,
	} {
		if got := dev.Local(base); got != want {
			t.Errorf("%s: %v", base, got)
		}
	}
}
