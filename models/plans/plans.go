// Package plans writes the plans of a draft and tells the history of their
// prices. What is live it never touches: plans change when the revision that they
// belong to is approved, and the database then writes the history by itself.
package plans

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/drafts"
	"souk/models/notices"
)

// Service holds the verbs.
type Service struct {
	db      *db.DB
	notices *notices.Service
	now     func() time.Time
}

// New makes a Service.
func New(d *db.DB, n *notices.Service, now func() time.Time) *Service {
	return &Service{db: d, notices: n, now: now}
}

// Desk is what the pages show: the plans of the draft, each with its number,
// those that are live, and what the rules have to say about the draft's.
type Desk struct {
	Standing *apps.Standing
	Content  models.ListingContent
	Live     map[int]models.Plan // by number, drafts left out
	Findings []models.Finding    // about plans and how they are bought
	Now      time.Time

	names map[string]int // numbers of what is stored, by name
	last  int
}

// Desk loads the plans of the listing at slug, for whoever may write it.
func (s *Service) Desk(ctx context.Context, actor models.Actor, slug string) (*Desk, error) {
	return s.desk(ctx, s.db.Pool(), actor, slug, false)
}

func (s *Service) desk(ctx context.Context, q apps.Querier, actor models.Actor, slug string, lock bool) (*Desk, error) {
	st, err := apps.OfListing(ctx, q, actor, slug, lock)
	if err != nil {
		return nil, err
	}
	if err := actor.MayEditListing(st.Rights()); err != nil {
		return nil, err
	}
	d := &Desk{Standing: st, Now: s.now()}
	if d.Content, _, err = drafts.Read(ctx, q, st.ListingID); err != nil {
		return nil, err
	}
	if d.Live, d.names, d.last, err = live(ctx, q, st.ListingID); err != nil {
		return nil, err
	}
	models.NumberPlans(d.Content.Plans, d.names, d.last)
	d.Findings = models.LintPlans(&d.Content)
	return d, nil
}

// live are the plans that buyers see or have bought; with the numbers of all by
// name, and the highest of them.
func live(ctx context.Context, q apps.Querier, listingID int64) (plans map[int]models.Plan, names map[string]int, last int, err error) {
	var all []models.PlanTerm
	err = q.QueryRow(ctx, `SELECT coalesce(jsonb_agg(jsonb_build_object('number', number, 'name', name, 'kind', kind, 'monthly_minor', monthly_minor,
			'yearly_minor', yearly_minor, 'currency', currency, 'unit_name', unit_name, 'min_units', min_units, 'max_units', max_units, 'capacity', capacity,
			'trial_days', trial_days, 'audience', audience, 'state', state, 'price_policy', price_policy, 'notice_days', notice_days)
			ORDER BY state = 'retired' DESC, number), '[]')
		FROM plans WHERE listing_id = $1`, listingID).Scan(&all)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("plans: live: %w", err)
	}
	plans, names = map[int]models.Plan{}, map[string]int{}
	for i := range all {
		last = max(last, all[i].Number)
		names[all[i].Name] = all[i].Number
		if all[i].State != models.PlanDraft {
			plans[all[i].Number] = all[i].Plan()
		}
	}
	return plans, names, last, nil
}

// Term is the plan with a number, nil where the draft has none.
func (d *Desk) Term(number int) *models.PlanTerm {
	if i := d.at(number); i >= 0 {
		return &d.Content.Plans[i]
	}
	return nil
}

// Of are the findings about the plan with a number.
func (d *Desk) Of(number int) []models.Finding {
	return models.PlanFindings(d.Findings, d.at(number))
}

func (d *Desk) at(number int) int {
	for i := range d.Content.Plans {
		if d.Content.Plans[i].Number == number {
			return i
		}
	}
	return -1
}

// change changes the plans of a draft and records it.
func (s *Service) change(ctx context.Context, actor models.Actor, slug string, action models.AuditAction, change func(*Desk) (before, after map[string]any, err error)) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		d, err := s.desk(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		before, after, err := change(d)
		if err != nil || before == nil && after == nil {
			return err
		}
		if _, err := drafts.Write(ctx, tx, actor, d.Standing.ListingID, d.Content); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: action, AccountID: d.Standing.AccountID,
			TargetKind: "listing", TargetID: &d.Standing.ListingID, TargetName: d.Standing.ListingSlug, Before: before, After: after})
	})
}

// Try is what the rules would have to say about a plan if it were saved.
func (d *Desk) Try(term models.PlanTerm) []models.Finding {
	c := d.Content
	c.Plans = append([]models.PlanTerm(nil), c.Plans...)
	at := d.at(term.Number)
	if at < 0 {
		at = len(c.Plans)
		c.Plans = append(c.Plans, term)
	} else {
		c.Plans[at] = term
	}
	return models.PlanFindings(models.LintPlans(&c), at)
}
