package outside

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Limits of Post.
const (
	PostTimeout = 10 * time.Second
	MaxAnswer   = 16 << 10 // bytes of a body that are kept
)

// Answer is what a receiver said to Post.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // the first MaxAnswer bytes
}

// Post sends a body to an http or https address and returns what is answered. It
// follows no redirect and waits for PostTimeout at most, for the body too: what
// was read of it by then is kept. ErrPrivate is returned for an address in a
// private network.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("outside: %w", err)
	}
	r.Header = header.Clone()
	client := &http.Client{Transport: c.patient, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("outside: %w", err)
	}
	defer answer.Body.Close()
	// Who answers has answered, however the rest goes.
	kept, _ := io.ReadAll(io.LimitReader(answer.Body, MaxAnswer))
	return &Answer{Status: answer.StatusCode, Header: answer.Header, Body: kept}, nil
}
