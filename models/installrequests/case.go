package installrequests

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/models/installs"
	"souk/models/policies"
)

// Chosen is what whoever decides has chosen on the page of a request. What is left out
// is what was asked for.
type Chosen struct {
	Selection    models.Selection
	Repositories []int64 // with SelectSelected
	Query        string  // of the repositories to choose from
	Page         int     // of them
	Terms
}

// Terms are what would be ordered. What is left out stays as it was asked for.
type Terms struct {
	Plan     int // number; NoPlan: nothing is
	Period   models.Period
	Units    int64
	Method   int64
	Transfer bool
}

// NoPlan is the choice to order nothing.
const NoPlan = -1

// Case is a request with all that is needed to decide on it.
type Case struct {
	Asked
	Request
	Chosen
	Weighed    *installs.Weighed
	Problem    error // why it can't be installed; nil: it can
	Voters     []Voter
	Candidates *installs.CandidateList // nil: there is nothing to choose
	Reached    int                     // repositories that the app reaches there already

	Plans    []models.Plan // that can be ordered; none where the organization has one
	Rules    models.BuyRules
	Verdict  models.Verdict    // of the buying policy, on Terms
	Checkout *billing.Checkout // nil where nothing would be ordered
	Unsold   error             // why Terms can't be ordered by the actor; nil: they can
	Bought   bool              // the organization has a plan of the app
	Order    *billing.Try      // the last try to place the order; nil: there was none
}

