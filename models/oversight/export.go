package oversight

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Format is how a list is written out.
type Format string

// The formats: a JSON object a line, or CSV with a header.
const (
	JSONLines Format = "json"
	CSV       Format = "csv"
)

// exported is an integration as it is written out.
type exported struct {
	Kind           models.IntegrationKind `json:"kind"`
	App            string                 `json:"app"`
	Name           string                 `json:"name"`
	AppKind        models.AppKind         `json:"app_kind"`
	Publisher      string                 `json:"publisher"`
	Verified       bool                   `json:"publisher_verified"`
	Permissions    models.Grants          `json:"permissions"`
	Scopes         []string               `json:"scopes"`
	RiskScore      int                    `json:"risk_score"`
	Selection      models.Selection       `json:"repository_selection"`
	Repositories   int                    `json:"repository_count"`
	Names          []string               `json:"repositories,omitempty"` // that are selected
	By             string                 `json:"by"`
	Requester      string                 `json:"requester"`
	Since          time.Time              `json:"since"`
	UsedAt         *time.Time             `json:"last_used_at"`
	Unused         bool                   `json:"unused"`
	Lacks          bool                   `json:"update_waiting"`
	Suspended      bool                   `json:"suspended"`
	Barred         bool                   `json:"suspended_by_integrator"`
	Denied         bool                   `json:"stopped_by_policy"`
	Members        int                    `json:"members"`
	Approved       bool                   `json:"approved"`
	InstallationID int64                  `json:"installation_id,omitempty"`
}

// Export notes that somebody takes the list of what reaches an account along, and
// returns what writes it, and whose it is. It returns ErrUnknownChoice for a format
// that isn't one.
func (s *Service) Export(ctx context.Context, actor models.Actor, login string, format Format) (of string, write func(context.Context, io.Writer) error, err error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return "", nil, err
	}
	if err := s.exporting(ctx, actor, a, format, models.AuditEvent{Action: "integrations.export"}); err != nil {
		return "", nil, err
	}
	return a.Login, func(ctx context.Context, w io.Writer) error { return s.write(ctx, a, format, w) }, nil
}

func (s *Service) exporting(ctx context.Context, actor models.Actor, a *Account, format Format, e models.AuditEvent) error {
	if err := actor.MayExportIntegrations(a.ID); err != nil {
		return err
	}
	if format != JSONLines && format != CSV {
		return models.ErrUnknownChoice.On("format")
	}
	e.At, e.AccountID, e.TargetName, e.After = s.now(), &a.ID, a.Login, map[string]any{"format": string(format)}
	return s.db.Tx(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, e) })
}

func (s *Service) write(ctx context.Context, a *Account, format Format, w io.Writer) error {
	all, err := a.all(ctx, s.db.Pool())
	if err != nil {
		return err
	}
	counts, err := selected(ctx, s.db.Pool(), all)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(x, y models.Integration) int {
		return cmp.Or(strings.Compare(string(x.Kind), string(y.Kind)), cmp.Compare(x.ID, y.ID))
	})
	names, err := s.names(ctx, a)
	if err != nil {
		return err
	}
	defer names.close()
	out := newSheet(w, format, integrationHeader)
	for i := range all {
		n := &all[i]
		e := exported{n.Kind, n.Slug, n.Name, n.AppKind, n.Publisher, n.Verified, n.Permissions, n.Scopes, n.Risk().Score, n.Selection, a.reached(n, counts),
			nil, n.By, n.Requester, n.Since, n.UsedAt, n.Unused(s.now()), n.Lacks, n.Suspended, n.Barred, n.Denied, n.Members, n.Approved, 0}
		if n.Kind == models.IntegrationInstalled {
			e.InstallationID, e.Names = n.ID, names.of(n.ID)
		}
		if err := out.line(e, e.cells); err != nil {
			return err
		}
	}
	if err := names.err(); err != nil {
		return fmt.Errorf("oversight: export: %w", err)
	}
	return out.end()
}

// names reads the names of selected repositories as the list goes by: both are in
// the order of the installations.
type names struct {
	rows pgx.Rows
	id   int64
	name string
	more bool
}

func (s *Service) names(ctx context.Context, a *Account) (*names, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT i.id, r.name FROM installations i JOIN installation_repositories x ON x.installation_id = i.id
		JOIN repositories r ON r.id = x.repository_id WHERE i.account_id = $1 AND i.selection = 'selected' ORDER BY i.id, lower(r.name)`, a.ID)
	if err != nil {
		return nil, fmt.Errorf("oversight: export: %w", err)
	}
	n := &names{rows: rows}
	n.next()
	return n, nil
}

func (n *names) next() {
	if n.more = n.rows.Next(); n.more {
		n.more = n.rows.Scan(&n.id, &n.name) == nil
	}
}

func (n *names) of(installation int64) (list []string) {
	for ; n.more && n.id <= installation; n.next() {
		if n.id == installation {
			list = append(list, n.name)
		}
	}
	return list
}

func (n *names) err() error { return n.rows.Err() }
func (n *names) close()     { n.rows.Close() }

var integrationHeader = []string{"kind", "app", "name", "app_kind", "publisher", "publisher_verified", "permissions", "scopes", "risk_score",
	"repository_selection", "repository_count", "repositories", "by", "requester", "since", "last_used_at", "unused", "update_waiting", "suspended",
	"suspended_by_integrator", "stopped_by_policy", "members", "approved", "installation_id"}

func (e *exported) cells() []string {
	return []string{string(e.Kind), e.App, e.Name, string(e.AppKind), e.Publisher, yes(e.Verified), grants(e.Permissions), strings.Join(e.Scopes, " "),
		strconv.Itoa(e.RiskScore), string(e.Selection), strconv.Itoa(e.Repositories), strings.Join(e.Names, " "), e.By, e.Requester, day(&e.Since), day(e.UsedAt),
		yes(e.Unused), yes(e.Lacks), yes(e.Suspended), yes(e.Barred), yes(e.Denied), strconv.Itoa(e.Members), yes(e.Approved), number(e.InstallationID)}
}

// sheet writes lines in a format.
type sheet struct {
	json *json.Encoder
	csv  *csv.Writer
}

func newSheet(w io.Writer, format Format, header []string) *sheet {
	if format == CSV {
		s := &sheet{csv: csv.NewWriter(w)}
		_ = s.csv.Write(header) // end tells
		return s
	}
	s := &sheet{json: json.NewEncoder(w)}
	s.json.SetEscapeHTML(false)
	return s
}

func (s *sheet) line(v any, cells func() []string) error {
	if s.json != nil {
		return s.json.Encode(v)
	}
	line := cells()
	for i := range line {
		line[i] = inert(line[i])
	}
	return s.csv.Write(line)
}

func (s *sheet) end() error {
	if s.csv == nil {
		return nil
	}
	s.csv.Flush()
	return s.csv.Error()
}

// inert keeps a spreadsheet from taking a cell for a formula (OWASP, "CSV
// Injection").
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func yes(b bool) string { return strconv.FormatBool(b) }

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// grants are permissions in a cell: "contents:write metadata:read".
func grants(g models.Grants) string {
	var out []string
	for key, level := range g {
		out = append(out, key+":"+string(level))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
