//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// order asks the load process to put load on one address.
type order struct {
	Addr     string        // host:port
	Requests [][]byte      // as they go over the wire; each connection sends them in turn
	Conns    int           // how many at a time
	For      time.Duration // how long
	Warm     time.Duration // before that, not measured
	Once     bool          // each request is sent once, whichever connection is free; at the last one it ends
	Good     int           // the status that is meant; 0: any 2xx
}

// outcome is what came of an order. Sent counts the warm-up too, so that it
// fits the processor time of the whole order.
type outcome struct {
	Sent     int
	Measured int
	Elapsed  time.Duration // of what is measured
	P50, P99 time.Duration
	Bytes    int64 // bodies, of what is measured
	Bad      int   // answers that aren't what is meant
	Last     int   // the status of the last one of those
	Failed   string
}

// client is one connection, and what is known of the answer that it awaits.
type client struct {
	fd      int
	next    int // of the requests
	sent    time.Time
	buf     []byte // an incomplete head
	left    int    // of the body; -1 while the head is awaited
	status  int
	size    int
	pending bool
}

// carryOut runs a closed loop on one thread: every connection sends its next
// request when the answer to the last one is complete. It reads of an answer
// what it must: status and length.
func carryOut(o order) (out outcome) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	l := loop{order: o, latencies: make([]int32, 0, 1<<18)}
	defer l.close()
	if err := l.run(); err != nil {
		l.out.Failed = err.Error()
	}
	l.sum()
	return l.out
}

type loop struct {
	order
	clients   []*client
	latencies []int32 // ten nanoseconds each
	out       outcome
	scratch   [256 << 10]byte
	measuring bool
	used      int // requests that were sent, where each is sent once
}

func (l *loop) close() {
	for _, c := range l.clients {
		_ = syscall.Close(c.fd)
	}
}

func (l *loop) sum() {
	l.out.Measured = len(l.latencies)
	slices.Sort(l.latencies)
	at := func(q float64) time.Duration {
		if len(l.latencies) == 0 {
			return 0
		}
		return time.Duration(l.latencies[int(q*float64(len(l.latencies)-1))]) * 10
	}
	l.out.P50, l.out.P99 = at(0.50), at(0.99)
}

func (l *loop) run() error {
	for i := range l.Conns {
		fd, err := dial(l.Addr, l.Conns > 1)
		if err != nil {
			return err
		}
		l.clients = append(l.clients, &client{fd: fd, left: -1, next: i * len(l.Requests) / l.Conns})
	}
	wait, stop, err := l.waiter()
	if err != nil {
		return err
	}
	defer stop()
	if err := l.until(time.Now().Add(l.Warm), wait); err != nil {
		return err
	}
	l.measuring = true
	began := time.Now()
	if err := l.until(began.Add(l.For), wait); err != nil {
		return err
	}
	l.out.Elapsed = time.Since(began)
	return nil
}

// waiter returns the function that waits for connections that can be read. One
// alone is simply read, which blocks.
func (l *loop) waiter() (wait func() ([]*client, error), stop func(), err error) {
	if len(l.clients) == 1 {
		return func() ([]*client, error) { return l.clients, nil }, func() {}, nil
	}
	ep, err := syscall.EpollCreate1(0)
	if err != nil {
		return nil, nil, err
	}
	for i, c := range l.clients {
		ev := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
		if err := syscall.EpollCtl(ep, syscall.EPOLL_CTL_ADD, c.fd, &ev); err != nil {
			return nil, nil, err
		}
	}
	events := make([]syscall.EpollEvent, len(l.clients))
	ready := make([]*client, 0, len(l.clients))
	wait = func() ([]*client, error) {
		n, err := syscall.EpollWait(ep, events, 10_000)
		if errors.Is(err, syscall.EINTR) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errors.New("no answer for ten seconds")
		}
		ready = ready[:0]
		for _, ev := range events[:n] {
			ready = append(ready, l.clients[ev.Fd])
		}
		return ready, nil
	}
	return wait, func() { _ = syscall.Close(ep) }, nil
}

