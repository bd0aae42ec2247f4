package moderation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/notices"
	"souk/models/review"
)

// Verdict is a decision about a listing that its integrator may appeal against.
type Verdict struct {
	EventID int64
	Act     models.ListingAct // ActTakeDown or ActReject
	At      time.Time
	Reasons []string
	Words   string
	By      int64 // who decided; 0 for the operator, or an account that is no more
}

// Plea is what became of an appeal.
type Plea struct {
	Words     string
	At        time.Time
	Decision  models.AppealDecision
	DecidedAt *time.Time
	Answer    string
}

// Contest is a listing with the decision that stands against it.
type Contest struct {
	*apps.Standing
	Verdict  Verdict
	Plea     *Plea  // nil until there is one
	LiveLogo string // hash of the listing's picture
}

// verdictSQL is the decision that stands: that by which the listing is down, or
// the last one about a revision if that rejected it.
const verdictSQL = `SELECT e.id, e.act, e.at, e.reasons, e.words, coalesce(e.actor_id, 0), p.words, p.created_at, p.decision, p.decided_at, p.answer,
		(SELECT logo_hash FROM listings WHERE id = $1)
	FROM (SELECT * FROM listing_events WHERE listing_id = $1
			AND act = ANY(CASE WHEN $2 = 'taken_down' THEN '{take_down}' ELSE '{reject,submit,approve,redraft,reopen,archive}' END::text[])
		ORDER BY id DESC LIMIT 1) e
	LEFT JOIN listing_appeals p ON p.event_id = e.id
	WHERE e.act IN ('take_down', 'reject')`

func verdict(ctx context.Context, q apps.Querier, st *apps.Standing) (*Contest, error) {
	c := Contest{Standing: st}
	v, p := &c.Verdict, Plea{}
	var words, decision, answer *string
	var at *time.Time
	err := q.QueryRow(ctx, verdictSQL, st.ListingID, st.ListingState).Scan(&v.EventID, &v.Act, &v.At, &v.Reasons, &v.Words, &v.By,
		&words, &at, &decision, &p.DecidedAt, &answer, &c.LiveLogo)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.ErrNothingToAppeal
	}
	if err != nil {
		return nil, fmt.Errorf("moderation: verdict: %w", err)
	}
	if at != nil {
		p.Words, p.At, p.Decision, p.Answer = *words, *at, models.AppealDecision(*decision), *answer
		c.Plea = &p
	}
	return &c, nil
}

// Contest is the decision that stands against the listing at slug, for its
// integrator. It returns ErrNothingToAppeal where there is none.
func (s *Service) Contest(ctx context.Context, actor models.Actor, slug string) (*Contest, error) {
	st, err := apps.OfListing(ctx, s.db.Pool(), actor, slug, false)
	if err != nil {
		return nil, err
	}
	if err := actor.MayEditListing(st.Rights()); err != nil {
		return nil, err
	}
	return verdict(ctx, s.db.Pool(), st)
}

