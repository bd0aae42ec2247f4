// Package notices tells people what concerns them: in the inbox of the app and
// by mail, as each has chosen for the topic. Tell is called by the verbs that
// cause the news, in their transaction; the other verbs are the inbox, which
// nobody but its owner reads or tidies.
package notices

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
)

// Service writes and reads notifications.
type Service struct {
	db    *db.DB
	queue *jobs.Queue
	now   func() time.Time
}

// New makes a Service.
func New(d *db.DB, q *jobs.Queue, now func() time.Time) *Service {
	return &Service{db: d, queue: q, now: now}
}

// Notice is news for some people. The texts are the messages "notice.<kind>" in
// the inbox and "mail.notice.<kind>.*" in mail, with Params in their places;
// which there must be is in models.NotificationParams. Link is an address of
// this site, without a language.
type Notice struct {
	Kind   models.NotificationKind
	Params map[string]string
	Link   string
}

// Tell brings a notice to users, as each has chosen for the notice's topic: both
// ways unless they said otherwise, and always of security. Accounts that aren't
// users, or are no more, are left out. It takes two statements, however many
// people there are.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, n Notice, accounts ...int64) error {
	if err := n.check(); err != nil || len(accounts) == 0 {
		return err
	}
	params, err := json.Marshal(n.Params)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	topic := models.NotificationKinds()[n.Kind]
	// An address that isn't confirmed may be somebody else's.
	rows, err := tx.Pgx.Query(ctx, `WITH told AS (
			SELECT account_id, $1::boolean OR coalesce((notifications -> $2::text ->> 'app')::boolean, true) app,
				($1::boolean OR coalesce((notifications -> $2::text ->> 'mail')::boolean, true)) AND mail_verified_at IS NOT NULL mail
			FROM users WHERE account_id = ANY($3)
		), kept AS (
			INSERT INTO notifications (account_id, kind, params, link, created_at)
			SELECT account_id, $4, $5::jsonb, $6, $7 FROM told WHERE app
		)
		SELECT account_id FROM told WHERE mail ORDER BY account_id`,
		topic == models.TopicSecurity, string(topic), accounts, string(n.Kind), string(params), n.Link, s.now())
	if err != nil {
		return fmt.Errorf("notices: tell: %w", err)
	}
	readers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("notices: tell: %w", err)
	}
	return s.mail(ctx, tx, n, readers)
}

// check refuses a notice that could not be put into words: that is a mistake of
// whoever tells it.
func (n *Notice) check() error {
	needed, ok := models.NotificationParams()[n.Kind]
	if !ok {
		return fmt.Errorf("notices: %q is no kind of notification", n.Kind)
	}
	for _, name := range needed {
		if n.Params[name] == "" {
			return fmt.Errorf("notices: %s lacks its %s", n.Kind, name)
		}
	}
	return nil
}

func (s *Service) mail(ctx context.Context, tx *db.Tx, n Notice, readers []int64) error {
	if len(readers) == 0 {
		return nil
	}
	all := make([]river.JobArgs, len(readers))
	for i, id := range readers {
		all[i] = jobs.SendMail{Message: jobs.NoticeMail, AccountID: id, Notice: &jobs.MailNotice{Kind: n.Kind, Link: n.Link}, Params: n.Params}
	}
	return s.queue.Enqueue(ctx, tx, all...)
}