// until goes on until the deadline, then takes in the answers under way, which
// don't count.
func (l *loop) until(deadline time.Time, wait func() ([]*client, error)) error {
	for _, c := range l.clients {
		if err := l.send(c); err != nil {
			return err
		}
	}
	for over := l.spent(); ; {
		if over && !slices.ContainsFunc(l.clients, func(c *client) bool { return c.pending }) {
			return nil
		}
		ready, err := wait()
		if err != nil {
			return err
		}
		for _, c := range ready {
			if !c.pending {
				continue
			}
			done, err := l.receive(c)
			if err != nil {
				return err
			}
			if !done {
				continue
			}
			now := time.Now()
			over = over || now.After(deadline)
			l.count(c, now, !over)
			over = over || l.spent()
			if !over {
				if err := l.send(c); err != nil {
					return err
				}
			}
		}
	}
}

// spent reports whether nothing is left to be sent.
func (l *loop) spent() bool { return l.Once && l.used == len(l.Requests) }

func (l *loop) count(c *client, now time.Time, inTime bool) {
	c.pending = false
	l.out.Sent++
	if c.status != l.Good && (l.Good != 0 || c.status < 200 || c.status > 299) {
		l.out.Bad, l.out.Last = l.out.Bad+1, c.status
	}
	if l.measuring && inTime {
		l.latencies = append(l.latencies, int32(min(now.Sub(c.sent)/10, math.MaxInt32)))
		l.out.Bytes += int64(c.size)
	}
}

func (l *loop) send(c *client) error {
	if l.Once {
		if l.spent() {
			return nil // the others end what is under way
		}
		c.next = l.used
		l.used++
	}
	req := l.Requests[c.next]
	if c.next++; c.next == len(l.Requests) {
		c.next = 0
	}
	c.sent, c.left, c.buf, c.pending = time.Now(), -1, c.buf[:0], true
	n, err := syscall.Write(c.fd, req)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if n < len(req) {
		return errors.New("send: a request went out in part")
	}
	return nil
}

// receive reads what is there; done says that the answer is complete.
func (l *loop) receive(c *client) (done bool, err error) {
	n, err := syscall.Read(c.fd, l.scratch[:])
	switch {
	case errors.Is(err, syscall.EAGAIN) && l.Conns > 1, errors.Is(err, syscall.EINTR):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("receive: %w", err)
	case n == 0:
		return false, errors.New("receive: the server closed the connection")
	}
	data := l.scratch[:n]
	if c.left < 0 {
		if len(c.buf) > 0 {
			c.buf = append(c.buf, data...)
			data = c.buf
		}
		head := bytes.Index(data, []byte("\r\n\r\n"))
		if head < 0 {
			if len(c.buf) == 0 {
				c.buf = append(c.buf, data...)
			}
			return false, nil
		}
		if c.status, c.size, err = readHead(data[:head+2]); err != nil {
			return false, err
		}
		c.left = c.size
		data = data[head+4:]
	}
	c.left -= len(data)
	if c.left < 0 {
		return false, errors.New("receive: the answer is longer than it said")
	}
	return c.left == 0, nil
}

// readHead takes status and length from the head of an answer.
func readHead(head []byte) (status, size int, err error) {
	if len(head) < 12 {
		return 0, 0, errors.New("receive: not HTTP")
	}
	if status, err = strconv.Atoi(string(head[9:12])); err != nil {
		return 0, 0, errors.New("receive: not HTTP")
	}
	if status == 204 || status == 304 {
		return status, 0, nil
	}
	for line := range bytes.Lines(head) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if ok && len(name) == len("Content-Length") && bytes.EqualFold(name, []byte("Content-Length")) {
			size, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			return status, size, err
		}
	}
	return 0, 0, errors.New("receive: an answer without Content-Length, which this client doesn't read")
}

// dial connects, and lets a lone connection wait at most ten seconds.
func dial(addr string, nonblock bool) (int, error) {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil {
		return 0, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	err = errors.Join(
		syscall.Connect(fd, &syscall.SockaddrInet4{Addr: ap.Addr().As4(), Port: int(ap.Port())}),
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1),
		syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 10}),
		syscall.SetNonblock(fd, nonblock),
	)
	if err != nil {
		_ = syscall.Close(fd)
		return 0, fmt.Errorf("connect to %s: %w", addr, err)
	}
	return fd, nil
}
