package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"souk/models"
	"souk/web/paths"
)

// client asks a marketplace over its API.
type client struct {
	base, token string
	http        *http.Client
}

func newClient(base, token string) (*client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, usageError(fmt.Sprintf("%q is not the address of a marketplace; give one such as https://souk.acme.com", base))
	}
	// A redirect would take the token elsewhere.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{base: strings.TrimSuffix(base, "/"), token: token, http: &http.Client{Timeout: 2 * time.Minute, CheckRedirect: stay}}, nil
}

// refusedError is a problem that the server answered with.
type refusedError struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Field  string `json:"field"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

func (e *refusedError) Error() string {
	text := e.Detail
	for _, f := range e.Errors {
		if f.Detail != "" {
			text += fmt.Sprintf("\n  %s: %s", f.Field, f.Detail)
		}
	}
	if text == "" {
		text = fmt.Sprintf("the server answered with status %d", e.Status)
	}
	return text
}

func (e *refusedError) fields() []string {
	var names []string
	for _, f := range e.Errors {
		names = append(names, f.Field)
	}
	return names
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

// ask sends a request and reads the answer into out.
func (c *client) ask(ctx context.Context, method, path, match, mediaType string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Accept", "application/json")
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	w, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("%s can't be reached: %s", c.base, tidy(rootCause(err).Error()))
	}
	defer w.Body.Close()
	text, err := io.ReadAll(io.LimitReader(w.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s broke off: %s", c.base, tidy(err.Error()))
	}
	if w.StatusCode == http.StatusOK {
		if err := json.Unmarshal(text, out); err != nil {
			return fmt.Errorf("%s doesn't answer as a marketplace does", c.base)
		}
		return nil
	}
	refused := &refusedError{}
	if json.Unmarshal(text, refused) != nil || refused.Code == "" {
		return fmt.Errorf("%s doesn't answer as a marketplace does (status %d)", c.base, w.StatusCode)
	}
	refused.Status = w.StatusCode
	if refused.Code == "not_found" {
		return errors.Join(errNoListing, refused)
	}
	return refused
}

var errNoListing = errors.New("there is no such app or listing, or it isn't yours")

// listingDraft is a draft as the API shows it.
type listingDraft struct {
	Slug    string                `json:"slug"`
	Version int                   `json:"version"`
	Content models.ListingContent `json:"content"`
}

func (c *client) draft(ctx context.Context, slug string) (*listingDraft, error) {
	d := &listingDraft{}
	return d, c.ask(ctx, http.MethodGet, paths.APIListingDraft(slug), "", "", nil, d)
}

// pushedDraft is what the API says of a push.
type pushedDraft struct {
	Slug     string        `json:"slug"`
	Version  int           `json:"version"`
	Created  bool          `json:"created"`
	Changed  []string      `json:"changed"`
	Merged   []string      `json:"merged"`
	Ready    bool          `json:"ready"`
	Findings []toldFinding `json:"findings"`
	URL      string        `json:"url"`
}

func (c *client) push(ctx context.Context, app, match string, content []byte) (*pushedDraft, error) {
	p := &pushedDraft{}
	return p, c.ask(ctx, http.MethodPut, paths.APIAppListing(app), match, "application/json", content, p)
}

func (c *client) lint(ctx context.Context, text []byte) ([]toldFinding, error) {
	var out struct {
		Findings []toldFinding `json:"findings"`
	}
	err := c.ask(ctx, http.MethodPost, paths.APILint, "", "application/yaml", text, &out)
	return out.Findings, err
}

// handedIn is what the API says of handing in.
type handedIn struct {
	Live bool   `json:"live"`
	URL  string `json:"url"`
}

func (c *client) submit(ctx context.Context, slug string, version int, note string) (*handedIn, error) {
	body, err := json.Marshal(map[string]any{"agreed": true, "note": note, "version": version})
	if err != nil {
		return nil, err
	}
	in := &handedIn{}
	return in, c.ask(ctx, http.MethodPost, paths.APIListing(slug)+"/submit", "", "application/json", body, in)
}

func (c *client) upload(ctx context.Context, use models.PictureUse, picture []byte) (hash string, err error) {
	var out struct {
		Hash string `json:"hash"`
	}
	err = c.ask(ctx, http.MethodPost, paths.APIImages+"?use="+string(use), "", "application/octet-stream", picture, &out)
	return out.Hash, err
}
