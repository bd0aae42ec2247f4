package profiles

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// AddWorkers adds the worker of jobs.TendAccounts.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &tendWorker{profiles: s})
}

// PeriodicJobs are the jobs that must run now and then. A tick that was missed
// is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.TendAccounts{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type tendWorker struct {
	river.WorkerDefaults[jobs.TendAccounts]
	profiles *Service
}

func (w *tendWorker) Work(ctx context.Context, _ *river.Job[jobs.TendAccounts]) error {
	return w.profiles.Tend(ctx)
}

// Tend tells people of tokens that soon expire, each token once, and forgets
// retired logins whose time is over.
func (s *Service) Tend(ctx context.Context) error {
	for {
		told, err := s.remind(ctx)
		if err != nil {
			return err
		}
		if told < reminders {
			break
		}
	}
	if err := s.db.Read(ctx).Exec(`DELETE FROM retired_logins WHERE until <= ?`, s.now()).Error; err != nil {
		return fmt.Errorf("profiles: retired logins: %w", err)
	}
	return nil
}

// reminders is how many tokens are told of in one transaction.
const reminders = 100

type expiring struct {
	AccountID int64
	Name      string
	ExpiresAt time.Time
}

// remind tells of some tokens that expire within a week; of those that are made
// for about a week, a day before.
func (s *Service) remind(ctx context.Context) (told int, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		var rows []expiring
		now := s.now()
		err := tx.WithContext(ctx).Raw(`UPDATE access_tokens SET reminded_at = ? WHERE id IN (
				SELECT id FROM access_tokens WHERE revoked_at IS NULL AND reminded_at IS NULL AND expires_at > ? AND expires_at <= ?
					AND (expires_at <= ? OR expires_at - created_at > interval '10 days')
				ORDER BY expires_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
			RETURNING account_id, name, expires_at`, now, now, now.AddDate(0, 0, 7), now.AddDate(0, 0, 1), reminders).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("profiles: remind: %w", err)
		}
		for _, r := range rows {
			n := notices.Notice{Kind: models.NoticeTokenExpires, Link: tokensPage,
				Params: map[string]string{"name": r.Name, "at": r.ExpiresAt.UTC().Format(time.RFC3339)}}
			if err := s.notices.Tell(ctx, tx, n, r.AccountID); err != nil {
				return err
			}
		}
		told = len(rows)
		return nil
	})
	return told, err
}

// tokensPage is where people mend what a reminder tells them of. Verbs know no
// other address.
const tokensPage = "/settings/tokens"
