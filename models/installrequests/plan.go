package installrequests

import (
	"context"

	"souk/models"
	"souk/models/db"
	"souk/models/installs"
)

// planned puts the plan of a submission into the wish. It returns ErrPlanGone,
// ErrAlreadyBought, ErrBoughtElsewhere, and what models.Subscribe does.
func planned(ctx context.Context, q installs.Querier, w *installs.Weighed, sub *Submission, wish *models.InstallWish) error {
	if sub.Plan == 0 {
		return nil
	}
	if sub.Plan < 0 || sub.Plan > 1<<30 || w.ListingID == 0 {
		return models.ErrPlanGone
	}
	var p models.Plan
	var elsewhere, has bool
	err := q.QueryRow(ctx, `SELECT l.claimed_at IS NULL AND e.account_id IS NULL OR l.purchase = 'direct',
			EXISTS (SELECT FROM subscriptions s WHERE s.listing_id = l.id AND s.account_id = $3 AND s.state <> 'ended'),
			p.id, p.kind, p.monthly_minor, p.yearly_minor, p.currency, p.audience, p.state, p.min_units, p.max_units
		FROM listings l JOIN apps a ON a.id = l.app_id JOIN plans p ON p.listing_id = l.id LEFT JOIN sellers e ON e.account_id = a.account_id
		WHERE l.id = $1 AND p.number = $2 AND (l.public OR l.state = 'unlisted')`, w.ListingID, sub.Plan, w.Account.ID).
		Scan(&elsewhere, &has, &p.ID, &p.Kind, &p.MonthlyMinor, &p.YearlyMinor, &p.Currency, &p.Audience, &p.State, &p.MinUnits, &p.MaxUnits)
	found, err := db.Found(err)
	switch {
	case err != nil:
		return missing(err)
	case !found:
		return models.ErrPlanGone
	case elsewhere:
		return models.ErrBoughtElsewhere
	case has:
		return models.ErrAlreadyBought
	}
	terms := models.Terms{Plan: p, Period: sub.Period, Units: sub.Units}
	if terms.Period == "" {
		terms.Period = usual(&p)
	}
	if terms.Units == 0 {
		terms.Units = p.Fewest()
	}
	turn, err := models.Subscribe(models.Offer{Kind: models.KindOrganization, Terms: terms, Zone: "UTC"}, &models.BillingEnv{}, p.CreatedAt)
	if err != nil {
		return err
	}
	wish.PlanID, wish.Period, wish.Units = p.ID, turn.After.Terms.Period, turn.After.Terms.Units
	return nil
}

// usual is the period that a plan has where nobody chose one.
func usual(p *models.Plan) models.Period {
	if _, offered := p.Price(models.Monthly, 1); offered {
		return models.Monthly
	}
	return models.Yearly
}
