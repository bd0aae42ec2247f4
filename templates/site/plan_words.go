package site

import (
	"context"

	"souk/models"
)

// PriceWords is the exact price of a plan for a period: "$12.00 a month".
func PriceWords(ctx context.Context, p *Plan, period models.Period) string {
	return planPrice(ctx, p, period)
}

// TrialWords are the exact terms of a plan's trial for a period, or empty.
func TrialWords(ctx context.Context, p *Plan, period models.Period) string {
	return trialWords(ctx, p, period)
}

// PlanView is a plan as its card shows it.
func PlanView(p *models.Plan) Plan {
	return Plan{
		Number: p.Number, Name: p.Name, Kind: p.Kind, Description: p.Description, MonthlyMinor: p.MonthlyMinor, YearlyMinor: p.YearlyMinor,
		Currency: p.Currency, UnitName: p.UnitName, TrialDays: p.TrialDays, MinUnits: p.MinUnits, MaxUnits: p.MaxUnits,
		Bullets: p.Bullets, Audience: p.Audience, AsOf: p.AsOf,
	}
}
