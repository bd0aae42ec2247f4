package orgs_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"souk/models"
	"souk/models/db"
	"souk/models/db/dbtest"
	"souk/models/jobs"
	"souk/models/orgs"
	"souk/models/outside"
)

func (w *world) domain(org string, owner models.Account, name string) *models.Domain {
	w.t.Helper()
	id, err := w.orgs.AddDomain(w.t.Context(), w.as(owner), org, name)
	if err != nil {
		w.t.Fatalf("adding %s: %v", name, err)
	}
	_, d, err := w.orgs.Domain(w.t.Context(), w.as(owner), org, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func TestDomains(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ada := t.Context(), w.as(w.ada)
	d := w.domain("acme", w.ada, "Bücher.Example")
	if d.Name != "xn--bcher-kva.example" || !strings.HasPrefix(d.Challenge, "souk-domain-verification=") || len(d.Challenge) < 45 {
		t.Errorf("%+v", d)
	}
	_, err := w.orgs.AddDomain(ctx, ada, "acme", "bücher.example")
	w.must("twice", err, models.ErrDomainListed)
	_, err = w.orgs.AddDomain(ctx, ada, "acme", "co.uk")
	w.must("a public suffix", err, models.ErrBadDomain)
	for i := 1; i < models.MaxDomains; i++ {
		w.domain("acme", w.ada, fmt.Sprintf("d%d.example.org", i))
	}
	_, err = w.orgs.AddDomain(ctx, ada, "acme", "one-more.example.org")
	w.must("too many", err, models.ErrTooManyItems)

	_, e, err := w.orgs.CheckDomain(ctx, ada, "acme", d.ID)
	if err != nil || e.Held() || e.DNS.Found != orgs.FoundNothing || e.File.Found != orgs.FoundNothing {
		t.Errorf("%+v, %v", e, err)
	}
	w.outside.records = map[string][]string{d.Record(): {"something \x1b[31m else", strings.Repeat("x", 500)}}
	_, e, _ = w.orgs.CheckDomain(ctx, ada, "acme", d.ID)
	if e.DNS.Found != orgs.FoundOther || e.DNS.Seen[0] != "something ·[31m else" || len(e.DNS.Seen[1]) > 110 {
		t.Errorf("%+v", e)
	}
	w.outside.put(d)
	d, e, err = w.orgs.CheckDomain(ctx, ada, "acme", d.ID)
	if err != nil || !e.Held() || d.VerifiedAt == nil || d.Method != models.DomainByDNS {
		t.Errorf("%+v, %+v, %v", d, e, err)
	}
	if w.told(w.ada) != "domain_verified" {
		t.Errorf("ada was told %q", w.told(w.ada))
	}
	_, _, err = w.orgs.CheckDomain(ctx, w.as(w.bob), "acme", d.ID)
	w.must("a member checks", err, models.ErrForbidden)
	dbtest.Organization(t, w.db, "other", w.eve)
	_, _, err = w.orgs.CheckDomain(ctx, w.as(w.eve), "other", d.ID)
	w.must("another organization checks", err, models.ErrNotFound)
	err = nil
	for i := 0; err == nil && i < 50; i++ {
		_, _, err = w.orgs.CheckDomain(ctx, ada, "acme", d.ID)
	}
	w.must("checking again and again", err, models.ErrTooManyTries)
}

// A domain is verified by one organization: of two that can prove it, the first.
func TestDomainsBelongToOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	dbtest.Organization(t, w.db, "other", w.eve)
	ours, theirs := w.domain("acme", w.ada, "example.org"), w.domain("other", w.eve, "example.org")
	if ours.Challenge == theirs.Challenge {
		t.Error("both have the same challenge")
	}
	w.outside.records = map[string][]string{ours.Record(): {ours.Challenge, theirs.Challenge}}
	ada, eve := w.as(w.ada), w.as(w.eve)
	got := strings.Fields(codes(together(
		func() error { _, _, err := w.orgs.CheckDomain(ctx, ada, "acme", ours.ID); return err },
		func() error { _, _, err := w.orgs.CheckDomain(ctx, eve, "other", theirs.ID); return err },
	)))
	slices.Sort(got)
	if strings.Join(got, " ") != "<nil> domain_taken" || w.text(`SELECT count(*) FROM domains WHERE verified_at IS NOT NULL`) != "1" {
		t.Error(got)
	}
}

// A challenge proves nothing for another organization.
func TestAnothersProofIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Organization(t, w.db, "other", w.eve)
	ours, theirs := w.domain("acme", w.ada, "example.org"), w.domain("other", w.eve, "example.org")
	w.outside.put(ours)
	_, e, err := w.orgs.CheckDomain(t.Context(), w.as(w.eve), "other", theirs.ID)
	if err != nil || e.Held() {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestVerifiedPublisher(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	listing := dbtest.Listing(t, w.db, dbtest.By(w.acme))
	w.factor(w.ada, true)
	ada := w.as(w.ada)
	verified := func(when string, want bool) {
		t.Helper()
		if got := w.text(`SELECT verified_at IS NOT NULL FROM accounts WHERE id = ?`, w.acme.ID); got != fmt.Sprint(want) {
			t.Errorf("%s: verified is %s", when, got)
		}
	}
	confirm := func(mail string) error {
		return w.db.Tx(ctx, func(tx *db.Tx) error {
			_, err := w.orgs.MailConfirmed(ctx, tx, models.Actor{}, fmt.Sprintf("%d %s", w.acme.ID, mail))
			return err
		})
	}
	d := w.domain("acme", w.ada, "example.org")
	w.outside.put(d)
	_, _, err := w.orgs.CheckDomain(ctx, ada, "acme", d.ID)
	w.must("proving the domain", err, nil)
	verified("with a domain", false)
	w.must("requiring a factor", w.orgs.RequireTwoFactor(ctx, ada, "acme", true), nil)
	verified("and a factor", false)
	w.must("confirming the mail", confirm("acme@example.test"), nil)
	verified("and mail", true)
	if got := w.text(`SELECT args ->> 'ids' FROM river_job WHERE kind = 'index_listings'`); got != fmt.Sprintf("[%d]", listing.ID) {
		t.Errorf("indexed again: %s", got)
	}

	w.must("another mail", w.orgs.SetMail(ctx, ada, "acme", "new@example.test"), nil)
	verified("with another mail", false)
	w.must("the old link", confirm("acme@example.test"), models.ErrLinkUsed)
	verified("after the old link", false)
	w.must("the new link", confirm("new@example.test"), nil)
	verified("after the new link", true)
	w.must("the new link again", confirm("new@example.test"), nil)

	w.must("no more factor", w.orgs.RequireTwoFactor(ctx, ada, "acme", false), nil)
	verified("without a factor", false)
	w.must("a factor again", w.orgs.RequireTwoFactor(ctx, ada, "acme", true), nil)
	verified("with a factor again", true)
	w.must("removing the domain", w.orgs.RemoveDomain(ctx, ada, "acme", d.ID), nil)
	verified("without a domain", false)
	if got := w.text(`SELECT string_agg(action, ' ' ORDER BY id) FROM audit_events WHERE action LIKE 'organization.%verify'`); got != "organization.verify organization.unverify organization.verify organization.unverify organization.verify organization.unverify" {
		t.Error(got)
	}
}

// What an import verified has no row beside it, and stays as it is.
func TestImportedPublishersKeepTheirBadge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Account(t, w.db, dbtest.Verified, func(a *models.Account) { a.Login = "imported" })
	_, err := w.orgs.Owned(t.Context(), models.Operator(), "imported")
	w.must("an account without an organization", err, models.ErrNotFound)
}

func TestProofsThatGoMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	d := w.domain("acme", w.ada, "example.org")
	state := func(when, want string) {
		t.Helper()
		got := w.text(`SELECT CASE WHEN verified_at IS NULL THEN 'lost' WHEN failing_since IS NOT NULL THEN 'failing' ELSE 'verified' END FROM domains`)
		if got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	check := func(want int) {
		t.Helper()
		if n, err := w.orgs.CheckDomains(ctx); err != nil || n != want {
			t.Errorf("%d domains were checked, want %d; %v", n, want, err)
		}
	}
	check(0)
	w.outside.put(d)
	if _, _, err := w.orgs.CheckDomain(ctx, w.as(w.ada), "acme", d.ID); err != nil {
		t.Fatal(err)
	}
	check(0)
	w.pass(24 * time.Hour)
	check(1)
	check(0)
	state("the next day", "verified")
	w.outside.clear()
	w.pass(24 * time.Hour)
	check(1)
	state("without the proof", "failing")
	w.pass(models.DomainGrace - time.Minute)
	check(1)
	state("within the time", "failing")
	w.outside.put(d)
	w.pass(6 * time.Hour)
	check(1)
	state("with the proof again", "verified")
	w.outside.clear()
	w.pass(24 * time.Hour)
	check(1)
	w.pass(models.DomainGrace)
	check(1)
	state("after the time", "lost")
	w.pass(24 * time.Hour)
	check(0)
	if got := w.told(w.ada); got != "domain_lost domain_failing domain_failing domain_verified" {
		t.Errorf("ada was told %q", got)
	}
	if got := w.logged(); got != "domain.add domain.verify domain.fail domain.fail domain.lose" {
		t.Error(got)
	}
}

// onPort sends what is meant for the https port to a port of this machine.
type onPort struct {
	*outside.Client
	port string
}

func (o onPort) Fetch(ctx context.Context, address, domain string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	u.Host = net.JoinHostPort(u.Hostname(), o.port)
	return o.Client.Fetch(ctx, u.String(), domain)
}

// network is a DNS server and a website on this machine, for the domain
// example.com, whose certificate they have.
type network struct {
	mu      sync.Mutex
	records []string
	file    string
	status  int
	dns     string
	port    string
	roots   *x509.CertPool
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{status: http.StatusOK}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(n.resolve)}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		defer n.mu.Unlock()
		if r.URL.Path != "/.well-known/souk-challenge.txt" || r.Host != "example.com:"+n.port {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(n.status)
		_, _ = w.Write([]byte(n.file))
	}))
	site.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	site.StartTLS()
	t.Cleanup(site.Close)
	u, _ := url.Parse(site.URL)
	n.dns, n.port, n.roots = conn.LocalAddr().String(), u.Port(), x509.NewCertPool()
	n.roots.AddCert(site.Certificate())
	return n
}

