package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"souk/models"
)

// SMTP sends through a mail server, one connection a message.
type SMTP struct {
	host     string
	port     int
	security security
	user     string
	password string
	from     netmail.Address
	roots    *x509.CertPool // nil: the system's
	timeout  time.Duration
}

// security is how the connection is kept private.
type security int

const (
	startTLS security = iota // plain at first, then TLS or nothing
	wholeTLS                 // TLS from the first byte
	noTLS                    // none
)

// An Option changes an SMTP before it is used.
type Option func(*SMTP)

// WithRoots makes an SMTP trust these certificate authorities instead of the
// system's.
func WithRoots(roots *x509.CertPool) Option { return func(s *SMTP) { s.roots = roots } }

// WithTimeout bounds each half of sending: connecting and signing in, and
// handing the message over. It is 30 s unless it is set.
func WithTimeout(d time.Duration) Option { return func(s *SMTP) { s.timeout = d } }

// NewSMTP makes a sender through the server at address, in the name of from
// ("Souk <souk@example.org>").
//
// The address is smtp://[user:password@]host[:587], where STARTTLS is required,
// or smtps://…[:465], which is TLS from the start. Certificates are always
// verified. To a loopback host nothing is encrypted, since nothing leaves the
// machine, unless ?tls=required asks for it; elsewhere ?tls=off does without,
// but never with a password. The error is a sentence for whoever configures it.
func NewSMTP(address, from string, options ...Option) (*SMTP, error) {
	s := &SMTP{timeout: 30 * time.Second}
	sender, err := ParseFrom(from)
	if err != nil {
		return nil, err
	}
	s.from = *sender
	if err := s.locate(address); err != nil {
		return nil, err
	}
	for _, o := range options {
		o(s)
	}
	return s, nil
}

// ParseFrom reads who mail is from: an address, or a name and an address.
func ParseFrom(from string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("%q is no sender; it must be like Souk <souk@example.org>", from)
	}
	if a.Address, err = models.ParseMail(a.Address); err != nil {
		return nil, fmt.Errorf("%q is no sender; it must be like Souk <souk@example.org>", from)
	}
	return a, nil
}

var errSMTPAddress = errors.New("it must be an address such as smtp://user:password@mail.example.org:587")

func (s *SMTP) locate(address string) (err error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || (u.Path != "" && u.Path != "/") || u.Fragment != "" {
		return errSMTPAddress // not the cause, which may hold the password
	}
	s.host = u.Hostname()
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		s.port, s.security = 587, startTLS
	case "smtps":
		s.port, s.security = 465, wholeTLS
	default:
		return errSMTPAddress
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return errSMTPAddress
		}
	}
	return s.secure(u)
}

// secure decides on encryption by the address's ?tls.
func (s *SMTP) secure(u *url.URL) error {
	query := u.Query()
	wish := query.Get("tls")
	query.Del("tls")
	if len(query) > 0 || (wish != "" && wish != "off" && wish != "required") || (wish == "off" && s.security == wholeTLS) {
		return errors.New("after the address may stand only ?tls=required, or ?tls=off with smtp://")
	}
	local := loopback(s.host)
	switch {
	case s.security == wholeTLS || wish == "required":
	case local:
		s.security = noTLS
	case wish == "off" && s.user != "":
		return errors.New("a password is not sent without TLS; leave out ?tls=off, or the password")
	case wish == "off":
		s.security = noTLS
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Send hands m over to the server. What the server refuses for good (5xx) once
// it has let us in is models.ErrMailRefused; everything else may be tried
// again: no answer, a temporary refusal (4xx), and a server that doesn't let us
// in, which is a matter of configuration and may be mended meanwhile.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	// The library leaves the connection open when signing in fails, and doesn't
	// look at ctx any more once it is connected.
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	client, err := s.client(func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialing, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	})
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	composed := s.compose(m)
	switch err := client.DialAndSendWithContext(ctx, composed); {
	case err == nil, composed.IsDelivered(): // a failure to say goodbye is none
		return nil
	case final(err):
		return models.ErrMailRefused.Because(err)
	default:
		return fmt.Errorf("mail: %w", err)
	}
}

// final reports whether the server said never. 53x are about who we are, not
// about the message.
func final(err error) bool {
	said, ok := errors.AsType[*gomail.SendError](err)
	return ok && said.ErrorCode() >= 500 && said.ErrorCode()/10 != 53
}

// dial connects. TLS from the start is done here, since the library does it only
// where it dials itself.
func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if s.security != wholeTLS {
		return conn, nil
	}
	encrypted := tls.Client(conn, s.tls())
	if err := encrypted.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return encrypted, nil
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

func (s *SMTP) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(s.timeout), gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(dial), gomail.WithoutSMTPUTF8(), gomail.WithoutNoop()}
	switch s.security {
	case startTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case wholeTLS:
		options = append(options, gomail.WithSSL())
	case noTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.user != "" {
		options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password), s.mechanisms())
	}
	return gomail.NewClient(s.host, options...)
}

// mechanisms are the ways to sign in, the best first. The plain ones give the
// password away, so without TLS they are for this machine alone.
func (s *SMTP) mechanisms() gomail.Option {
	if s.security == noTLS {
		return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5,
			gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc)
	}
	return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
		gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5)
}

// compose writes m as RFC 5322 wants it.
func (s *SMTP) compose(m Message) *gomail.Msg {
	encoding := gomail.EncodingQP
	if m.Language == "zh-CN" || m.Language == "ja" {
		encoding = gomail.EncodingB64 // shorter there
	}
	_, domain, _ := strings.Cut(s.from.Address, "@")
	c := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding))
	c.FromMailAddress(&s.from)
	c.ToMailAddress(&netmail.Address{Address: m.To})
	c.Subject(m.Subject)
	c.SetMessageIDWithValue(m.ID + "@" + domain)
	c.SetGenHeader(gomail.HeaderContentLang, m.Language)
	// Nobody's automatic reply is read: RFC 3834, and Exchange's own way.
	c.SetGenHeader("Auto-Submitted", "auto-generated")
	c.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	c.SetBodyString(gomail.TypeTextPlain, canonical(m.Text))
	c.AddAlternativeString(gomail.TypeTextHTML, canonical(m.HTML))
	return c
}

// canonical ends lines as mail does.
func canonical(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}
