package oversight

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
)

// Review is a review of what reaches an account.
type Review struct {
	ID         int64
	AccountID  int64
	Opener     string // login; "" nobody who is there still
	OpenedAt   time.Time
	Finisher   string
	FinishedAt *time.Time
	Items      int
	Kept       int
	Revoked    int // to be ended, or ended
	Asked      int
}

// Open are the items about which nothing is decided for good.
func (r *Review) Open() int { return r.Items - r.Kept - r.Revoked }

const reviewSQL = `SELECT r.id, r.account_id, coalesce(o.login, ''), r.opened_at, coalesce(f.login, ''), r.finished_at,
		n.items, n.kept, n.revoked, n.asked
	FROM integration_reviews r LEFT JOIN accounts o ON o.id = r.opener_id LEFT JOIN accounts f ON f.id = r.finisher_id
		CROSS JOIN LATERAL (SELECT count(*) AS items, count(*) FILTER (WHERE decision = 'keep') AS kept, count(*) FILTER (WHERE decision = 'revoke') AS revoked,
			count(*) FILTER (WHERE decision = 'ask') AS asked FROM integration_review_items i WHERE i.review_id = r.id) n `

func (r *Review) into() []any {
	return []any{&r.ID, &r.AccountID, &r.Opener, &r.OpenedAt, &r.Finisher, &r.FinishedAt, &r.Items, &r.Kept, &r.Revoked, &r.Asked}
}

// History are an account's reviews.
type History struct {
	Account
	Total int
	Items []Review
}

// Reviews is a page of an account's reviews, the newest first. It returns
// ErrPageOutOfRange.
func (s *Service) Reviews(ctx context.Context, actor models.Actor, login string, page int) (*History, error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return nil, err
	}
	h := &History{Account: *a}
	if err := s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM integration_reviews WHERE account_id = $1`, a.ID).Scan(&h.Total); err != nil {
		return nil, fmt.Errorf("oversight: reviews: %w", err)
	}
	if err := models.CheckPage(page, PerPage, h.Total); err != nil {
		return nil, err
	}
	rows, err := s.db.Pool().Query(ctx, reviewSQL+`WHERE r.account_id = $1 ORDER BY r.id DESC LIMIT $2 OFFSET $3`, a.ID, PerPage, (page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("oversight: reviews: %w", err)
	}
	h.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Review, err error) { return r, row.Scan(r.into()...) })
	if err != nil {
		return nil, fmt.Errorf("oversight: reviews: %w", err)
	}
	return h, nil
}

// Begin begins a review of what reaches an account now, and returns its id: that of
// the one that is open, if there is one. It returns ErrNothingToReview.
func (s *Service) Begin(ctx context.Context, actor models.Actor, login string) (id int64, err error) {
	a, err := s.account(ctx, s.db.Pool(), actor, login)
	if err != nil {
		return 0, err
	}
	if err := actor.MayReviewIntegrations(a.ID, a.Suspended); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		err := tx.Pgx.QueryRow(ctx, `INSERT INTO integration_reviews (account_id, opener_id, opened_at) VALUES ($1, $2, $3)
			ON CONFLICT (account_id) WHERE finished_at IS NULL DO NOTHING RETURNING id`, a.ID, nobodyIs(actor.UserID), s.now()).Scan(&id)
		if found, err := db.Found(err); err != nil || !found {
			return err
		}
		n, err := s.takeIn(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return models.ErrNothingToReview
		}
		return s.record(ctx, tx, actor, "integration_review.open", a, id, map[string]any{"integrations": n})
	})
	if err == nil && id == 0 {
		return s.openReview(ctx, a)
	}
	return id, err
}

func (s *Service) openReview(ctx context.Context, a *Account) (id int64, err error) {
	err = s.db.Pool().QueryRow(ctx, `SELECT id FROM integration_reviews WHERE account_id = $1 AND finished_at IS NULL`, a.ID).Scan(&id)
	if err != nil {
		return 0, missing(err)
	}
	return id, nil
}

// takeIn adds to a review what reaches the account now and isn't in it yet, and
// returns how much that is.
func (s *Service) takeIn(ctx context.Context, tx *db.Tx, a *Account, review int64) (int64, error) {
	list, err := a.all(ctx, tx.Pgx)
	if err != nil {
		return 0, err
	}
	counts, err := selected(ctx, tx.Pgx, list)
	if err != nil {
		return 0, err
	}
	var kinds, slugs, names, facts []string
	var apps []int64
	for i := range list {
		if !list[i].Revocable(a.Kind) {
			continue
		}
		text, err := json.Marshal(factsOf(&list[i], a.reached(&list[i], counts)))
		if err != nil {
			return 0, fmt.Errorf("oversight: facts: %w", err)
		}
		kinds, apps, slugs = append(kinds, string(list[i].Kind)), append(apps, list[i].AppID), append(slugs, list[i].Slug)
		names, facts = append(names, list[i].Name), append(facts, string(text))
	}
	tag, err := tx.Pgx.Exec(ctx, `INSERT INTO integration_review_items (review_id, kind, app_id, app_slug, app_name, facts)
		SELECT $1, t.kind, t.app, t.slug, t.name, t.facts::jsonb
		FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[]) AS t (kind, app, slug, name, facts)
		ON CONFLICT ON CONSTRAINT integration_review_items_key DO NOTHING`, review, kinds, apps, slugs, names, facts)
	if err != nil {
		return 0, fmt.Errorf("oversight: take in: %w", err)
	}
	return tag.RowsAffected(), nil
}

func factsOf(i *models.Integration, repositories int) models.ReviewFacts {
	return models.ReviewFacts{Permissions: i.Permissions, Scopes: i.Scopes, Selection: i.Selection, Repositories: repositories, Publisher: i.Publisher,
		Verified: i.Verified, By: i.By, Since: i.Since, UsedAt: i.UsedAt, Members: i.Members}
}

func (s *Service) record(ctx context.Context, tx *db.Tx, actor models.Actor, action models.AuditAction, a *Account, review int64, after map[string]any) error {
	return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: &a.ID, TargetKind: "integration_review", TargetID: &review,
		TargetName: a.Login, After: after})
}

// nobodyIs is an account's id, nil for none.
func nobodyIs(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
