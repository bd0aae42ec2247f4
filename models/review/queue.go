package review

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// View is which submissions a reviewer looks at.
type View string

// The views: what waits for anyone, what the reviewer has, what others have, and
// what is decided.
const (
	Waiting View = ""
	Mine    View = "mine"
	Others  View = "others"
	Decided View = "decided"
)

// Views lists the views in the order of pages.
func Views() []View { return []View{Waiting, Mine, Others, Decided} }

// Sort is what kind of submission it is.
type Sort string

// The sorts: of a listing that isn't public, of one that is, and what is live
// already.
const (
	First      Sort = "new"
	Revision   Sort = "revision"
	Afterwards Sort = "afterwards"
)

// Sorts lists the sorts in the order of pages.
func Sorts() []Sort { return []Sort{First, Revision, Afterwards} }

// Filter narrows the queue. Outcome is "clean" or "found", for what the automatic
// checks said.
type Filter struct {
	View    View
	Sort    Sort
	Outcome string
	Page    int
}

// check reads what came with an address.
func (f *Filter) check() error {
	switch {
	case !slices.Contains(Views(), f.View):
		return models.ErrBadParameter.On("view")
	case f.Sort != "" && !slices.Contains(Sorts(), f.Sort):
		return models.ErrBadParameter.On("kind")
	case !slices.Contains([]string{"", "clean", "found"}, f.Outcome):
		return models.ErrBadParameter.On("checks")
	}
	f.Page = max(f.Page, 1)
	return nil
}

// PerPage is how many submissions a page of the queue has.
const PerPage = 25

// Queue is a page of submissions, and how many there are in each view.
type Queue struct {
	Filter Filter
	List   []Queued
	Total  int
	Counts map[View]int
}

// Queued is a submission in a list.
type Queued struct {
	ID          int64
	Slug        string
	Name        string
	Publisher   string // login
	Verified    bool
	Kind        models.AppKind
	Sort        Sort
	State       models.SubmissionState
	SubmittedAt time.Time
	CheckedAt   *time.Time
	Checks      map[models.CheckName]models.CheckOutcome
	Reviewer    string
	ClaimedAt   *time.Time
	Decider     string
	DecidedAt   *time.Time
	Reports     int // of the listing, that wait
	LogoHash    string
}

// viewSQL narrows by view: $1 is the reviewer, $2 when claims have run out.
const viewSQL = `CASE WHEN b.decided_at IS NOT NULL THEN 'decided'
	WHEN b.state = 'submitted' OR b.state = 'in_review' AND b.claimed_at <= $2 THEN ''
	WHEN b.state = 'in_review' AND b.reviewer_id = $1 THEN 'mine'
	WHEN b.state = 'in_review' THEN 'others' END`

const sortSQL = `CASE WHEN b.afterwards THEN 'afterwards' WHEN b.live IS NULL THEN 'new' ELSE 'revision' END`

// foundSQL says whether the checks found something.
const foundSQL = `EXISTS (SELECT FROM submission_checks c WHERE c.submission_id = b.id AND c.outcome <> 'pass')`

// Queue lists submissions for whoever may review, in one statement: those that
// wait by their age, those that are decided the newest first.
func (s *Service) Queue(ctx context.Context, actor models.Actor, f Filter) (*Queue, error) {
	if err := actor.MayReview(); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	open, order := `b.state IN ('submitted', 'in_review')`, `b.submitted_at, b.id`
	if f.View == Decided {
		open, order = `b.decided_at IS NOT NULL`, `b.decided_at DESC, b.id DESC`
	}
	rows, err := s.db.Pool().Query(ctx, `WITH counts AS (
			SELECT count(*) FILTER (WHERE v = '') waiting, count(*) FILTER (WHERE v = 'mine') mine, count(*) FILTER (WHERE v = 'others') others
			FROM (SELECT `+viewSQL+` v FROM listing_submissions b WHERE b.state IN ('submitted', 'in_review')) x),
		page AS (
			SELECT b.*, `+sortSQL+` sort, count(*) OVER () total, row_number() OVER (ORDER BY `+order+`) place FROM listing_submissions b
			WHERE `+open+` AND `+viewSQL+` = $3 AND ($4 = '' OR `+sortSQL+` = $4) AND ($5 = '' OR `+foundSQL+` = ($5 = 'found'))
			ORDER BY place LIMIT $6 OFFSET $7)
		SELECT k.waiting, k.mine, k.others, coalesce(b.total, 0), coalesce(b.id, 0), coalesce(l.slug, ''), coalesce(b.content ->> 'name', ''),
			coalesce(o.login, ''), o.verified_at IS NOT NULL, coalesce(a.kind, ''), coalesce(b.sort, ''), coalesce(b.state, ''),
			coalesce(b.submitted_at, 'epoch'), b.checked_at,
			coalesce((SELECT jsonb_object_agg(c.name, c.outcome) FROM submission_checks c WHERE c.submission_id = b.id), '{}'),
			coalesce(r.login, ''), b.claimed_at, coalesce(d.login, ''), b.decided_at,
			(SELECT count(*) FROM listing_reports p WHERE p.listing_id = l.id AND p.decision = ''), coalesce(b.content -> 'logo' ->> 'hash', '')
		FROM counts k LEFT JOIN page b ON true LEFT JOIN listings l ON l.id = b.listing_id LEFT JOIN apps a ON a.id = l.app_id
			LEFT JOIN accounts o ON o.id = a.account_id LEFT JOIN accounts r ON r.id = b.reviewer_id LEFT JOIN accounts d ON d.id = b.decider_id
		ORDER BY b.place`,
		actor.UserID, s.now().Add(-models.ClaimLifetime), string(f.View), string(f.Sort), f.Outcome, PerPage, (f.Page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("review: queue: %w", err)
	}
	q := &Queue{Filter: f, Counts: map[View]int{}}
	var waiting, mine, others, total int
	var b Queued
	_, err = pgx.ForEachRow(rows, []any{&waiting, &mine, &others, &total, &b.ID, &b.Slug, &b.Name, &b.Publisher, &b.Verified, &b.Kind, &b.Sort,
		&b.State, &b.SubmittedAt, &b.CheckedAt, &b.Checks, &b.Reviewer, &b.ClaimedAt, &b.Decider, &b.DecidedAt, &b.Reports, &b.LogoHash}, func() error {
		if b.ID != 0 {
			q.List, q.Total = append(q.List, b), total
		}
		b.Checks = nil
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("review: queue: %w", err)
	}
	q.Counts[Waiting], q.Counts[Mine], q.Counts[Others] = waiting, mine, others
	if f.Page > 1 && len(q.List) == 0 {
		return nil, models.ErrPageOutOfRange
	}
	return q, nil
}