func (n *network) resolve(w dns.ResponseWriter, q *dns.Msg) {
	n.mu.Lock()
	defer n.mu.Unlock()
	m, name := new(dns.Msg).SetReply(q), q.Question[0].Name
	m.RecursionAvailable = true
	head := dns.RR_Header{Name: name, Rrtype: q.Question[0].Qtype, Class: dns.ClassINET}
	switch {
	case head.Rrtype == dns.TypeA && name == "example.com.":
		m.Answer = append(m.Answer, &dns.A{Hdr: head, A: net.IPv4(127, 0, 0, 1)})
	case head.Rrtype == dns.TypeTXT && name == "_souk-challenge.example.com.":
		for _, r := range n.records {
			m.Answer = append(m.Answer, &dns.TXT{Hdr: head, Txt: []string{r}})
		}
	}
	_ = w.WriteMsg(m)
}

func (n *network) set(change func(*network)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(n)
}

// A domain is proven over a real DNS server and a real website, and not where
// the website is in a network that Souk keeps out of.
func TestProofsOverTheNetwork(t *testing.T) {
	t.Parallel()
	w, n := newWorld(t), newNetwork(t)
	queue, err := jobs.NewQueue(w.db)
	if err != nil {
		t.Fatal(err)
	}
	with := func(private bool) *orgs.Service {
		out := outside.New(outside.Options{Resolver: n.dns, AllowPrivate: private, Roots: n.roots})
		return orgs.New(w.db, queue, w.notices, w.identity, onPort{out, n.port}, w.now)
	}
	open, guarded := with(true), with(false)
	d := w.domain("acme", w.ada, "example.com")
	ada := w.as(w.ada)
	look := func(s *orgs.Service, dnsFound, fileFound orgs.Found) {
		t.Helper()
		w.exec(`UPDATE domains SET verified_at = NULL, method = '', failing_since = NULL`)
		_, e, err := s.CheckDomain(t.Context(), ada, "acme", d.ID)
		if err != nil || e.DNS.Found != dnsFound || e.File.Found != fileFound {
			t.Errorf("%+v, %v; want %s and %s", e, err, dnsFound, fileFound)
		}
	}
	n.set(func(n *network) { n.status = http.StatusNotFound })
	look(open, orgs.FoundNothing, orgs.FoundNothing)
	n.set(func(n *network) { n.status, n.file = http.StatusOK, "hello" })
	look(open, orgs.FoundNothing, orgs.FoundOther)
	n.set(func(n *network) { n.file = "# ours\r\n" + d.Challenge + "\r\n" })
	look(open, orgs.FoundNothing, orgs.FoundProof)
	if got := w.text(`SELECT method FROM domains WHERE verified_at IS NOT NULL`); got != "file" {
		t.Errorf("proven by %q", got)
	}
	look(guarded, orgs.FoundNothing, orgs.FoundPrivate)
	n.set(func(n *network) {
		n.records, n.status = []string{"v=spf1", d.Challenge}, http.StatusInternalServerError
	})
	look(open, orgs.FoundProof, orgs.FoundUnreachable)
	look(guarded, orgs.FoundProof, orgs.FoundPrivate)
	if got := w.text(`SELECT method FROM domains WHERE verified_at IS NOT NULL`); got != "dns" {
		t.Errorf("proven by %q", got)
	}
}
