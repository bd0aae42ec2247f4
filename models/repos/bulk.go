package repos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// MaxBulk is how many repositories Bulk makes at once.
const MaxBulk = 10_000

// maxBulkProblems is how many bad lines a report names.
const maxBulkProblems = 200

// BulkOptions say how Bulk goes about it.
type BulkOptions struct {
	DryRun  bool // only report what would be done
	SkipBad bool // make the good ones though others are bad
}

// BulkReport says what became of the rows, or would have where nothing was
// written. What exists already counts as unchanged, whatever else the row says
// of it.
type BulkReport struct {
	Rows, Created, Unchanged, Bad int

	Problems []BulkProblem // the first 200 bad ones, in order
	Written  bool          // false after a dry run, or where it was refused
}

// BulkProblem is what is wrong with one row. Err is one of the errors of
// repositories or of texts; its Field says which column.
type BulkProblem struct {
	Line int
	Name string
	Err  *models.Error
}

// Bulk makes many repositories of one account, in one transaction. Doing it
// again changes nothing. It refuses more than MaxBulk with ErrBulkSize; where
// rows are bad and shall not be skipped it makes none and returns the report
// with ErrBulkLines.
func (s *Service) Bulk(ctx context.Context, actor models.Actor, account int64, rows []BulkRow, opts BulkOptions) (BulkReport, error) {
	report := BulkReport{Rows: len(rows)}
	if err := actor.MayCreateRepositoryIn(account); err != nil {
		return report, err
	}
	if len(rows) > MaxBulk {
		return report, models.ErrBulkSize
	}
	good := judge(rows, &report)
	if refused := report.Bad > 0 && !opts.SkipBad; refused || opts.DryRun {
		have, err := s.existing(ctx, account, good)
		report.Unchanged, report.Created = have, len(good)-have
		if err == nil && !opts.DryRun {
			err = models.ErrBulkLines
		}
		return report, err
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		login, err := mayFill(ctx, tx, actor, account)
		if err != nil {
			return err
		}
		made, err := s.insert(ctx, tx, account, good)
		if err != nil {
			return err
		}
		report.Created, report.Unchanged, report.Written = len(made), len(good)-len(made), true
		ids := make([]int64, len(made))
		for i := range made {
			ids[i] = made[i].ID
		}
		if err := s.recordMade(ctx, tx, actor, account, login, made); err != nil || len(ids) == 0 {
			return err
		}
		return s.follow(func(i Installations) error { return i.RepositoriesCreated(ctx, tx, actor, account, ids) })
	})
	return report, err
}

// BulkInto is Bulk with the account's login. It returns ErrUnknownChoice on owner
// for one that can have no repositories.
func (s *Service) BulkInto(ctx context.Context, actor models.Actor, login string, rows []BulkRow, opts BulkOptions) (BulkReport, error) {
	in, err := s.Owner(ctx, login)
	if errors.Is(err, models.ErrNotFound) {
		return BulkReport{}, models.ErrUnknownChoice.On("owner")
	}
	if err != nil {
		return BulkReport{}, err
	}
	return s.Bulk(ctx, actor, in.ID, rows, opts)
}

// judge returns the good rows and writes what is wrong with the others into the
// report.
func judge(rows []BulkRow, report *BulkReport) []BulkRow {
	good := make([]BulkRow, 0, len(rows))
	seen := make(map[string]bool, len(rows))
	for _, row := range rows {
		if row.Problem == nil {
			row.check()
		}
		key := strings.ToLower(row.Name)
		if row.Problem == nil && seen[key] {
			row.Problem = models.ErrBulkTwice
		}
		if row.Problem == nil {
			seen[key] = true
			good = append(good, row)
			continue
		}
		report.Bad++
		if len(report.Problems) < maxBulkProblems {
			report.Problems = append(report.Problems, BulkProblem{Line: row.Line, Name: row.Name, Err: row.Problem})
		}
	}
	return good
}

// check settles the description and says what is wrong.
func (r *BulkRow) check() {
	draft, problems := Draft{Name: r.Name, Description: r.Description, Private: r.Private}.check()
	if len(problems) > 0 {
		r.Problem = problems[0]
		return
	}
	r.Description = draft.Description
}

// mayFill checks that an account can have repositories, and returns its login.
func mayFill(ctx context.Context, tx *db.Tx, actor models.Actor, account int64) (login string, err error) {
	var kind models.AccountKind
	var suspended, claimed bool
	err = tx.Pgx.QueryRow(ctx, `SELECT a.login, a.kind, a.suspended_at IS NOT NULL,
			EXISTS (SELECT FROM users u WHERE u.account_id = a.id) OR EXISTS (SELECT FROM organizations o WHERE o.account_id = a.id)
		FROM accounts a WHERE a.id = $1`, account).Scan(&login, &kind, &suspended, &claimed)
	found, err := db.Found(err)
	switch {
	case err != nil:
		return "", fmt.Errorf("repos: bulk: %w", err)
	case !found || !claimed:
		return "", models.ErrNotFound
	case suspended && !actor.Operator:
		return "", models.ErrSuspended
	}
	return login, nil
}

// existing counts the rows whose names the account has already.
func (s *Service) existing(ctx context.Context, account int64, rows []BulkRow) (n int, err error) {
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = strings.ToLower(rows[i].Name)
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM repositories WHERE account_id = $1 AND lower(name) = ANY ($2)`, account, names).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("repos: bulk: %w", err)
	}
	return n, nil
}

// insert makes those that aren't there, in one statement.
func (s *Service) insert(ctx context.Context, tx *db.Tx, account int64, rows []BulkRow) ([]audit.Target, error) {
	// In one order, so that two at once wait for each other instead of both.
	slices.SortFunc(rows, func(a, b BulkRow) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	names, texts, private := make([]string, len(rows)), make([]string, len(rows)), make([]bool, len(rows))
	for i, r := range rows {
		names[i], texts[i], private[i] = r.Name, r.Description, r.Private
	}
	made, err := tx.Pgx.Query(ctx, `INSERT INTO repositories (account_id, name, description, private, created_at, updated_at)
		SELECT $1, n.name, n.description, n.private, $5, $5 FROM unnest($2::text[], $3::text[], $4::boolean[]) AS n (name, description, private)
		ON CONFLICT (account_id, lower(name)) DO NOTHING RETURNING id, name`, account, names, texts, private, s.now())
	if err != nil {
		return nil, fmt.Errorf("repos: bulk: %w", err)
	}
	targets, err := pgx.CollectRows(made, pgx.RowToStructByPos[audit.Target])
	if err != nil {
		return nil, fmt.Errorf("repos: bulk: %w", err)
	}
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	if _, err = tx.Pgx.Exec(ctx, `DELETE FROM repository_redirects WHERE account_id = $1 AND name = ANY ($2)`, account, names); err != nil {
		return nil, fmt.Errorf("repos: bulk: %w", err)
	}
	return targets, nil
}

// recordMade writes an event for each, as if it had been made alone.
func (s *Service) recordMade(ctx context.Context, tx *db.Tx, actor models.Actor, account int64, login string, made []audit.Target) error {
	for i := range made {
		made[i].Name = login + "/" + made[i].Name
	}
	return audit.RecordEach(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "repository.create", AccountID: &account,
		TargetKind: "repository", After: map[string]any{"bulk": true}}, made)
}
