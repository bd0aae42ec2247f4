package oversight

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/db"
	"souk/models/jobs"
	"souk/models/notices"
)

// AddWorkers adds the worker for jobs.RemindReviews.
func (s *Service) AddWorkers(workers *river.Workers) {
	jobs.On[jobs.RemindReviews](workers, s.Remind)
}

// PeriodicJobs look for reviews that are due. When each is due follows from the last,
// so a tick that was missed is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	return jobs.Every(time.Hour, jobs.RemindReviews{})
}

// remindBatch bounds how many reviews one look works on.
const remindBatch = 500

// Remind tells those whose last review was finished a year ago, once each. It may run
// late, twice, or at the same time as itself.
func (s *Service) Remind(ctx context.Context) error {
	rows, err := s.db.Pool().Query(ctx, `SELECT id FROM integration_reviews WHERE finished_at <= $1 AND reminded_at IS NULL ORDER BY finished_at LIMIT $2`,
		s.now().Add(-models.ReviewEvery), remindBatch)
	if err != nil {
		return fmt.Errorf("oversight: remind: %w", err)
	}
	due, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("oversight: remind: %w", err)
	}
	for _, id := range due {
		if err := s.remind(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// remind tells of one review, if there is anything left to look through.
func (s *Service) remind(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var account int64
		var login string
		var organization, anything bool
		var readers []int64
		err := tx.Pgx.QueryRow(ctx, `UPDATE integration_reviews v SET reminded_at = $2 FROM accounts a WHERE v.id = $1 AND v.reminded_at IS NULL AND a.id = v.account_id
			RETURNING a.id, a.login, a.kind = 'organization',
				EXISTS (SELECT FROM installations WHERE account_id = a.id) OR EXISTS (SELECT FROM authorizations WHERE account_id = a.id)
					OR EXISTS (SELECT FROM oauth_approvals WHERE organization_id = a.id AND state = 'approved'),
				ARRAY(SELECT m.account_id FROM memberships m WHERE m.organization_id = a.id AND m.role = 'owner' AND m.suspended_at IS NULL ORDER BY 1)`,
			id, s.now()).Scan(&account, &login, &organization, &anything, &readers)
		if found, err := db.Found(err); err != nil || !found || !anything {
			return err
		}
		n := notices.Notice{Kind: models.NoticeReviewDue, Link: "/settings/integrations/reviews", Params: map[string]string{"login": login}}
		if organization {
			n.Link = "/organizations/" + login + n.Link
			return s.notices.Tell(ctx, tx, n, readers...)
		}
		return s.notices.Tell(ctx, tx, n, account)
	})
}
