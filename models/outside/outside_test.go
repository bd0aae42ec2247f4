package outside_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"souk/models/outside"
)

func TestPrivateAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1",
		"ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "2001::1",
		"::127.0.0.1", "fec0::1", "fe80::1%eth0"} {
		if !outside.Private(netip.MustParseAddr(a)) {
			t.Errorf("%s counts as public", a)
		}
	}
	for _, a := range []string{"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"} {
		if outside.Private(netip.MustParseAddr(a)) {
			t.Errorf("%s counts as private", a)
		}
	}
	if !outside.Private(netip.Addr{}) {
		t.Error("no address counts as public")
	}
}

// names answers DNS for a test: addresses, and texts.
func names(t *testing.T, addresses map[string]string, texts map[string][]string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		name := strings.TrimSuffix(strings.ToLower(q.Question[0].Name), ".")
		switch q.Question[0].Qtype {
		case dns.TypeA:
			if a, ok := addresses[name]; ok {
				m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.ParseIP(a)})
			}
		case dns.TypeTXT:
			for _, text := range texts[name] {
				m.Answer = append(m.Answer, &dns.TXT{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{text}})
			}
		}
		if len(m.Answer) == 0 {
			m.SetRcode(q, dns.RcodeNameError)
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	return conn.LocalAddr().String()
}

// site is an https server on this machine that answers for example.com.
func site(t *testing.T, h http.HandlerFunc) (port string, roots *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return u.Port(), roots
}

func TestTXTRecords(t *testing.T) {
	t.Parallel()
	c := outside.New(outside.Options{Resolver: names(t, nil, map[string][]string{"_souk-challenge.example.org": {"one", "two"}})})
	got, err := c.LookupTXT(t.Context(), "_souk-challenge.example.org")
	if err != nil || fmt.Sprint(got) != "[one two]" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := c.LookupTXT(t.Context(), "nothing.example.org"); err != nil || got != nil {
		t.Errorf("what isn't there is %q, %v", got, err)
	}
	silent := outside.New(outside.Options{Resolver: "127.0.0.1:1"})
	if got, err := silent.LookupTXT(t.Context(), "example.org"); err == nil {
		t.Errorf("a server that doesn't answer says %q", got)
	}
}

// A name that leads to this machine is refused at the moment of connecting.
func TestPrivateNetworksAreRefused(t *testing.T) {
	t.Parallel()
	asked := false
	port, roots := site(t, func(http.ResponseWriter, *http.Request) { asked = true })
	resolver := names(t, map[string]string{"example.com": "127.0.0.1"}, nil)
	c := outside.New(outside.Options{Resolver: resolver, Roots: roots})
	for _, address := range []string{"https://example.com:" + port + "/", "https://127.0.0.1:" + port + "/", "https://[::ffff:127.0.0.1]:" + port + "/"} {
		if _, err := c.Fetch(t.Context(), address, "example.com"); !errors.Is(err, outside.ErrPrivate) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked {
		t.Error("a machine in the private network was asked")
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	var port string
	port, roots := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/text":
			fmt.Fprint(w, "hello")
		case "/large":
			fmt.Fprint(w, strings.Repeat("x", outside.MaxBody+1))
		case "/within":
			http.Redirect(w, r, "/text", http.StatusFound)
		case "/away":
			http.Redirect(w, r, "https://elsewhere.test:"+port+"/text", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://example.com:"+port+"/text", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "https://169.254.169.254/latest", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	})
	resolver := names(t, map[string]string{"example.com": "127.0.0.1", "elsewhere.test": "127.0.0.1"}, nil)
	c := outside.New(outside.Options{Resolver: resolver, Roots: roots, AllowPrivate: true})
	at := func(path string) string { return "https://example.com:" + port + path }
	for _, path := range []string{"/text", "/within"} {
		if got, err := c.Fetch(t.Context(), at(path), "example.com"); err != nil || string(got) != "hello" {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	for path, want := range map[string]error{"/large": outside.ErrTooLarge, "/away": outside.ErrRedirect, "/plain": outside.ErrRedirect,
		"/inside": outside.ErrRedirect, "/round": outside.ErrRedirect} {
		if got, err := c.Fetch(t.Context(), at(path), "example.com"); !errors.Is(err, want) {
			t.Errorf("%s: %q, %v; want %v", path, got, err, want)
		}
	}
	if _, err := c.Fetch(t.Context(), at("/none"), "example.com"); err == nil || err.Error() != "outside: status 404" {
		t.Errorf("a missing file: %v", err)
	}
	strict := outside.New(outside.Options{Resolver: resolver, AllowPrivate: true})
	if _, err := strict.Fetch(t.Context(), at("/text"), "example.com"); err == nil {
		t.Error("a certificate that nobody vouches for is trusted")
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	port, roots := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/there", http.StatusMovedPermanently)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		}
	})
	resolver := names(t, map[string]string{"example.com": "127.0.0.1"}, nil)
	c := outside.New(outside.Options{Resolver: resolver, Roots: roots, AllowPrivate: true})
	base := "https://example.com:" + port
	for path, want := range map[string]int{"/": 200, "/moved": 200, "/gone": 410} {
		if got, err := c.Reach(t.Context(), base+path); err != nil || got != want {
			t.Errorf("%s: %d, %v", path, got, err)
		}
	}
	if _, err := c.Reach(t.Context(), base+"/round"); !errors.Is(err, outside.ErrRedirect) {
		t.Errorf("in a circle: %v", err)
	}
	if _, err := c.Reach(t.Context(), "https://nowhere.example:"+port); err == nil {
		t.Error("a name without an address answers")
	}
	guarded := outside.New(outside.Options{Resolver: resolver, Roots: roots})
	if _, err := guarded.Reach(t.Context(), base); !errors.Is(err, outside.ErrPrivate) {
		t.Errorf("a private address: %v", err)
	}
}
