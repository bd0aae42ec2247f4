package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/db"
)

// Format is how a log is written out.
type Format string

// The formats: a JSON object a line, or CSV with a header.
const (
	JSONLines Format = "json"
	CSV       Format = "csv"
)

// exported is an event as it is written out.
type exported struct {
	ID          int64          `json:"id"`
	At          time.Time      `json:"at"`
	Action      string         `json:"action"`
	Actor       string         `json:"actor"`
	ActorID     *int64         `json:"actor_id"`
	Staff       string         `json:"staff,omitempty"`
	AccountID   *int64         `json:"account_id"`
	TargetKind  string         `json:"target_kind,omitempty"`
	TargetID    *int64         `json:"target_id,omitempty"`
	Target      string         `json:"target,omitempty"`
	IP          string         `json:"ip,omitempty"`
	UserAgent   string         `json:"user_agent,omitempty"`
	RequestID   string         `json:"request_id,omitempty"`
	Before      map[string]any `json:"before,omitempty"`
	After       map[string]any `json:"after,omitempty"`
	Description string         `json:"description,omitempty"`
}

var csvHeader = []string{"id", "at", "action", "actor", "actor_id", "staff", "account_id", "target_kind", "target_id", "target",
	"ip", "user_agent", "request_id", "before", "after", "description"}

// Export notes that someone takes a log along, and returns what writes it: all
// events that the filter chooses, the newest first, as they were when writing
// began, one by one as they come from the database. Rights are those of Read.
func (s *Service) Export(ctx context.Context, actor models.Actor, log Log, f models.AuditFilter, format Format) (func(context.Context, io.Writer) error, error) {
	if err := mayRead(actor, log); err != nil {
		return nil, err
	}
	if format != JSONLines && format != CSV {
		return nil, models.ErrUnknownChoice.On("format")
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		return Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "audit_log.export", AccountID: log.Account, After: map[string]any{"format": string(format)}})
	})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, w io.Writer) error { return s.write(ctx, log, f, format, w) }, nil
}

func (s *Service) write(ctx context.Context, log Log, f models.AuditFilter, format Format, w io.Writer) (err error) {
	write, flush := jsonWriter(w), func() error { return nil }
	if format == CSV {
		if write, flush, err = csvWriter(w); err != nil {
			return err
		}
	}
	rows, err := chosen(s.db.Read(ctx), log, f).Order("id DESC").Rows()
	if err != nil {
		return fmt.Errorf("audit: export: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := s.db.Read(ctx).ScanRows(rows, &r); err != nil {
			return fmt.Errorf("audit: export: %w", err)
		}
		e, err := r.event()
		if err != nil {
			return err
		}
		if err := write(e); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("audit: export: %w", err)
	}
	return flush()
}

func jsonWriter(w io.Writer) func(models.AuditEvent) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return func(e models.AuditEvent) error {
		return out.Encode(exported{e.ID, e.At, string(e.Action), e.ActorLogin, e.ActorID, e.StaffLogin, e.AccountID, e.TargetKind, e.TargetID,
			e.TargetName, e.IP, e.UserAgent, e.RequestID, e.Before, e.After, e.Description})
	}
}

func csvWriter(w io.Writer) (write func(models.AuditEvent) error, flush func() error, err error) {
	out := csv.NewWriter(w)
	write = func(e models.AuditEvent) error {
		cells := []string{strconv.FormatInt(e.ID, 10), e.At.Format(time.RFC3339), string(e.Action), e.ActorLogin, number(e.ActorID), e.StaffLogin,
			number(e.AccountID), e.TargetKind, number(e.TargetID), e.TargetName, e.IP, e.UserAgent, e.RequestID, text(e.Before), text(e.After), e.Description}
		for i := range cells {
			cells[i] = inert(cells[i])
		}
		return out.Write(cells)
	}
	flush = func() error {
		out.Flush()
		return out.Error()
	}
	return write, flush, out.Write(csvHeader)
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func text(m map[string]any) string {
	if m == nil {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(b)
}

// inert keeps a spreadsheet from taking a cell for a formula (OWASP, "CSV
// Injection").
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
