package e2e

import (
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// resolver is a DNS server on this machine with records that a test writes.
type resolver struct {
	address string

	mu      sync.Mutex
	records map[string]string // TXT by name, with the final dot
}

func startResolver(t testing.TB) *resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &resolver{address: socket.LocalAddr().String(), records: map[string]string{}}
	server := &dns.Server{PacketConn: socket, Handler: dns.HandlerFunc(r.answer)}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	return r
}

func (r *resolver) answer(w dns.ResponseWriter, asked *dns.Msg) {
	reply := new(dns.Msg)
	reply.SetReply(asked)
	r.mu.Lock()
	defer r.mu.Unlock()
	q := asked.Question[0]
	if text, ok := r.records[strings.ToLower(q.Name)]; ok && q.Qtype == dns.TypeTXT {
		reply.Answer = append(reply.Answer, &dns.TXT{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}, Txt: []string{text}})
	} else {
		reply.Rcode = dns.RcodeNameError
	}
	_ = w.WriteMsg(reply)
}

func (r *resolver) write(name, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records[name+"."] = text
}

// letter opens the newest letter to an address in the mailbox, and returns the
// first link in it, without the site's address.
func (b *tab) letter(to string) (link string) {
	b.t.Helper()
	until(b.t, "a letter to "+to, func() bool {
		b.visit("/dev/mailbox?to=" + to)
		return b.has("main .rows a")
	})
	b.follow("main .rows a")
	text := b.text(".letter-text")
	link = regexp.MustCompile(regexp.QuoteMeta(b.site.address) + `(/\S+)`).FindString(text)
	if link == "" {
		b.t.Fatalf("the letter has no link: %s", text)
	}
	return strings.TrimPrefix(link, b.site.address)
}

// send sends the form that a field or button stands in, by its first button.
func (b *tab) send(selector string) {
	b.t.Helper()
	b.leave("what comes after "+selector, func() {
		eval[bool](b, "(((e) => (e.form ?? e.closest('form')).querySelector('button:not([type=button])').click())(document.querySelector(%q)), true)", selector)
	})
}

// wantFlash expects the page to say that something was done.
func (b *tab) wantFlash() {
	b.t.Helper()
	if !b.has(".flash[role=status]") {
		b.t.Fatalf("%s doesn't say that it was done: %s", b.path(), tail(b.text("main")))
	}
}

// TestNewcomers is how two people begin, in Japanese: one joins, makes an
// organization and lets the other in, by mail alone.
func TestNewcomers(t *testing.T) {
	t.Parallel()
	names := startResolver(t)
	site := start(t, "SOUK_DEMO=false", "SOUK_DEV=true", "SOUK_DNS_RESOLVER="+names.address)
	b := open(t, site, desktop)

	// Join, and confirm the address from the mailbox.
	b.visit("/ja/join")
	b.fill("#f-login", "yuki")
	b.fill("#f-mail", "yuki@example.test")
	b.fill("#f-password", joinPassword)
	b.send("#f-login")
	if !b.has(".me") || !b.has(".standing") {
		t.Fatalf("nobody is signed in, or their address counts as confirmed, at %s", b.path())
	}
	b.visit(b.letter("yuki@example.test"))
	b.follow("main form button")
	b.wantFlash()
	if b.has(".standing") {
		t.Error("the address isn't confirmed")
	}

	b.addPasskey()

	// An organization, with somebody who has no account yet.
	b.visit("/ja/organizations/new")
	b.fill("#f-login", "minato-works")
	b.fill("#f-name", "港")
	b.fill("#f-mail", "office@example.test")
	b.send("#f-login")
	b.visit("/ja/orgs/minato-works/people/invitations")
	b.fill("#f-invitee", "ben@example.test")
	b.send("#f-invitee")
	b.wantFlash()
	ben := open(t, site, phoneWin)
	ben.acceptAsNewcomer(ben.letter("ben@example.test"))

	// A role.
	b.visit("/ja/orgs/minato-works/people/ben")
	b.click("input[name=role][value=owner]")
	b.send("input[name=role]")
	b.wantFlash()
	ben.visit("/organizations/minato-works/settings/profile")
	if !ben.has("#f-name") {
		t.Errorf("a new owner sees %s", ben.text("main"))
	}

	b.verifyDomain(names)
	b.makeRepositories()

	// The log knows of all that.
	b.visit("/ja/organizations/minato-works/settings/audit-log")
	log := b.text("main table")
	for _, action := range []string{"organization.create", "invitation.create", "invitation.accept", "domain.verify", "repository.create"} {
		if !strings.Contains(log, action) {
			t.Errorf("the log lacks %s: %s", action, log)
		}
	}
	// One's data, as a download.
	data := eval[string](b, `fetch("/ja/settings/account/export").then((r) => r.text())`)
	for _, part := range []string{"yuki@example.test", "minato-works", "Laptop"} {
		if !strings.Contains(data, part) {
			t.Errorf("the data lack %s", part)
		}
	}

	// Out everywhere: of this browser, and of the other one.
	other := open(t, site, desktop)
	other.visit("/login")
	other.fill("#f-login", "ben")
	other.fill("#f-password", joinPassword)
	other.send("#f-login")
	other.visit("/settings/security")
	if !other.has("#main .rows") {
		t.Fatalf("ben isn't signed in: %s", other.text("main"))
	}
	ben.visit("/logout")
	ben.leave("the way out", func() { ben.click("main button[name=everywhere]") })
	for _, left := range []*tab{ben, other} {
		left.visit("/settings/security")
		if !strings.Contains(left.path(), "/login?") {
			t.Errorf("settings lead to %s", left.path())
		}
	}
}

