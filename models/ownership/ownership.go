// Package ownership hands apps on and ends them: managers, transfer with acceptance,
// deletion with its consequences, and what everyone may know of it.
package ownership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/identity"
	"souk/models/jobs"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	queue    *jobs.Queue
	notices  *notices.Service
	identity *identity.Service
	now      func() time.Time

	installations Installations
}

// Installations are where apps are installed; installs.Service knows them.
type Installations interface {
	// EndOfApp ends those of an app that is about to be deleted.
	EndOfApp(ctx context.Context, tx *db.Tx, actor models.Actor, app int64) error
}

// Installs tells who knows of installations. Without, apps that have some can't be
// deleted. It is called before the service is used.
func (s *Service) Installs(i Installations) { s.installations = i }

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, n *notices.Service, id *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, queue: q, notices: n, identity: id, now: now}
}

// owned is a registered app that the actor owns. What was only imported has no
// settings.
func owned(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*apps.Standing, error) {
	st, err := apps.Of(ctx, q, actor, slug, lock)
	if err != nil {
		return nil, err
	}
	if err := actor.MayOwnApp(st.Rights()); err != nil {
		return nil, err
	}
	if !st.Registered() {
		return nil, models.ErrNotFound
	}
	return st, nil
}

// reshape locks an app and has do change whose it is, or that it is.
func (s *Service) reshape(ctx context.Context, actor models.Actor, slug string, do func(*db.Tx, *apps.Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := owned(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MayReshapeApp(st.Rights(), s.now()); err != nil {
			return err
		}
		return do(tx, st)
	})
}

// bother is asked before somebody is told of what an actor does, so that nobody
// is pestered.
func (s *Service) bother(ctx context.Context, actor models.Actor) error {
	if err := actor.MayActWithMail(); err != nil || actor.Operator {
		return err
	}
	return s.identity.Spend(ctx, "ownership:"+strconv.FormatInt(actor.UserID, 10), 60, time.Minute)
}

// record writes an event about an app into the log of an account.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, st *apps.Standing, account *int64, before, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: account, TargetKind: "app",
		TargetID: &st.ID, TargetName: st.Slug, Before: before, After: after})
}

// tell tells people, but for the actor, who knows.
func (s *Service) tell(ctx context.Context, tx *db.Tx, actor models.Actor, n notices.Notice, people []int64) error {
	people = slices.Clone(people)
	slices.Sort(people)
	people = slices.DeleteFunc(slices.Compact(people), func(id int64) bool { return id == actor.UserID })
	return s.notices.Tell(ctx, tx, n, people...)
}

// account is who can own an app or look after one.
type account struct {
	ID    int64
	Login string
	Name  string
	Kind  models.AccountKind
}

// accountOf finds a person or an organization that staff hasn't suspended. Lock
// keeps its apps from being counted by two at once. It returns ErrNotFound.
func accountOf(ctx context.Context, q apps.Querier, login string, lock bool) (account, error) {
	sql := `SELECT a.id, a.login, coalesce(nullif(a.name, ''), a.login), a.kind FROM accounts a
		WHERE a.login = $1 AND a.suspended_at IS NULL AND (EXISTS (SELECT FROM users u WHERE u.account_id = a.id)
			OR EXISTS (SELECT FROM organizations o WHERE o.account_id = a.id))`
	if lock {
		// Weaker than what deletes an account: others may refer to it meanwhile.
		sql += ` FOR NO KEY UPDATE OF a`
	}
	var a account
	err := q.QueryRow(ctx, sql, strings.ToLower(strings.TrimSpace(login))).Scan(&a.ID, &a.Login, &a.Name, &a.Kind)
	if found, err := db.Found(err); err != nil {
		return a, fmt.Errorf("ownership: account: %w", err)
	} else if !found {
		return a, models.ErrNotFound
	}
	return a, nil
}

// settings is a page of an app's settings.
func settings(st *apps.Standing, page string) string { return "/settings/apps/" + st.Slug + page }
