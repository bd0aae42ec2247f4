// Package audit writes and reads the audit log. Every verb that changes
// something records it here, in the transaction of the change; the database
// refuses to alter or delete what is written.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
)

// insert writes the event whose values valuesOf returns. Its time is the database's unless
// the event has one.
const insert = `INSERT INTO audit_events (at, actor_id, actor_login, staff_id, staff_login, action, account_id,
		target_kind, target_id, target_name, ip, user_agent, request_id, before, after, description)
	VALUES (coalesce($1::timestamptz, now()), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// Record writes an event in tx. Who did it and from where is taken from actor.
func Record(ctx context.Context, tx *db.Tx, actor models.Actor, e models.AuditEvent) error {
	values, err := valuesOf(actor, e)
	if err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, insert, values...); err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	return nil
}

// Add adds an event to what b writes: Record for transactions that write much in one
// go.
func Add(b *pgx.Batch, actor models.Actor, e models.AuditEvent) error {
	values, err := valuesOf(actor, e)
	if err != nil {
		return err
	}
	b.Queue(insert, values...)
	return nil
}

// valuesOf is an event as insert takes it.
func valuesOf(actor models.Actor, e models.AuditEvent) ([]any, error) {
	before, err := details(e.Before)
	if err != nil {
		return nil, err
	}
	after, err := details(e.After)
	if err != nil {
		return nil, err
	}
	var at *time.Time
	if !e.At.IsZero() {
		at = &e.At
	}
	var actorID, staffID *int64
	var staffLogin string
	if actor.UserID != 0 {
		actorID = &actor.UserID
	}
	if by := actor.ActingFor; by != nil {
		staffID, staffLogin = &by.StaffID, by.Login
	}
	return []any{at, actorID, actor.Login, staffID, staffLogin, string(e.Action), e.AccountID, e.TargetKind, e.TargetID, e.TargetName,
		actor.Visit.IP, actor.Visit.UserAgent, actor.Visit.RequestID, before, after, e.Description}, nil
}

func details(m map[string]any) (*string, error) {
	if m == nil {
		return nil, nil
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	s := string(b)
	return &s, nil
}
