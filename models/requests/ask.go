package requests

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"souk/models"
	"souk/models/db"
	"souk/models/notices"
	"souk/models/policies"
)

// Wish is what somebody asks for.
type Wish struct {
	Listing      string // slug
	Plan         int    // number
	Organization string // login; "": the only one that could buy it
	Period       models.Period
	Units        int64
	Reason       string
}

// Place is an organization that the actor can ask.
type Place struct {
	ID        int64
	Login     string
	Name      string
	Suspended bool
	Has       bool   // it has bought from the listing already
	OpenID    *int64 // the actor's request that waits there
	Rules     models.BuyRules
	Role      models.OrganizationRole `json:"-"`
}

// Asking is the page on which one asks, with what was left out of the wish.
type Asking struct {
	Wish
	ListingID int64
	Name      string
	LogoHash  string
	Elsewhere bool       // it isn't sold here
	App       models.App // its kind, and what it asks for
	Plan      models.Plan
	Facts     models.BuyFacts
	Places    []Place
	Place     *Place // that is asked; nil: none is chosen yet
	Verdict   models.Verdict
	Cost      models.Money // for the period, without tax
	Problem   error        // why this can't be asked for; nil: it can
}

// Asking is what a wish would come to. It returns ErrNotFound for a listing or plan
// that isn't there.
func (s *Service) Asking(ctx context.Context, actor models.Actor, w Wish) (*Asking, error) {
	if err := actor.MayAct(); err != nil {
		return nil, err
	}
	return s.asking(ctx, s.db.Pool(), actor, w)
}

func (s *Service) asking(ctx context.Context, q querier, actor models.Actor, w Wish) (*Asking, error) {
	if !db.Sayable(w.Listing) || w.Plan < 1 || w.Plan > 1<<30 {
		return nil, models.ErrNotFound
	}
	a := &Asking{Wish: w}
	if err := a.load(ctx, q, actor); err != nil {
		return nil, err
	}
	a.choose()
	return a, nil
}

// askSQL reads in one statement what a wish depends on.
var askSQL = `SELECT l.id, l.name, l.logo_hash, l.claimed_at IS NULL AND e.account_id IS NULL OR l.purchase = 'direct', a.kind, a.permissions, a.events, a.scopes,
		p.id, p.listing_id, p.number, p.name, p.kind, p.description, p.monthly_minor, p.yearly_minor, p.currency, p.unit_name, p.trial_days, p.audience,
		p.state, p.min_units, p.max_units, ` + policies.FactsJSON("l.id") + `,
		coalesce((SELECT json_agg(json_build_object('ID', o.id, 'Login', o.login, 'Name', coalesce(nullif(o.name, ''), o.login), 'Suspended', o.suspended_at IS NOT NULL,
			'Has', EXISTS (SELECT FROM subscriptions s WHERE s.listing_id = l.id AND s.account_id = o.id AND s.state <> 'ended'),
			'OpenID', (SELECT r.id FROM buy_requests r WHERE r.listing_id = l.id AND r.organization_id = o.id AND r.requester_id = $4 AND r.state = 'open'),
			'Rules', ` + policies.JSON("o.id") + `) ORDER BY o.login) FROM accounts o WHERE o.id = ANY($3)), '[]')
	FROM listings l JOIN apps a ON a.id = l.app_id JOIN plans p ON p.listing_id = l.id AND p.number = $2 LEFT JOIN sellers e ON e.account_id = a.account_id
	WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted')`

func (a *Asking) load(ctx context.Context, q querier, actor models.Actor) error {
	var asked []int64
	for _, m := range actor.Memberships {
		if actor.MayAskToBuy(m.OrganizationID) == nil {
			asked = append(asked, m.OrganizationID)
		}
	}
	var facts, places []byte
	p := &a.Plan
	err := q.QueryRow(ctx, askSQL, a.Listing, a.Wish.Plan, asked, actor.UserID).Scan(&a.ListingID, &a.Name, &a.LogoHash, &a.Elsewhere,
		&a.App.Kind, &a.App.Permissions, &a.App.Events, &a.App.Scopes, &p.ID, &p.ListingID, &p.Number, &p.Name, &p.Kind, &p.Description,
		&p.MonthlyMinor, &p.YearlyMinor, &p.Currency, &p.UnitName, &p.TrialDays, &p.Audience, &p.State, &p.MinUnits, &p.MaxUnits, &facts, &places)
	if err != nil {
		return missing(err)
	}
	for into, text := range map[any][]byte{&a.Facts: facts, &a.Places: places} {
		if err := json.Unmarshal(text, into); err != nil {
			return fmt.Errorf("requests: ask: %w", err)
		}
	}
	for i := range a.Places {
		a.Places[i].Role = actor.RoleIn(a.Places[i].ID)
	}
	return nil
}

// choose fills in what was left out, and says what is wrong with the rest.
func (a *Asking) choose() {
	if a.Organization == "" && len(a.Places) > 0 {
		a.Organization = a.Places[0].Login
	}
	if i := slices.IndexFunc(a.Places, func(p Place) bool { return p.Login == a.Organization }); i >= 0 {
		a.Place = &a.Places[i]
	}
	if a.Period == "" {
		a.Period = models.Monthly
		if _, offered := a.Plan.Price(models.Monthly, 1); !offered {
			a.Period = models.Yearly
		}
	}
	if a.Units == 0 {
		a.Units = 1
		if a.Plan.MinUnits != nil {
			a.Units = *a.Plan.MinUnits
		}
	}
	a.Cost, _ = a.Plan.Price(a.Period, a.Units)
	a.Problem = a.judge()
}

