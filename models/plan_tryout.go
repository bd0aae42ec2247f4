package models

import (
	"slices"
	"time"
)

// Tryout is a purchase that an integrator plays through, by a clock that they
// move. It is what a buyer's standing on a plan would be, without a buyer, a card
// or a charge: its steps say what would have been charged, and which webhooks
// would have been sent.
type Tryout struct {
	Plans     []TryoutPlan    `json:"plans"` // as they stood in the draft
	Buyer     TryoutAccount   `json:"buyer"`
	Sender    TryoutAccount   `json:"sender"`
	Began     time.Time       `json:"began"`
	Now       time.Time       `json:"now"` // by its own clock
	CardFails bool            `json:"card_fails,omitempty"`
	Trialled  bool            `json:"trialled,omitempty"` // there is one trial a listing
	Purchase  *TryoutPurchase `json:"purchase,omitempty"` // nil: nothing is bought
	Events    []TryoutEvent   `json:"-"`
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

// TryoutPurchase is where the buyer stands.
type TryoutPurchase struct {
	Order    TryoutOrder    `json:"order"`
	Anchor   time.Time      `json:"anchor"`            // where paid periods are reckoned from
	Months   int            `json:"months"`            // between it and the period that runs
	Start    time.Time      `json:"start"`             // of the period that runs
	End      time.Time      `json:"end,omitzero"`      // of the period or the trial that runs; none for what is free
	Trial    bool           `json:"trial,omitempty"`   // it is a trial that ends at End
	Pending  *TryoutPending `json:"pending,omitempty"` // what becomes of it at End
	Due      *TryoutDue     `json:"due,omitempty"`     // what the card didn't pay
	TrialEnd time.Time      `json:"trial_end,omitzero"`
}

// TryoutPending is a change that waits for the end of the period: another order,
// or, where there is none, the end.
type TryoutPending struct {
	Order *TryoutOrder `json:"order,omitempty"`
}

// TryoutDue is a charge that failed and is tried again.
type TryoutDue struct {
	Charge TryoutCharge `json:"charge"`
	Since  time.Time    `json:"since"`
	Tries  int          `json:"tries"`
	Next   time.Time    `json:"next"`
}

// TryoutRetries are the days after a charge failed on which it is tried again;
// after the last one the purchase ends.
var TryoutRetries = []int{3, 7, 14}

// TryoutState is where a tryout stands.
type TryoutState string

// The states of a tryout.
const (
	TryoutNothing TryoutState = "nothing"
	TryoutFree    TryoutState = "free"
	TryoutTrial   TryoutState = "trial"
	TryoutPaid    TryoutState = "paid"
	TryoutPastDue TryoutState = "past_due"
)

// TryoutStates lists the states.
func TryoutStates() []TryoutState {
	return []TryoutState{TryoutNothing, TryoutFree, TryoutTrial, TryoutPaid, TryoutPastDue}
}

// State is where the tryout stands.
func (t *Tryout) State() TryoutState {
	switch p := t.Purchase; {
	case p == nil:
		return TryoutNothing
	case p.Due != nil:
		return TryoutPastDue
	case p.Trial:
		return TryoutTrial
	case p.End.IsZero():
		return TryoutFree
	}
	return TryoutPaid
}

// TryoutAct is a step that the integrator takes, or one that time takes.
type TryoutAct string

// The steps. The last four are taken by time alone.
const (
	TryoutBuy       TryoutAct = "buy"
	TryoutChange    TryoutAct = "change"
	TryoutCancel    TryoutAct = "cancel"
	TryoutTakeBack  TryoutAct = "take_back" // the pending change
	TryoutClock     TryoutAct = "clock"
	TryoutCardFails TryoutAct = "card_fails"
	TryoutCardWorks TryoutAct = "card_works"

	TryoutRenewal  TryoutAct = "renewal"
	TryoutTrialEnd TryoutAct = "trial_end"
	TryoutRetry    TryoutAct = "retry"
	TryoutPeriod   TryoutAct = "period_end" // and with it the purchase
)

// TryoutActs lists the steps that an integrator takes.
func TryoutActs() []TryoutAct {
	return []TryoutAct{TryoutBuy, TryoutChange, TryoutCancel, TryoutTakeBack, TryoutClock, TryoutCardFails, TryoutCardWorks}
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
	Order    *TryoutOrder   `json:"order,omitempty"`
	Charges  []TryoutCharge `json:"charges,omitempty"`
	Webhooks []TryoutHook   `json:"webhooks,omitempty"`
}

// TryoutCharge is what the card would have been charged. Total is the sum of the
// lines; Next is when a declined one is tried again.
type TryoutCharge struct {
	Lines    []TryoutLine `json:"lines"`
	Total    Money        `json:"total"`
	Declined bool         `json:"declined,omitempty"`
	Next     *time.Time   `json:"next,omitempty"`
}

// TryoutLine is one line of a charge: a plan for a time, or, with a negative
// amount, what is left of one. Whole is the price of the whole period.
type TryoutLine struct {
	Order TryoutOrder `json:"order"`
	From  time.Time   `json:"from"`
	Until time.Time   `json:"until"`
	Minor int64       `json:"minor"`
	Whole int64       `json:"whole"`
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

// price is what an order costs for its period.
func (t *Tryout) price(o TryoutOrder) Money {
	m, _ := t.Plan(o.Plan).Price(o.Period, o.Units)
	return m
}

// check says whether an order can be placed, and completes it.
func (t *Tryout) check(o *TryoutOrder) error {
	p := t.Plan(o.Plan)
	if p == nil || p.State == PlanRetired && (t.Purchase == nil || t.Purchase.Order.Plan != o.Plan) {
		return ErrTryoutPlan
	}
	if !p.Audience.Allows(t.Buyer.Kind) {
		return ErrTryoutAccount
	}
	if !p.sound() {
		return ErrTryoutPlan
	}
	if p.Kind != PlanPerUnit {
		o.Units = 1
	}
	if p.Free() || !slices.Contains(Periods(), o.Period) {
		o.Period = Monthly
	}
	if _, offered := p.Price(o.Period, 1); !offered {
		return ErrTryoutPeriod
	}
	if !p.Takes(o.Units) {
		return ErrTryoutUnits
	}
	return nil
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
