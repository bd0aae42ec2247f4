package oversight

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"souk/models"
)

// reviewed is an item of a review as it is written out.
type reviewed struct {
	Review      int64                  `json:"review"`
	Kind        models.IntegrationKind `json:"kind"`
	App         string                 `json:"app"`
	Name        string                 `json:"name"`
	Facts       models.ReviewFacts     `json:"facts"` // as they were
	Decision    models.ReviewDecision  `json:"decision"`
	Note        string                 `json:"note"`
	Decider     string                 `json:"decided_by"`
	DecidedAt   *time.Time             `json:"decided_at"`
	Asked       string                 `json:"asked"`
	Answer      models.ReviewAnswer    `json:"answer"`
	AnswerWords string                 `json:"answer_words"`
	AnsweredAt  *time.Time             `json:"answered_at"`
	EndedAt     *time.Time             `json:"ended_at"`
}

var reviewHeader = []string{"review", "kind", "app", "name", "publisher", "permissions", "scopes", "repository_selection", "repository_count", "by", "since",
	"last_used_at", "decision", "note", "decided_by", "decided_at", "asked", "answer", "answer_words", "answered_at", "ended_at"}

func (e *reviewed) cells() []string {
	f := &e.Facts
	return []string{number(e.Review), string(e.Kind), e.App, e.Name, f.Publisher, grants(f.Permissions), strings.Join(f.Scopes, " "), string(f.Selection),
		strconv.Itoa(f.Repositories), f.By, day(&f.Since), day(f.UsedAt), string(e.Decision), e.Note, e.Decider, day(e.DecidedAt), e.Asked, string(e.Answer),
		e.AnswerWords, day(e.AnsweredAt), day(e.EndedAt)}
}

// ExportReview is Export for a review: its items as they were, with what was decided.
func (s *Service) ExportReview(ctx context.Context, actor models.Actor, login string, id int64, format Format) (of string, write func(context.Context, io.Writer) error, err error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return "", nil, err
	}
	var review int64
	if err := s.db.Pool().QueryRow(ctx, `SELECT id FROM integration_reviews WHERE id = $1 AND account_id = $2`, id, a.ID).Scan(&review); err != nil {
		return "", nil, missing(err)
	}
	e := models.AuditEvent{Action: "integration_review.export", TargetKind: "integration_review", TargetID: &review}
	if err := s.exporting(ctx, actor, a, format, e); err != nil {
		return "", nil, err
	}
	return a.Login, func(ctx context.Context, w io.Writer) error {
		list, err := items(ctx, s.db.Pool(), `WHERE i.review_id = $1 ORDER BY lower(i.app_name), i.id`, review)
		if err != nil {
			return err
		}
		out := newSheet(w, format, reviewHeader)
		for i := range list {
			n := &list[i]
			e := reviewed{review, n.Kind, n.Slug, n.Name, n.Facts, n.Decision, n.Note, n.Decider, n.DecidedAt, n.Asked, n.Answer, n.AnswerWords, n.AnsweredAt, n.EndedAt}
			if err := out.line(e, e.cells); err != nil {
				return err
			}
		}
		return out.end()
	}, nil
}
