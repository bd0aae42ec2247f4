package apps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/jobs"
)

// Access is what an app asks for: a GitHub App permissions and events, an OAuth
// App scopes. Note says why, to those who are asked to agree.
type Access struct {
	Permissions     models.Grants
	Events          []string
	Scopes          []string
	SingleFilePaths []string
	Note            string
}

// accessOf is what an app asks for now.
func accessOf(a *models.App) Access {
	return Access{Permissions: a.Permissions, Events: a.Events, Scopes: a.Scopes, SingleFilePaths: a.SingleFilePaths}
}

// Same reports whether both ask for the same; the note doesn't count, nor does
// the order.
func (a Access) Same(b Access) bool {
	sorted := func(s []string) []string { return slices.Sorted(slices.Values(s)) }
	return maps.Equal(a.Permissions, b.Permissions) && slices.Equal(sorted(a.Events), sorted(b.Events)) &&
		slices.Equal(sorted(a.Scopes), sorted(b.Scopes)) && slices.Equal(sorted(a.SingleFilePaths), sorted(b.SingleFilePaths))
}

// Risk is that of the app once it has this access.
func (a Access) Risk(kind models.AppKind) models.Risk {
	return (&models.App{Kind: kind, Permissions: a.Permissions, Scopes: a.Scopes}).Risk()
}

// check returns a as it is kept, or Problems.
func (a Access) check(kind models.AppKind) (Access, error) {
	var problems models.Problems
	kept := Access{SingleFilePaths: []string{}}
	add := func(err error) { _ = problems.Add("", err) } // all of them are ours
	var err error
	if kept.Note, err = models.PlainText(a.Note, models.MaxProposalNote, true); err != nil {
		_ = problems.Add("note", err)
	}
	if kind == models.OAuthApp {
		kept.Scopes, err = models.CheckScopes(a.Scopes)
		add(err)
		return kept, problems.Err()
	}
	kept.Permissions, err = models.CheckGrants(a.Permissions)
	add(err)
	if err != nil {
		return kept, problems.Err()
	}
	kept.Events, err = models.CheckEvents(a.Events, kept.Permissions)
	add(err)
	kept.SingleFilePaths, err = models.CheckFilePaths(a.SingleFilePaths, kept.Permissions)
	add(err)
	return kept, problems.Err()
}

// SetAccess changes what an app asks for: at once, or, while its listing is
// live, as a proposal that waits for review. What is wrong with it comes back as
// Problems.
func (s *Service) SetAccess(ctx context.Context, actor models.Actor, slug string, a Access) (proposed bool, err error) {
	return s.setAccess(ctx, actor, slug, anyVersion, a)
}

// SetAccessFrom is SetAccess of a form that was opened at this version of the
// app. It returns ErrAppChanged if somebody was faster.
func (s *Service) SetAccessFrom(ctx context.Context, actor models.Actor, slug string, version int, a Access) (proposed bool, err error) {
	return s.setAccess(ctx, actor, slug, max(version, 0), a)
}

// anyVersion is that of who has no form open.
const anyVersion = -1

func (s *Service) setAccess(ctx context.Context, actor models.Actor, slug string, version int, a Access) (proposed bool, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.managed(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		if version != anyVersion && version != st.Version {
			return models.ErrAppChanged
		}
		want, err := a.check(st.Kind)
		if err != nil {
			return err
		}
		if st.Live() && !want.Same(accessOf(&st.App)) {
			proposed = true
			return s.propose(ctx, tx, actor, st, want)
		}
		if err := s.dropProposal(ctx, tx, actor, st); err != nil || want.Same(accessOf(&st.App)) {
			return err
		}
		return s.grant(ctx, tx, actor, "app.change_access", st, want)
	})
	return proposed, err
}

// managed locks an app that the actor may change. What was only imported can't
// be.
func (s *Service) managed(ctx context.Context, tx *db.Tx, actor models.Actor, slug string) (*Standing, error) {
	st, err := Of(ctx, tx.Pgx, actor, slug, true)
	if err != nil {
		return nil, err
	}
	if err := actor.MayManageApp(st.Rights()); err != nil {
		return nil, err
	}
	if !st.Registered() {
		return nil, models.ErrNotFound
	}
	return st, nil
}