// addPasskey makes a passkey with a device beside the tab.
func (b *tab) addPasskey() {
	b.t.Helper()
	b.authenticator()
	b.visit("/ja/settings/security/passkeys/new")
	b.fill("#f-name", "Laptop")
	b.leave("the passkey", func() { b.click(passkeyForm + " button") })
	b.visit("/ja/settings/security")
	if text := b.text("main"); !strings.Contains(text, "Laptop") {
		b.t.Fatalf("there is no passkey: %s", text)
	}
}

// acceptAsNewcomer follows an invitation from a letter without an account:
// joins, comes back, accepts.
func (b *tab) acceptAsNewcomer(link string) {
	b.t.Helper()
	b.visit(link)
	b.follow("main a[href*='/join']")
	b.fill("#f-login", "ben")
	if mail := eval[string](b, "document.querySelector('#f-mail').value"); mail != "ben@example.test" {
		b.t.Errorf("the form asks for the address again: %q", mail)
	}
	b.fill("#f-password", joinPassword)
	b.send("#f-login")
	if !strings.Contains(b.path(), "/invitations/") {
		b.t.Fatalf("joining leads to %s instead of back", b.path())
	}
	b.follow("main form:not([action*=decline]) button")
	b.wantFlash()
}

// verifyDomain proves a domain by a record in the test's resolver; before that
// the proof is missing.
func (b *tab) verifyDomain(names *resolver) {
	b.t.Helper()
	b.visit("/ja/organizations/minato-works/settings/domains")
	b.fill("#f-domain", "minato-works.example")
	b.send("#f-domain")
	record := b.texts("[data-copy] code")
	if len(record) < 3 {
		b.t.Fatalf("the page says %s", b.text("main"))
	}
	b.follow("form[action$='/check'] button")
	if !b.has(".badge-warn") {
		b.t.Errorf("without a record it is verified: %s", b.text("main"))
	}
	names.write(record[1], record[2])
	b.follow("form[action$='/check'] button")
	if !b.has(".badge-good") {
		b.t.Errorf("with a record it isn't verified: %s", b.text("main"))
	}
}

// makeRepositories makes one by its form and many from a list.
func (b *tab) makeRepositories() {
	b.t.Helper()
	b.visit("/ja/new?owner=minato-works")
	b.fill("#f-name", "tide-tables")
	b.send("#f-name")
	if b.path() != "/ja/minato-works/tide-tables" {
		b.t.Fatalf("a new repository is at %s: %s", b.path(), b.text("main"))
	}
	b.visit("/ja/new/import?owner=minato-works")
	b.fill("#f-text", "name,description,visibility\nlighthouse,Lamps,public\nferry,,private\n")
	b.leave("the repositories", func() { b.click("main button[value=create]") })
	for _, name := range []string{"lighthouse", "ferry"} {
		b.visit("/ja/minato-works/" + name)
		if !b.has("h1") || !strings.Contains(b.text("main"), name) {
			b.t.Errorf("%s isn't there: %s", name, b.text("main"))
		}
	}
}
