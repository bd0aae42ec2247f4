package audit

import (
	"context"
	"fmt"

	"souk/models"
	"souk/models/db"
)

// Target is what one of many alike events is about.
type Target struct {
	ID   int64
	Name string
}

// RecordEach writes an event about each of the targets, alike but for that, in
// one statement.
func RecordEach(ctx context.Context, tx *db.Tx, actor models.Actor, e models.AuditEvent, targets []Target) error {
	if len(targets) == 0 {
		return nil
	}
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
	ids, names := make([]int64, len(targets)), make([]string, len(targets))
	for i, t := range targets {
		ids[i], names[i] = t.ID, t.Name
	}
	_, err = tx.Pgx.Exec(ctx, `INSERT INTO audit_events (at, actor_id, actor_login, staff_id, staff_login, action, account_id,
			target_kind, target_id, target_name, ip, user_agent, request_id, before, after, description)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, t.id, t.name, $9, $10, $11, $12::jsonb, $13::jsonb, $14
		FROM unnest($15::bigint[], $16::text[]) AS t (id, name)`,
		e.At, actorID, actor.Login, staffID, staffLogin, string(e.Action), e.AccountID, e.TargetKind,
		actor.Visit.IP, actor.Visit.UserAgent, actor.Visit.RequestID, before, after, e.Description, ids, names)
	if err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	return nil
}
