// Package audit writes and reads the audit log. Every verb that changes
// something records it here, in the transaction of the change; the database
// refuses to alter or delete what is written.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"souk/models"
	"souk/models/db"
)

// Record writes an event in tx. Who did it and from where is taken from actor;
// the time is the database's unless the event has one.
func Record(ctx context.Context, tx *db.Tx, actor models.Actor, e models.AuditEvent) error {
	before, err := details(e.Before)
	if err != nil {
		return err
	}
	after, err := details(e.After)
	if err != nil {
		return err
	}
	var actorID, staffID *int64
	var staffLogin string
	if actor.UserID != 0 {
		actorID = &actor.UserID
	}
	if by := actor.ActingFor; by != nil {
		staffID, staffLogin = &by.StaffID, by.Login
	}
	var at *time.Time
	if !e.At.IsZero() {
		at = &e.At
	}
	err = tx.WithContext(ctx).Exec(`INSERT INTO audit_events (at, actor_id, actor_login, staff_id, staff_login, action, account_id,
			target_kind, target_id, target_name, ip, user_agent, request_id, before, after, description)
		VALUES (coalesce(?, now()), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		at, actorID, actor.Login, staffID, staffLogin, e.Action, e.AccountID, e.TargetKind, e.TargetID, e.TargetName,
		actor.Visit.IP, actor.Visit.UserAgent, actor.Visit.RequestID, before, after, e.Description).Error
	if err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	return nil
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
