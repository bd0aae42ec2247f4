package testgw

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/gateway"
)

// Hook is the path that the gateway tells things to.
const Hook = "/hooks/test"

// Signature is the header in which the gateway signs what it tells.
const Signature = "Souk-Test-Signature"

// tolerance is how old a signature may be.
const tolerance = 5 * time.Minute

// told is an event in the gateway's memory.
type told struct {
	Event     gateway.Event `json:"event"`
	Delivered bool          `json:"delivered"`
}

// tell remembers an event and sends it to the site. One that doesn't arrive is sent
// again with the next.
func (g *Gateway) tell(ctx context.Context, e gateway.Event) error {
	e.ID, e.At = "evt_"+rand.Text(), g.now()
	if err := once(ctx, g, kindEvent, e.ID, &told{Event: e}); err != nil {
		return err
	}
	return g.Deliver(ctx)
}

// Deliver sends what hasn't arrived yet.
func (g *Gateway) Deliver(ctx context.Context) error {
	rows, err := g.pool.Query(ctx, `SELECT key FROM test_gateway WHERE kind = 'event' AND body ->> 'delivered' = 'false' ORDER BY created_at, key LIMIT 100`)
	if err != nil {
		return fmt.Errorf("testgw: deliver: %w", err)
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rows.Close()
			return fmt.Errorf("testgw: deliver: %w", err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("testgw: deliver: %w", err)
	}
	for _, id := range ids {
		if err := g.deliver(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gateway) deliver(ctx context.Context, id string) error {
	t, err := read[told](ctx, g, kindEvent, id)
	if err != nil {
		return err
	}
	body, err := json.Marshal(t.Event)
	if err != nil {
		return fmt.Errorf("testgw: deliver: %w", err)
	}
	if err := g.post(ctx, body); err != nil {
		return err
	}
	if _, err = g.pool.Exec(ctx, `UPDATE test_gateway SET body = jsonb_set(body, '{delivered}', 'true'), updated_at = $2 WHERE kind = 'event' AND key = $1`, id, g.now()); err != nil {
		return fmt.Errorf("testgw: deliver: %w", err)
	}
	return nil
}

// post sends a signed body to the site.
func (g *Gateway) post(ctx context.Context, body []byte) error {
	sign, err := g.Sign(ctx, body, g.now())
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.site.Base+Hook, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("testgw: deliver: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(Signature, sign)
	answer, err := g.client.Do(r)
	if err != nil {
		return fmt.Errorf("testgw: deliver: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("testgw: deliver: the site answers %d", answer.StatusCode)
	}
	return nil
}

// Sign is what stands in the header Signature beside a body.
func (g *Gateway) Sign(ctx context.Context, body []byte, at time.Time) (string, error) {
	secret, err := g.key(ctx)
	if err != nil {
		return "", err
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	return "t=" + stamp + ",v1=" + hex.EncodeToString(signed(secret, stamp, body)), nil
}

func signed(secret []byte, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

// Verify reads what the gateway sent. It returns ErrGatewaySignature.
func (g *Gateway) Verify(header map[string]string, body []byte, now time.Time) (gateway.Event, error) {
	stamp, mac, _ := strings.Cut(header[Signature], ",")
	stamp, hasStamp := strings.CutPrefix(stamp, "t=")
	mac, hasMAC := strings.CutPrefix(mac, "v1=")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if !g.site.Development || !hasStamp || !hasMAC || err != nil {
		return gateway.Event{}, models.ErrGatewaySignature
	}
	secret, err := g.key(context.Background())
	if err != nil {
		return gateway.Event{}, err
	}
	sent, err := hex.DecodeString(mac)
	if err != nil || !hmac.Equal(sent, signed(secret, stamp, body)) || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return gateway.Event{}, models.ErrGatewaySignature
	}
	var e gateway.Event
	if err := json.Unmarshal(body, &e); err != nil || e.ID == "" {
		return gateway.Event{}, models.ErrGatewaySignature.Because(err)
	}
	return e, nil
}