func (s *Service) propose(ctx context.Context, tx *db.Tx, actor models.Actor, st *Standing, want Access) error {
	_, err := tx.Pgx.Exec(ctx, `INSERT INTO app_proposals (app_id, permissions, events, scopes, single_file_paths, note, proposer_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, 0), $8)
		ON CONFLICT ON CONSTRAINT app_proposals_pkey DO UPDATE SET permissions = excluded.permissions, events = excluded.events,
			scopes = excluded.scopes, single_file_paths = excluded.single_file_paths, note = excluded.note,
			proposer_id = excluded.proposer_id, created_at = excluded.created_at`,
		st.ID, want.Permissions, want.Events, want.Scopes, want.SingleFilePaths, want.Note, actor.UserID, s.now())
	if err != nil {
		return fmt.Errorf("apps: propose: %w", err)
	}
	if err := s.touch(ctx, tx, st); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, "app.propose_access", st, accessOf(&st.App).log(), want.log())
}

// touch counts a change, so that who has a form open notices.
func (s *Service) touch(ctx context.Context, tx *db.Tx, st *Standing) error {
	if _, err := tx.Pgx.Exec(ctx, `UPDATE apps SET version = version + 1, updated_at = $2 WHERE id = $1`, st.ID, s.now()); err != nil {
		return fmt.Errorf("apps: touch: %w", err)
	}
	return nil
}

// dropProposal takes back what waits, if anything does.
func (s *Service) dropProposal(ctx context.Context, tx *db.Tx, actor models.Actor, st *Standing) error {
	if !st.Proposed {
		return nil
	}
	was, _, err := Wanted(ctx, tx.Pgx, st.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `DELETE FROM app_proposals WHERE app_id = $1`, st.ID); err != nil {
		return fmt.Errorf("apps: take back: %w", err)
	}
	if err := s.touch(ctx, tx, st); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, "app.withdraw_access", st, was.log(), accessOf(&st.App).log())
}

func (s *Service) grant(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, st *Standing, want Access) error {
	if err := grant(ctx, tx, st.ID, want, s.now()); err != nil {
		return err
	}
	if err := s.touch(ctx, tx, st); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, action, st, accessOf(&st.App).log(), want.log())
}

// grantSQL writes what an app asks for. Where that is more than before, it keeps since
// when and why, and returns whether accounts that installed the app have to agree.
const grantSQL = `WITH was AS (SELECT id, coalesce(permissions, '{}') permissions, coalesce(scopes, '{}') scopes, single_file_paths FROM apps WHERE id = $1 FOR UPDATE),
	more AS (SELECT id, NOT (grants_cover(permissions, grants_part($2, false)) AND single_file_paths @> $5) of_accounts,
		NOT (grants_cover(permissions, grants_part($2, true)) AND scopes @> coalesce($4::text[], '{}')) of_people FROM was)
	UPDATE apps a SET permissions = $2, events = $3, scopes = $4, single_file_paths = $5,
		access_note = CASE WHEN m.of_accounts OR m.of_people THEN $6 ELSE a.access_note END,
		access_at = CASE WHEN m.of_accounts OR m.of_people THEN $7 ELSE a.access_at END
	FROM more m WHERE a.id = m.id RETURNING a.kind, m.of_accounts`