// judge is why this can't be asked for.
func (a *Asking) judge() error {
	offer := models.Offer{Kind: models.KindOrganization, Terms: models.Terms{Plan: a.Plan, Period: a.Period, Units: a.Units}, Zone: "UTC"}
	turn, err := models.Subscribe(offer, &models.BillingEnv{}, a.Plan.CreatedAt)
	if err != nil {
		return err
	}
	terms := turn.After.Terms
	a.Period, a.Units, a.Cost, a.Facts.Monthly = terms.Period, terms.Units, terms.Price(), terms.Monthly()
	if a.Place != nil {
		a.Verdict = a.Place.Rules.Judge(&a.Facts)
	}
	switch {
	case a.Elsewhere:
		return models.ErrBoughtElsewhere
	case a.Place == nil:
		return models.ErrRequestAccount
	case a.Place.Suspended:
		return models.ErrSuspended
	case a.Place.Has:
		return models.ErrAlreadyBought
	case a.Place.OpenID != nil:
		return models.ErrAlreadyAsked
	case a.Verdict.Decision == models.DecisionDeny:
		return models.ErrPolicyDenied
	}
	return nil
}

// Ask asks an organization to buy, and tells those who may. It returns Problems,
// ErrRequestAccount where the actor can't ask, ErrAlreadyAsked, ErrAlreadyBought,
// ErrPolicyDenied, ErrBoughtElsewhere, ErrTooManyRequests, and what
// models.Subscribe does.
func (s *Service) Ask(ctx context.Context, actor models.Actor, w Wish) (id int64, err error) {
	if err := actor.MayActWithMail(); err != nil {
		return 0, err
	}
	if w.Reason, err = models.PlainText(w.Reason, models.MaxRequestReason, true); err == nil && w.Reason == "" {
		err = models.ErrRequestReason
	}
	var problems models.Problems
	if err := problems.Add("reason", err); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := s.asking(ctx, tx.Pgx, actor, w)
		if err != nil {
			return err
		}
		if invalid(a.Problem) {
			_ = problems.Add("", a.Problem)
		} else if a.Problem != nil {
			return a.Problem
		}
		if err := problems.Err(); err != nil {
			return err
		}
		id, err = s.ask(ctx, tx, actor, a)
		return err
	})
	if db.Violates(err, "buy_requests_open_key") {
		return 0, models.ErrAlreadyAsked
	}
	return id, err
}

func invalid(err error) bool {
	_, ok := models.AsProblems(err)
	return ok
}

func (s *Service) ask(ctx context.Context, tx *db.Tx, actor models.Actor, a *Asking) (id int64, err error) {
	now := s.now()
	var open int
	err = tx.Pgx.QueryRow(ctx, `INSERT INTO buy_requests (listing_id, organization_id, requester_id, plan_id, period, units, reason, state, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)
		RETURNING id, (SELECT count(*) FROM buy_requests WHERE requester_id = $3 AND organization_id = $2 AND state = 'open')`,
		a.ListingID, a.Place.ID, actor.UserID, a.Plan.ID, a.Period, a.Units, a.Reason, now, now.Add(models.RequestLifetime)).Scan(&id, &open)
	if err != nil {
		return 0, fmt.Errorf("requests: ask: %w", err)
	}
	if open >= models.MaxOpenRequests {
		return 0, models.ErrTooManyRequests
	}
	r, err := one(ctx, tx.Pgx, id, false)
	if err != nil {
		return 0, err
	}
	if err := s.record(ctx, tx, actor, "buy_request.create", r, r.Reason); err != nil {
		return 0, err
	}
	return id, s.tellPayers(ctx, tx, r, actor.UserID, notices.Notice{Kind: models.NoticeBuyRequested, Link: page(r), Params: map[string]string{
		"organization": r.OrganizationName, "login": r.Requester, "listing": r.Name, "plan": r.PlanName}})
}

// tellPayers tells those who may buy for the organization of a request, but for one
// person, who knows.
func (s *Service) tellPayers(ctx context.Context, tx *db.Tx, r *Request, but int64, n notices.Notice) error {
	rows, err := tx.Pgx.Query(ctx, `SELECT account_id FROM memberships WHERE organization_id = $1 AND role IN ('owner', 'billing_manager')
		AND suspended_at IS NULL AND account_id <> $2 ORDER BY account_id LIMIT 100`, r.OrganizationID, but)
	if err != nil {
		return fmt.Errorf("requests: payers: %w", err)
	}
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("requests: payers: %w", err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("requests: payers: %w", err)
	}
	return s.notices.Tell(ctx, tx, n, ids...)
}

// Withdraw takes one's own request back. It returns ErrRequestClosed for one that
// isn't open, and ErrRequestBusy while it is being ordered.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, id int64) error {
	if err := actor.MayAct(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := one(ctx, tx.Pgx, id, true)
		if err != nil {
			return err
		}
		if r.RequesterID != actor.UserID {
			return models.ErrNotFound
		}
		if err := s.unplaced(ctx, tx, r); err != nil {
			return err
		}
		return s.end(ctx, tx, actor, r, models.RequestWithdrawn, "buy_request.withdraw", "")
	})
}
