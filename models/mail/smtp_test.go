package mail_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"souk/models"
	"souk/models/mail"
	"souk/models/mail/mailtest"
)

const credentials = mailtest.User + ":" + mailtest.EscapedPassword + "@"

func sender(t *testing.T, s *mailtest.Server, address string, options ...mail.Option) *mail.SMTP {
	t.Helper()
	out, err := mail.NewSMTP(address, "Souk <souk@example.org>", append([]mail.Option{mail.WithRoots(s.Roots)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSMTPSignsInOverTLS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options       []mailtest.Option
		scheme, query string
	}{
		"STARTTLS":           {nil, "smtp", "?tls=required"},
		"TLS from the start": {[]mailtest.Option{mailtest.Whole}, "smtps", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Serve(t, test.options...)
			if err := sender(t, s, test.scheme+"://"+credentials+s.Address+test.query).Send(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
			if got := s.Received(); len(got) != 1 || got[0].From != "souk@example.org" || got[0].To != "ada@example.test" || !got[0].Secure {
				t.Errorf("%+v", got)
			}
			if !slices.Equal(s.Users(), []string{mailtest.User}) {
				t.Errorf("users %v", s.Users())
			}
		})
	}
}

// On this machine nothing leaves it, so nothing need be encrypted.
func TestSMTPOnLoopbackNeedsNoTLS(t *testing.T) {
	t.Parallel()
	s := mailtest.Serve(t, mailtest.Bare)
	if err := sender(t, s, "smtp://"+credentials+s.Address).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	if len(s.Received()) != 1 || !slices.Equal(s.Users(), []string{mailtest.User}) {
		t.Errorf("%d messages, users %v", len(s.Received()), s.Users())
	}
}

// A server without TLS gets neither message nor password where TLS is required,
// and one with a certificate of its own making isn't trusted.
func TestSMTPRefusesToSpeakInTheOpen(t *testing.T) {
	t.Parallel()
	open, impostor := mailtest.Serve(t, mailtest.Bare), mailtest.Serve(t)
	for name, out := range map[string]*mail.SMTP{
		"no TLS":            sender(t, open, "smtp://"+credentials+open.Address+"?tls=required"),
		"wrong certificate": sender(t, open, "smtp://"+credentials+impostor.Address+"?tls=required"),
		"plain, not TLS":    sender(t, open, "smtps://"+credentials+open.Address),
	} {
		err := out.Send(t.Context(), message())
		if err == nil || errors.Is(err, models.ErrMailRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(open.Received())+len(impostor.Received())+len(open.Users())+len(impostor.Users()) > 0 {
		t.Error("something was said in the open")
	}
}

func TestSMTPTellsWhatIsFinal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer mailtest.Answer
		final  bool
	}{
		"no such mailbox":    {mailtest.Answer{Rcpt: mailtest.Code(550)}, true},
		"sender refused":     {mailtest.Answer{Mail: mailtest.Code(550)}, true},
		"content refused":    {mailtest.Answer{Data: mailtest.Code(554)}, true},
		"greylisted":         {mailtest.Answer{Rcpt: mailtest.Code(451)}, false},
		"busy":               {mailtest.Answer{Mail: mailtest.Code(421)}, false},
		"full":               {mailtest.Answer{Data: mailtest.Code(452)}, false},
		"wants a password":   {mailtest.Answer{Mail: mailtest.Code(530)}, false},
		"wants a better one": {mailtest.Answer{Rcpt: mailtest.Code(535)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Serve(t, mailtest.Bare, mailtest.Answering(test.answer))
			err := sender(t, s, "smtp://"+s.Address).Send(t.Context(), message())
			if err == nil || errors.Is(err, models.ErrMailRefused) != test.final {
				t.Errorf("%v", err)
			}
			if len(s.Received()) > 0 {
				t.Error("it was received")
			}
		})
	}
}

func TestSMTPSignInThatFailsMayBeMended(t *testing.T) {
	t.Parallel()
	s := mailtest.Serve(t)
	err := sender(t, s, "smtp://souk:wrong@"+s.Address+"?tls=required").Send(t.Context(), message())
	if err == nil || errors.Is(err, models.ErrMailRefused) {
		t.Fatalf("%v", err)
	}
	if strings.Contains(err.Error(), "wrong") {
		t.Errorf("the error tells the password: %v", err)
	}
}

// A server that doesn't answer is given up on: one that never greets, one that
// falls silent with the message in its hands, and when nobody waits any more.
func TestSMTPGivesUp(t *testing.T) {
	t.Parallel()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	silent := mailtest.Serve(t, mailtest.Bare, mailtest.Silent)
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	for _, test := range []struct {
		name string
		out  *mail.SMTP
		ctx  context.Context
	}{
		{"nobody waits", sender(t, silent, "smtp://"+silent.Address, mail.WithTimeout(time.Minute)), short},
		{"never greets", sender(t, silent, "smtp://"+mute.Addr().String(), mail.WithTimeout(300*time.Millisecond)), t.Context()},
		{"falls silent", sender(t, silent, "smtp://"+silent.Address, mail.WithTimeout(300*time.Millisecond)), t.Context()},
		{"nobody is there", sender(t, silent, "smtp://127.0.0.1:1"), t.Context()},
		{"nobody is there with TLS", sender(t, silent, "smtps://127.0.0.1:1"), t.Context()},
	} {
		began := time.Now()
		err := test.out.Send(test.ctx, message())
		if err == nil || errors.Is(err, models.ErrMailRefused) || time.Since(began) > 10*time.Second {
			t.Errorf("%s: %v after %s", test.name, err, time.Since(began))
		}
	}
}

func TestSMTPAddresses(t *testing.T) {
	t.Parallel()
	for address, fine := range map[string]bool{
		"smtp://mail.example.org":                         true,
		"smtp://souk:secret@mail.example.org:2525":        true,
		"smtps://souk:secret@mail.example.org":            true,
		"smtp://mail.internal?tls=off":                    true,
		"smtp://localhost:1025":                           true,
		"smtp://souk:secret@[::1]:1025?tls=required":      true,
		"smtp://souk:secret@mail.internal?tls=off":        false, // a password in the open
		"smtps://mail.example.org?tls=off":                false,
		"smtp://mail.example.org?tls=maybe":               false,
		"smtp://mail.example.org?verify=false":            false,
		"smtp://mail.example.org/path":                    false,
		"smtp://mail.example.org:70000":                   false,
		"http://mail.example.org":                         false,
		"mail.example.org:25":                             false,
		"smtp://":                                         false,
		"":                                                false,
		"smtp://souk:sec%ret@mail.example.org":            false,
		"smtp://mail.example.org:25?tls=off&tls=required": true, // the first counts
	} {
		_, err := mail.NewSMTP(address, "souk@example.org")
		if (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "sec") {
			t.Errorf("%s: the error tells the password: %v", address, err)
		}
	}
	for from, fine := range map[string]bool{
		"Souk <souk@example.org>": true, "souk@example.org": true, "集市 <souk@example.org>": true, "Souk": false, "": false,
		"Souk <souk@example.org>\r\nBcc: eve@example.org": false, "a@example.org, b@example.org": false,
	} {
		if _, err := mail.ParseFrom(from); (err == nil) != fine {
			t.Errorf("from %q: %v", from, err)
		}
	}
}

func lines(data []byte) []string {
	return strings.Split(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))), "\n")
}
