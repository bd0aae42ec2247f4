package requests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/billing"
	"souk/models/db"
	"souk/models/policies"
)

// Asked is the organization that requests were sent to.
type Asked struct {
	ID        int64
	Login     string
	Name      string
	Role      models.OrganizationRole // of the actor; "" for staff
	Waiting   int                     // open requests, in all
	Decided   int
	MayDecide bool
}

// asked is an organization whose requests the actor may see.
func (s *Service) asked(ctx context.Context, actor models.Actor, login string) (*Asked, error) {
	if !db.Sayable(login) {
		return nil, models.ErrNotFound
	}
	var a Asked
	var suspended bool
	err := s.db.Pool().QueryRow(ctx, `SELECT o.id, o.login, coalesce(nullif(o.name, ''), o.login), o.suspended_at IS NOT NULL,
			(SELECT count(*) FROM buy_requests r WHERE r.organization_id = o.id AND r.state = 'open'),
			(SELECT count(*) FROM buy_requests r WHERE r.organization_id = o.id AND r.state <> 'open')
		FROM accounts o JOIN organizations g ON g.account_id = o.id WHERE o.login = $1`, strings.ToLower(login)).
		Scan(&a.ID, &a.Login, &a.Name, &suspended, &a.Waiting, &a.Decided)
	if err != nil {
		return nil, missing(err)
	}
	if err := actor.MaySeeBilling(a.ID); err != nil {
		return nil, err
	}
	a.Role, a.MayDecide = actor.RoleIn(a.ID), actor.MayOrderFor(a.ID, suspended) == nil
	return &a, nil
}

// List is a page of an organization's requests.
type List struct {
	Asked
	Total int // in this view
	Items []Request
}

// listViews are the views in SQL, with their orders.
var listViews = map[models.RequestView]string{
	models.RequestsOpen:    `r.state = 'open' ORDER BY r.id`,
	models.RequestsDecided: `r.state <> 'open' ORDER BY r.id DESC`,
}

// List is a page of the requests that an organization was sent: those that wait, the
// longest waiting first, or those that are over. It returns ErrUnknownChoice for a
// view that isn't one, and ErrPageOutOfRange.
func (s *Service) List(ctx context.Context, actor models.Actor, login string, view models.RequestView, page int) (*List, error) {
	asked, err := s.asked(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	where, ok := listViews[view]
	if !ok {
		return nil, models.ErrUnknownChoice.On("view")
	}
	l := &List{Asked: *asked, Total: asked.Waiting}
	if view == models.RequestsDecided {
		l.Total = asked.Decided
	}
	if err := models.CheckPage(page, PerPage, l.Total); err != nil {
		return nil, err
	}
	l.Items, err = s.page(ctx, `r.organization_id = $1 AND `+where, asked.ID, page)
	return l, err
}

// Mine is a page of the actor's own requests, the newest first.
func (s *Service) Mine(ctx context.Context, actor models.Actor, page int) (list []Request, total int, err error) {
	if actor.UserID == 0 {
		return nil, 0, models.ErrSignInNeeded
	}
	if err := s.db.Pool().QueryRow(ctx, `SELECT count(*) FROM buy_requests WHERE requester_id = $1`, actor.UserID).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("requests: mine: %w", err)
	}
	if err := models.CheckPage(page, PerPage, total); err != nil {
		return nil, 0, err
	}
	list, err = s.page(ctx, `r.requester_id = $1 ORDER BY r.id DESC`, actor.UserID, page)
	return list, total, err
}

