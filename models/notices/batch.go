package notices

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/jobs"
)

// Add adds a notice to what b writes: Tell for transactions that write much in one
// go.
func (s *Service) Add(b *pgx.Batch, n Notice, accounts ...int64) error {
	if err := n.check(); err != nil || len(accounts) == 0 {
		return err
	}
	params, err := json.Marshal(n.Params)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	message := jobs.SendMail{Message: jobs.NoticeMail, Notice: &jobs.MailNotice{Kind: n.Kind, Link: n.Link}, Params: n.Params}
	mail, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	topic := models.NotificationKinds()[n.Kind]
	o := message.InsertOpts()
	b.Queue(`WITH told AS (
			SELECT account_id, $1::boolean OR coalesce((notifications -> $2::text ->> 'app')::boolean, true) app,
				($1::boolean OR coalesce((notifications -> $2::text ->> 'mail')::boolean, true)) AND mail_verified_at IS NOT NULL mail
			FROM users WHERE account_id = ANY($3)
		), kept AS (
			INSERT INTO notifications (account_id, kind, params, link, created_at)
			SELECT account_id, $4, $5::jsonb, $6, $7 FROM told WHERE app
		)
		INSERT INTO river_job (args, kind, queue, max_attempts)
		SELECT $8::jsonb || jsonb_build_object('account_id', account_id), $9, $10, $11 FROM told WHERE mail ORDER BY account_id`,
		topic == models.TopicSecurity, string(topic), accounts, string(n.Kind), string(params), n.Link, s.now(),
		string(mail), message.Kind(), o.Queue, o.MaxAttempts)
	return nil
}