// Appeal asks staff to look again at the decision that stands against the
// listing at slug, once. It returns ErrAppealWords, ErrNothingToAppeal and
// ErrAppealed.
func (s *Service) Appeal(ctx context.Context, actor models.Actor, slug, words string) error {
	return s.locked(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		if err := actor.MayEditListing(st.Rights()); err != nil {
			return err
		}
		words, err := models.Answer(words, models.MaxAppealWords, models.ErrAppealWords)
		if err != nil {
			return err
		}
		c, err := verdict(ctx, tx.Pgx, st)
		if err != nil {
			return err
		}
		var id int64
		err = tx.Pgx.QueryRow(ctx, `INSERT INTO listing_appeals (listing_id, event_id, appellant_id, words, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			st.ListingID, c.Verdict.EventID, who(actor), words, s.now()).Scan(&id)
		if db.Violates(err, "listing_appeals_once") {
			return models.ErrAppealed
		}
		if err != nil {
			return fmt.Errorf("moderation: appeal: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "appeal.create", AccountID: st.AccountID,
			TargetKind: "listing", TargetID: &st.ListingID, TargetName: st.ListingSlug, After: map[string]any{"against": c.Verdict.Act}})
	})
}

// Appealed is an appeal in staff's list.
type Appealed struct {
	Slug      string                `json:"slug"`
	Name      string                `json:"name"`
	LogoHash  string                `json:"logo_hash"`
	State     models.ListingState   `json:"state"`
	Publisher string                `json:"publisher"`
	Act       models.ListingAct     `json:"act"`
	Reasons   []string              `json:"reasons"`
	DecidedBy string                `json:"decided_by"` // login of who decided what it is against
	At        time.Time             `json:"at"`
	Decision  models.AppealDecision `json:"decision"`
}

// Appeals is a page of appeals.
type Appeals struct {
	Waiting int
	Total   int // in this view
	Items   []Appealed
}

func appealsSQL(condition, order string) string {
	return `SELECT (SELECT count(*) FROM listing_appeals WHERE decision = ''), (SELECT count(*) FROM listing_appeals p WHERE ` + condition + `),
		coalesce((SELECT json_agg(i) FROM (
			SELECT l.slug, l.name, l.logo_hash, l.state, coalesce(o.login, '') AS publisher, e.act, e.reasons, coalesce(d.login, '') AS decided_by,
				p.created_at AS at, p.decision
			FROM listing_appeals p JOIN listing_events e ON e.id = p.event_id JOIN listings l ON l.id = p.listing_id JOIN apps a ON a.id = l.app_id
				LEFT JOIN accounts o ON o.id = a.account_id LEFT JOIN accounts d ON d.id = e.actor_id
			WHERE ` + condition + ` ORDER BY ` + order + ` LIMIT $1 OFFSET $2) i), '[]')`
}

var appealViews = map[models.ModerationView]string{
	models.ModerationWaiting: appealsSQL("p.decision = ''", "p.created_at, p.id"),
	models.ModerationHandled: appealsSQL("p.decision <> ''", "p.decided_at DESC, p.id"),
}

// Appeals lists appeals: those that wait, the longest waiting first, or those
// that were decided. It returns ErrUnknownChoice and ErrPageOutOfRange.
func (s *Service) Appeals(ctx context.Context, actor models.Actor, view models.ModerationView, page int) (*Appeals, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	sql, ok := appealViews[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	var a Appeals
	var items []byte
	err := s.db.Pool().QueryRow(ctx, sql, PerPage, (max(page, 1)-1)*PerPage).Scan(&a.Waiting, &a.Total, &items)
	if err == nil {
		err = json.Unmarshal(items, &a.Items)
	}
	if err != nil {
		return nil, fmt.Errorf("moderation: appeals: %w", err)
	}
	if err := models.CheckPage(page, PerPage, a.Total); err != nil {
		return nil, err
	}
	return &a, nil
}

// Judge decides on the appeal that waits for the listing at slug: granted, what
// was taken down comes back, and what was rejected may be handed in again. It
// returns ErrAnswerNeeded, ErrNoAppeal, and ErrOwnDecision for who made the
// decision, if there is somebody else.
func (s *Service) Judge(ctx context.Context, actor models.Actor, slug string, decision models.AppealDecision, answer string) error {
	if err := actor.MayStaffNow(models.StaffReviewer, s.now()); err != nil {
		return err
	}
	var p models.Problems
	if decision != models.AppealGranted && decision != models.AppealDenied {
		_ = p.Add("", models.ErrReportDecision)
	}
	answer, err := models.Answer(answer, models.MaxAnswer, models.ErrAnswerNeeded)
	if err := p.Add("", err); err != nil {
		return err
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.locked(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		madeBy, others, err := waiting(ctx, tx, st)
		if err != nil {
			return err
		}
		if err := actor.MayJudgeAppeal(st.Rights(), madeBy, others, s.now()); err != nil {
			return err
		}
		act, err := s.decideAppeals(ctx, tx, actor, st, decision, answer)
		if err != nil {
			return err
		}
		return s.carryOut(ctx, tx, actor, st, act, decision, answer)
	})
}

// waiting finds who made the decision that the appeal is about, and whether
// somebody else could judge it: a reviewer who isn't the integrator.
func waiting(ctx context.Context, tx *db.Tx, st *apps.Standing) (madeBy int64, others bool, err error) {
	err = tx.Pgx.QueryRow(ctx, `SELECT coalesce(e.actor_id, 0), EXISTS (SELECT FROM users u JOIN accounts a ON a.id = u.account_id
			WHERE u.staff IN ('reviewer', 'administrator') AND a.suspended_at IS NULL AND u.account_id IS DISTINCT FROM e.actor_id
				AND u.account_id IS DISTINCT FROM $2
				AND NOT EXISTS (SELECT FROM memberships m WHERE m.organization_id = $2 AND m.account_id = u.account_id)
				AND NOT EXISTS (SELECT FROM app_managers g WHERE g.app_id = $3 AND g.account_id = u.account_id))
		FROM listing_appeals p JOIN listing_events e ON e.id = p.event_id WHERE p.listing_id = $1 AND p.decision = ''
		ORDER BY p.id DESC LIMIT 1`, st.ListingID, st.AccountID, st.ID).Scan(&madeBy, &others)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, false, models.ErrNoAppeal
	}
	if err != nil {
		return 0, false, fmt.Errorf("moderation: judge: %w", err)
	}
	return madeBy, others, nil
}

// decideAppeals decides on the appeals of a listing that wait, of which there is
// one at most, and returns what it was against, "" for none.
func (s *Service) decideAppeals(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, decision models.AppealDecision, answer string) (act models.ListingAct, err error) {
	err = tx.Pgx.QueryRow(ctx, `UPDATE listing_appeals p SET decision = $2, decider_id = $3, decided_at = $4, answer = $5
		FROM listing_events e WHERE e.id = p.event_id AND p.listing_id = $1 AND p.decision = '' RETURNING e.act`,
		st.ListingID, decision, who(actor), s.now(), answer).Scan(&act)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("moderation: judge: %w", err)
	}
	action := models.AuditAction("appeal.grant")
	if decision == models.AppealDenied {
		action = "appeal.deny"
	}
	return act, audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: st.AccountID, TargetKind: "listing",
		TargetID: &st.ListingID, TargetName: st.ListingSlug, Description: answer, After: map[string]any{"against": act}})
}

// carryOut does what a decided appeal means, and tells the integrator.
func (s *Service) carryOut(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, act models.ListingAct, decision models.AppealDecision, answer string) error {
	n := notices.Notice{Kind: models.NoticeAppealDenied, Link: manage(st, "/appeal"), Params: map[string]string{"listing": st.ListingName, "words": answer}}
	switch {
	case decision == models.AppealDenied:
		return s.tellIntegrator(ctx, tx, st, n)
	case act == models.ActTakeDown && st.ListingState == models.ListingTakenDown:
		return s.restore(ctx, tx, actor, st, answer)
	case st.ListingState == models.ListingRejected:
		if err := review.Transition(ctx, tx, actor, st, models.ActReopen, nil, answer, s.now()); err != nil {
			return err
		}
	}
	n.Kind, n.Link = models.NoticeReopened, manage(st, "")
	return s.tellIntegrator(ctx, tx, st, n)
}
