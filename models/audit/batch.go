package audit

import (
	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Add adds an event to what b writes: Record for transactions that write much in one
// go.
func Add(b *pgx.Batch, actor models.Actor, e models.AuditEvent) error {
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
	b.Queue(`INSERT INTO audit_events (at, actor_id, actor_login, staff_id, staff_login, action, account_id,
			target_kind, target_id, target_name, ip, user_agent, request_id, before, after, description)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		e.At, actorID, actor.Login, staffID, staffLogin, string(e.Action), e.AccountID, e.TargetKind, e.TargetID, e.TargetName,
		actor.Visit.IP, actor.Visit.UserAgent, actor.Visit.RequestID, before, after, e.Description)
	return nil
}
