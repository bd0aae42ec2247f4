package models

import "time"

// AuditEvent is one line of the audit log: who did what to what, when and from
// where, and what it was before and after. It never holds a secret.
type AuditEvent struct {
	ID          int64
	At          time.Time
	ActorID     *int64 // nil: the operator, a job, or nobody in particular
	ActorLogin  string
	StaffID     *int64 // the staff member who acted as ActorID
	StaffLogin  string
	Action      AuditAction
	AccountID   *int64 // whose log it belongs to: a user or an organization
	TargetKind  string // account, repository, session, token, …
	TargetID    *int64
	TargetName  string
	IP          string
	UserAgent   string
	RequestID   string
	Before      map[string]any
	After       map[string]any
	Description string // words that someone gave with it
}

// AuditAction names what was done: "<noun>.<verb>", as GitHub's audit log does.
type AuditAction string
