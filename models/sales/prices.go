package sales

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"souk/models"
)

// Price is a price that somebody thinks of. Nil is a period that isn't offered.
type Price struct {
	Monthly, Yearly *int64
	Policy          models.PricePolicy
	Notice          int // days
}

// Touched is a subscription and what another price means for it.
type Touched struct {
	Subscriber
	models.PriceTouch
}

// PriceTool says whom another price of a plan would touch.
type PriceTool struct {
	Desk    *Desk
	Plans   []models.Plan // that are paid for
	Plan    *models.Plan  // nil: there is none
	Drafted bool          // the price is that of the draft
	Price   Price
	Effects []models.PriceEffect
	Items   []Touched // a page of those who are on the plan
	Total   int64     // of them
	Moved   int64     // that will pay another price
	Kept    int64
	Before  models.Money // what they bring in a month, now, without discounts
	After   models.Money // and once it applies
}

// Prices says whom another price of a plan would touch: the one that was asked for,
// or that of the draft, or the present one. It is reckoned by models.PriceChange, and
// by the same rules as what will be billed. Nothing is changed. It returns
// ErrNotFound for a plan that isn't there.
func (s *Service) Prices(ctx context.Context, actor models.Actor, slug string, number int, asked *Price, page int) (*PriceTool, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	t := &PriceTool{Desk: d}
	b, drafts, err := s.drafted(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, p := range b.list() {
		if !p.Free() {
			t.Plans = append(t.Plans, p)
		}
	}
	if err := t.choose(number, asked, drafts); err != nil || t.Plan == nil {
		return t, err
	}
	return t, s.touch(ctx, t, b, page)
}

// drafted reads the plans that are live and those of the draft.
func (s *Service) drafted(ctx context.Context, d *Desk) (b *book, drafts []models.PlanTerm, err error) {
	b = &book{}
	var plans, terms string
	err = s.db.Pool().QueryRow(ctx, `SELECT `+bookSQL+`, coalesce((SELECT content -> 'plans' FROM listing_drafts WHERE listing_id = $1 ORDER BY version DESC LIMIT 1), '[]')::text`,
		d.ListingID).Scan(&plans, &terms)
	if err != nil {
		return nil, nil, fmt.Errorf("sales: prices: %w", err)
	}
	return b, drafts, errors.Join(decode(plans, b), decode(terms, &drafts))
}

// choose takes the plan and the price that were asked for: else the first plan whose
// price is another in the draft, or the first of all.
func (t *PriceTool) choose(number int, asked *Price, drafts []models.PlanTerm) error {
	if len(t.Plans) == 0 {
		if number != 0 {
			return models.ErrNotFound
		}
		return nil
	}
	draft := func(n int) *models.PlanTerm {
		i := slices.IndexFunc(drafts, func(d models.PlanTerm) bool { return d.Number == n })
		if i < 0 {
			return nil
		}
		return &drafts[i]
	}
	i := slices.IndexFunc(t.Plans, func(p models.Plan) bool { return p.Number == number })
	if number == 0 {
		i = max(slices.IndexFunc(t.Plans, func(p models.Plan) bool { return dearer(&p, draft(p.Number)) }), 0)
	}
	if i < 0 {
		return models.ErrNotFound
	}
	t.Plan = &t.Plans[i]
	t.Price = Price{Monthly: t.Plan.MonthlyMinor, Yearly: t.Plan.YearlyMinor, Policy: models.PriceMove, Notice: models.DefaultNoticeDays}
	if d := draft(t.Plan.Number); asked != nil {
		t.Price = *asked
	} else if dearer(t.Plan, d) {
		next := d.Plan()
		t.Price, t.Drafted = Price{Monthly: next.MonthlyMinor, Yearly: next.YearlyMinor, Policy: next.PricePolicy, Notice: next.NoticeDays}, true
	}
	return nil
}

// dearer reports whether a draft has another price for a plan, in its currency.
func dearer(p *models.Plan, d *models.PlanTerm) bool {
	if d == nil || d.Kind != p.Kind {
		return false
	}
	next := d.Plan()
	return next.Currency == p.Currency && (!same(p.MonthlyMinor, next.MonthlyMinor) || !same(p.YearlyMinor, next.YearlyMinor))
}

func same(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// tag is the thought-of price as the plan's next version.
func (t *PriceTool) tag(now time.Time) models.PriceTag {
	p := t.Plan
	return models.PriceTag{Version: p.Version + 1, Kind: p.Kind, MonthlyMinor: t.Price.Monthly, YearlyMinor: t.Price.Yearly, Currency: p.Currency, UnitName: p.UnitName,
		TrialDays: p.TrialDays, PricePolicy: t.Price.Policy, NoticeDays: t.Price.Notice, EffectiveAt: now}
}

// touchedGroup is subscriptions that are treated alike.
type touchedGroup struct {
	Terms models.Terms `json:"terms"`
	Count int64        `json:"count"`
}

const touchedSQL = `SELECT (SELECT coalesce(json_agg(json_build_object('terms', json_build_object('plan', json_build_object('ID', g.plan_id, 'Version', g.plan_version),
			'period', g.period, 'units', g.units), 'count', g.n)), '[]') FROM (SELECT plan_id, plan_version, period, units, count(*) n FROM subscriptions
			WHERE listing_id = $1 AND seller_id = $2 AND plan_id = $3 AND state NOT IN ('ended', 'incomplete') GROUP BY 1, 2, 3, 4) g),
		(SELECT coalesce(json_agg(` + subscriberJSON + ` ORDER BY s.period_end, s.id), '[]') FROM (` + subscriberSQL + ` AND s.plan_id = $3
			AND s.state NOT IN ('ended', 'incomplete') ORDER BY s.period_end, s.id LIMIT $4 OFFSET $5) s)`

func (s *Service) touch(ctx context.Context, t *PriceTool, b *book, page int) error {
	now := s.now()
	tag := t.tag(now)
	next := tag.Plan()
	next.Number, next.Name = t.Plan.Number, t.Plan.Name
	t.Effects = models.PriceChange(t.Plan, &next, t.Price.Policy, t.Price.Notice, now)
	var groups []touchedGroup
	var list, items string
	var found []Subscriber
	err := s.db.Pool().QueryRow(ctx, touchedSQL, t.Desk.ListingID, t.Desk.seller(), t.Plan.ID, PerPage, (max(page, 1)-1)*PerPage).Scan(&list, &items)
	if err != nil {
		return fmt.Errorf("sales: prices: %w", err)
	}
	if err := errors.Join(decode(list, &groups), decode(items, &found)); err != nil {
		return err
	}
	prices := b.Prices
	if len(t.Effects) > 0 {
		prices = prices.With(t.Plan.ID, tag)
	}
	t.add(b, prices, groups, tag.Version, now)
	for i := range found {
		b.complete(&found[i])
		t.Items = append(t.Items, Touched{Subscriber: found[i], PriceTouch: prices.Touch(&found[i].Subscription, tag.Version)})
	}
	return paged(page, t.Total)
}

// add counts who is touched, and what all bring in a month before and after.
func (t *PriceTool) add(b *book, prices models.PriceBook, groups []touchedGroup, version int, now time.Time) {
	var before, after int64
	far := now.AddDate(10, 0, 0)
	for _, g := range groups {
		b.agree(&g.Terms)
		later := prices.At(g.Terms, far)
		t.Total += g.Count
		if later.Plan.Version == version {
			t.Moved += g.Count
		} else {
			t.Kept += g.Count
		}
		before += models.MonthlyMinor(&g.Terms, nil).Minor * g.Count
		after += models.MonthlyMinor(&later, nil).Minor * g.Count
	}
	t.Before, t.After = models.Money{Minor: before, Currency: t.Plan.Currency}, models.Money{Minor: after, Currency: t.Plan.Currency}
}
