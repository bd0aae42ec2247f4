package api

import (
	"context"
	"time"

	"souk/models/plans"
)

// PriceHistory tells the prices that plans had; plans.Service does.
type PriceHistory interface {
	Prices(ctx context.Context, slug string) (*plans.History, error)
}

// PricesQuery asks for a listing's price history.
type PricesQuery struct {
	Slug string `path:"slug" maxLength:"100"`
}

// ListingPrices are all the prices that a listing's plans have had.
type ListingPrices struct {
	Slug  string       `json:"slug"`
	Name  string       `json:"name"`
	Plans []PlanPrices `json:"plans"`
}

// PlanPrices are a plan's.
type PlanPrices struct {
	Number   int         `json:"number" description:"Tells the plan from the listing's others, for good."`
	Name     string      `json:"name"`
	State    string      `json:"state" enum:"published,retired" description:"Nobody new can buy a retired plan."`
	Versions []PlanPrice `json:"versions" description:"The newest first."`
}

// PlanPrice is one of them.
type PlanPrice struct {
	Version      int       `json:"version" minimum:"1"`
	Since        time.Time `json:"since"`
	Kind         string    `json:"kind" enum:"free,flat_rate,per_unit"`
	MonthlyMinor *int64    `json:"monthly_minor" minimum:"0" description:"Price of a month in minor units, of one unit where the plan is per unit; null when not offered."`
	YearlyMinor  *int64    `json:"yearly_minor" minimum:"0" description:"Price of a year, likewise."`
	Currency     string    `json:"currency" pattern:"^[A-Z]{3}$" description:"ISO 4217."`
	UnitName     string    `json:"unit_name" description:"What is counted in a per-unit plan; else empty."`
	TrialDays    int       `json:"trial_days" minimum:"0" maximum:"365"`
	Policy       string    `json:"price_policy" enum:"keep,move" description:"What it meant for those who had bought before: they keep their price, or were told and pay this one since they renewed."`
	NoticeDays   int       `json:"notice_days" minimum:"0" maximum:"365" description:"How long ahead they were told, with move."`
}

// Prices answers with a listing's price history.
func (a *API) Prices(ctx context.Context, q PricesQuery) (ListingPrices, error) {
	h, err := a.prices.Prices(ctx, q.Slug)
	if err != nil {
		return ListingPrices{}, err
	}
	out := ListingPrices{Slug: h.Slug, Name: h.Name, Plans: make([]PlanPrices, len(h.Plans))}
	for i := range h.Plans {
		out.Plans[i] = planPrices(&h.Plans[i])
	}
	return out, nil
}

func planPrices(p *plans.PlanHistory) PlanPrices {
	out := PlanPrices{Number: p.Number, Name: p.Name, State: string(p.State), Versions: make([]PlanPrice, len(p.Versions))}
	for i := range p.Versions {
		v := &p.Versions[i]
		out.Versions[i] = PlanPrice{Version: v.Version, Since: v.EffectiveAt.UTC(), Kind: string(v.Kind), MonthlyMinor: v.MonthlyMinor, YearlyMinor: v.YearlyMinor,
			Currency: v.Currency, UnitName: v.UnitName, TrialDays: v.TrialDays, Policy: string(v.PricePolicy), NoticeDays: v.NoticeDays}
	}
	return out
}
