// Package notices tells people what concerns them: in the inbox of the app and
// by mail, as each has chosen for the topic. It is called by the verbs that
// cause the news, in their transaction.
package notices

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

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
// Link is an address of this site, without a language.
type Notice struct {
	Kind   models.NotificationKind
	Params map[string]string
	Link   string
}

// Tell brings a notice to accounts of users, as each has chosen.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, n Notice, accounts ...int64) error {
	topic, ok := models.NotificationKinds()[n.Kind]
	if !ok {
		return fmt.Errorf("notices: %q is no kind of notification", n.Kind)
	}
	params, err := json.Marshal(n.Params)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	for _, id := range accounts {
		choice, err := s.choice(ctx, tx, id, topic)
		if err != nil {
			return err
		}
		if choice.App {
			err = tx.WithContext(ctx).Exec(`INSERT INTO notifications (account_id, kind, params, link, created_at) VALUES (?, ?, ?, ?, ?)`,
				id, n.Kind, string(params), n.Link, s.now()).Error
			if err != nil {
				return fmt.Errorf("notices: %w", err)
			}
		}
		if choice.Mail {
			mail := jobs.SendMail{Message: "notice", AccountID: id, Params: map[string]string{"kind": string(n.Kind), "link": n.Link}}
			for k, v := range n.Params {
				mail.Params["p_"+k] = v
			}
			if err := s.queue.Enqueue(ctx, tx, mail); err != nil {
				return err
			}
		}
	}
	return nil
}

// choice is how a user wants to be told of a topic: both ways unless they said
// otherwise, and always of security.
func (s *Service) choice(ctx context.Context, tx *db.Tx, account int64, topic models.Topic) (models.NotificationChoice, error) {
	both := models.NotificationChoice{App: true, Mail: true}
	if topic == models.TopicSecurity {
		return both, nil
	}
	var text *string
	err := tx.WithContext(ctx).Raw(`SELECT notifications ->> ? FROM users WHERE account_id = ?`, string(topic), account).Row().Scan(&text)
	if found, err := db.Found(err); err != nil || !found || text == nil {
		return both, err
	}
	var c models.NotificationChoice
	if err := json.Unmarshal([]byte(*text), &c); err != nil {
		return both, fmt.Errorf("notices: %w", err)
	}
	return c, nil
}
