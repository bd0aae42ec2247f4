//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"souk/handlers/apptest"
	"souk/models/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestTheFunctionWritesWhatSoukWrites holds the measure to what is measured: one
// purchase over HTTP and one call of the function add and change the same rows.
func TestTheFunctionWritesWhatSoukWrites(t *testing.T) {
	t.Parallel()
	app := apptest.New(t)
	c, err := app.DB.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	if err := fill(t.Context(), c.Conn(), 3, 10); err != nil {
		t.Fatal(err)
	}
	souk := written(t, c.Conn(), func() error { return bought(t, app, 1) })
	function := written(t, c.Conn(), func() error {
		_, err := c.Exec(t.Context(), call, buyerSecret(2), "tool-1", "function-2")
		return err
	})
	if len(souk) < 8 || !maps.Equal(souk, function) {
		t.Errorf("Souk writes\n%v, the function\n%v", souk, function)
	}
	if souk["sellers"] != "+0 ~1" || souk["ledger_entries"] != "+3 ~0" {
		t.Errorf("changed rows aren't seen: %v", souk)
	}
	if _, err := books(t.Context(), c.Conn(), 2); err != nil {
		t.Error(err)
	}
	if _, err := books(t.Context(), c.Conn(), 3); err == nil {
		t.Error("an order that isn't there isn't missed")
	}
	if _, err := c.Exec(t.Context(), `DELETE FROM river_job WHERE kind = 'mail_invoice' AND id = (SELECT max(id) FROM river_job WHERE kind = 'mail_invoice')`); err != nil {
		t.Fatal(err)
	}
	if _, err := books(t.Context(), c.Conn(), 2); err == nil || !strings.Contains(err.Error(), "mails") {
		t.Errorf("a job that was lost isn't missed: %v", err)
	}
}

func written(t *testing.T, c *pgx.Conn, do func() error) map[string]string {
	t.Helper()
	found, err := writes(t.Context(), c, do)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// bought sends what the benchmark sends, with the session of the app under test.
func bought(t *testing.T, app *apptest.App, buyer int) error {
	t.Helper()
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(purchase(buyer, "tool-1"))))
	if err != nil {
		t.Fatal(err)
	}
	if err := req.ParseForm(); err != nil {
		t.Fatal(err)
	}
	b := app.Visitor(t)
	b.SetCookie("souk_session", buyerSecret(buyer))
	if a := b.Post(req.URL.Path, req.PostForm); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/orders/") {
		t.Fatalf("bought: %d %s %.2000s", a.Status, a.Location, a.Body)
	}
	return nil
}

// TestEachRequestIsSentOnce sends through several connections, and ends by itself.
func TestEachRequestIsSentOnce(t *testing.T) {
	t.Parallel()
	addr, asked := answering(t, "HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
	for _, conns := range []int{1, 4} {
		var list [][]byte
		for i := range 41 {
			list = append(list, get("/"+strings.Repeat("x", i+1)))
		}
		out := carryOut(order{Addr: addr, Requests: list, Conns: conns, For: time.Minute, Once: true, Good: 303})
		if out.Failed != "" || out.Sent != len(list) || out.Bad != 0 {
			t.Errorf("%d connections: %+v", conns, out)
		}
		var lines []string
		for range list {
			lines = append(lines, <-asked)
		}
		slices.Sort(lines)
		if n := len(slices.Compact(lines)); n != len(list) {
			t.Errorf("%d connections: %d different requests of %d", conns, n, len(list))
		}
	}
	if out := carryOut(order{Addr: addr, Requests: [][]byte{get("/")}, Conns: 1, For: time.Minute, Once: true}); out.Bad != 1 || out.Last != 303 {
		t.Errorf("where 2xx is meant: %+v", out)
	}
}

// answering is a server that says the same to every request, and tells what it was asked.
func answering(t *testing.T, answer string) (addr string, asked chan string) {
	t.Helper()
	asked = make(chan string, 200)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for r := bufio.NewReader(c); ; {
					req, err := http.ReadRequest(r)
					if err != nil {
						return
					}
					asked <- req.URL.Path
					if _, err := c.Write([]byte(answer)); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String(), asked
}

// TestWhatPgbenchLogs is read, without the warm-up.
func TestWhatPgbenchLogs(t *testing.T) {
	t.Parallel()
	done, err := readLog(nil, "0 1 1000 0 100 1000\n0 2 1000 0 100 900000\n1 1 3000 0 101 0\n1 2 5000 0 101 500000\n")
	if err != nil {
		t.Fatal(err)
	}
	out := summed(done, 500*time.Millisecond)
	if out.Sent != 4 || out.Measured != 3 || out.Elapsed != time.Second || out.P50 != 3*time.Millisecond {
		t.Errorf("%+v", out)
	}
	if _, err := readLog(nil, "client 1 aborted\n"); err == nil {
		t.Error("what isn't a log is taken for one")
	}
}

// TestTheLoopStandsInForPgbench where there is none.
func TestTheLoopStandsInForPgbench(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if err := d.Pool().AcquireFunc(t.Context(), func(c *pgxpool.Conn) error { return fill(t.Context(), c.Conn(), soldHere, 5000) }); err != nil {
		t.Fatal(err)
	}
	address := d.Pool().Config().ConnString()
	out, err := (&pgbench{}).run(context.WithoutCancel(t.Context()), address, order{Conns: 2, For: 50 * time.Millisecond}, true)
	if err != nil || out.Sent == 0 {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := d.Pool().AcquireFunc(t.Context(), func(c *pgxpool.Conn) error {
		_, err := books(t.Context(), c.Conn(), out.Sent)
		return err
	}); err != nil {
		t.Error(err)
	}
}
