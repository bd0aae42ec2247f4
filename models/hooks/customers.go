package hooks

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
)

// Page is which part of a list is asked for.
type Page struct {
	Number  int // from 1
	PerPage int
	Updated bool // by their last change instead of by when they were bought
	Newest  bool // the newest first
}

func (p Page) order() string {
	by, way := "s.id", ""
	if p.Updated {
		by = "s.updated_at"
	}
	if p.Newest {
		way = " DESC"
	}
	return by + way + ", s.id" + way
}

// Plans are those of an app's listing that are sold, and those that are no longer
// and that somebody still has. An app without a listing has none.
func (s *Service) Plans(ctx context.Context, appID int64, p Page) (plans []models.Plan, total int, err error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT p.id, p.number, p.name, p.kind, p.description, p.monthly_minor, p.yearly_minor, p.unit_name, p.trial_days,
			p.bullets, p.state, count(*) OVER ()
		FROM plans p JOIN listings l ON l.id = p.listing_id WHERE l.app_id = $1 AND (p.state = 'published' OR p.state = 'retired'
			AND EXISTS (SELECT FROM subscriptions s WHERE s.plan_id = p.id AND s.state IN ('trial', 'active', 'past_due')))
		ORDER BY p.number LIMIT $2 OFFSET $3`, appID, p.PerPage, (p.Number-1)*p.PerPage)
	if err != nil {
		return nil, 0, fmt.Errorf("hooks: plans: %w", err)
	}
	plans, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p models.Plan, err error) {
		err = row.Scan(&p.ID, &p.Number, &p.Name, &p.Kind, &p.Description, &p.MonthlyMinor, &p.YearlyMinor, &p.UnitName, &p.TrialDays, &p.Bullets, &p.State, &total)
		return p, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("hooks: plans: %w", err)
	}
	return plans, total, nil
}

// customerColumns are what is told of a subscription. Its plan is at the price that
// was agreed to.
const customerColumns = `s.id, a.id, a.login, a.kind, coalesce(nullif(r.mail, ''), o.mail, ''), s.period, s.units, s.state, s.period_end, s.trial_ends_at, s.pending::text, s.updated_at,
		EXISTS (SELECT FROM installations x JOIN listings l ON l.app_id = x.app_id WHERE l.id = s.listing_id AND x.account_id = s.account_id),
		p.id, p.number, p.name, coalesce(v.kind, p.kind), p.description,
		CASE WHEN v.plan_id IS NULL THEN p.monthly_minor ELSE v.monthly_minor END, CASE WHEN v.plan_id IS NULL THEN p.yearly_minor ELSE v.yearly_minor END,
		coalesce(v.unit_name, p.unit_name), coalesce(v.trial_days, p.trial_days), p.bullets, p.state, count(*) OVER ()
	FROM subscriptions s JOIN accounts a ON a.id = s.account_id JOIN plans p ON p.id = s.plan_id
		LEFT JOIN plan_versions v ON v.plan_id = s.plan_id AND v.version = s.plan_version
		LEFT JOIN organizations o ON o.account_id = a.id LEFT JOIN billing_profiles r ON r.account_id = a.id
	WHERE s.state IN ('trial', 'active', 'past_due')`

func (s *Service) customers(ctx context.Context, where string, args ...any) (all []models.Customer, total int, err error) {
	rows, err := s.db.Pool().Query(ctx, `SELECT `+customerColumns+` AND `+where, args...)
	if err != nil {
		return nil, 0, fmt.Errorf("hooks: purchases: %w", err)
	}
	all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p models.Customer, err error) {
		var end, trialEnd *time.Time
		var pending *string
		plan := &p.Terms.Plan
		err = row.Scan(&p.ID, &p.Account.ID, &p.Account.Login, &p.Account.Kind, &p.Account.Mail, &p.Terms.Period, &p.Terms.Units, &p.State, &end, &trialEnd,
			&pending, &p.UpdatedAt, &p.Installed, &plan.ID, &plan.Number, &plan.Name, &plan.Kind, &plan.Description, &plan.MonthlyMinor, &plan.YearlyMinor,
			&plan.UnitName, &plan.TrialDays, &plan.Bullets, &plan.State, &total)
		if err != nil {
			return p, err
		}
		if end != nil {
			p.End = *end
		}
		if trialEnd != nil {
			p.TrialEnd = *trialEnd
		}
		if pending != nil {
			err = json.Unmarshal([]byte(*pending), &p.Pending)
		}
		return p, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("hooks: purchases: %w", err)
	}
	return all, total, nil
}

// Accounts are those that have a plan of an app. It returns ErrNotFound for a plan of
// another one.
func (s *Service) Accounts(ctx context.Context, appID, plan int64, p Page) ([]models.Customer, int, error) {
	var own bool
	err := s.db.Pool().QueryRow(ctx, `SELECT EXISTS (SELECT FROM plans p JOIN listings l ON l.id = p.listing_id
		WHERE p.id = $1 AND l.app_id = $2 AND p.state <> 'draft')`, plan, appID).Scan(&own)
	if err != nil {
		return nil, 0, fmt.Errorf("hooks: accounts: %w", err)
	}
	if !own {
		return nil, 0, models.ErrNotFound
	}
	return s.customers(ctx, `s.plan_id = $1 ORDER BY `+p.order()+` LIMIT $2 OFFSET $3`, plan, p.PerPage, (p.Number-1)*p.PerPage)
}

// Account is what an account has of an app. It returns ErrNotFound where that is
// nothing.
func (s *Service) Account(ctx context.Context, appID, account int64) (*models.Customer, error) {
	all, _, err := s.customers(ctx, `s.listing_id = (SELECT id FROM listings WHERE app_id = $1) AND s.account_id = $2`, appID, account)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, models.ErrNotFound
	}
	return &all[0], nil
}

// Mine is what the actor has bought, and, where the token says so, what the actor's
// organizations have.
func (s *Service) Mine(ctx context.Context, actor models.Actor, p Page) ([]models.Customer, int, error) {
	if err := actor.MaySeePurchases(); err != nil {
		return nil, 0, err
	}
	accounts := []int64{actor.UserID}
	if actor.MaySeePurchasesOfOrganizations() == nil {
		for _, m := range actor.Memberships {
			if !m.Suspended {
				accounts = append(accounts, m.OrganizationID)
			}
		}
	}
	all, total, err := s.customers(ctx, `s.account_id = ANY ($1) ORDER BY `+p.order()+` LIMIT $2 OFFSET $3`, accounts, p.PerPage, (p.Number-1)*p.PerPage)
	for i := range all {
		if actor.MaySeeBilling(all[i].Account.ID) != nil {
			all[i].Account.Mail = ""
		}
	}
	return all, total, err
}