// Voter is somebody who asks.
type Voter struct {
	Login  string    `json:"login"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	Here   bool      `json:"here"` // still belongs to the organization, or collaborates there
}

// MaxVoters are how many of those who ask a page lists.
const MaxVoters = 50

// caseSQL reads in one statement what is around the request $1; $2 is its order's key.
var caseSQL = `SELECT coalesce((SELECT json_agg(x) FROM (SELECT a.login, v.reason, v.created_at at,
			EXISTS (SELECT FROM memberships m WHERE m.organization_id = r.organization_id AND m.account_id = v.account_id AND m.suspended_at IS NULL)
			OR EXISTS (SELECT FROM collaborators c JOIN repositories y ON y.id = c.repository_id WHERE c.account_id = v.account_id AND y.account_id = r.organization_id) here
			FROM installation_request_votes v JOIN accounts a ON a.id = v.account_id WHERE v.request_id = r.id ORDER BY v.created_at, v.account_id <> r.requester_id, v.account_id LIMIT ` + fmt.Sprint(MaxVoters) + `) x), '[]'),
		coalesce((SELECT json_agg(json_build_object('ID', p.id, 'ListingID', p.listing_id, 'Number', p.number, 'Name', p.name, 'Kind', p.kind,
			'MonthlyMinor', p.monthly_minor, 'YearlyMinor', p.yearly_minor, 'Currency', p.currency, 'UnitName', p.unit_name, 'TrialDays', p.trial_days,
			'Audience', p.audience, 'State', p.state, 'MinUnits', p.min_units, 'MaxUnits', p.max_units) ORDER BY p.number)
			FROM plans p WHERE p.listing_id = r.listing_id AND (p.state = 'published' OR p.id = r.plan_id)), '[]'),
		` + policies.FactsJSON("r.listing_id") + `, ` + policies.JSON("r.organization_id") + `,
		` + billing.TryJSON(`d.key = $2 OR d.id = r.order_id`) + `,
		EXISTS (SELECT FROM subscriptions s WHERE s.listing_id = r.listing_id AND s.account_id = r.organization_id AND s.state NOT IN ('ended', 'incomplete')),
		(SELECT CASE i.selection WHEN 'selected' THEN (SELECT count(*) FROM installation_repositories y WHERE y.installation_id = i.id) ELSE 0 END
			FROM installations i WHERE i.app_id = r.app_id AND i.account_id = r.organization_id)
	FROM installation_requests r WHERE r.id = $1`

// Case is a request as those who decide see it, with what they have chosen. It returns
// ErrNotFound for one that the organization wasn't sent.
func (s *Service) Case(ctx context.Context, actor models.Actor, login string, id int64, chosen Chosen) (*Case, error) {
	asked, err := s.organization(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	r, err := theirs(ctx, s.db.Pool(), asked.Login, id, false)
	if err != nil {
		return nil, err
	}
	c := &Case{Asked: *asked, Request: *r, Chosen: chosen}
	facts, err := s.around(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := s.choose(ctx, actor, c); err != nil {
		return nil, err
	}
	if r.State != models.RequestOpen {
		return c, nil
	}
	if c.Candidates, err = s.candidates(ctx, actor, c); err != nil {
		return nil, err
	}
	return c, s.cost(ctx, actor, c, facts)
}

func (s *Service) around(ctx context.Context, c *Case) (*models.BuyFacts, error) {
	var facts models.BuyFacts
	var reached *int
	texts := make([][]byte, 5)
	err := s.db.Pool().QueryRow(ctx, caseSQL, c.Request.ID, c.orderKey()).Scan(&texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &c.Bought, &reached)
	if err != nil {
		return nil, missing(err)
	}
	for i, into := range []any{&c.Voters, &c.Plans, &facts, &c.Rules, &c.Order} {
		if len(texts[i]) == 0 {
			continue
		}
		if err := json.Unmarshal(texts[i], into); err != nil {
			return nil, fmt.Errorf("installrequests: case: %w", err)
		}
	}
	if reached != nil {
		c.Reached = *reached
	}
	return &facts, nil
}

// choose fills in what was left out, and weighs it.
func (s *Service) choose(ctx context.Context, actor models.Actor, c *Case) error {
	wished, err := c.wished(ctx, s.db.Pool())
	if err != nil {
		return err
	}
	switch {
	case c.Request.Selection == models.SelectSelected && c.Chosen.Selection == "":
		c.Chosen.Repositories = wished
	case c.Request.Selection == models.SelectSelected:
		c.Chosen.Repositories = within(c.Chosen.Repositories, wished)
	}
	if c.Request.Selection != models.SelectAll || c.Chosen.Selection != models.SelectSelected {
		c.Chosen.Selection = c.Request.Selection
	}
	choice := installs.Choice{App: c.App, Account: c.OrganizationID, Selection: c.Chosen.Selection}
	if choice.Selection == models.SelectSelected {
		choice.Repositories = c.Chosen.Repositories
	}
	c.Weighed, err = s.installs.Preview(ctx, actor, choice)
	if err != nil {
		return err
	}
	if d := &c.Weighed.Decision; d.Outcome == models.InstallRefuse {
		c.Problem = d.Refused
	}
	return nil
}

func within(ids, others []int64) []int64 { return without(ids, without(ids, others)) }

// candidates are the repositories that can be chosen: those that were asked for, or
// any where all were.
func (s *Service) candidates(ctx context.Context, actor models.Actor, c *Case) (*installs.CandidateList, error) {
	page := max(c.Chosen.Page, 1)
	switch c.Request.Selection {
	case models.SelectNone:
		return nil, nil
	case models.SelectAll:
		list, err := s.installs.Candidates(ctx, actor, c.OrganizationID, c.Query, page, c.Chosen.Repositories)
		if errors.Is(err, models.ErrPageOutOfRange) {
			list, err = s.installs.Candidates(ctx, actor, c.OrganizationID, c.Query, 1, c.Chosen.Repositories)
		}
		return list, err
	}
	l := &installs.CandidateList{Page: page}
	var items, kept []byte
	err := s.db.Pool().QueryRow(ctx, `WITH wish AS MATERIALIZED (SELECT y.id, y.name, y.private, y.archived_at IS NOT NULL archived
			FROM installation_request_repositories x JOIN repositories y ON y.id = x.repository_id WHERE x.request_id = $1 AND y.account_id = $2)
		SELECT (SELECT count(*) FROM wish WHERE name ILIKE $3),
			(SELECT json_agg(p) FROM (SELECT id "ID", name "Name", private "Private", archived "Archived" FROM wish WHERE name ILIKE $3 ORDER BY lower(name), id LIMIT $5 OFFSET $6) p),
			(SELECT json_agg(k) FROM (SELECT id "ID", name "Name", private "Private", archived "Archived" FROM wish WHERE id = ANY ($4) ORDER BY lower(name), id LIMIT 100) k)`,
		c.Request.ID, c.OrganizationID, like(c.Query), c.Chosen.Repositories, installs.CandidatesPerPage, (page-1)*installs.CandidatesPerPage).Scan(&l.Total, &items, &kept)
	if err != nil {
		return nil, fmt.Errorf("installrequests: candidates: %w", err)
	}
	for into, text := range map[*[]installs.Candidate][]byte{&l.Items: items, &l.Chosen: kept} {
		if len(text) > 0 {
			if err := json.Unmarshal(text, into); err != nil {
				return nil, fmt.Errorf("installrequests: candidates: %w", err)
			}
		}
	}
	return l, nil
}

// Matching are the repositories that the page of a request finds for a query.
func (s *Service) Matching(ctx context.Context, actor models.Actor, login string, id int64, query string) ([]int64, error) {
	asked, err := s.organization(ctx, actor, login)
	if err != nil {
		return nil, err
	}
	r, err := theirs(ctx, s.db.Pool(), asked.Login, id, false)
	if err != nil {
		return nil, err
	}
	if r.Selection == models.SelectAll {
		return s.installs.Matching(ctx, actor, asked.ID, query)
	}
	rows, err := s.db.Pool().Query(ctx, `SELECT y.id FROM installation_request_repositories x JOIN repositories y ON y.id = x.repository_id
		WHERE x.request_id = $1 AND y.account_id = $2 AND y.name ILIKE $3 ORDER BY y.id`, id, asked.ID, like(query))
	return ids(rows, err)
}

// like is a pattern for names that have a text in them.
func like(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// cost is what the plan would come to, as policy, budgets and billing say.
func (s *Service) cost(ctx context.Context, actor models.Actor, c *Case, facts *models.BuyFacts) error {
	t := &c.Terms
	if t.Plan == 0 {
		t.Plan = c.PlanNumber
	}
	if c.PlanNumber == 0 || c.Bought || c.Listing == "" {
		t.Plan, c.Plans = NoPlan, nil
	}
	if t.Plan == NoPlan || t.Plan == 0 {
		return nil
	}
	if t.Plan == c.PlanNumber {
		t.Period, t.Units = cmp.Or(t.Period, c.Request.Period), cmp.Or(t.Units, c.Request.Units)
	}
	if i := slices.IndexFunc(c.Plans, func(p models.Plan) bool { return p.Number == t.Plan }); i >= 0 {
		terms := models.Terms{Plan: c.Plans[i], Period: t.Period, Units: t.Units}
		facts.Monthly = terms.Monthly()
		c.Verdict = c.Rules.Judge(facts)
	}
	checkout, err := s.billing.Checkout(ctx, actor, billing.Choice{Listing: c.Listing, Plan: t.Plan, Account: c.Asked.Login,
		Period: t.Period, Units: t.Units, Method: t.Method, Transfer: t.Transfer})
	if errors.Is(err, models.ErrNotFound) {
		c.Unsold = models.ErrPlanGone
		return nil
	}
	if err != nil {
		return err
	}
	c.Checkout, c.Unsold = checkout, checkout.Problem
	if checkout.Turn != nil {
		c.Verdict = checkout.Verdict
	}
	chosen := &checkout.Choice
	*t = Terms{Plan: chosen.Plan, Period: chosen.Period, Units: chosen.Units, Method: chosen.Method, Transfer: chosen.Transfer}
	if err := c.Verdict.Refusal(c.Role == models.RoleOwner); err != nil {
		c.Unsold = err
	}
	return nil
}
