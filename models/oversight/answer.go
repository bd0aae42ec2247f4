package oversight

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
)

// Question is what owners ask somebody in a review.
type Question struct {
	ID             int64
	ReviewID       int64
	OrganizationID int64
	Organization   string // login
	Name           string // of the organization
	Kind           models.IntegrationKind
	AppID          int64
	App            string // name
	Slug           string
	Facts          models.ReviewFacts
	Asker          string // login
	AskerID        *int64
	AskedID        int64
	AskedAt        *time.Time
	Note           string
	Answer         models.ReviewAnswer
	Words          string
	Closed         bool // nobody waits for the answer any more
}

const questionSQL = `SELECT i.id, i.review_id, o.id, o.login, coalesce(nullif(o.name, ''), o.login), i.kind, i.app_id, i.app_name, i.app_slug, i.facts,
		coalesce(d.login, ''), i.decider_id, i.asked_id, i.decided_at, i.note, i.answer, i.answer_words, r.finished_at IS NOT NULL OR i.decision <> 'ask'
	FROM integration_review_items i JOIN integration_reviews r ON r.id = i.review_id JOIN accounts o ON o.id = r.account_id LEFT JOIN accounts d ON d.id = i.decider_id
	WHERE i.id = $1 AND i.asked_id IS NOT NULL`

func question(ctx context.Context, q querier, id int64, lock string) (*Question, error) {
	var v Question
	err := q.QueryRow(ctx, questionSQL+lock, id).Scan(&v.ID, &v.ReviewID, &v.OrganizationID, &v.Organization, &v.Name, &v.Kind, &v.AppID, &v.App, &v.Slug, &v.Facts,
		&v.Asker, &v.AskerID, &v.AskedID, &v.AskedAt, &v.Note, &v.Answer, &v.Words, &v.Closed)
	if err != nil {
		return nil, missing(err)
	}
	return &v, nil
}

// Question is what the actor was asked in a review. It returns ErrNotFound for
// anyone else.
func (s *Service) Question(ctx context.Context, actor models.Actor, id int64) (*Question, error) {
	v, err := question(ctx, s.db.Pool(), id, "")
	if err != nil {
		return nil, err
	}
	actor.Suspended = false // who is suspended may look
	return v, actor.MayAnswerReview(v.AskedID)
}

// Answer answers a question, or answers it otherwise, as long as owners wait for it,
// and tells whoever asked. It returns ErrReviewAnswer and ErrReviewFinished.
func (s *Service) Answer(ctx context.Context, actor models.Actor, id int64, answer models.ReviewAnswer, words string) error {
	if answer != models.AnswerNeeded && answer != models.AnswerUnneeded {
		return models.ErrReviewAnswer
	}
	words, err := models.PlainText(words, models.MaxIntegrationNote, true)
	if err != nil {
		return asField(err, "words")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		// The review first, as whoever decides locks it.
		var review int64
		if err := tx.Pgx.QueryRow(ctx, `SELECT id FROM integration_reviews WHERE id = (SELECT review_id FROM integration_review_items WHERE id = $1) FOR SHARE`, id).Scan(&review); err != nil {
			return missing(err)
		}
		v, err := question(ctx, tx.Pgx, id, " FOR UPDATE OF i")
		if err != nil {
			return err
		}
		if err := actor.MayAnswerReview(v.AskedID); err != nil {
			return err
		}
		if v.Closed {
			return models.ErrReviewFinished
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE integration_review_items SET answer = $2, answer_words = $3, answered_at = $4 WHERE id = $1`, id, answer, words, s.now())
		if err != nil {
			return fmt.Errorf("oversight: answer: %w", err)
		}
		if err := audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "integration_review.answer", AccountID: &v.OrganizationID, TargetKind: "app",
			TargetID: &v.AppID, TargetName: v.Slug, After: map[string]any{"review": v.ReviewID, "answer": answer}, Description: words}); err != nil {
			return err
		}
		if v.AskerID == nil || *v.AskerID == actor.UserID {
			return nil
		}
		return s.notices.Tell(ctx, tx, notices.Notice{Kind: models.NoticeReviewAnswered, Link: reviewPage(v.Organization, v.ReviewID) + "?view=asked",
			Params: map[string]string{"organization": v.Name, "login": actor.Login, "app": v.App}}, *v.AskerID)
	})
}

// reviewPage is where owners go through a review.
func reviewPage(organization string, id int64) string {
	return fmt.Sprintf("/organizations/%s/settings/integrations/reviews/%d", organization, id)
}
