package hooks

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/outside"
)

// attempt sends what was claimed and records what came of it.
func (s *Service) attempt(ctx context.Context, c *claimed) error {
	headers := c.Headers(c.secrets...)
	sent := http.Header{}
	for name, value := range headers {
		sent[name] = []string{value} // as they are spelled
	}
	began := time.Now()
	answer, err := s.outside.Post(ctx, c.url, sent, c.Body())
	if ctx.Err() != nil {
		return s.release(context.WithoutCancel(ctx), c)
	}
	a := models.HookAttempt{URL: c.url, Redelivery: c.redeliver, Milliseconds: int(time.Since(began).Milliseconds()), RequestHeaders: headers, ResponseHeaders: map[string]string{}}
	if err != nil {
		a.Problem = problem(err)
	} else {
		a.Status, a.ResponseBody = answer.Status, text(answer.Body)
		a.ResponseHeaders = flat(answer.Header)
		if answer.Status >= 300 && answer.Status < 400 {
			a.Problem = "redirect"
		}
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error { return s.settle(ctx, tx, c, &a) })
}

// release gives an event back that was claimed by a program that ends.
func (s *Service) release(ctx context.Context, c *claimed) error {
	if _, err := s.db.Pool().Exec(ctx, `UPDATE hook_events SET claimed_until = NULL WHERE id = $1 AND state = 'waiting'`, c.id); err != nil {
		return fmt.Errorf("hooks: release: %w", err)
	}
	return errNothing
}

// settle records an attempt. The endpoint is locked first, as by whoever claims.
func (s *Service) settle(ctx context.Context, tx *db.Tx, c *claimed, a *models.HookAttempt) error {
	now := s.now()
	e, found, err := s.locked(ctx, tx, c.Target)
	if err != nil || !found {
		return err // the listing is gone
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO hook_attempts (event_id, url, redelivery, status, problem, milliseconds, request_headers, response_headers, response_body, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.id, a.URL, a.Redelivery, a.Status, a.Problem, a.Milliseconds,
		a.RequestHeaders, a.ResponseHeaders, a.ResponseBody, now)
	if err != nil {
		return fmt.Errorf("hooks: attempt: %w", err)
	}
	if models.HookTaken(a.Status) {
		return s.taken(ctx, tx, c, e)
	}
	return s.refused(ctx, tx, c, e)
}

// taken ends an event. Once a receiver in trouble answers again, it gets all that
// waits for it.
func (s *Service) taken(ctx context.Context, tx *db.Tx, c *claimed, e *endpoint) error {
	now := s.now()
	_, err := tx.Pgx.Exec(ctx, `UPDATE hook_events SET state = 'delivered', delivered_at = coalesce(delivered_at, $2), tries = tries + 1,
		claimed_until = NULL, next_at = NULL, redeliver = false WHERE id = $1`, c.id, now)
	if err != nil {
		return fmt.Errorf("hooks: taken: %w", err)
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET delivered_at = $2, failures = 0, failing_since = NULL, hold_until = NULL, warned_at = NULL
		WHERE `+column(c.Target)+` = $1`, c.Target.ID, now)
	if err != nil {
		return fmt.Errorf("hooks: taken: %w", err)
	}
	if e.failures < models.HookTroubled {
		return nil
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE hook_events SET next_at = NULL WHERE `+column(c.Target)+` = $1 AND state = 'waiting'`, c.Target.ID)
	if err != nil {
		return fmt.Errorf("hooks: taken: %w", err)
	}
	return nil
}

// refused has an event wait for its next attempt, or gives it up after three days.
// What was taken before, and was only sent again, stays taken.
func (s *Service) refused(ctx context.Context, tx *db.Tx, c *claimed, e *endpoint) error {
	now := s.now()
	next := now.Add(models.HookWait(c.tries + 1))
	if c.tries == 0 && len(c.secrets) == 2 {
		next = now // with the other one
	}
	_, err := tx.Pgx.Exec(ctx, `UPDATE hook_events SET tries = tries + 1, claimed_until = NULL, next_at = $2,
			state = CASE WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN $3 THEN 'failed' ELSE state END,
			redeliver = redeliver AND delivered_at IS NULL AND NOT $3
		WHERE id = $1 AND state = 'waiting'`, c.id, next, !now.Before(c.seen.Add(models.HookPatience)))
	if err != nil {
		return fmt.Errorf("hooks: refused: %w", err)
	}
	var hold *time.Time
	if wait := models.HookHold(e.failures + 1); wait > 0 {
		hold = new(now.Add(wait))
	}
	_, err = tx.Pgx.Exec(ctx, `UPDATE hook_endpoints SET failed_at = $2, failures = failures + 1, failing_since = coalesce(failing_since, $2), hold_until = $3
		WHERE `+column(c.Target)+` = $1`, c.Target.ID, now, hold)
	if err != nil {
		return fmt.Errorf("hooks: refused: %w", err)
	}
	return nil
}

// problem names why a receiver gave no answer: one of models.HookProblems.
func problem(err error) string {
	if errors.Is(err, outside.ErrPrivate) {
		return "private"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "name"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "certificate"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "certificate"
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return "timeout"
	}
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		return "refused"
	}
	return "other"
}

// Limits of what is kept of an answer's headers.
const (
	maxHeaders = 50
	maxHeader  = 1000
)

// flat is a header with one value a name, of what the database can hold.
func flat(h http.Header) map[string]string {
	all := make(map[string]string, min(len(h), maxHeaders))
	for name, values := range h {
		if len(all) == maxHeaders {
			break
		}
		value := strings.Join(values, ", ")
		all[text([]byte(name))] = text([]byte(value[:min(len(value), maxHeader)]))
	}
	return all
}

// text is what was answered, as far as it is text.
func text(b []byte) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(b), "\uFFFD"), "\x00", "\uFFFD")
}