func (s *Service) page(ctx context.Context, where string, of int64, page int) ([]Request, error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT `+requestColumns+requestTables+` WHERE `+where+` LIMIT $2 OFFSET $3`, of, PerPage, (page-1)*PerPage)
	if err != nil {
		return nil, fmt.Errorf("requests: list: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Request, err error) { return r, row.Scan(r.into()...) })
	if err != nil {
		return nil, fmt.Errorf("requests: list: %w", err)
	}
	return list, nil
}

// Terms are what whoever decides may change a request to; what is left out stays.
type Terms struct {
	Plan     int
	Period   models.Period
	Units    int64
	Method   int64
	Transfer bool
}

// Case is a request with all that is needed to decide on it.
type Case struct {
	Asked
	Request
	Terms    Terms // with what was left out
	App      models.App
	Verified bool // its publisher is
	Member   bool // the requester still is
	Plans    []models.Plan
	Rules    models.BuyRules
	Verdict  models.Verdict    // on Terms
	Checkout *billing.Checkout // nil where nothing can be decided
	Problem  error             // why Terms can't be ordered by the actor; nil: they can
	Order    *billing.Try      // the last try to place the order; nil: there was none
}

// caseSQL reads in one statement what is around the request $1.
var caseSQL = `SELECT a.kind, a.slug, a.name, a.permissions, a.events, a.scopes, ` + policies.FactsJSON("l.id") + `, ` + policies.JSON("r.organization_id") + `,
		EXISTS (SELECT FROM memberships m WHERE m.organization_id = r.organization_id AND m.account_id = r.requester_id AND m.suspended_at IS NULL),
		coalesce((SELECT json_agg(json_build_object('ID', p.id, 'ListingID', p.listing_id, 'Number', p.number, 'Name', p.name, 'Kind', p.kind,
			'MonthlyMinor', p.monthly_minor, 'YearlyMinor', p.yearly_minor, 'Currency', p.currency, 'UnitName', p.unit_name, 'TrialDays', p.trial_days,
			'Audience', p.audience, 'State', p.state, 'MinUnits', p.min_units, 'MaxUnits', p.max_units) ORDER BY p.number)
			FROM plans p WHERE p.listing_id = l.id AND (p.state = 'published' OR p.id = r.plan_id)), '[]'),
		` + billing.TryJSON(`d.request_id = r.id`) + `
	FROM buy_requests r JOIN listings l ON l.id = r.listing_id JOIN apps a ON a.id = l.app_id WHERE r.id = $1`

// Case is a request as those who decide see it, and what it would come to with other
// terms. It returns ErrNotFound for one that the organization wasn't sent.
func (s *Service) Case(ctx context.Context, actor models.Actor, login string, id int64, t Terms) (*Case, error) {
	asked, err := s.asked(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	r, err := theirs(ctx, s.db.Pool(), asked.Login, id, false)
	if err != nil {
		return nil, err
	}
	c := &Case{Asked: *asked, Request: *r, Terms: t}
	facts, err := s.around(ctx, c)
	if err != nil {
		return nil, err
	}
	c.choose()
	c.judge(facts)
	if r.State != models.RequestOpen || !c.MayDecide {
		return c, nil
	}
	return c, s.cost(ctx, actor, c)
}

func (s *Service) around(ctx context.Context, c *Case) (*models.BuyFacts, error) {
	var facts models.BuyFacts
	texts := make([][]byte, 4)
	err := s.db.Pool().QueryRow(ctx, caseSQL, c.Request.ID).Scan(&c.App.Kind, &c.App.Slug, &c.App.Name, &c.App.Permissions, &c.App.Events, &c.App.Scopes,
		&texts[0], &texts[1], &c.Member, &texts[2], &texts[3])
	if err != nil {
		return nil, missing(err)
	}
	for i, into := range []any{&facts, &c.Rules, &c.Plans, &c.Order} {
		if len(texts[i]) == 0 {
			continue
		}
		if err := json.Unmarshal(texts[i], into); err != nil {
			return nil, fmt.Errorf("requests: case: %w", err)
		}
	}
	c.Verified = facts.Verified
	return &facts, nil
}

// choose fills in what was left out of the terms.
func (c *Case) choose() {
	t := &c.Terms
	if t.Plan == 0 {
		t.Plan = c.PlanNumber
	}
	if t.Period == "" {
		t.Period = c.Period
	}
	if t.Units == 0 {
		t.Units = c.Units
	}
}

// judge says what policy and budgets make of the terms.
func (c *Case) judge(facts *models.BuyFacts) {
	for i := range c.Plans {
		if c.Plans[i].Number != c.Terms.Plan {
			continue
		}
		terms := models.Terms{Plan: c.Plans[i], Period: c.Terms.Period, Units: c.Terms.Units}
		facts.Monthly = terms.Monthly()
		c.Verdict = c.Rules.Judge(facts)
	}
}

// cost is what the order would come to, as billing says.
func (s *Service) cost(ctx context.Context, actor models.Actor, c *Case) error {
	checkout, err := s.billing.Checkout(ctx, actor, billing.Choice{Listing: c.Slug, Plan: c.Terms.Plan, Account: c.Asked.Login,
		Period: c.Terms.Period, Units: c.Terms.Units, Method: c.Terms.Method, Transfer: c.Terms.Transfer})
	if errors.Is(err, models.ErrNotFound) {
		c.Problem = models.ErrPlanGone // it can still be declined
		return nil
	}
	if err != nil {
		return err
	}
	c.Checkout, c.Problem = checkout, checkout.Problem
	if checkout.Turn != nil {
		c.Verdict = checkout.Verdict
	}
	c.Terms = Terms{Plan: checkout.Choice.Plan, Period: checkout.Choice.Period, Units: checkout.Choice.Units, Method: checkout.Choice.Method, Transfer: checkout.Choice.Transfer}
	if err := c.Verdict.Refusal(c.Role == models.RoleOwner); err != nil {
		c.Problem = err
	}
	return nil
}
