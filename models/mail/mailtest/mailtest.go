// Package mailtest runs a real SMTP server on loopback for tests, with TLS and
// passwords, which keeps what it is given and fails as it is told.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The one who may sign in. The password has what must be escaped in an address.
const (
	User            = "souk"
	Password        = "s3cret:/@"
	EscapedPassword = "s3cret%3A%2F%40"
)

// Server is a running server.
type Server struct {
	Address string // host:port
	Roots   *x509.CertPool

	mu       sync.Mutex
	received []Received
	users    []string
	answer   Answer
	hold     chan struct{}
	whole    bool // TLS from the first byte
	bare     bool // no TLS at all
}

// Received is a message as it came in.
type Received struct {
	From, To string
	Data     []byte
	Secure   bool // over TLS
}

// Answer is what a server says instead of accepting: nil is fine.
type Answer struct{ Mail, Rcpt, Data error }

// Code is an answer with an SMTP status.
func Code(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
}

// An Option changes a server before it starts.
type Option func(*Server)

// Whole is TLS from the first byte.
func Whole(s *Server) { s.whole = true }

// Bare is no TLS at all.
func Bare(s *Server) { s.bare = true }

// Answering makes a server fail.
func Answering(a Answer) Option { return func(s *Server) { s.answer = a } }

// Silent makes a server wait with its last word until the test ends.
func Silent(s *Server) { s.hold = make(chan struct{}) }

// Serve starts a server for this test, which offers STARTTLS unless an option
// says otherwise.
func Serve(t testing.TB, options ...Option) *Server {
	t.Helper()
	s := &Server{}
	for _, o := range options {
		o(s)
	}
	certificate, roots := certify(t)
	s.Roots = roots
	out := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	out.Domain, out.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	out.ReadTimeout, out.WriteTimeout = 10*time.Second, 10*time.Second
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = listener.Addr().String()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	switch {
	case s.whole:
		listener = tls.NewListener(listener, config)
	case s.bare:
		out.AllowInsecureAuth = true
	default:
		out.TLSConfig = config
	}
	go func() { _ = out.Serve(listener) }()
	t.Cleanup(func() {
		if s.hold != nil {
			close(s.hold)
		}
		_ = out.Close()
	})
	return s
}

// Received lists what came in.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// Users lists who signed in.
func (s *Server) Users() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.users)
}

// Answer changes what the server says from now on.
func (s *Server) Answer(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = a
}

func (s *Server) says() Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer
}

type session struct {
	server   *Server
	conn     *smtp.Conn
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.users = append(s.server.users, user)
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.server.says().Mail
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.server.says().Rcpt
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.server.hold != nil {
		<-s.server.hold
	}
	if err := s.server.says().Data; err != nil {
		return err
	}
	_, secure := s.conn.TLSConnectionState()
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.received = append(s.server.received, Received{s.from, s.to, data, secure})
	return nil
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

// certify makes a certificate for 127.0.0.1 and localhost, and the pool that
// trusts it.
func certify(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
