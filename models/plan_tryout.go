package models

import (
	"slices"
	"time"
)

// Tryout is a purchase that an integrator plays through, by a clock that they
// move. It is what a buyer's subscription would be, by the same rules, without a
// buyer, a card or a charge: its steps say what would have been charged, and which
// webhooks would have been sent.
type Tryout struct {
	Plans     []TryoutPlan  `json:"plans"` // as they stood in the draft
	Buyer     TryoutAccount `json:"buyer"`
	Sender    TryoutAccount `json:"sender"`
	Began     time.Time     `json:"began"`
	Now       time.Time     `json:"now"` // by its own clock
	CardFails bool          `json:"card_fails,omitempty"`
	Trialled  bool          `json:"trialled,omitempty"` // there is one trial a listing
	Purchase  *Subscription `json:"purchase,omitempty"` // nil: nothing is bought
	Owed      *Bill         `json:"owed,omitempty"`     // of a charge that failed
	Events    []TryoutEvent `json:"-"`
}

// TryoutPlan is a plan with its id in payloads: that of the live plan, or its
// number while it has none.
type TryoutPlan struct {
	ID   int64    `json:"id"`
	Term PlanTerm `json:"term"`
}

// TryoutAccount is who buys, or acts.
type TryoutAccount struct {
	ID    int64       `json:"id"`
	Login string      `json:"login"`
	Kind  AccountKind `json:"kind"`
}

// TryoutOrder is what is bought: a plan by its number, for a period, in a number
// of units.
type TryoutOrder struct {
	Plan   int    `json:"plan"`
	Period Period `json:"period"`
	Units  int64  `json:"units"`
}

// TryoutGraceDays is the grace of a tryout, whatever the seller's own is.
const TryoutGraceDays = 14

// TryoutState is where a tryout stands.
type TryoutState string

// The states of a tryout.
const (
	TryoutNothing TryoutState = "nothing"
	TryoutFree    TryoutState = "free"
	TryoutTrial   TryoutState = "trial"
	TryoutPaid    TryoutState = "paid"
	TryoutPastDue TryoutState = "past_due"
	TryoutPaused  TryoutState = "paused"
)

// TryoutStates lists the states.
func TryoutStates() []TryoutState {
	return []TryoutState{TryoutNothing, TryoutFree, TryoutTrial, TryoutPaid, TryoutPastDue, TryoutPaused}
}

// State is where the tryout stands.
func (t *Tryout) State() TryoutState {
	switch p := t.Purchase; {
	case p == nil:
		return TryoutNothing
	case p.State == SubscriptionPastDue:
		return TryoutPastDue
	case p.State == SubscriptionPaused:
		return TryoutPaused
	case p.OnTrial():
		return TryoutTrial
	case p.Free():
		return TryoutFree
	}
	return TryoutPaid
}

// TryoutAct is a step that the integrator takes, or one that time takes: what is
// done to a subscription, and what is done to the clock and the card.
type TryoutAct = SubscriptionAct

// The steps that concern the clock and the card.
const (
	TryoutClock     TryoutAct = "clock"
	TryoutCardFails TryoutAct = "card_fails"
	TryoutCardWorks TryoutAct = "card_works"
)

// TryoutActs lists the steps that an integrator takes.
func TryoutActs() []TryoutAct {
	return []TryoutAct{ActBuy, ActChange, ActCancel, ActTakeBack, ActPause, ActResume, TryoutClock, TryoutCardFails, TryoutCardWorks}
}

// TryoutStep is one step, with what it needs: an order to buy or to change to, or
// where the clock goes.
type TryoutStep struct {
	Act   TryoutAct
	Order TryoutOrder
	To    time.Time
}

// TryoutEvent is what came of a step.
type TryoutEvent struct {
	At       time.Time      `json:"at"`
	Act      TryoutAct      `json:"act"`
	State    TryoutState    `json:"state"` // afterwards
	Terms    *Terms         `json:"terms,omitempty"`
	Charge   *TryoutCharge  `json:"charge,omitempty"`
	Webhooks []PurchaseHook `json:"webhooks,omitempty"`
}

// TryoutCharge is what the card would have been charged; Next is when a declined
// charge is tried again.
type TryoutCharge struct {
	Bill     Bill       `json:"bill"`
	Declined bool       `json:"declined,omitempty"`
	Next     *time.Time `json:"next,omitempty"`
}

// Limits of a tryout.
const (
	TryoutYears     = 5   // how far the clock goes
	MaxTryoutEvents = 200 // then it is begun again
	TryoutLifetime  = 30 * 24 * time.Hour
)

// Plan is the plan with a number, nil where there is none.
func (t *Tryout) Plan(number int) *Plan {
	for i := range t.Plans {
		if t.Plans[i].Term.Number == number {
			p := t.Plans[i].Term.Plan()
			p.ID = t.Plans[i].ID
			return &p
		}
	}
	return nil
}

// terms is what an order comes to. What is only a draft can be tried too, and what
// is retired can be kept.
func (t *Tryout) terms(o TryoutOrder) (Terms, error) {
	p := t.Plan(o.Plan)
	if p == nil || !p.sound() || p.State == PlanRetired && (t.Purchase == nil || t.Purchase.Terms.Plan.ID != p.ID) {
		return Terms{}, ErrTryoutPlan
	}
	p.State = PlanPublished
	if p.Free() || !slices.Contains(Periods(), o.Period) {
		o.Period = Monthly
	}
	return Terms{Plan: *p, Period: o.Period, Units: o.Units}, nil
}

// sound reports whether the plan can be reckoned with: a draft may hold anything.
func (p *Plan) sound() bool {
	for _, minor := range []*int64{p.MonthlyMinor, p.YearlyMinor} {
		if minor != nil && (*minor < 0 || *minor > MaxPriceMinor) {
			return false
		}
	}
	return slices.Contains(PlanKinds(), p.Kind) && p.TrialDays >= 0 && p.TrialDays <= MaxTrialDays
}

// Payload is the body of a webhook as it would have been sent; base is this
// site's address.
func (t *Tryout) Payload(h *PurchaseHook, base string) PurchasePayload {
	return PurchasePayloadOf(*h, t.Buyer.hook(), t.Sender.hook(), base)
}

// hook is the account as webhooks tell of it.
func (a TryoutAccount) hook() HookAccount {
	return HookAccount{ID: a.ID, Login: a.Login, Kind: a.Kind, Mail: "billing@" + a.Login + ".example"}
}
