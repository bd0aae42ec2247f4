package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"souk/models"
	"souk/models/db"
)

// Service reads the log.
type Service struct {
	db  *db.DB
	now func() time.Time
}

// New makes a Service.
func New(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }

// PageSize is how many events a page shows.
const PageSize = 50

// Log is whose events to read: an account's, or, with a nil account, everyone's.
type Log struct{ Account *int64 }

// Page is some events, the newest first. Older is the id from which the next
// page goes on, 0 at the end; Newer is set when this isn't the first page.
type Page struct {
	Events []models.AuditEvent
	Older  int64
	Newer  bool
}

// Read returns the page of a log that begins below an id (0: at the newest). An
// account's own log may be read by the account, an organization's by its
// owners, any account's by staff, and everyone's by administrators.
func (s *Service) Read(ctx context.Context, actor models.Actor, log Log, f models.AuditFilter, below int64) (*Page, error) {
	if err := mayRead(actor, log); err != nil {
		return nil, err
	}
	var rows []row
	q := chosen(s.db.Read(ctx), log, f)
	if below > 0 {
		q = q.Where("id < ?", below)
	}
	if err := q.Order("id DESC").Limit(PageSize + 1).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("audit: read: %w", err)
	}
	page := &Page{Newer: below > 0}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Older = rows[PageSize-1].ID
	}
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		page.Events = append(page.Events, e)
	}
	return page, nil
}

func mayRead(actor models.Actor, log Log) error {
	if log.Account == nil {
		return actor.MayReadEveryLog()
	}
	return actor.MayReadLogOf(*log.Account)
}

// chosen is the log with the filter's conditions.
func chosen(q *gorm.DB, log Log, f models.AuditFilter) *gorm.DB {
	q = q.Table("audit_events")
	if log.Account != nil {
		q = q.Where("account_id = ?", *log.Account)
	}
	if f.Actor != "" {
		q = q.Where("(actor_login = ? OR staff_login = ?)", f.Actor, f.Actor)
	}
	if noun, all := strings.CutSuffix(f.Action, "*"); all {
		q = q.Where("action LIKE ?", db.Literal(noun)+"%")
	} else if f.Action != "" {
		q = q.Where("action = ?", f.Action)
	}
	if f.Target != "" {
		q = q.Where("target_name ILIKE ?", "%"+db.Literal(f.Target)+"%")
	}
	if f.IP != "" {
		q = q.Where("ip = ?", f.IP)
	}
	q = between(q, log, f)
	for _, w := range f.Words {
		like := "%" + db.Literal(w) + "%"
		q = q.Where("(action ILIKE ? OR actor_login ILIKE ? OR staff_login ILIKE ? OR target_name ILIKE ? OR description ILIKE ?)", like, like, like, like, like)
	}
	return q
}

// disorder is how far events may stand from the order of time: by clocks that
// differ, and by transactions that take long.
const disorder = 24 * time.Hour

// between chooses by time. In the log of everyone numbers tell where to begin
// and end, within disorder, so that an old day is found without reading all that
// came after it.
func between(q *gorm.DB, log Log, f models.AuditFilter) *gorm.DB {
	if f.Since != nil {
		if q = q.Where("at >= ?", *f.Since); log.Account == nil {
			q = q.Where("id >= coalesce((SELECT id FROM audit_events WHERE at < ? ORDER BY at DESC LIMIT 1), 0)", f.Since.Add(-disorder))
		}
	}
	if f.Until != nil {
		if q = q.Where("at < ?", *f.Until); log.Account == nil {
			q = q.Where("id <= coalesce((SELECT id FROM audit_events WHERE at > ? ORDER BY at LIMIT 1), 9223372036854775807)", f.Until.Add(disorder))
		}
	}
	return q
}

// row is an event as it is stored.
type row struct {
	ID          int64
	At          time.Time
	ActorID     *int64
	ActorLogin  string
	StaffID     *int64
	StaffLogin  string
	Action      models.AuditAction
	AccountID   *int64
	TargetKind  string
	TargetID    *int64
	TargetName  string
	IP          string
	UserAgent   string
	RequestID   string
	Before      *string
	After       *string
	Description string
}

func (r *row) event() (models.AuditEvent, error) {
	e := models.AuditEvent{ID: r.ID, At: r.At.UTC(), ActorID: r.ActorID, ActorLogin: r.ActorLogin, StaffID: r.StaffID, StaffLogin: r.StaffLogin,
		Action: r.Action, AccountID: r.AccountID, TargetKind: r.TargetKind, TargetID: r.TargetID, TargetName: r.TargetName,
		IP: r.IP, UserAgent: r.UserAgent, RequestID: r.RequestID, Description: r.Description}
	if err := decode(r.Before, &e.Before); err != nil {
		return e, fmt.Errorf("audit: event %d: %w", r.ID, err)
	}
	if err := decode(r.After, &e.After); err != nil {
		return e, fmt.Errorf("audit: event %d: %w", r.ID, err)
	}
	return e, nil
}

func decode(text *string, into *map[string]any) error {
	if text == nil {
		return nil
	}
	return json.Unmarshal([]byte(*text), into)
}
