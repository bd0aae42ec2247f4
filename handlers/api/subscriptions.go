package api

import (
	"context"
	"fmt"
	"time"

	"souk/models"
	"souk/models/billing"
	"souk/web/paths"
	"souk/web/view"
)

// Subscriptions is what the API asks about what people have bought; billing.Service
// is one.
type Subscriptions interface {
	Mine(ctx context.Context, actor models.Actor, m billing.Mine) ([]billing.MyBought, int, error)
}

// SubscriptionKind narrows a list of subscriptions.
type SubscriptionKind string

// Enum lists the kinds.
func (SubscriptionKind) Enum() []any { return []any{"running", "ended"} }

// SubscriptionsQuery narrows and pages a list of subscriptions.
type SubscriptionsQuery struct {
	Type    SubscriptionKind `query:"type" default:"running" description:"Those that run, trials and paused ones among them, or those that have ended."`
	Page    int              `query:"page" default:"1" minimum:"1" maximum:"10000" description:"Which page, from 1."`
	PerPage int              `query:"per_page" default:"30" minimum:"1" maximum:"100" description:"How many a page has."`
}

// Subscription is something that somebody has bought.
type Subscription struct {
	ID          int64              `json:"id"`
	Account     string             `json:"account" description:"Login of whose it is: the person, or an organization for which they pay."`
	AccountKind string             `json:"account_kind" enum:"user,organization"`
	Listing     string             `json:"listing" description:"Its slug."`
	Name        string             `json:"name" description:"Of the listing."`
	Plan        SubscriptionPlan   `json:"plan"`
	Period      string             `json:"period" enum:"month,year"`
	Units       int64              `json:"units" minimum:"1" description:"1 unless the plan is per unit."`
	State       string             `json:"state" enum:"incomplete,trial,active,past_due,paused,ended" description:"incomplete waits for its first payment; past_due still runs while what is owed is asked for."`
	EndReason   string             `json:"end_reason" description:"Why it has ended, else empty."`
	PeriodStart time.Time          `json:"period_start" format:"date-time"`
	PeriodEnd   *time.Time         `json:"period_end" nullable:"true" format:"date-time" description:"When the period that has begun ends, or the trial; null for a free plan."`
	EndedAt     *time.Time         `json:"ended_at" nullable:"true" format:"date-time"`
	Pending     string             `json:"pending" enum:",change,pause,cancel" description:"What happens at the end of the period instead of a renewal; empty for nothing."`
	PendingPlan *SubscriptionPlan  `json:"pending_plan" description:"The plan of a pending change."`
	NextCharge  *SubscriptionMoney `json:"next_charge" description:"What is charged next, tax included, if nothing changes; null for nothing."`
	Owed        *SubscriptionMoney `json:"owed" description:"What isn't paid; null for nothing."`
	URL         string             `json:"url" format:"uri" description:"The page on which it is managed."`
}

// SubscriptionPlan is the plan that a subscription is on.
type SubscriptionPlan struct {
	Number   int    `json:"number" minimum:"1" description:"Tells the plan from the listing's others, for good."`
	Name     string `json:"name"`
	Kind     string `json:"kind" enum:"free,flat_rate,per_unit"`
	UnitName string `json:"unit_name" description:"What is counted in a per-unit plan; else empty."`
}

// SubscriptionMoney is an amount of a subscription.
type SubscriptionMoney struct {
	Minor    int64      `json:"minor" minimum:"0" description:"In minor units."`
	Currency string     `json:"currency" pattern:"^[A-Z]{3}$" description:"ISO 4217."`
	At       *time.Time `json:"at" nullable:"true" format:"date-time" description:"When it is charged; null for what is due now."`
}

// UserSubscriptions lists what the person whose token it is has bought, and what
// their organizations have for which they pay, the newest first.
func (a *API) UserSubscriptions(ctx context.Context, actor models.Actor, in SubscriptionsQuery) (Page[Subscription], error) {
	mine, total, err := a.bought.Mine(ctx, actor, billing.Mine{Ended: in.Type == "ended", Page: in.Page, PerPage: in.PerPage})
	if err != nil {
		return Page[Subscription]{}, fmt.Errorf("api: subscriptions: %w", err)
	}
	v := view.From(ctx)
	out := Page[Subscription]{TotalCount: total, Items: make([]Subscription, len(mine)), page: in.Page, perPage: in.PerPage, reachable: total}
	for i := range mine {
		out.Items[i] = subscriptionOf(v, &mine[i])
	}
	return out, nil
}

func subscriptionOf(v *view.Request, b *billing.MyBought) Subscription {
	s := &b.Sub
	out := Subscription{ID: s.ID, Account: b.Account.Login, AccountKind: string(b.Account.Kind), Listing: b.Listing.Slug, Name: b.Listing.Name,
		Plan: subscriptionPlan(&s.Terms.Plan), Period: string(s.Terms.Period), Units: s.Terms.Units, State: string(s.State), EndReason: string(s.EndReason),
		PeriodStart: s.Start.UTC(), PeriodEnd: known(s.End), EndedAt: known(b.EndedAt),
		URL: v.Base + paths.Localized(v.Lang, paths.Subscription(s.ID, ""))}
	if p := s.Pending; p != nil {
		out.Pending = string(p.Kind)
		if p.Terms != nil {
			out.PendingPlan = new(subscriptionPlan(&p.Terms.Plan))
		}
	}
	if n := b.Next; n != nil {
		out.NextCharge = &SubscriptionMoney{Minor: n.Bill.Total, Currency: n.Bill.Currency, At: known(n.At)}
	}
	if o := b.Owed; o != nil {
		out.Owed = &SubscriptionMoney{Minor: o.Amount.Minor, Currency: o.Amount.Currency}
	}
	return out
}

func subscriptionPlan(p *models.Plan) SubscriptionPlan {
	return SubscriptionPlan{Number: p.Number, Name: p.Name, Kind: string(p.Kind), UnitName: p.UnitName}
}

// known is a time, null where there is none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}
