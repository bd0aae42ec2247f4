// Package outside reaches into the network at names and addresses that people
// typed: it looks up DNS records and fetches files over https. Such a name may
// lead to a machine that only this one can reach, so every connection is
// checked at the moment it is made, after the name was resolved: addresses of
// private networks are refused. It never uses a proxy, which would connect in
// its stead, and it decides nothing about what it finds.
package outside

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of one lookup or fetch.
const (
	Timeout      = 5 * time.Second
	MaxBody      = 64 << 10 // bytes
	maxRedirects = 3
)

// What can keep a file from being fetched, beside errors of the network.
var (
	ErrPrivate  = errors.New("outside: the address is in a private network")
	ErrRedirect = errors.New("outside: redirected elsewhere, or too often")
	ErrTooLarge = errors.New("outside: the answer is too large")
)

// StatusError is an answer other than 200.
type StatusError struct{ Status int }

func (e *StatusError) Error() string { return fmt.Sprintf("outside: status %d", e.Status) }

// Options configure New. The zero Options use the system's resolver and roots,
// and refuse private networks.
type Options struct {
	Resolver     string         // host:port of a DNS server; the system's if empty
	AllowPrivate bool           // for laboratories and tests
	Roots        *x509.CertPool // the system's if nil
	PostTimeout  time.Duration  // PostTimeout if 0
}

// Client looks things up outside. It is safe for concurrent use.
type Client struct {
	resolver  *net.Resolver
	transport *http.Transport
	patient   *http.Transport // for Post
	timeout   time.Duration   // of Post
}

// New makes a Client.
func New(o Options) *Client {
	resolver := net.DefaultResolver
	if o.Resolver != "" {
		resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: Timeout}).DialContext(ctx, network, o.Resolver)
		}}
	}
	dialer := &net.Dialer{Timeout: Timeout, Resolver: resolver}
	if !o.AllowPrivate {
		dialer.Control = refusePrivate
	}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: Timeout, ResponseHeaderTimeout: Timeout, MaxResponseHeaderBytes: 32 << 10,
		DisableKeepAlives: true, DisableCompression: true,
	}
	patient := transport.Clone()
	patient.ResponseHeaderTimeout = 0 // Post has an end of its own
	return &Client{resolver: resolver, transport: transport, patient: patient, timeout: cmp.Or(o.PostTimeout, PostTimeout)}
}

// LookupTXT returns the TXT records at a name, none where there is none.
func (c *Client) LookupTXT(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	// The final dot keeps the system's search domains out of it.
	records, err := c.resolver.LookupTXT(ctx, strings.TrimSuffix(name, ".")+".")
	if missing, ok := errors.AsType[*net.DNSError](err); ok && missing.IsNotFound {
		return nil, nil
	}
	return records, err
}

// Fetch returns what stands at an https address. It follows a few redirects, as
// long as they stay on https and within domain.
func (c *Client) Fetch(ctx context.Context, address, domain string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("outside: %w", err)
	}
	r.Header.Set("User-Agent", "Souk")
	client := &http.Client{Transport: c.transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects || next.URL.Scheme != "https" || !within(next.URL.Hostname(), domain) {
			return ErrRedirect
		}
		return nil
	}}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("outside: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, &StatusError{Status: answer.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("outside: %w", err)
	}
	if len(body) > MaxBody {
		return nil, ErrTooLarge
	}
	return body, nil
}

func within(host, domain string) bool {
	host = strings.ToLower(host)
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// maxHops is how many redirects Reach follows: links of people take a few more
// than proofs.
const maxHops = 8

// Reach returns the status that an http or https address answers with, after
// redirects to wherever they lead, without reading what stands there.
func (c *Client) Reach(ctx context.Context, address string) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, fmt.Errorf("outside: %w", err)
	}
	r.Header.Set("User-Agent", "Souk")
	client := &http.Client{Transport: c.transport, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > maxHops {
			return ErrRedirect
		}
		return nil
	}}
	answer, err := client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("outside: %w", err)
	}
	return answer.StatusCode, answer.Body.Close()
}
