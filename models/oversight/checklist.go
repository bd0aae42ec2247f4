package oversight

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// ReviewItem is an integration in a review.
type ReviewItem struct {
	ID          int64
	Kind        models.IntegrationKind
	AppID       int64
	Slug        string
	Name        string
	Facts       models.ReviewFacts  // as they were
	Now         *models.Integration // as it is; nil: it is there no more
	Decision    models.ReviewDecision
	Note        string
	Decider     string // login
	DecidedAt   *time.Time
	Asked       string // login
	Answer      models.ReviewAnswer
	AnswerWords string
	AnsweredAt  *time.Time
	EndedAt     *time.Time // by the review
}

// Key is that of the integration.
func (i *ReviewItem) Key() string {
	k := models.Integration{Kind: i.Kind, AppID: i.AppID}
	return k.Key()
}

// Then is the integration as it was.
func (i *ReviewItem) Then() models.Integration {
	then := models.Integration{Kind: i.Kind, AppID: i.AppID, AppKind: models.GitHubApp, Permissions: i.Facts.Permissions, Scopes: i.Facts.Scopes}
	if i.Kind == models.IntegrationOAuth {
		then.AppKind = models.OAuthApp
	}
	return then
}

// Whom is the login of who was asked, or of who is likely to know.
func (i *ReviewItem) Whom() string {
	if i.Asked != "" {
		return i.Asked
	}
	return i.Facts.By
}

const itemSQL = `SELECT i.id, i.kind, i.app_id, i.app_slug, i.app_name, i.facts, i.decision, i.note, coalesce(d.login, ''), i.decided_at,
		coalesce(q.login, ''), i.answer, i.answer_words, i.answered_at, i.ended_at
	FROM integration_review_items i LEFT JOIN accounts d ON d.id = i.decider_id LEFT JOIN accounts q ON q.id = i.asked_id `

func scanItem(row pgx.CollectableRow) (i ReviewItem, err error) {
	var facts []byte
	err = row.Scan(&i.ID, &i.Kind, &i.AppID, &i.Slug, &i.Name, &facts, &i.Decision, &i.Note, &i.Decider, &i.DecidedAt, &i.Asked, &i.Answer,
		&i.AnswerWords, &i.AnsweredAt, &i.EndedAt)
	if err == nil {
		err = json.Unmarshal(facts, &i.Facts)
	}
	return i, err
}

func items(ctx context.Context, q querier, where string, args ...any) ([]ReviewItem, error) {
	rows, err := q.Query(ctx, itemSQL+where, args...)
	if err != nil {
		return nil, fmt.Errorf("oversight: review: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanItem)
	if err != nil {
		return nil, fmt.Errorf("oversight: review: %w", err)
	}
	return list, nil
}

// ReviewView is which items of a review a page shows.
type ReviewView string

// The views: all, those without a decision, those that somebody was asked about, and
// those that are to be ended.
const (
	ViewAll     ReviewView = ""
	ViewOpen    ReviewView = "open"
	ViewAsked   ReviewView = "asked"
	ViewRevoked ReviewView = "revoked"
)

var reviewViews = map[ReviewView]string{
	ViewAll: `true`, ViewOpen: `i.decision = ''`, ViewAsked: `i.decision = 'ask'`, ViewRevoked: `i.decision = 'revoke'`,
}

// Checklist is a page of a review.
type Checklist struct {
	Account
	Review
	View  ReviewView
	Total int // in this view
	Items []ReviewItem
	New   int // integrations that have come since, and aren't in it
	Now   time.Time
}

// Checklist is a page of one of an account's reviews, as it stands. It returns
// ErrUnknownChoice and ErrPageOutOfRange.
func (s *Service) Checklist(ctx context.Context, actor models.Actor, login string, id int64, view ReviewView, page int) (*Checklist, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	where, ok := reviewViews[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	c := &Checklist{Account: *a, View: view, Now: s.now()}
	if err := s.db.Pool().QueryRow(ctx, reviewSQL+`WHERE r.id = $1 AND r.account_id = $2`, id, a.ID).Scan(c.Review.into()...); err != nil {
		return nil, missing(err)
	}
	c.Total = c.inView()
	if err := models.CheckPage(page, PerPage, c.Total); err != nil {
		return nil, err
	}
	c.Items, err = items(ctx, s.db.Pool(), `WHERE i.review_id = $1 AND `+where+` ORDER BY lower(i.app_name), i.id LIMIT $2 OFFSET $3`, id, PerPage, (page-1)*PerPage)
	if err != nil || c.FinishedAt != nil {
		return c, err
	}
	all, err := a.all(ctx, s.db.Pool())
	if err != nil {
		return nil, err
	}
	var taken []string
	if err := s.db.Pool().QueryRow(ctx, `SELECT coalesce(array_agg(kind || '-' || app_id), '{}') FROM integration_review_items WHERE review_id = $1`, id).Scan(&taken); err != nil {
		return nil, fmt.Errorf("oversight: review: %w", err)
	}
	c.meet(all, taken)
	return c, nil
}

func (c *Checklist) inView() int {
	switch c.View {
	case ViewOpen:
		return c.Open() - c.Review.Asked
	case ViewAsked:
		return c.Review.Asked
	case ViewRevoked:
		return c.Revoked
	}
	return c.Review.Items
}

// meet tells each item what has become of it, and counts what is new.
func (c *Checklist) meet(all []models.Integration, taken []string) {
	for i := range c.Items {
		key := c.Items[i].Key()
		if at := slices.IndexFunc(all, func(n models.Integration) bool { return n.Key() == key }); at >= 0 {
			c.Items[i].Now = &all[at]
		}
	}
	for i := range all {
		if all[i].Revocable(c.Account.Kind) && !slices.Contains(taken, all[i].Key()) {
			c.New++
		}
	}
}
