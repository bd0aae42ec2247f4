// Package testgw is a gateway that takes no money: what a site uses while it is
// being tried or worked on. It stands for another company, with a memory of its own
// that it writes outside of our transactions, a page of its own, and a webhook that
// it signs. How a payment method behaves is in its reference. Outside of development
// it refuses everything.
package testgw

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"souk/models"
	"souk/models/db"
	"souk/models/gateway"
)

// Gateway is the test gateway of a database.
type Gateway struct {
	pool   *pgxpool.Pool
	site   *models.Site
	client *http.Client
	now    func() time.Time

	mu     sync.Mutex
	secret []byte
}

// New makes a Gateway that keeps its memory in the table test_gateway.
func New(pool *pgxpool.Pool, site *models.Site, now func() time.Time) *Gateway {
	return &Gateway{pool: pool, site: site, client: &http.Client{Timeout: 10 * time.Second}, now: now}
}

// Name is models.GatewayTest.
func (g *Gateway) Name() models.GatewayName { return models.GatewayTest }

var errOutside = errors.New("testgw: this is no site for testing")

// The kinds of rows in the gateway's memory.
const (
	kindSecret = "secret"
	kindSetup  = "setup"
	kindMethod = "method"
	kindCharge = "charge"
	kindRefund = "refund"
	kindEvent  = "event"
)

// key is the secret that ids are made with and webhooks signed with; the first
// process that needs it makes it.
func (g *Gateway) key(ctx context.Context) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.secret != nil {
		return g.secret, nil
	}
	var text string
	err := g.pool.QueryRow(ctx, `INSERT INTO test_gateway (key, kind, body, created_at, updated_at) VALUES ('webhook', 'secret', to_jsonb($1::text), $2, $2)
		ON CONFLICT (kind, key) DO UPDATE SET updated_at = excluded.updated_at RETURNING body #>> '{}'`, "whsec_"+rand.Text(), g.now()).Scan(&text)
	if err != nil {
		return nil, fmt.Errorf("testgw: secret: %w", err)
	}
	g.secret = []byte(text)
	return g.secret, nil
}

// id is how the gateway calls what was asked for with a key: the same each time,
// and not to be guessed, since its pages are open to whoever knows it.
func (g *Gateway) id(ctx context.Context, prefix, key string) (string, error) {
	secret, err := g.key(ctx)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(prefix + "\x00" + key))
	return prefix + hex.EncodeToString(mac.Sum(nil))[:32], nil
}

// once writes a row unless it is there, and reads into body what is there then.
func once[T any](ctx context.Context, g *Gateway, kind, key string, body *T) error {
	err := g.pool.QueryRow(ctx, `INSERT INTO test_gateway (key, kind, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (kind, key) DO UPDATE SET updated_at = excluded.updated_at RETURNING body`, key, kind, body, g.now()).Scan(body)
	if err != nil {
		return fmt.Errorf("testgw: %s: %w", kind, err)
	}
	return nil
}

// read reads a row. It returns ErrNotFound.
func read[T any](ctx context.Context, g *Gateway, kind, key string) (*T, error) {
	return one[T](g.pool.QueryRow(ctx, `SELECT body FROM test_gateway WHERE kind = $1 AND key = $2`, kind, key))
}

func one[T any](row pgx.Row) (*T, error) {
	body := new(T)
	if found, err := db.Found(row.Scan(body)); err != nil {
		return nil, fmt.Errorf("testgw: read: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	return body, nil
}

// change lets do change a row while nobody else does, and writes it. It returns
// ErrNotFound, or what do returns.
func change[T any](ctx context.Context, g *Gateway, kind, key string, do func(tx pgx.Tx, body *T) error) (*T, error) {
	var body *T
	err := pgx.BeginFunc(ctx, g.pool, func(tx pgx.Tx) (err error) {
		if body, err = one[T](tx.QueryRow(ctx, `SELECT body FROM test_gateway WHERE kind = $1 AND key = $2 FOR UPDATE`, kind, key)); err != nil {
			return err
		}
		if err := do(tx, body); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE test_gateway SET body = $3, updated_at = $4 WHERE kind = $1 AND key = $2`, kind, key, body, g.now())
		return err
	})
	return body, err
}

// setup is what the gateway knows of a payment method that is being saved.
type setup struct {
	Buyer     string `json:"buyer"`
	ReturnURL string `json:"return_url"`
	CancelURL string `json:"cancel_url"`
	State     string `json:"state"` // "", "done", "failed"
	Method    string `json:"method,omitempty"`
}

// Setup begins to save a payment method on the gateway's page.
func (g *Gateway) Setup(ctx context.Context, r gateway.SetupRequest) (gateway.Setup, error) {
	if !g.site.Development {
		return gateway.Setup{}, errOutside
	}
	id, err := g.id(ctx, "seti_", r.Key)
	if err != nil {
		return gateway.Setup{}, err
	}
	s := setup{Buyer: r.Name, ReturnURL: r.ReturnURL, CancelURL: r.CancelURL}
	if err := once(ctx, g, kindSetup, id, &s); err != nil {
		return gateway.Setup{}, err
	}
	return gateway.Setup{ID: id, URL: g.page(id)}, nil
}

// Page is the path below which the gateway's pages are.
const Page = "/payment/test/"

func (g *Gateway) page(id string) string { return g.site.Base + Page + id }

// Method is what came of a Setup. One that the gateway doesn't know has failed.
func (g *Gateway) Method(ctx context.Context, _ gateway.Account, id string) (gateway.Method, error) {
	s, err := read[setup](ctx, g, kindSetup, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && s.State == "failed" {
		return gateway.Method{Failed: true}, nil
	}
	if err != nil {
		return gateway.Method{}, err
	}
	if s.State == "" {
		return gateway.Method{Pending: true}, nil
	}
	m, err := read[method](ctx, g, kindMethod, s.Method)
	if err != nil {
		return gateway.Method{}, err
	}
	return gateway.Method{Reference: s.Method, Kind: m.Kind, Brand: m.Brand, Last4: m.Last4, Expires: m.Expires, Fingerprint: m.Fingerprint}, nil
}

// Forget removes a saved payment method. References that name a behaviour alone
// belong to nobody, and stay.
func (g *Gateway) Forget(ctx context.Context, _ gateway.Account, reference string) error {
	_, err := change(ctx, g, kindMethod, reference, func(_ pgx.Tx, m *method) error {
		m.Forgotten = true
		return nil
	})
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}

// method is a payment method that somebody saved.
type method struct {
	Behaviour   Behaviour `json:"behaviour"`
	Kind        string    `json:"kind"`
	Brand       string    `json:"brand"`
	Last4       string    `json:"last4"`
	Expires     string    `json:"expires"`
	Fingerprint string    `json:"fingerprint"`
	Forgotten   bool      `json:"forgotten,omitempty"`
}

// behaviour is how a reference behaves; "" for one that can't be charged.
func (g *Gateway) behaviour(ctx context.Context, reference string) (Behaviour, error) {
	if strings.HasPrefix(reference, "tok_") {
		return Behaviour(reference).known(), nil
	}
	m, err := read[method](ctx, g, kindMethod, reference)
	if errors.Is(err, models.ErrNotFound) || err == nil && m.Forgotten {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return m.Behaviour, nil
}