// grant writes what an app asks for, and the risk of it where its listing is
// found by. The database writes the ledger, and takes from installations what isn't
// asked for any more; who may agree to more is told of it.
func grant(ctx context.Context, tx *db.Tx, app int64, want Access, at time.Time) error {
	var kind models.AppKind
	var more bool
	err := tx.Pgx.QueryRow(ctx, grantSQL, app, want.Permissions, want.Events, want.Scopes, want.SingleFilePaths, want.Note, at).Scan(&kind, &more)
	if err != nil {
		return fmt.Errorf("apps: grant: %w", err)
	}
	risk := want.Risk(kind)
	var b pgx.Batch
	b.Queue(`UPDATE listings SET risk_band = $2, risk_score = $3 WHERE app_id = $1`, app, string(risk.Band), risk.Score)
	if more {
		if err := jobs.Add(&b, jobs.TellUpdates{AppID: app, At: at}); err != nil {
			return err
		}
	}
	if err := tx.Pgx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("apps: grant: %w", err)
	}
	return nil
}

// Withdraw takes back what was proposed. Nothing happens where nothing was.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, slug string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := s.managed(ctx, tx, actor, slug)
		if err != nil {
			return err
		}
		return s.dropProposal(ctx, tx, actor, st)
	})
}

// Wanted is what an app asks for, or is to ask for once that is approved:
// proposed tells which.
func Wanted(ctx context.Context, q Querier, appID int64) (a Access, proposed bool, err error) {
	err = q.QueryRow(ctx, `SELECT CASE WHEN p.app_id IS NULL THEN a.permissions ELSE p.permissions END,
			CASE WHEN p.app_id IS NULL THEN a.events ELSE p.events END, CASE WHEN p.app_id IS NULL THEN a.scopes ELSE p.scopes END,
			coalesce(p.single_file_paths, a.single_file_paths), coalesce(p.note, ''), p.app_id IS NOT NULL
		FROM apps a LEFT JOIN app_proposals p ON p.app_id = a.id WHERE a.id = $1`, appID).
		Scan(&a.Permissions, &a.Events, &a.Scopes, &a.SingleFilePaths, &a.Note, &proposed)
	if err != nil {
		return a, false, missing(err)
	}
	return a, proposed, nil
}

// ApplyProposal makes what was proposed what the app asks for. Nothing happens
// where nothing was. Whoever publishes the listing has locked the app.
func ApplyProposal(ctx context.Context, tx *db.Tx, appID int64, at time.Time) error {
	var a Access
	err := tx.Pgx.QueryRow(ctx, `DELETE FROM app_proposals WHERE app_id = $1 RETURNING permissions, events, scopes, single_file_paths, note`, appID).
		Scan(&a.Permissions, &a.Events, &a.Scopes, &a.SingleFilePaths, &a.Note)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("apps: apply: %w", err)
	}
	if err := grant(ctx, tx, appID, a, at); err != nil {
		return err
	}
	if _, err := tx.Pgx.Exec(ctx, `UPDATE apps SET version = version + 1 WHERE id = $1`, appID); err != nil {
		return fmt.Errorf("apps: apply: %w", err)
	}
	return nil
}

// log is how the audit log tells of access.
func (a Access) log() map[string]any {
	m := map[string]any{}
	if a.Permissions != nil {
		m["permissions"], m["events"] = a.Permissions, a.Events
	}
	if a.Scopes != nil {
		m["scopes"] = a.Scopes
	}
	if len(a.SingleFilePaths) > 0 {
		m["single_file_paths"] = a.SingleFilePaths
	}
	return m
}

// record writes an event about an app into the log of the account that owns it.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, st *Standing, before, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{
		At: s.now(), Action: action, AccountID: st.AccountID, TargetKind: "app", TargetID: &st.ID, TargetName: st.Slug, Before: before, After: after,
	})
}

// Asked is an app with what it asks for now and what it is to ask for.
type Asked struct {
	*Standing
	Now      Access
	Wanted   Access // the same as Now where nothing waits
	Proposed bool
}

// Asked loads an app for the pages of what it asks for.
func (s *Service) Asked(ctx context.Context, actor models.Actor, slug string) (*Asked, error) {
	st, err := s.Find(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	wanted, proposed, err := Wanted(ctx, s.db.Pool(), st.ID)
	if err != nil {
		return nil, err
	}
	return &Asked{Standing: st, Now: accessOf(&st.App), Wanted: wanted, Proposed: proposed}, nil
}
